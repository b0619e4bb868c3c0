"""What a citizen's message means, what the house says to it, and how that looks in WeChat."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from anyio.to_thread import run_sync

from bot.channels.wechat import notices
from bot.channels.wechat.inbound import Inbound, InboundKind, TemplateChoice
from bot.channels.wechat.local import is_local
from bot.channels.wechat.media import Media, Taken
from bot.channels.wechat.menu import Menu
from bot.channels.wechat.options import Offered, Option, choice
from bot.channels.wechat.render import Links, Renderer
from bot.channels.wechat.store import Store
from bot.conversations import START, Conversations
from bot.engine import Utterance
from bot.errors import Refusal, refusal_of
from bot.files import Files
from bot.limits import Limits
from bot.metrics import Metrics
from bot.payloads import clean_payload, internal_payload
from bot.records import Records
from bot.uploads import Checked
from cases import drafts
from cases.wechat import codes, followers, leftover
from cases.wechat.answers import Answer, Piece
from cases.wechat.codes import Carried, Purpose
from cases.wechat.followers import SURFACE, Talk
from cases.wechat.inbox import Lease
from knowledge.replies import Replies
from knowledge.reply import Button, Kind, Reply
from petition.errors import PetitionError, UnknownConversation
from zhilu import trace

logger = logging.getLogger(__name__)
KIOSK = "kiosk"
REST = (Option("看后面的", "rest"),)
REST_WORDS = frozenset({"后面的", "后面", "继续", "接着看", "还有呢"})


@dataclass(frozen=True)
class Said:
    """The replies to one message; `heard`: the conversation went on, so what was open before is over."""

    replies: tuple[Reply, ...] = ()
    heard: bool = False


@dataclass(frozen=True)
class Desk:
    """What the dialogue needs of the house; `words` are the texts of data/wechat/replies.yml."""

    store: Store
    conversations: Conversations
    records: Records
    files: Files
    limits: Limits
    metrics: Metrics
    replies: Replies
    words: Replies
    media: Media
    menu: Menu
    renderer: Renderer
    links: Callable[[str], Links]
    base_url: str
    notices: bool


class Dialogue:
    """Thinks about one message at a time of each citizen; `answer` never fails."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def answer(self, lease: Lease) -> Answer:
        """What the citizen is told; a fault is told with the office's phone."""
        trace.begin()
        try:
            return await self._answer(lease)
        except Exception as error:  # the outer edge of the channel
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("fault %s: wechat: %s\n%s", trace.current(), type(error).__name__, where)
            self._desk.metrics.faults.labels("wechat").inc()
            return Answer((Piece(text=self.apology),))

    @property
    def apology(self) -> str:
        """What stands in place of an answer."""
        return self._desk.conversations.notice("fault.engine").text

    async def _answer(self, lease: Lease) -> Answer:
        inbound = from_json(lease.body)
        started = time.perf_counter()
        try:
            talk = await self._enter(lease)
            said = await self._say(inbound, talk, lease)
        except UnknownConversation:  # it was ended meanwhile
            talk = await self._enter(lease)
            said = await self._say(inbound, talk, lease)
        self._desk.metrics.turn_seconds.observe(time.perf_counter() - started)
        return await self._shown(said, talk.conversation)

    async def _enter(self, lease: Lease) -> Talk:
        return await self._desk.store.run(lambda uow, now: followers.enter(uow, lease.follower, now))

    async def _say(self, inbound: Inbound, talk: Talk, lease: Lease) -> Said:
        """A refusal becomes a reply."""
        try:
            await self._desk.limits.message(talk.follower)
            return await self._do(await self._understood(inbound, talk), talk, lease)
        except UnknownConversation:
            raise
        except PetitionError as error:
            return self._refused(refusal_of(error))
        except Refusal as refusal:
            return self._refused(refusal)

    def _refused(self, refusal: Refusal) -> Said:
        return Said((Reply(kind=Kind.NOTICE, text=self._desk.replies.text(refusal.key, **refusal.values)),))

    # --- what it means --------------------------------------------------------------------------------------------------------------

    async def _understood(self, inbound: Inbound, talk: Talk) -> Taken:
        match inbound.kind:
            case InboundKind.SUBSCRIBE | InboundKind.SCAN | InboundKind.CODE_SCANNED:
                return await self._arrived(inbound, talk)
            case InboundKind.CLICK:
                return Taken(payload=self._desk.menu.payload(inbound.event_key) or "/help")
            case InboundKind.TEXT:
                return await self._typed(inbound, talk)
            case _:
                return await self._desk.media.understand(inbound, offered_of(talk))

    async def _arrived(self, inbound: Inbound, talk: Talk) -> Taken:
        """A new follower is greeted; a code of ours that was scanned is taken up."""
        code = inbound.event_key or inbound.text
        carried = await self._carried(code, talk) if codes.looks_like_one(code) else None
        if inbound.kind is not InboundKind.SUBSCRIBE:
            return carried or Taken(payload="/help")
        return replace(carried or Taken(), replies=(*self._greeting(), *(carried.replies if carried else ())))

    def _greeting(self) -> tuple[Reply, ...]:
        buttons = [Button(title=self._desk.replies.text(key), payload=payload) for key, payload in START]
        hint = self._desk.words.text("menu-hint")
        greeting = self._desk.replies.text("greeting")
        return (Reply(kind=Kind.GREETING, text=f"{greeting}\n{hint}", buttons=buttons),)

    async def _typed(self, inbound: Inbound, talk: Talk) -> Taken:
        if talk.more and (inbound.text.strip() in REST_WORDS or choice(inbound.text, REST)):
            return Taken()
        if codes.looks_like_one(inbound.text):
            return await self._carried(inbound.text, talk)
        offered = offered_of(talk)
        payload = choice(inbound.text, offered.options, inbound.menu_id)
        return await self._touched(payload, talk) if payload else await self._desk.media.understand(inbound, offered)

    async def _touched(self, payload: str, talk: Talk) -> Taken:
        if wish := notices.wish_of(payload):
            return await self._agree(wish.number, wish.query_code, talk, "notify.agreed")
        if is_local(payload):
            return await self._desk.media.take_up(payload)
        return Taken(payload=clean_payload(payload))

    async def _carried(self, code: str, talk: Talk) -> Taken:
        """A draft or a case of another surface, for whoever has its one-time code."""
        carried: Carried | None = await self._desk.store.run(
            lambda uow, now: codes.redeem(uow, code, client=talk.follower, now=now)
        )
        if carried is None:
            return Taken(replies=(self._desk.words.say(Kind.NOTICE, "code-gone"),))
        if carried.purpose is Purpose.DRAFT:
            await self._leave_kiosk(carried.value)
            return Taken(text=carried.value)
        case = json.loads(carried.value)
        return await self._agree(case["number"], case["code"], talk, "case-joined")

    async def _leave_kiosk(self, resume_code: str) -> None:
        """The conversation of the kiosk that held the draft ends: a draft is filled in at one place."""
        held = await self._desk.store.run(lambda uow, now: drafts.held_on(uow, resume_code, KIOSK, now))
        if held:
            await self._desk.conversations.close(held)

    async def _agree(self, number: str, query_code: str, talk: Talk, told: str) -> Taken:
        await self._desk.records.as_petitioner(
            number,
            query_code,
            talk.follower,
            lambda uow, citizen, now: notices.agree(uow, citizen.case_id, talk.openid, now),
        )
        return Taken(replies=(self._desk.words.say(Kind.NOTICE, told, number=number),))

    # --- what is said to it ---------------------------------------------------------------------------------------------------------

    async def _do(self, taken: Taken, talk: Talk, lease: Lease) -> Said:
        """Files first, then what was said; the question that the conversation ends with stands last."""
        said = [
            reply for number, file in enumerate(taken.files) for reply in await self._attach(file, number, talk, lease)
        ]
        heard = bool(taken.text or taken.payload)
        if heard:
            utterance = self._utterance(talk, lease.key.hex(), text=taken.text, payload=taken.payload)
            turn = await self._desk.conversations.say(utterance, self._desk.base_url)
            told = any(reply.text != self._desk.replies.text("fault.engine") for reply in turn.replies)
            return Said((*said, *taken.replies, *turn.replies), told)
        return Said((*said, *taken.replies), bool(taken.files))

    async def _attach(self, file: Checked, number: int, talk: Talk, lease: Lease) -> Sequence[Reply]:
        """A file that an attempt before this one kept is only told to the engine again."""
        utterance = self._utterance(talk, f"{lease.key.hex()[:48]}-file{number}")
        content = file.evidence.content
        if lease.attempts > 1 and (
            kept := await self._desk.store.run(lambda uow, _: leftover.kept_file(uow, talk.conversation, content))
        ):
            again = replace(utterance, payload=internal_payload("attach", id=kept))
            return (await self._desk.conversations.say(again, self._desk.base_url)).replies
        _, replies = await self._desk.conversations.attach(utterance, file)
        return replies

    def _utterance(self, talk: Talk, id: str, text: str = "", payload: str = "") -> Utterance:
        """The follower is the client: who has kept a draft here finds it without its code."""
        return Utterance(talk.conversation, SURFACE, talk.follower, text, payload, id)

    # --- how it looks ---------------------------------------------------------------------------------------------------------------

    async def shown(self, replies: Sequence[Reply], conversation: str) -> Answer:
        """What was answered beside the chat, as it looks in it."""
        return await self._shown(Said(tuple(replies), heard=True), conversation)

    async def _shown(self, said: Said, conversation: str) -> Answer:
        replies = tuple(map(self._desk.files.offer, said.replies))
        links = self._desk.links(conversation)
        render = partial(self._desk.renderer.render, replies, links=links, notices=self._desk.notices)
        draws = any(reply.roadmap for reply in replies)
        rendered = await run_sync(render) if draws else render()
        opens = said.heard or bool(rendered.options)
        pieces = tuple(Piece(each.text, each.image) for each in rendered.pieces)
        return Answer(pieces, rendered.offered.as_json() if opens else None)


def offered_of(talk: Talk) -> Offered:
    """What the last answer left open."""
    return Offered.of_json(talk.offered) if talk.offered else Offered()


def to_json(inbound: Inbound) -> str:
    """A message as it waits, sealed, for its turn."""
    return json.dumps({**asdict(inbound), "at": inbound.at.isoformat()}, ensure_ascii=False)


def from_json(text: str) -> Inbound:
    """What `to_json` wrote."""
    read = json.loads(text)
    read["at"] = datetime.fromisoformat(read["at"])
    read["kind"] = InboundKind(read["kind"])
    read["choices"] = tuple(TemplateChoice(**each) for each in read["choices"])
    return Inbound(**read)
