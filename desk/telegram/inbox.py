"""The queue between Telegram and the door: a few workers, a bound on what waits, and no update twice."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Update

from desk.telegram.door import Door

WORKERS = 4
MOST_WAITING = 500
MOST_REMEMBERED = 2000


class Inbox:
    """Takes updates and has them handled."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._waiting: asyncio.Queue[Update] = asyncio.Queue(MOST_WAITING)
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def put(self, update: Update) -> None:
        """Waits while too much is waiting."""
        if self._is_new(update):
            await self._waiting.put(update)

    def offer(self, update: Update) -> bool:
        """False where too much is waiting: whoever brings it comes again."""
        if self._waiting.full():
            return False
        if self._is_new(update):
            self._waiting.put_nowait(update)
        return True

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The workers, as long as the block runs."""
        tasks = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            await self._door.handle(await self._waiting.get())

    def _is_new(self, update: Update) -> bool:
        if update.update_id in self._seen:
            return False
        self._seen[update.update_id] = None
        while len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return True
