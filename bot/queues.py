"""One message at a time in a conversation, in the order they came; conversations do not wait for each other."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.errors import Refusal
from knowledge.reply import Reply
from petition.errors import UnknownConversation

REMEMBERED = 2000
WAIT_SECONDS = 2


@dataclass
class Line:
    """The queue of one conversation, and what its last message was answered: a message that is sent again gets that, and so does
    a look for news."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0
    closed: bool = False
    last_id: str = ""
    last_replies: tuple[Reply, ...] = ()
    last_look: str = ""
    last_news: tuple[Reply, ...] = ()

    def remember(self, message_id: str, replies: tuple[Reply, ...]) -> None:
        self.last_id, self.last_replies = message_id, replies

    def answered(self, message_id: str) -> tuple[Reply, ...]:
        """The replies given to the same message before; nothing for a new one."""
        return self.last_replies if message_id and message_id == self.last_id else ()


class Queues:
    """The lines of all conversations; an asyncio.Lock lets its waiters in first come, first served."""

    def __init__(self, most_waiting: int, remembered: int = REMEMBERED) -> None:
        self._most_waiting = most_waiting
        self._remembered = remembered
        self._lines: OrderedDict[str, Line] = OrderedDict()

    @asynccontextmanager
    async def turn(self, conversation: str) -> AsyncIterator[Line]:
        """Wait for one's turn; Refusal (429) where too many wait, UnknownConversation where it was ended meanwhile."""
        line = self._line(conversation)
        if line.inside > self._most_waiting:
            raise Refusal(429, "fault.busy", retry_after=WAIT_SECONDS)
        async with self._inside(line):
            if line.closed:
                raise UnknownConversation()
            yield line

    @asynccontextmanager
    async def last_turn(self, conversation: str) -> AsyncIterator[None]:
        """The turn that ends the conversation: it is never refused, and nobody comes after it."""
        line = self._line(conversation)
        async with self._inside(line):
            line.closed = True
            line.remember("", ())
            yield

    @asynccontextmanager
    async def _inside(self, line: Line) -> AsyncIterator[None]:
        line.inside += 1
        try:
            async with line.lock:
                yield
        finally:
            line.inside -= 1

    def _line(self, conversation: str) -> Line:
        line = self._lines.setdefault(conversation, Line())
        self._lines.move_to_end(conversation)
        idle = (key for key, each in self._lines.items() if each.inside == 0 and each is not line)
        if len(self._lines) > self._remembered and (oldest := next(idle, None)):
            del self._lines[oldest]
        return line
