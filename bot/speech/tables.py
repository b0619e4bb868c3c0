"""data/kiosk/voice.yml: which engine, how fast, and how signs and numbers are read; checked when it is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.speech.voice import WAV, MediaType
from knowledge.yamls import read_yaml

Command = Annotated[tuple[str, ...], Field(min_length=1)]


class Part(BaseModel):
    """A part of the file; a key that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EspeakTable(Part):
    """espeak-ng's own numbers: words a minute, pitch 0 to 99."""

    voice: str = "cmn-latn-pinyin"
    speed: int = Field(140, ge=80, le=300)
    pitch: int = Field(45, ge=0, le=99)


class CommandTable(Part):
    """Any program; see external.py for what its command may say."""

    program: Command
    media_type: MediaType = WAV


class Bounds(Part):
    """Of what is read aloud: `longest` characters of a text, in pieces; at once for all kiosks of a server."""

    at_once: int = Field(2, ge=1)
    waiting: int = Field(16, ge=1)
    seconds: float = Field(15.0, gt=0)
    longest: int = Field(1500, ge=100)
    piece: int = Field(80, ge=20)
    first_piece: int = Field(30, ge=10)
    most_bytes: int = Field(8_000_000, ge=100_000)
    cache_bytes: int = Field(200_000_000, ge=0)


class ReadingTable(Part):
    """How signs are said, for every engine."""

    one: str = "幺"
    masked_number: str
    masked_name: str
    measures: str
    measures_of_two: str
    letters: dict[str, str]
    abbreviations: dict[str, str]


class RecogniserTable(Part):
    """`auto`: sherpa-onnx where it and a model are there; `command`: any program that writes what it understood."""

    engine: Literal["auto", "command", "none"] = "auto"
    program: tuple[str, ...] = ()
    seconds: float = Field(30.0, gt=0)


class VoiceTable(Part):
    """The whole file."""

    engine: Literal["espeak", "command", "none"] = "espeak"
    espeak: EspeakTable = EspeakTable()
    command: CommandTable | None = None
    recordings: Path = Path("recordings")
    bounds: Bounds = Bounds()
    reading: ReadingTable
    pinyin: dict[str, str] = {}
    recogniser: RecogniserTable = RecogniserTable()


def load_voice(path: Path) -> VoiceTable:
    """Raises pydantic's ValidationError that names what is wrong."""
    return VoiceTable.model_validate(read_yaml(path))
