"""Reading aloud: a recording where there is one, else the voice; kept where it may be; never more at once than the machine bears."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.speech.cache import DiskCache, Memory, key_of
from bot.speech.recorded import Recorded
from bot.speech.sources import Published, Source
from bot.speech.spoken import Spoken, cut
from bot.speech.tables import Bounds
from bot.speech.voice import Audio, SpeechFault, Voice

logger = logging.getLogger(__name__)


class Crowded(SpeechFault):
    """Too many wait for the voice already."""


@dataclass(frozen=True)
class Passage:
    """A text in the pieces in which it is played; `session`: whose memory may keep what is a citizen's."""

    pieces: tuple[str, ...]
    source: Source
    session: str = ""


@dataclass
class Speech:
    """The voice of one server."""

    voice: Voice | None
    spoken: Spoken
    recorded: Recorded
    bounds: Bounds
    disk: DiskCache
    memory: Memory = field(default_factory=Memory)
    published: Published | None = None  # until it is there nothing is kept on disk
    _waiting: int = 0

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.bounds.at_once)

    def available(self) -> bool:
        """Whether anything can be played at all; where not, no button stands on the screen."""
        return len(self.recorded) > 0 or (self.voice is not None and self.voice.available())

    def passage(self, text: str, source: Source, session: str = "", *, rest: str = "", after: str = "") -> Passage:
        """A text of any length; `rest` is said where it is too long to be read to its end, `after` in any case."""
        if self.recorded.of(text):
            return Passage((text, *filter(None, [after])), source, session)
        pieces = cut(text[: self.bounds.longest], self.bounds.first_piece, self.bounds.piece)
        more = [rest] if len(text) > self.bounds.longest else []
        said = [each for each in (*pieces, *more, after) if each and self.spoken(each)]
        return Passage(tuple(said), source, session)

    async def say(self, passage: Passage, part: int) -> Audio:
        """One piece as sound; SpeechFault where there is none."""
        piece = passage.pieces[part]
        recording = self.recorded.of(piece)
        if recording:
            return recording
        if self.voice is None:
            raise SpeechFault("there is no voice")
        words = self.spoken(piece)
        key = key_of(f"{self.voice.name} {self.voice.settings}", words)
        if passage.source is Source.OFFICE and self.published is not None and self.published.holds(piece):
            return await self._from_disk(self.voice, key, words)
        return await self._from_memory(self.voice, passage.session, key, words)

    def forget(self, session: str) -> None:
        """Nothing that a citizen heard stays."""
        self.memory.forget(session)

    async def _from_disk(self, voice: Voice, key: str, words: str) -> Audio:
        kept = await asyncio.to_thread(self.disk.get, key)
        if kept is None:
            kept = await self._make(voice, words)
            await asyncio.to_thread(self.disk.put, key, kept)
        return kept

    async def _from_memory(self, voice: Voice, session: str, key: str, words: str) -> Audio:
        kept = self.memory.get(session, key) if session else None
        if kept is None:
            kept = await self._make(voice, words)
            if session:
                self.memory.put(session, key, kept)
        return kept

    async def _make(self, voice: Voice, words: str) -> Audio:
        if self._waiting >= self.bounds.waiting:
            raise Crowded("too many wait for the voice")
        self._waiting += 1
        try:
            async with self._place():
                return await voice.speak(words)
        except SpeechFault as fault:
            logger.warning("nothing was read aloud: %s", fault)
            raise
        finally:
            self._waiting -= 1

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.bounds.seconds):
                await self._places.acquire()
        except TimeoutError:
            raise Crowded("the voice is busy for too long") from None
        try:
            yield
        finally:
            self._places.release()
