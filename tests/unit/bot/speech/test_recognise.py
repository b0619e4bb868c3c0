"""Speech in: a program of a few lines, and a stand-in module with the shape of sherpa-onnx, since no model can be shipped."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from bot.speech import recognise
from bot.speech.recognise import CommandRecognizer, SherpaRecognizer, load_model, plain, recogniser_at
from bot.speech.tables import RecogniserTable
from bot.speech.voice import SpeechFault
from bot.speech.wav import samples
from tests.unit.bot.speech.voices import python, wav

HEARS = "import sys, wave; f = wave.open(sys.stdin.buffer); print('听了', f.getnframes() // f.getframerate(), '秒')"
READS = "import sys, wave; f = wave.open(sys.argv[1]); print('听了', f.getnframes() // f.getframerate(), '秒')"


@pytest.mark.parametrize("program", [python(HEARS), python(READS, "{audio}")], ids=["input", "memory"])
async def test_any_program_can_be_the_ear(program: Any) -> None:
    assert await CommandRecognizer(program).recognise(wav(2)) == "听了 2 秒"


async def test_a_program_that_writes_something_else_is_a_fault() -> None:
    with pytest.raises(SpeechFault):
        await CommandRecognizer(python("import sys; sys.stdout.buffer.write(bytes([255]))")).recognise(wav())


@pytest.mark.parametrize(
    "sound",
    [b"", b"RIFF", wav(0), wav(61), wav(rate=8000), wav(channels=2)],
    ids=["none", "torn", "empty", "long", "8k", "stereo"],
)
def test_other_sound_is_refused(sound: bytes) -> None:
    with pytest.raises(SpeechFault):
        samples(sound)


def test_what_was_understood_is_one_plain_line() -> None:
    assert plain(" 我要\x00反映\n工资 ") == "我要 反映 工资"
    assert len(plain("字" * 5000)) == 2000


class Recognizer:
    """The part of sherpa_onnx.OfflineRecognizer that is used."""

    made: dict[str, Any]

    @classmethod
    def from_paraformer(cls, **given: Any) -> Recognizer:
        return cls._make("paraformer", given)

    @classmethod
    def from_sense_voice(cls, **given: Any) -> Recognizer:
        return cls._make("sense-voice", given)

    @classmethod
    def from_transducer(cls, **given: Any) -> Recognizer:
        return cls._make("transducer", given)

    @classmethod
    def _make(cls, kind: str, given: dict[str, Any]) -> Recognizer:
        one = cls()
        one.made = {"kind": kind, **{name: Path(str(value)).name for name, value in given.items()}}
        return one

    def create_stream(self) -> SimpleNamespace:
        stream = SimpleNamespace(result=SimpleNamespace(text=""))
        stream.accept_waveform = lambda rate, sound: setattr(stream, "heard", (rate, len(sound)))
        return stream

    def decode_stream(self, stream: SimpleNamespace) -> None:
        stream.result.text = f"听到{stream.heard[1] // stream.heard[0]}秒"


def model(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in ("tokens.txt", *names):
        (folder / name).write_text("")
    return folder


@pytest.mark.parametrize(
    ("folder", "names", "kind"),
    [
        ("sherpa-onnx-sense-voice-zh", ["model.onnx", "model.int8.onnx"], "sense-voice"),
        ("sherpa-onnx-paraformer-zh", ["model.int8.onnx"], "paraformer"),
        ("zipformer", ["encoder-a.onnx", "decoder-a.onnx", "joiner-a.onnx"], "transducer"),
    ],
)
def test_the_model_folder_says_what_it_holds(tmp_path: Path, folder: str, names: list[str], kind: str) -> None:
    made = load_model(Recognizer, model(tmp_path / folder, *names)).made
    assert made["kind"] == kind
    assert "model.onnx" not in made.values()  # the small one is taken where there are two


async def test_sherpa_is_imported_when_somebody_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("stand_in_for_sherpa")
    module.OfflineRecognizer = Recognizer  # type: ignore[attr-defined]
    module.__spec__ = SimpleNamespace(name=module.__name__)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(recognise, "MODULE", module.__name__)
    ear = SherpaRecognizer(model(tmp_path / "paraformer", "model.onnx"), 20)
    assert ear.available()
    assert await ear.recognise(wav(3)) == "听到3秒"


def test_without_a_model_nobody_listens(tmp_path: Path) -> None:
    auto = RecogniserTable()
    assert recogniser_at(auto, None) is None
    ear = recogniser_at(auto, tmp_path / "none")
    assert ear is not None
    assert not ear.available()
    assert recogniser_at(RecogniserTable(engine="none"), tmp_path) is None
