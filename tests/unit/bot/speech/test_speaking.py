"""What is kept and where, what goes first, and what happens when too many listen."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.speech.cache import DiskCache
from bot.speech.recorded import Recorded, name_of
from bot.speech.sources import Published, Source, source_of
from bot.speech.speaking import Crowded
from bot.speech.voice import Audio
from knowledge.reply import Button, Kind, Reply
from tests.unit.bot.speech.voices import Noting, speech, wav

OWN = "一般六十天。"
TOLD = "您叫马三，电话是13900000001。"


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def test_what_the_office_has_published_is_kept_on_disk_and_made_once(tmp_path: Path) -> None:
    voice = Noting()
    first = speech(tmp_path, voice)
    again = speech(tmp_path, voice)  # after a restart
    for each in (first, again):
        each.published = Published([OWN], 80)
        await each.say(each.passage(OWN, Source.OFFICE), 0)
    assert voice.said == [OWN]
    assert len(files(tmp_path)) == 1


async def test_what_holds_something_of_a_citizen_is_kept_only_in_the_memory_of_the_session(tmp_path: Path) -> None:
    voice = Noting()
    ours = speech(tmp_path, voice)
    ours.published = Published([TOLD], 80)
    passage = ours.passage(TOLD, Source.CITIZEN, "session")
    await ours.say(passage, 0)
    await ours.say(passage, 0)
    assert len(voice.said) == 1
    assert files(tmp_path) == []
    assert "session" in ours.memory
    ours.forget("session")
    assert "session" not in ours.memory


async def test_an_answer_with_a_sentence_that_is_not_published_is_not_kept_on_disk(tmp_path: Path) -> None:
    ours = speech(tmp_path, Noting())
    ours.published = Published([OWN], 80)
    passage = ours.passage(f"{OWN}{TOLD}", Source.OFFICE, "session")
    for part in range(len(passage.pieces)):
        await ours.say(passage, part)
    assert files(tmp_path) == []


async def test_nothing_is_kept_on_disk_before_it_is_known_what_is_published(tmp_path: Path) -> None:
    ours = speech(tmp_path, Noting())
    await ours.say(ours.passage(OWN, Source.OFFICE), 0)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        (Reply(kind=Kind.ANSWER, text=OWN, topic="petition.deadlines"), Source.OFFICE),
        (Reply(kind=Kind.GREETING, text=OWN, buttons=[Button(title="问一问", payload="/ask")]), Source.OFFICE),
        (Reply(kind=Kind.ANSWER, text=OWN, draft={"name": "马**"}), Source.CITIZEN),
        (Reply(kind=Kind.QUESTION, text=OWN, asks="name"), Source.CITIZEN),
        (Reply(kind=Kind.SUMMARY, text=OWN), Source.CITIZEN),
        (Reply(kind=Kind.RECEIPT, text=OWN), Source.CITIZEN),
        (Reply(kind=Kind.STATUS, text=OWN), Source.CITIZEN),
        (Reply(kind=Kind.NOTICE, text=OWN), Source.CITIZEN),
    ],
)
def test_whose_words_a_reply_is_stands_in_its_kind_and_fields(reply: Reply, source: Source) -> None:
    assert source_of(reply) is source


async def test_a_recording_goes_before_the_voice(tmp_path: Path) -> None:
    (tmp_path / "own.wav").write_bytes(b"a person")
    voice = Noting()
    ours = speech(tmp_path, voice)
    ours.recorded = Recorded({name_of(OWN): tmp_path / "own.wav"})
    assert (await ours.say(ours.passage(OWN, Source.OFFICE), 0)).content == b"a person"
    assert voice.said == []


def test_a_long_text_says_where_the_rest_stands(tmp_path: Path) -> None:
    ours = speech(tmp_path, Noting(), longest=100)
    passage = ours.passage("这一句话有十个字呢。" * 30, Source.OFFICE, rest="后面请看屏幕。")
    assert passage.pieces[-1] == "后面请看屏幕。"
    assert sum(map(len, passage.pieces[:-1])) <= 120


class Waiting(Noting):
    """Speaks when the gate opens."""

    gate: asyncio.Event

    async def speak(self, text: str) -> Audio:
        self.said.append(text)
        await self.gate.wait()
        return Audio(wav())


async def test_no_more_speak_at_once_than_the_machine_bears(tmp_path: Path) -> None:
    voice = Waiting()
    voice.gate = asyncio.Event()
    ours = speech(tmp_path, voice, at_once=1, waiting=2)
    passages = [ours.passage(f"第{n}句。", Source.CITIZEN, "session") for n in "一二三"]
    waiting = [asyncio.create_task(ours.say(each, 0)) for each in passages[:2]]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await ours.say(passages[2], 0)
    assert voice.said == ["第一句。"]
    voice.gate.set()
    await asyncio.gather(*waiting)
    assert voice.said == ["第一句。", "第二句。"]


def test_the_cache_makes_room(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 250)
    for key in "abc":
        cache.put(key, Audio(bytes(100)))
    assert len(files(tmp_path)) == 2
    assert sum(each.stat().st_size for each in files(tmp_path)) <= 250


def test_a_disk_that_is_away_only_means_that_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = DiskCache(tmp_path / "file" / "under", 1000)
    cache.put("a", Audio(b"sound"))
    assert cache.get("a") is None
