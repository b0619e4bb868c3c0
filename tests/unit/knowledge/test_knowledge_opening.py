"""When the windows are open, as a citizen would see it on the door."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from knowledge.calendar import load_calendar
from knowledge.opening import Session, as_text, opening
from knowledge.spans import days, span
from tests.unit.knowledge.factories import REPOSITORY

CALENDAR = load_calendar(REPOSITORY / "data" / "calendar.yml")
WEEK = [Session(days=["mon", "tue", "wed", "thu", "fri"], hours=["9:00-12:00", "14:00-17:00"])]
SATURDAY = [*WEEK, Session(days=["sat"], hours=["9:00-11:30"])]


def state(moment: str, sessions: list[Session] = WEEK, closed: tuple[str, ...] = ()) -> str:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    shut = days(map(span, closed))
    return opening(sessions, shut, CALENDAR, now).text(now.date())


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23T09:00", "现在窗口开着，到12:00"),
        ("2026-11-23T12:00", "现在窗口没开，下次开门是今天（周一）14:00"),  # the lunch break
        ("2026-11-23T17:00", "现在窗口没开，下次开门是明天（周二）9:00"),
        ("2026-11-20T18:00", "现在窗口没开，下次开门是11月23日（周一）9:00"),  # a Friday evening
        ("2026-09-30T17:30", "现在窗口没开，下次开门是10月8日（周四）9:00"),  # before the National Day
        ("2026-10-10T10:00", "现在窗口开着，到12:00"),  # a Saturday worked in its place
    ],
)
def test_the_state_of_the_windows(moment: str, said: str) -> None:
    assert state(moment) == said


def test_a_saturday_of_the_office_but_not_in_a_holiday() -> None:
    assert state("2026-11-21T10:00", SATURDAY) == "现在窗口开着，到11:30"
    assert state("2026-10-03T10:00", SATURDAY).startswith("现在窗口没开")


def test_days_that_the_office_itself_is_closed() -> None:
    assert state("2026-12-30T10:00", closed=("2026-12-30/2026-12-31",)).endswith(
        "1月1日（周五）9:00"
    )  # 2027 is not announced
    assert state("2026-11-23T10:00", closed=("2026-11-23",)).endswith("明天（周二）9:00")


def test_nothing_is_said_where_nothing_opens_for_a_month() -> None:
    assert state("2026-11-23T10:00", []) == ""


def test_hours_in_words() -> None:
    assert as_text(SATURDAY) == "周一至周五上午9:00至12:00，下午14:00至17:00；周六上午9:00至11:30，法定节假日休息"
    assert (
        as_text([Session(days=["fri", "mon"], hours=["13:30-17:00"])]) == "周一、周五下午13:30至17:00，法定节假日休息"
    )


@pytest.mark.parametrize("hours", [["12:00-9:00"], ["9:00"], ["25:00-26:00"], ["14:00-17:00", "9:00-12:00"], []])
def test_hours_that_cannot_be(hours: list[str]) -> None:
    with pytest.raises(ValidationError):
        Session(days=["mon"], hours=hours)
