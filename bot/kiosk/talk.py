"""A session and its conversation: begin, say, hear again, call a person, keep the draft, end. Masked before it is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass

from fastapi import Request

from bot.bootstrap import Services
from bot.engine import Utterance
from bot.kiosk.masking import button_title, exchange
from bot.kiosk.pages import texts_of
from bot.kiosk.screens import slip_facts
from bot.kiosk.session import KioskSession, KioskSessions, left_here, session_of, sessions_of
from bot.kiosk.texts import Texts
from bot.normalise import clean_text
from bot.payloads import clean_payload
from bot.uploads import Evidence
from knowledge.reply import Kind, Reply
from petition.errors import CaseNotFound, LockedOut, UnknownConversation

SURFACE = "kiosk"
HELP = "/help"


@dataclass(frozen=True)
class Said:
    """What the citizen typed, or the button that they touched."""

    text: str = ""
    payload: str = ""


@dataclass
class Talk:
    """What a route does with the session of a request."""

    services: Services
    session: KioskSession
    client: str
    base_url: str
    texts: Texts

    async def say(self, said: Said, turn: int) -> bool:
        """One turn, once: the same number again is answered as before. False where the engine is away; Refusal (422, 429)."""
        said = Said(clean_text(said.text)) if said.text else Said(payload=clean_payload(said.payload))
        async with self.session.lock:
            if turn <= self.session.turn:
                return True
            await self.services.limits.message(self.session.conversation)
            replies = await self.hear(said, self.session.message_id(turn))
            if replies is None:
                return False
            self.session.turn = turn
            await self.take(said, replies)
            return True

    async def hear(self, said: Said, id: str) -> tuple[Reply, ...] | None:
        """What the assistant says to it; None where it is away."""
        utterance = Utterance(self.session.conversation, SURFACE, self.client, said.text, said.payload, id)
        turn = await self.services.conversations.say(utterance, self.base_url)
        away = self.services.replies.text("fault.engine")
        if any(reply.kind == Kind.NOTICE and reply.text == away for reply in turn.replies):
            return None
        return tuple(turn.replies)

    async def take(self, said: Said, replies: tuple[Reply, ...]) -> None:
        """The session after a turn."""
        session = self.session
        words = said.text or button_title(said.payload, session.replies)
        if not session.fresh:
            words = ""  # after a restart nobody knows which question it answers: it may be a name
        session.show(exchange(words, session.question, replies))
        session.replies, session.fresh, session.screen, session.expects = replies, True, "talk", ""
        asks = session.question.asks if session.question else None
        if asks is None:
            session.asked = []
        elif asks in session.asked:
            session.asked = session.asked[: session.asked.index(asks) + 1]
        else:
            session.asked = [*session.asked, asks]
        if any(reply.kind in (Kind.HANDOFF, Kind.SAFETY) for reply in replies):
            session.with_person = True
        if filed := next((reply for reply in replies if reply.receipt), None):
            await self.take_receipt(filed)

    async def take_receipt(self, filed: Reply) -> None:
        """The receipt with the first day that counts; it can be printed again as long as the session lasts."""
        assert filed.receipt is not None
        number, code = str(filed.receipt["number"]), str(filed.receipt["query_code"])
        try:
            view = await self.services.records.case(number, code, self.client)
        except (CaseNotFound, LockedOut):
            view = None
        self.session.receipt = slip_facts(filed.receipt, view, self.texts, self.base_url)
        self.session.screen, self.session.asked = "receipt", []

    async def again(self) -> None:
        """After a restart: the engine repeats its answer to the last message, or says help and puts its question again."""
        session = self.session
        async with session.lock:
            if session.fresh or not session.turn:
                return
            replies = await self.hear(Said(payload=HELP), session.message_id(session.turn))
            if replies is not None:
                await self.take(Said(), replies)

    async def back(self, turn: int) -> bool:
        """The question before this one, put again by the form's own command; False where there is none."""
        asked = [each for each in self.session.asked if each not in ("consent", "confirm")]
        current = self.session.question
        if current and current.asks in asked:
            asked = asked[: asked.index(current.asks)]
        if not current or not asked:
            return False
        return await self.say(Said(payload=f"/correct{json.dumps({'slot': asked[-1]})}"), turn)

    async def person(self) -> tuple[Reply, ...]:
        """Staff are called; the question of the form stays where it was, and so does the turn number."""
        async with self.session.lock:
            id = f"{self.session.id}-person-{self.session.turn}"
            replies = await self.hear(Said(payload="/handoff"), id) or ()
        self.session.with_person = self.session.with_person or bool(replies)
        return tuple(each for each in replies if each.kind == Kind.HANDOFF)

    async def keep(self, turn: int) -> bool:
        """Stop and keep what was told, under a code."""
        return await self.say(Said(payload="/cancel"), turn) and await self.say(Said(payload="/keep"), turn + 1)

    async def attach(self, evidence: Evidence) -> tuple[Reply, ...]:
        """A photo or a paper, by the same checks as everywhere; Refusal."""
        await self.services.limits.message(self.session.conversation)
        checked = await self.services.uploads.check(evidence)
        utterance = Utterance(self.session.conversation, SURFACE, self.client)
        _, replies = await self.services.conversations.attach(utterance, checked)
        async with self.session.lock:
            self.session.turn += 1
            await self.take(Said(), replies)
        return replies

    async def news(self) -> bool:
        """What staff said meanwhile goes into the conversation; False where there is nothing."""
        said, self.session.with_person = await self.services.records.news(self.session.conversation)
        for each in said:
            self.session.show(exchange("", None, [Reply(kind=Kind.HANDOFF, text=each)]))
        return bool(said)


async def talk_of(request: Request, services: Services, client: str, base_url: str) -> Talk:
    """The talk of this kiosk; a new one where there is none. Refusal (429)."""
    session = session_of(request)
    if session is not None and await open_still(services, session):
        return Talk(services, session, client, base_url, texts_of(request))
    if over := session or left_here(request):
        await leave(services, sessions_of(request), over)
    await services.limits.conversation(client)
    opened = await services.conversations.open(SURFACE)
    begun = sessions_of(request).begin(opened.conversation, opened.token)
    return Talk(services, begun, client, base_url, texts_of(request))


async def open_still(services: Services, session: KioskSession) -> bool:
    """Whether the conversation is there."""
    try:
        await services.conversations.authenticate(session.conversation, session.token)
    except UnknownConversation:
        return False
    return True


async def leave(services: Services, sessions: KioskSessions, session: KioskSession) -> None:
    """Nothing of it is left on the server, except what was filed or kept; its cookie opens nothing any more."""
    sessions.drop(session.id)
    await end(services, session)


async def end(services: Services, session: KioskSession) -> None:
    """The conversation of a session that is taken out."""
    if await open_still(services, session):
        await services.conversations.close(session.conversation)


async def sweep(services: Services, sessions: KioskSessions) -> None:
    """End the sessions that nobody has touched for too long."""
    for session in sessions.overdue():
        await end(services, session)
