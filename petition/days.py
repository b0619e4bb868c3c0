"""Days as the country counts and writes them: one time zone, and dates in words."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def china_day(moment: datetime) -> date:
    """The calendar day of a moment in China."""
    return moment.astimezone(CHINA).date()


def midnight(day: date) -> datetime:
    """The moment at which the day begins in China."""
    return datetime.combine(day, time(), CHINA)


def in_words(day: date | str | None) -> str:
    """2026年12月6日 of a day or its ISO form; a month alone (2026-12) stays a month, none is empty."""
    return (
        "".join(f"{int(part)}{unit}" for part, unit in zip(str(day).split("-"), "年月日", strict=False)) if day else ""
    )
