"""Texts that a person has spoken: a folder of sound files, named by a key of the catalogue or by the hash of a text.

`python -m bot.speech.recorded "文字"` says what the file of a text is called.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.speech.voice import OGG, WAV, Audio, MediaType

TYPES: dict[str, MediaType] = {".wav": WAV, ".ogg": OGG}


def name_of(text: str) -> str:
    """The hash of a text, whatever its blanks: 16 hexadecimal digits."""
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Recorded:
    """Sound files by the hash of their text; they are read when they are played."""

    files: Mapping[str, Path]

    def of(self, text: str) -> Audio | None:
        """The recording of a text, if there is one."""
        path = self.files.get(name_of(text))
        return Audio(path.read_bytes(), TYPES[path.suffix]) if path and path.is_file() else None

    def __len__(self) -> int:
        return len(self.files)


def load_recorded(folder: Path, catalogue: Mapping[str, str]) -> Recorded:
    """The files of a folder that may be missing; `catalogue`: the texts that keys stand for, without those that values fill."""
    files = {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in TYPES}
    by_key = {name_of(text): files[key] for key, text in catalogue.items() if key in files}
    return Recorded({**files, **by_key})


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name_of(text)}.wav\n" for text in sys.argv[1:]))
