"""Sound that is kept: on disk what holds nothing of a citizen, in memory what does, for as long as the session lasts."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.speech.voice import OGG, WAV, Audio, MediaType

ENDS: dict[MediaType, str] = {WAV: ".wav", OGG: ".ogg"}
TYPES = {end: media_type for media_type, end in ENDS.items()}
MOST_OF_A_SESSION = 24
MOST_SESSIONS = 100


@dataclass(frozen=True)
class DiskCache:
    """Files named by voice and text; those that were played longest ago go when there are too many bytes."""

    folder: Path
    most_bytes: int

    def get(self, key: str) -> Audio | None:
        for end, media_type in TYPES.items():
            path = self.folder / f"{key}{end}"
            with contextlib.suppress(OSError):
                content = path.read_bytes()
                os.utime(path)
                return Audio(content, media_type)
        return None

    def put(self, key: str, audio: Audio) -> None:
        """Whole or not at all; a disk that is full or away only means that nothing is kept."""
        if len(audio.content) > self.most_bytes:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor, draft = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(descriptor, "wb") as file:
                file.write(audio.content)
            Path(draft).replace(self.folder / f"{key}{ENDS[audio.media_type]}")
            self._make_room()

    def _make_room(self) -> None:
        files = sorted(((path.stat(), path) for path in self.folder.iterdir()), key=lambda each: each[0].st_mtime)
        over = sum(stat.st_size for stat, _ in files) - self.most_bytes
        for stat, path in files:
            if over <= 0:
                return
            path.unlink(missing_ok=True)
            over -= stat.st_size


@dataclass
class Memory:
    """By session; bounded, and forgotten with it."""

    _sessions: OrderedDict[str, OrderedDict[str, Audio]] = field(default_factory=OrderedDict)

    def get(self, session: str, key: str) -> Audio | None:
        return self._sessions.get(session, OrderedDict()).get(key)

    def put(self, session: str, key: str, audio: Audio) -> None:
        kept = self._sessions.setdefault(session, OrderedDict())
        self._sessions.move_to_end(session)
        kept[key] = audio
        trim(kept, MOST_OF_A_SESSION)
        trim(self._sessions, MOST_SESSIONS)

    def forget(self, session: str) -> None:
        self._sessions.pop(session, None)

    def __len__(self) -> int:
        return len(self._sessions)

    def __contains__(self, session: object) -> bool:
        return session in self._sessions


def trim(kept: OrderedDict[str, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def key_of(voice: str, words: str) -> str:
    """What a piece of sound is kept under: the voice with its settings, and the words as they are said."""
    return hashlib.sha256(f"{voice}\0{words}".encode()).hexdigest()
