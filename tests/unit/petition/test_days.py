"""Days of the country, and dates in words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from petition.days import china_day, in_words


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 21, 15, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 16, 0, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_the_day_changes_at_midnight_in_china(moment: datetime, day: date) -> None:
    assert china_day(moment) == day


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 5, 1), "2026年5月1日"),
        ("2026-12-06", "2026年12月6日"),
        ("2026-05", "2026年5月"),
        ("2026", "2026年"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_date_as_people_say_it(day: date | str | None, words: str) -> None:
    assert in_words(day) == words
