"""Engines: espeak-ng itself where it is installed, any other program, and what happens when one misbehaves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.speech import wav as sound
from bot.speech.espeak import Espeak, espeak_program
from bot.speech.external import ExternalVoice
from bot.speech.programs import Program
from bot.speech.readings import Readings
from bot.speech.recorded import load_recorded, name_of
from bot.speech.voice import OGG, SpeechFault
from tests.unit.bot.speech.voices import python, table, wav

ESPEAK = shutil.which("espeak-ng")
needs_espeak = pytest.mark.skipif(not ESPEAK, reason="espeak-ng is not installed (apt: espeak-ng)")
PHONEMES = {
    "重新": "chong2 xin1",
    "行政": "xing2 zheng4",
    "复核": "fu4 he2",
    "调解": "tiao2 jie3",
    "处长": "chu4 zhang3",
}


def espeak() -> Espeak:
    own = table().espeak.model_dump()
    return Espeak(espeak_program("espeak-ng", **own, seconds=20, most_bytes=5_000_000), Readings(table().pinyin))


def phonemes(text: str) -> str:
    command = ["espeak-ng", "-v", table().espeak.voice, "-x", "-q", text]
    heard = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "".join(each for each in heard if each not in "'_| \n")


@needs_espeak
async def test_espeak_makes_a_wav_file_that_says_how_long_it_is() -> None:
    audio = await espeak().speak("一般六十天。")
    assert 1 < sound.seconds(audio.content) < 4
    assert int.from_bytes(audio.content[4:8], "little") == len(audio.content) - 8


@needs_espeak
@pytest.mark.parametrize(("word", "pinyin"), PHONEMES.items())
def test_words_of_our_field_are_read_right(word: str, pinyin: str) -> None:
    assert phonemes(Readings(table().pinyin).applied(word)) == phonemes(pinyin)


@needs_espeak
def test_the_voice_reads_characters_as_chinese_and_not_as_letters() -> None:
    assert "(en)" not in phonemes("您好，请问您想办什么事")


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("重新登记", " chong2 xin1 登记"),
        ("不是一个人", " bu2 shi4  yi2 ge5 ren2 "),
        ("第一个", " di4 yi1 个"),
        ("应当作为", " ying1 dang1  zuo4 wei2 "),
    ],
)
def test_the_longest_word_decides_how_it_is_read(text: str, given: str) -> None:
    assert Readings(table().pinyin).applied(text) == given


def test_a_reading_that_does_not_fit_its_word_is_refused_when_it_is_loaded() -> None:
    with pytest.raises(ValueError, match="重新"):
        Readings({"重新": "chong2"})


async def test_any_program_can_be_the_voice() -> None:
    voice = ExternalVoice(python("import sys; sys.stdout.write('OggS' + sys.stdin.read())"), OGG)
    assert (await voice.speak("您好")).content == "OggS您好".encode()


async def test_a_program_that_wants_a_file_gets_memory_instead(tmp_path: Path) -> None:
    (tmp_path / "made.wav").write_bytes(wav(0.5))
    code = "import sys; open(sys.argv[2], 'wb').write(open(sys.argv[1], 'rb').read()); assert sys.argv[3] == '您好'"
    voice = ExternalVoice(python(code, str(tmp_path / "made.wav"), "{output}", "{text}"))
    assert sound.seconds((await voice.speak("您好")).content) == 0.5
    assert [each.name for each in tmp_path.iterdir()] == ["made.wav"]


@pytest.mark.parametrize(
    "program",
    [
        Program(("no-such-program-here",), 5, 1000),
        python("raise SystemExit(3)"),
        python("print('no sound')"),
        python("import time; time.sleep(60)", seconds=0.2),
        python("print('x' * 100_000)", most_bytes=1000),
        python("pass"),
    ],
    ids=["missing", "fails", "no-sound", "late", "too-much", "silent"],
)
async def test_a_program_that_misbehaves_is_a_fault_that_does_not_quote_the_text(program: Program) -> None:
    with pytest.raises(SpeechFault) as fault:
        await ExternalVoice(program).speak("我叫马三")
    assert "马三" not in str(fault.value)


async def test_a_program_that_is_late_is_ended_with_its_children(tmp_path: Path) -> None:
    sleeper = "import subprocess, sys; subprocess.run([sys.executable, '-c', \"import time; time.sleep(3); open(sys.argv[1], 'w')\"])"
    left = tmp_path / "left"
    with pytest.raises(SpeechFault):
        await ExternalVoice(python(sleeper.replace("sys.argv[1]", repr(str(left))), seconds=0.5)).speak("您好")
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(left) not in running


def test_recordings_are_found_by_key_and_by_text(tmp_path: Path) -> None:
    (tmp_path / "start.hello.wav").write_bytes(b"by key")
    (tmp_path / f"{name_of('随便一句话。')}.ogg").write_bytes(b"by text")
    recorded = load_recorded(tmp_path, {"start.hello": "您好，\n您想办什么？"})
    found = recorded.of("您好， 您想办什么？"), recorded.of("随便一句话。")
    assert [(each.content, each.media_type) for each in found if each] == [(b"by key", "audio/wav"), (b"by text", OGG)]
    assert recorded.of("别的话") is None


def test_without_a_folder_nothing_is_recorded(tmp_path: Path) -> None:
    assert len(load_recorded(tmp_path / "none", {"a": "b"})) == 0


def test_a_header_that_lies_is_mended() -> None:
    true = wav(0.5)
    lying = true[:40] + (0x7FFFF000).to_bytes(4, "little") + true[44:]
    assert sound.whole(lying) == true
