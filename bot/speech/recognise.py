"""What is heard: sound of a citizen in, words out, for the citizen to read and correct. The sound is never kept."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import threading
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.speech.programs import Program, memory_file
from bot.speech.tables import RecogniserTable
from bot.speech.voice import SpeechFault
from bot.speech.wav import RATE, samples

logger = logging.getLogger(__name__)
MODULE = "sherpa_onnx"
AUDIO = "{audio}"
LONGEST_TEXT = 2000
MOST_BYTES = 64 * 1024
LOUDEST = 32768.0


class Recognizer(Protocol):
    """An engine that understands speech."""

    def available(self) -> bool:
        """Whether it could hear now."""

    async def recognise(self, wav: bytes) -> str:
        """The words in a WAV file of 16 kHz, mono, 16 bit; empty where there are none, SpeechFault where it cannot tell."""


@dataclass(frozen=True)
class CommandRecognizer:
    """Any program: WAV on its input, or as {audio}, which is memory and no file; what it writes is what it understood."""

    program: Program

    def available(self) -> bool:
        return self.program.available()

    async def recognise(self, wav: bytes) -> str:
        samples(wav)
        with memory_file(wav) as (descriptor, path):
            heard = await self.program.run(wav, [(AUDIO, path)], pass_fds=[descriptor])
        try:
            return plain(heard.decode("utf-8"))
        except UnicodeDecodeError:
            raise SpeechFault("the recogniser wrote no UTF-8") from None


@dataclass
class SherpaRecognizer:
    """sherpa-onnx with a model folder of the office; imported and loaded when somebody speaks for the first time."""

    folder: Path
    seconds: float
    _model: Any = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def available(self) -> bool:
        return (self.folder / "tokens.txt").is_file() and importlib.util.find_spec(MODULE) is not None

    async def recognise(self, wav: bytes) -> str:
        sound = array("h", samples(wav))
        try:
            async with asyncio.timeout(self.seconds):
                return plain(await asyncio.to_thread(self._decode, [each / LOUDEST for each in sound]))
        except TimeoutError:
            raise SpeechFault(f"the recogniser took longer than {self.seconds:g} s") from None
        except (ImportError, RuntimeError, ValueError, OSError) as error:
            raise SpeechFault(f"the recogniser failed: {type(error).__name__}") from None

    def _decode(self, sound: list[float]) -> str:
        with self._lock:
            if self._model is None:
                self._model = load_model(importlib.import_module(MODULE).OfflineRecognizer, self.folder)
            stream = self._model.create_stream()
            stream.accept_waveform(RATE, sound)
            self._model.decode_stream(stream)
            return str(stream.result.text)


def load_model(recognizer: Any, folder: Path) -> Any:
    """A transducer where encoder, decoder and joiner lie in the folder; else SenseVoice or Paraformer, by the folder's name."""
    tokens = str(folder / "tokens.txt")
    if any(folder.glob("joiner*.onnx")):
        parts = {name: str(model_in(folder, name)) for name in ("encoder", "decoder", "joiner")}
        return recognizer.from_transducer(**parts, tokens=tokens)
    model = str(model_in(folder, "model"))
    if "sense" in folder.name.lower():
        return recognizer.from_sense_voice(model=model, tokens=tokens, language="zh", use_itn=True)
    return recognizer.from_paraformer(paraformer=model, tokens=tokens)


def model_in(folder: Path, name: str) -> Path:
    """The small one (int8) where there are two; ValueError where there is none."""
    found = sorted(folder.glob(f"{name}*.onnx"), key=lambda path: ("int8" not in path.name, path.name))
    if not found:
        raise ValueError(f"no {name}*.onnx in the model folder")
    return found[0]


def plain(text: str) -> str:
    """One line that can stand in a field."""
    kept = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(kept.split())[:LONGEST_TEXT]


def recogniser_at(table: RecogniserTable, model_dir: Path | None) -> Recognizer | None:
    """The one that is set up; None where speech is not understood here."""
    if table.engine == "command" and table.program:
        return CommandRecognizer(Program(table.program, table.seconds, MOST_BYTES))
    if table.engine == "auto" and model_dir is not None:
        return SherpaRecognizer(model_dir, table.seconds)
    return None
