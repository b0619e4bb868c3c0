"""A citizen's messages one after the other, in this process or in another, and each answer to one waiting response.

A response waits for its answer until 4.0 s after the request came; then the platform is told `success` and the answer is sent later.
A repetition of a message waits for the same turn.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.wechat.store import Store
from cases.database import RegisterFault
from cases.wechat import inbox
from cases.wechat.answers import Answer
from cases.wechat.inbox import Handed, Lease, Received, State

logger = logging.getLogger(__name__)
ANSWER_WITHIN = 4.0  # of the platform's five seconds
LOOK_SECONDS = 0.15
RENEW_SECONDS = inbox.LEASE.total_seconds() / 3
STOP_SECONDS = 9.0  # a turn that is under way may end

Think = Callable[[Lease], Awaitable[Answer]]
Gone = Callable[[], Awaitable[bool]]


@dataclass(eq=False)
class Waiter:
    """A response that is open: until when, and whether the platform has hung up."""

    until: float
    gone: Gone
    answer: asyncio.Future[Handed] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    chosen: bool = False

    @property
    def left(self) -> float:
        """Seconds in which it can still be answered."""
        return self.until - time.monotonic()


class Turns:
    """`think` makes the answer to a message and never fails; `pushes`: whether the account may send customer-service messages now."""

    def __init__(self, store: Store, think: Think, *, pushes: Callable[[], bool], answered: Callable[[], None]) -> None:
        self._store = store
        self._think = think
        self._pushes = pushes
        self._answered = answered
        self._waiters: dict[bytes, list[Waiter]] = {}
        self._thinking: set[bytes] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._active: Counter[str] = Counter()
        self._stopped = False

    async def join(self, received: Received, waiter: Waiter) -> str | None:
        """The text that this response carries; None where it carries none."""
        if received.state is State.DONE:
            return None
        self._waiters.setdefault(received.key, []).append(waiter)
        try:
            if received.state is State.WAITING:
                self.work(received.follower, received.lease)
            return await self._wait(received.key, waiter)
        finally:
            self._leave(received.key, waiter)

    def work(self, follower: str, lease: Lease | None = None) -> None:
        """Go through the follower's messages; where others do that already they end with them."""
        if self._stopped or (lease is None and self._active[follower]):
            return
        self._active[follower] += 1
        task = asyncio.create_task(self._work(follower, lease))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Let the turns under way end; what does not is taken over by whoever runs next."""
        self._stopped = True
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    # --- waiting ------------------------------------------------------------------------------------------------------------------

    async def _wait(self, key: bytes, waiter: Waiter) -> str | None:
        while waiter.left > 0 or waiter.chosen:
            patience = None if waiter.chosen else min(LOOK_SECONDS, max(waiter.left, 0))
            await asyncio.wait({waiter.answer}, timeout=patience)
            if waiter.answer.done():
                if not (handed := waiter.answer.result()).later:
                    return handed.text
                waiter.answer, waiter.chosen = asyncio.get_running_loop().create_future(), False
            if key not in self._thinking and not waiter.chosen:
                state, text = await self._look(key, waiter)
                if text or state is State.DONE:
                    return text
        return None

    async def _look(self, key: bytes, waiter: Waiter) -> tuple[State, str | None]:
        """How far the message is, where another process may have answered it; its answer, if nobody has carried it."""
        state = await self._store.run(lambda uow, now: inbox.state_of(uow, key, now))
        if state is not State.ANSWERED or waiter.left <= 0 or await waiter.gone():
            return state, None
        handed = await self._store.run(lambda uow, now: inbox.fetch(uow, key, pushes=self._pushes(), now=now))
        return state, handed.text

    def _leave(self, key: bytes, waiter: Waiter) -> None:
        others = self._waiters[key]
        others.remove(waiter)
        if not others:
            del self._waiters[key]

    async def _choose(self, key: bytes) -> Waiter | None:
        """The response that carries the answer: one that the platform still listens to."""
        for waiter in reversed(self._waiters.get(key, [])):
            if waiter.left > 0 and not waiter.answer.done() and not await waiter.gone():
                waiter.chosen = True
                return waiter
        return None

    # --- working ------------------------------------------------------------------------------------------------------------------

    async def _work(self, follower: str, lease: Lease | None) -> None:
        try:
            while not self._stopped or lease:
                lease = lease or await self._store.run(lambda uow, now: inbox.lease(uow, follower, now))
                if lease is None:
                    return
                await self._turn(lease)
                lease = None
        except RegisterFault as fault:  # the lease runs out, and the turn is taken up again
            logger.error("wechat: the register is away: %s", type(fault).__name__)
        finally:
            self._active[follower] -= 1
            if not self._active[follower]:
                del self._active[follower]

    async def _turn(self, lease: Lease) -> None:
        self._thinking.add(lease.key)
        try:
            held, answer = await self._think_holding(lease)
            if held and answer:
                await self._finish(held, answer)
        finally:
            self._thinking.discard(lease.key)

    async def _think_holding(self, lease: Lease) -> tuple[Lease | None, Answer | None]:
        """The answer, and the lease as it was renewed meanwhile; neither where somebody else took over."""
        turn = asyncio.ensure_future(self._think(lease))
        held = lease
        try:
            while not (await asyncio.wait({turn}, timeout=RENEW_SECONDS))[0]:
                if (longer := await self._renew(held)) is None:
                    return None, None
                held = longer
            return held, turn.result()
        finally:
            if not turn.done():
                turn.cancel()

    async def _renew(self, held: Lease) -> Lease | None:
        return await self._store.run(lambda uow, now: inbox.renew(uow, held, now))

    async def _finish(self, lease: Lease, answer: Answer) -> None:
        waiter = await self._choose(lease.key)
        handed = Handed()
        try:
            handed = await self._store.run(
                lambda uow, now: inbox.finish(
                    uow, lease, answer, hand_over=waiter is not None, pushes=self._pushes(), now=now
                )
            )
        finally:
            if waiter:
                waiter.answer.set_result(handed)
        self._answered()
