"""The register as the WeChat door uses it: each step in a thread, with its own unit of work and the moment it begins."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from anyio.to_thread import run_sync

from cases.database import Register, UnitOfWork
from cases.wechat import followers

AT_ONCE = 20
Outcome = TypeVar("Outcome")
Clock = Callable[[], datetime]


class Store:
    """One register, one clock.

    SQLite lets any of those in who wait for its lock, so a message could overtake the one before it: here they stand in line.
    """

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock
        self._line = asyncio.Semaphore(1 if register.engine.dialect.name == "sqlite" else AT_ONCE)

    async def run(self, step: Callable[[UnitOfWork, datetime], Outcome]) -> Outcome:
        """What the step comes to."""
        async with self._line:
            return await run_sync(self._in_unit_of_work, step)

    def _in_unit_of_work(self, step: Callable[[UnitOfWork, datetime], Outcome]) -> Outcome:
        with self._register.unit_of_work() as uow:
            return step(uow, self._clock())


def following(store: Store) -> Callable[[str], Awaitable[bool]]:
    """Whether somebody still follows the account, for the sender of notices."""

    async def is_following(openid: str) -> bool:
        return await store.run(lambda uow, _: followers.is_following(uow, openid))

    return is_following
