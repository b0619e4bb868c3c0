"""The door of the WeChat account: every message is written down first, answered once, in time or later."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.channels.wechat import wire
from bot.channels.wechat.dialogue import Dialogue, to_json
from bot.channels.wechat.inbound import Inbound, InboundKind
from bot.channels.wechat.sending import Sender
from bot.channels.wechat.store import Store
from bot.channels.wechat.turns import ANSWER_WITHIN, Gone, Turns, Waiter
from bot.channels.wechat.wire import Account, Query
from cases.wechat import beside, followers, inbox, leftover, outgoing
from cases.wechat.followers import Window
from cases.wechat.inbox import Received
from knowledge.reply import Reply

logger = logging.getLogger(__name__)
Close = Callable[[], Awaitable[None]]
LOOK_SECONDS = 0.4
CLERKS_EVERY, FORGET_EVERY = 4, 150  # looks
WINDOWS = {
    InboundKind.CLICK: Window.CLICKED,
    InboundKind.SUBSCRIBE: Window.CLICKED,
    InboundKind.SCAN: Window.CLICKED,
    InboundKind.CODE_SCANNED: Window.OTHER,
}
# The platform tells us, the citizen said nothing.
UNANSWERED = frozenset(
    {
        InboundKind.VIEW,
        InboundKind.POSITION,
        InboundKind.PICKER,
        InboundKind.TEMPLATE_SENT,
        InboundKind.TEMPLATE_CHOICE,
    }
)


@dataclass(frozen=True)
class Passive:
    """The body of a response that carries an answer; `key` names the message, None where nothing was written down."""

    body: bytes = field(repr=False)
    key: bytes | None = None


class Adapter:
    """One account; several processes may serve it together. `close` gives back what it was built with."""

    def __init__(self, account: Account, store: Store, dialogue: Dialogue, sender: Sender | None, close: Close) -> None:
        self._account = account
        self._store = store
        self._dialogue = dialogue
        self._sender = sender
        self._close = close
        self._turns = Turns(store, dialogue.answer, pushes=self._pushes, answered=self._wake)
        self._jobs: list[asyncio.Task[None]] = []

    # --- requests -------------------------------------------------------------------------------------------------------------------

    def verify(self, query: Query) -> str:
        """What the platform wants to read back; WireFault."""
        return wire.verify_url(self._account, query, datetime.now(UTC))

    def read(self, query: Query, body: bytes) -> Inbound:
        """The message of a request; WireFault."""
        return wire.read(self._account, query, body, datetime.now(UTC))

    async def answer(self, inbound: Inbound, gone: Gone, arrived: float) -> Passive | None:
        """The passive reply; None where the platform is only told `success`. `arrived`: when the request came (monotonic)."""
        if inbound.kind in UNANSWERED or (inbound.kind is InboundKind.UNKNOWN and inbound.event):
            return None
        try:
            return await self._answer(inbound, Waiter(arrived + ANSWER_WITHIN, gone))
        except Exception as error:  # the outer edge of the channel
            logger.error("wechat: a message could not be written down: %s", type(error).__name__)
            return Passive(self._body(inbound, self._dialogue.apology))

    async def _answer(self, inbound: Inbound, waiter: Waiter) -> Passive | None:
        if inbound.kind is InboundKind.UNSUBSCRIBE:
            await self._store.run(lambda uow, _: followers.unfollow(uow, inbound.openid, inbound.at))
            return None
        received = await self._receive(inbound)
        text = await self._turns.join(received, waiter)
        return Passive(self._body(inbound, text), received.key) if text else None

    async def _receive(self, inbound: Inbound) -> Received:
        body, window = to_json(inbound), WINDOWS.get(inbound.kind, Window.SAID)
        return await self._store.run(
            lambda uow, now: inbox.receive(uow, inbound.key, inbound.openid, body, window=window, now=now)
        )

    def _body(self, inbound: Inbound, text: str) -> bytes:
        return wire.passive_text(self._account, inbound, text, datetime.now(UTC))

    async def arrived(self, passive: Passive) -> None:
        """The response was written."""
        if (key := passive.key) is not None:
            await self._store.run(lambda uow, now: inbox.arrived(uow, key, pictures=self._pushes(), now=now))
            self._wake()

    async def came_back(self, passive: Passive) -> None:
        """The platform had hung up before it could be written."""
        if (key := passive.key) is not None:
            await self._store.run(lambda uow, now: inbox.came_back(uow, key, now))

    # --- beside the chat ------------------------------------------------------------------------------------------------------------

    async def tell(self, conversation: str, replies: Sequence[Reply], key: str) -> None:
        """What was answered on a page for phones stands in the chat as well; once for each key."""
        answer = await self._dialogue.shown(replies, conversation)
        await self._store.run(lambda uow, now: beside.tell(uow, conversation, key, answer, now))

    async def tell_together(self, conversation: str, replies: Sequence[Reply]) -> None:
        """Of what follows each other within seconds, such as the photos of one upload, the last is told."""
        answer = await self._dialogue.shown(replies, conversation)
        await self._store.run(lambda uow, now: beside.tell_together(uow, conversation, answer, now))

    # --- jobs -----------------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to look after what waits, in the running loop."""
        jobs = [self._look_after(), *([self._sender.run()] if self._sender else [])]
        self._jobs = [asyncio.create_task(job) for job in jobs]

    async def aclose(self) -> None:
        """Let end what is under way; the rest lies in the register for whoever runs next."""
        for job in self._jobs:
            job.cancel()
        for job in self._jobs:
            with contextlib.suppress(asyncio.CancelledError):
                await job
        await self._turns.aclose()
        if self._sender:
            await self._sender.aclose()
        await self._close()

    async def _look_after(self) -> None:
        """What a crash, a lost connection or the clock leaves behind, and what clerks say."""
        looks = 0
        while True:
            try:
                await self._look(looks)
            except Exception as error:  # the outer edge of a job
                logger.error("wechat: could not look after what waits: %s", type(error).__name__)
            looks += 1
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, looks: int) -> None:
        found = await self._store.run(leftover.overdue)
        for follower in found.followers:
            self._turns.work(follower)
        for key in found.answers:
            await self._defer(key)
        for key in found.arrived:
            await self.arrived(Passive(b"", key))
        if looks % CLERKS_EVERY == 0:
            await self._store.run(outgoing.take_over_clerks_words)
        if looks % FORGET_EVERY == 0:
            await self._store.run(leftover.forget)

    async def _defer(self, key: bytes) -> None:
        await self._store.run(lambda uow, now: inbox.defer(uow, key, pictures=self._pushes(), now=now))
        self._wake()

    def _pushes(self) -> bool:
        return self._sender is not None and self._sender.works()

    def _wake(self) -> None:
        if self._sender:
            self._sender.wake()
