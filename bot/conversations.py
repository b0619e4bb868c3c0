"""The conversation service: every channel opens, continues and ends a conversation here."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from anyio.to_thread import run_sync

from bot.engine import Engine, Heard, Utterance
from bot.erasures import Erasures
from bot.errors import EngineFault, Refusal
from bot.metrics import Metrics
from bot.payloads import internal_payload
from bot.queues import Queues
from bot.receipts import with_qr
from bot.records import Records
from bot.uploads import Checked
from bot.watch import Watch
from cases.attachments import StoredAttachment
from cases.takeover import Silence
from knowledge.replies import Replies
from knowledge.reply import Button, Kind, Reply

logger = logging.getLogger(__name__)
START = (
    ("button.ask", "/help"),
    ("button.file", "/file"),
    ("button.status", "/status"),
    ("button.roadmap", f"/ask{json.dumps({'topic': 'petition.roadmap'})}"),
)


@dataclass(frozen=True)
class Opened:
    """A new conversation, the secret half of it, and the greeting."""

    conversation: str
    token: str = field(repr=False)
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Turn:
    """The replies to one message and where its milliseconds went."""

    replies: tuple[Reply, ...]
    spent_ms: Mapping[str, float] = field(default_factory=dict)
    engine_ms: float = 0.0


class Conversations:
    """Conversations of all surfaces; `base_url` is where a receipt's QR code leads."""

    def __init__(
        self,
        replies: Replies,
        records: Records,
        watch: Watch,
        engine: Engine,
        erasures: Erasures,
        queues: Queues,
        metrics: Metrics,
    ) -> None:
        self._replies = replies
        self._records = records
        self._watch = watch
        self._engine = engine
        self._erasures = erasures
        self._queues = queues
        self._metrics = metrics

    async def open(self, surface: str) -> Opened:
        """Greet; the engine is not needed for that."""
        conversation, token = await self._records.open(surface)
        self._metrics.open_conversations.inc()
        buttons = [Button(title=self._replies.text(key), payload=payload) for key, payload in START]
        return Opened(conversation, token, (self._replies.say(Kind.GREETING, "greeting", buttons),))

    async def authenticate(self, conversation: str, token: str) -> str:
        """The surface; UnknownConversation for an unknown conversation and a wrong token alike."""
        return await self._records.authenticate(conversation, token)

    async def say(self, utterance: Utterance, base_url: str) -> Turn:
        """One message, after those before it; an engine that is away is told in a notice."""
        async with self._queues.turn(utterance.conversation) as line:
            if known := line.answered(utterance.id):
                return Turn(known)
            silence = await self._records.hear_for_clerk(utterance.conversation, utterance.text or utterance.payload)
            if silence:
                replies = (*await self._watch.over(utterance.conversation, utterance.text), *self._silent(silence))
                line.remember(utterance.id, replies)
                return Turn(replies)
            started = time.perf_counter()
            try:
                heard = await self._engine.hear(utterance)
            except EngineFault:
                return self._apologise((time.perf_counter() - started) * 1000)
            replies = tuple(with_qr(reply, base_url) for reply in heard.replies)
            line.remember(utterance.id, replies)
        return Turn(replies, heard.spent_ms, heard.whole_ms)

    def _silent(self, silence: Silence) -> tuple[Reply, ...]:
        """While a clerk has the conversation: said once, then nothing but what the clerk says (a danger aside, see Watch)."""
        told = [self._replies.say(Kind.HANDOFF, "takeover.taken")] if silence.first else []
        return (*told, *(Reply(kind=Kind.HANDOFF, text=each) for each in silence.said))

    async def news(self, conversation: str, look: str) -> tuple[tuple[Reply, ...], bool]:
        """What staff said meanwhile, and whether they have or are to take the conversation; the same `look` gets the same again."""
        async with self._queues.turn(conversation) as line:
            said, with_person = await self._records.news(conversation)
            replies = tuple(Reply(kind=Kind.HANDOFF, text=each) for each in said)
            if look and look == line.last_look:
                replies = (*line.last_news, *replies)
            line.last_look, line.last_news = look, replies
        return replies, with_person

    def _apologise(self, engine_ms: float) -> Turn:
        self._metrics.faults.labels("engine").inc()
        return Turn((self.notice("fault.engine"),), engine_ms=engine_ms)

    def notice(self, key: str) -> Reply:
        """A notice in place of an answer."""
        self._metrics.notices.inc()
        return self._replies.say(Kind.NOTICE, key)

    async def attach(self, utterance: Utterance, checked: Checked) -> tuple[StoredAttachment, tuple[Reply, ...]]:
        """Keep a file and tell the engine; a file that the engine cannot note is not kept, and the citizen is told."""
        async with self._queues.turn(utterance.conversation):
            stored = await self._records.store(utterance.conversation, checked)
            try:
                heard = await self._note(utterance, stored)
            except EngineFault:
                self._metrics.faults.labels("engine").inc()
                await self._records.take_back(stored)
                raise Refusal(503, "api.attachment.again") from None
            told = self._replies.text("takeover.attached")
            silence = await self._records.hear_for_clerk(utterance.conversation, told)
        spoken = tuple(reply for reply in heard.replies if reply.kind != Kind.UNKNOWN)
        if silence:  # the draft holds it; the assistant's question has to wait
            spoken = self._silent(silence)
        return stored, (self._replies.say(Kind.NOTICE, checked.told), *spoken)

    async def _note(self, utterance: Utterance, stored: StoredAttachment) -> Heard:
        return await self._engine.hear(replace(utterance, payload=internal_payload("attach", id=stored.id)))

    async def close(self, conversation: str) -> None:
        """Nothing is left of it here; an engine that is away forgets it when it is back.

        Where somebody is in danger it is only locked, and erased once staff have closed their flag.
        """
        async with self._queues.last_turn(conversation):
            await run_sync(self._erasures.promise, conversation)
            self._metrics.open_conversations.dec()
            await self._erase(conversation)

    async def catch_up(self) -> None:
        """Keep the promises to forget that could not be kept at once; what fails waits for the next time."""
        due = await run_sync(self._erasures.due)
        if not due or not await self._engine.ready():
            return
        for conversation in due:
            await self._erase(conversation)

    async def _erase(self, conversation: str) -> None:
        """Keep the promise, unless staff still need the conversation: then it waits for the next time."""
        if await self._records.kept_for_staff(conversation):
            return
        await self._records.erase(conversation)
        await self._forget(conversation)

    async def _forget(self, conversation: str) -> None:
        try:
            await self._engine.forget(conversation)
        except EngineFault:
            self._metrics.faults.labels("engine").inc()
            return
        await run_sync(self._erasures.keep, conversation)
