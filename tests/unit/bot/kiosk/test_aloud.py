"""听一遍 and what a screen reader is told: something on every screen, and never a code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.kiosk.screens import card, case_words, heard, reception_words
from bot.kiosk.texts import Texts
from knowledge.reply import Button, Kind, Reply
from tests.unit.bot.kiosk.kiosk_client import standing_at
from tests.unit.bot.speech.kiosks import SPEAKING, kiosk_dir
from zhilu.settings import Settings

CODE = "D-7K2M-9QXD"


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.of_kiosk(Settings().kiosk_dir, "zh-CN")


@pytest.mark.parametrize("path", ["", "/status", "/roadmap", "/register"])
async def test_every_screen_can_be_heard(tmp_path: Path, path: str) -> None:
    async with standing_at(tmp_path) as kiosk:
        assert re.search(r'<main[^>]* data-speak="/kiosk/speech/[^"]+"', (await kiosk.get(path)).text)


async def test_the_empty_screen_for_questions_can_be_heard(tmp_path: Path) -> None:
    async with standing_at(tmp_path, kiosk_dir=kiosk_dir(tmp_path, **SPEAKING)) as kiosk:
        assert 'data-speak="/kiosk/speech/text/talk.hello-speech"' in (await kiosk.post("/ask")).text
        assert (await kiosk.get("/speech/text/talk.hello-speech")).status_code == 200


def test_a_code_is_not_read_out_to_the_hall(texts: Texts) -> None:
    kept = Reply(kind=Kind.NOTICE, text=f"给您留着了，续填码是{CODE}。", resume={"code": CODE, "until": "2026-12-21"})
    filed = Reply(kind=Kind.RECEIPT, text=f"查询码{CODE}", receipt={"number": "QH-1", "query_code": CODE})
    for reply in (kept, filed):
        assert CODE not in heard(reply, texts)
        assert "看屏幕" in heard(reply, texts)
    assert heard(Reply(kind=Kind.ANSWER, text="六十日。"), texts) == "六十日。"


async def test_an_open_case_is_heard_by_its_session_and_kept_nowhere(tmp_path: Path) -> None:
    async with standing_at(tmp_path, kiosk_dir=kiosk_dir(tmp_path, **SPEAKING)) as kiosk:
        assert (await kiosk.get("/speech/beside")).status_code == 404
        await kiosk.say("你好", 1)
        assert (await kiosk.get("/speech/beside")).status_code == 404
        kiosk.session.beside = "现在：已登记。"
        assert (await kiosk.get("/speech/beside")).headers["content-type"] == "audio/wav"
        assert not [each for each in (tmp_path / "speech").rglob("*") if each.is_file()]
        await kiosk.post("/end")
        assert (await kiosk.get("/speech/beside")).status_code == 404


@pytest.mark.parametrize(("days_left", "said"), [(3, "还有3天"), (0, "今天是最后一天"), (-2, "已经超过2天")])
def test_a_case_is_told_without_number_and_code(texts: Texts, days_left: int, said: str) -> None:
    view = SimpleNamespace(number="QH-20261121-1", due=date(2026, 12, 7), days_left=days_left)
    facts: dict[str, Any] = {
        "view": view,
        "case": {"stage_title": "已受理"},
        "notices": [{"text": "有人回您了。"}],
        "may": {"remind"},
    }
    words = case_words(facts, texts)
    for each in ("现在：已受理。", "最晚2026年12月7日", said, "有人回您了。", "看这件事的路线图，催一催"):
        assert each in words
    assert "QH-" not in words


def test_days_with_places_left_are_told_and_so_is_that_there_are_none(texts: Texts) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    day: Any = SimpleNamespace(on=now.date(), leader="王局长", free=4)
    slip: Any = SimpleNamespace(queue_number=7)
    words = reception_words([slip], [day], "0000-1", texts)
    assert "您的号是7号。" in words
    assert "王局长，还剩4个号" in words
    assert "0000-1" in reception_words([], [], "0000-1", texts)


def test_more_than_six_answers_stand_behind_one_more_touch() -> None:
    def reply(count: int) -> Reply:
        return Reply(
            kind=Kind.QUESTION,
            text="改哪一项？",
            buttons=[Button(title=str(n), payload=f"/x{n}") for n in range(count)],
        )

    six, ten = card(reply(6), ""), card(reply(10), "")
    assert (len(six.choices), len(six.more)) == (6, 0)
    assert [each.title for each in (*ten.choices, *ten.more)] == [str(n) for n in range(10)]
    assert len(ten.choices) == 5
