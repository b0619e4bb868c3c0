"""What a voice is: text in, sound out. Engines are programs beside us; this file knows none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

MediaType = Literal["audio/wav", "audio/ogg"]
WAV: Final = "audio/wav"
OGG: Final = "audio/ogg"


@dataclass(frozen=True)
class Audio:
    """A piece of sound that a browser plays as it is."""

    content: bytes
    media_type: MediaType = WAV


class SpeechFault(Exception):
    """No sound came: the engine is away, late, or made something else. It never quotes the text."""


class Voice(Protocol):
    """An engine; its name and its settings together tell its sound from that of another one."""

    @property
    def name(self) -> str:
        """Of the engine."""

    @property
    def settings(self) -> str:
        """Everything that changes how it sounds."""

    def available(self) -> bool:
        """Whether its program is there."""

    async def speak(self, text: str) -> Audio:
        """The text, made ready for the ear (spoken.py), as sound; SpeechFault where none came."""
