"""Sends what no passive reply carried, as customer-service messages, in order, within what the platform takes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.channels.wechat.faults import (
    AddressRefused,
    DayLimit,
    MinuteLimit,
    NotAuthorised,
    NotFollowing,
    OutOfWindow,
    OverCount,
    PlatformFault,
    Unsure,
    WrongAccountKind,
)
from bot.channels.wechat.store import Store
from cases.database import RegisterFault
from cases.wechat import outgoing
from cases.wechat.outgoing import Mark, Sending

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.2
REST_AFTER_LOOK = 0.1  # of many answers within a moment one look finds what follows them
AT_ONCE = 8
SEND_SECONDS = outgoing.LEASE.total_seconds() * 0.8
LONGEST_WAIT = 60.0
REST = {MinuteLimit: 20.0, DayLimit: 900.0}  # counted for the whole account
NOT_OURS = (NotAuthorised, AddressRefused, WrongAccountKind)  # somebody has to change the account's settings
REST_SECONDS = 600.0
CLOSED = (OutOfWindow, OverCount)


class Messages(Protocol):
    """The part of the API client that writes to citizens."""

    async def send_text(self, openid: str, text: str) -> None:
        """A text; PlatformFault."""

    async def send_image(self, openid: str, media_id: str) -> None:
        """An uploaded image; PlatformFault."""

    async def upload_image(self, content: bytes) -> str:
        """Its media id; PlatformFault."""


class Sender:
    """One in each process; what it sends it holds by a lease."""

    def __init__(self, store: Store, platform: Messages) -> None:
        self._store = store
        self._platform = platform
        self._news = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._rests_until = 0.0
        self._refused_until = 0.0

    def works(self) -> bool:
        """Whether the account may send at all, as far as is known."""
        return time.monotonic() >= self._refused_until

    def wake(self) -> None:
        """There may be something to send."""
        self._news.set()

    async def run(self) -> None:
        """Until it is cancelled; what is being sent then is sent to its end by `aclose`."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)
            self._news.clear()
            if time.monotonic() < self._rests_until or len(self._busy) >= AT_ONCE:
                continue
            try:
                self._begin(await self._store.run(outgoing.sendable))
            except RegisterFault as fault:
                logger.error("wechat: nothing can be sent, the register is away: %s", type(fault).__name__)
            await asyncio.sleep(REST_AFTER_LOOK)

    async def aclose(self) -> None:
        """What is on its way arrives; nothing new leaves."""
        self._rests_until = float("inf")
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _begin(self, followers: list[str]) -> None:
        for follower in followers:
            if follower not in self._busy and len(self._busy) < AT_ONCE:
                task = asyncio.create_task(self._send_all(follower))
                self._busy[follower] = task
                task.add_done_callback(partial(self._ended, follower))

    def _ended(self, follower: str, task: asyncio.Task[None]) -> None:
        self._busy.pop(follower, None)
        self._news.set()

    async def _send_all(self, follower: str) -> None:
        try:
            while time.monotonic() >= self._rests_until:
                sending = await self._store.run(lambda uow, now: outgoing.lease(uow, follower, now))
                if sending is None or not await self._send(sending):
                    return
        except RegisterFault as fault:  # the lease says that nobody knows whether it was sent
            logger.error("wechat: the register is away while sending: %s", type(fault).__name__)

    async def _send(self, sending: Sending) -> bool:
        """Whether the next one may follow."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._write(sending)
        except TimeoutError:
            await self._lay_aside(sending, Mark.UNSURE)
            return False
        except PlatformFault as fault:
            logger.warning("wechat: a message was not sent: %s", fault)
            await self._failed(sending, fault)
            return False
        await self._store.run(lambda uow, now: outgoing.sent(uow, sending, now))
        return True

    async def _write(self, sending: Sending) -> None:
        if sending.piece.text:
            await self._platform.send_text(sending.openid, sending.text)
            return
        try:
            media_id = await self._platform.upload_image(sending.piece.image)
        except Unsure as fault:
            raise Unsure(fault.code or -1) from None  # an upload may be done twice
        await self._platform.send_image(sending.openid, media_id)

    async def _failed(self, sending: Sending, fault: PlatformFault) -> None:
        """Wait for the next message, come again later, or give up sending it."""
        if isinstance(fault, CLOSED):
            await self._store.run(lambda uow, now: outgoing.exhaust(uow, sending, now))
        elif isinstance(fault, NotFollowing):
            await self._store.run(lambda uow, now: outgoing.unfollowed(uow, sending, now))
        elif isinstance(fault, Unsure) and not fault.code:
            await self._lay_aside(sending, Mark.UNSURE)
        elif isinstance(fault, NOT_OURS):
            self._rests_until = self._refused_until = time.monotonic() + REST_SECONDS
            await self._postpone(sending, fault, REST_SECONDS)
        elif fault.temporary:
            await self._postpone(sending, fault, self._wait_after(sending, fault))
        else:
            await self._lay_aside(sending, Mark.REFUSED)

    def _wait_after(self, sending: Sending, fault: PlatformFault) -> float:
        if rest := REST.get(type(fault)):
            self._rests_until = time.monotonic() + rest
            return rest
        return float(min(2 ** (sending.attempts - 1), LONGEST_WAIT))

    async def _postpone(self, sending: Sending, fault: PlatformFault, seconds: float) -> None:
        later = timedelta(seconds=seconds)
        await self._store.run(lambda uow, now: outgoing.postpone(uow, sending, str(fault), now + later))

    async def _lay_aside(self, sending: Sending, mark: Mark) -> None:
        await self._store.run(lambda uow, _: outgoing.lay_aside(uow, sending, mark))
