"""Small real programs and voices for the tests of speech."""

from __future__ import annotations

import io
import sys
import wave
from dataclasses import dataclass, field
from pathlib import Path

from bot.speech.cache import DiskCache
from bot.speech.programs import Program
from bot.speech.recorded import Recorded
from bot.speech.speaking import Speech
from bot.speech.spoken import Spoken
from bot.speech.tables import Bounds, VoiceTable, load_voice
from bot.speech.voice import Audio
from zhilu.settings import ROOT

RATE = 16_000
VOICE = ROOT / "data" / "kiosk" / "voice.yml"


def table() -> VoiceTable:
    """The one of the house."""
    return load_voice(VOICE)


def wav(seconds: float = 0.1, rate: int = RATE, channels: int = 1) -> bytes:
    """Silence."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(int(rate * seconds) * 2 * channels))
    return sound.getvalue()


def python(code: str, *more: str, seconds: float = 20.0, most_bytes: int = 1_000_000) -> Program:
    """A program of a few lines."""
    return Program((sys.executable, "-c", code, *more), seconds, most_bytes)


@dataclass
class Noting:
    """A voice that notes what it is to say; each text sounds different."""

    said: list[str] = field(default_factory=list)
    name: str = "noting"
    settings: str = ""

    def available(self) -> bool:
        return True

    async def speak(self, text: str) -> Audio:
        self.said.append(text)
        return Audio(wav(len(text) / 100))


def speech(folder: Path, voice: Noting | None, **changes: object) -> Speech:
    bounds = Bounds.model_validate(changes)
    return Speech(
        voice, Spoken(table().reading), Recorded({}), bounds, DiskCache(folder / "speech", bounds.cache_bytes)
    )
