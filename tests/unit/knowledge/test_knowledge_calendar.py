"""The table of holidays that working days are counted on."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from pydantic import ValidationError

from knowledge.calendar import load_calendar
from petition.calendar import WorkCalendar, calendar_warning
from petition.deadlines import OBJECTION, due_date
from tests.unit.knowledge.factories import REPOSITORY

TABLE = load_calendar(REPOSITORY / "data" / "calendar.yml")


@pytest.mark.parametrize("year", sorted(TABLE.years))
def test_our_table_is_that_of_the_library(year: int) -> None:
    every_day = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    assert [day for day in every_day if TABLE.is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_five_working_days_over_the_national_day() -> None:
    # 30 September is a Wednesday; 8, 9, the Saturday 10 and 12, 13 October are worked
    assert due_date(OBJECTION, date(2026, 9, 30), TABLE) == date(2026, 10, 13)


def test_a_year_that_is_not_announced_counts_from_monday_to_friday() -> None:
    empty = WorkCalendar()
    assert not empty.knows(2027)
    assert empty.is_working_day(date(2027, 10, 1))
    assert not empty.is_working_day(date(2027, 10, 2))


@pytest.mark.parametrize(
    "text",
    [
        "years: {2026: {holidays: [2027-01-01]}}",
        "years: {2026: {holidays: [2026-10-01/2026-10-07], working_weekends: [2026-10-04]}}",
        "years: {2026: {holidays: [2026-10-07/2026-10-01]}}",
        "years: {2026: {feasts: []}}",
    ],
)
def test_a_wrong_table_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "calendar.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValidationError):
        load_calendar(path)


@pytest.mark.parametrize(
    ("today", "missing"),
    [("2026-10-31", None), ("2026-11-01", 2027), ("2026-12-31", 2027), ("2027-01-01", 2027), ("2027-06-01", 2027)],
)
def test_a_table_says_that_it_runs_out(today: str, missing: int | None) -> None:
    warning = calendar_warning(WorkCalendar({2026: {}}), date.fromisoformat(today))
    assert (f"{missing}年的节假日安排" in (warning or "")) if missing else warning is None


def test_a_table_that_was_carried_on_is_silent() -> None:
    carried = WorkCalendar({2026: {}, 2027: {}})
    assert calendar_warning(carried, date(2026, 12, 31)) is None
