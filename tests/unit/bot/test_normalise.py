"""What a citizen types arrives as they wrote it, and nothing hidden arrives with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.normalise import LONGEST, clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  复查要几天？ \n", "复查要几天？"),
        ("欠我５０００元，不给（还骂人）！", "欠我5000元，不给（还骂人）！"),
        ("薪資三萬五千元沒發", "薪資三萬五千元沒發"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("/restart", "restart"),
        ("／restart", "restart"),
        (" / ／ /confirm", "confirm"),
        ("\u2066/restart\u2069 复查几天\ufeff", "restart 复查几天"),
        ("信\u200b访\u200b要钱吗", "信访要钱吗"),
        ("\u202e钱要不要\u202c", "钱要不要"),
        ("\x00\x07\x1b[31m红字", "[31m红字"),
        ("１２３４５", "12345"),
        ("我" + "\u0301" * 50 + "冤", "我" + "\u0301" * 3 + "冤"),
        ("拖欠\ud800工资", "拖欠工资"),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " \u3000\n\t ", "\u200b\u202e", "/", "／ ／", "\u3164\u2800"])
def test_nothing_said_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_text(typed)
    assert (refused.value.status, refused.value.key) == (422, "input.empty")


@pytest.mark.parametrize("typed", ["诉" * (LONGEST + 1), "\ufdfa" * 2000])
def test_too_much_at_once_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_text(typed)
    assert (refused.value.status, refused.value.key) == (422, "input.too-long")


def test_two_thousand_characters_are_taken_whatever_their_width() -> None:
    assert len(clean_text("  " + "诉" * LONGEST + "\n")) == LONGEST
    assert clean_text("㈠" * 500) == "(一)" * 500


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), min_size=1, max_size=60))
def test_whatever_is_typed_becomes_safe_and_stays_so(typed: str) -> None:
    try:
        once = clean_text(typed)
    except Refusal:
        return
    assert not once.startswith("/")
    assert json.loads(json.dumps(once).encode("utf-8")) == once
    assert clean_text(once) == once
