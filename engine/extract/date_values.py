"""What a single expression of time means: a day, a month, a year or a short period."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from engine.extract import lunar
from engine.extract.found import DateResult, Problem
from engine.extract.numerals import to_number, to_small

_RELATIVE_YEARS = {
    "今年": 0,
    "本年": 0,
    "本年度": 0,
    "去年": -1,
    "上年": -1,
    "头年": -1,
    "旧年": -1,
    "前年": -2,
    "大前年": -3,
    "明年": 1,
    "后年": 2,
}
_RELATIVE_MONTHS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_RELATIVE_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_IMPOSSIBLE = DateResult(None, Problem.IMPOSSIBLE)
_NOTHING = DateResult(None)
Match = re.Match[str]


def period(start: str, end: str) -> DateResult:
    """The two ends joined; the start alone where the end is not after it."""
    if end < start[: len(end)]:
        return DateResult(start)
    return DateResult(start if start == end else f"{start}/{end}")


def resolve(match: Match, today: date, anchor: str | None) -> DateResult:
    """A single term as a day, month, year or short period."""
    if match["iso"]:
        parts = [int(part) for part in re.split(r"[-/.]", match["iso"])]
        return checked("-".join(f"{part:02d}" for part in parts), today)
    year = _year(match, today)
    if match["lunar_month"]:
        return _lunar(match, year, today)
    if name := match["feast"] or match["short_feast"]:
        return _feast(name, year, today)
    if match["month"]:
        return _solar(match, year, today, anchor)
    if year is not None:
        return _part_of_year(year, match["part"], today)
    if match["bare_part"]:
        return checked(f"{today.year}-01", today)
    if match["relative_month"]:
        return _relative_month(match, today)
    if match["week"]:
        return _week(match, today)
    if match["ago"]:
        return _ago(match["ago"], match["ago_unit"], today)
    return _relative_day(match["relative_day"], today)


def checked(value: str, today: date) -> DateResult:
    """The value, unless there is no such day or it is still to come."""
    parts = [int(part) for part in value.split("-")]
    year, month, day = (*parts, 1, 1)[:3]
    if not (1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return _IMPOSSIBLE
    if value > today.isoformat()[: len(value)]:
        return DateResult(None, Problem.FUTURE)
    return DateResult(value)


def _year(match: Match, today: date) -> int | None:
    if match["relative_year"]:
        return today.year + _RELATIVE_YEARS.get(match["relative_year"], 0)
    if not match["year"]:
        return None
    year = to_small(match["year"])
    if year is None or len(match["year"]) == 4:
        return year
    return 2000 + year if 2000 + year <= today.year else 1900 + year


def _solar(match: Match, year: int | None, today: date, anchor: str | None) -> DateResult:
    said = re.split(r"[、到至\-~]", match["month"])
    months = [to_small(part) for part in (said if len(said) > 1 else _two_months(match["month"]))]
    if None in months:
        return _IMPOSSIBLE
    first, last = months[0] or 0, months[-1] or 0
    start = month_day(match, year, first, today, anchor)
    if first == last or start.value is None:
        return start
    end = f"{start.value[:4]}-{last:02d}"
    return period(start.value, min(end, today.isoformat()[:7]))


def _two_months(said: str) -> list[str]:
    """五六 (月份) is May and June."""
    return list(said) if len(said) == 2 and "十" not in said and not said.isascii() else [said]


def month_day(match: Match, year: int | None, month: int, today: date, anchor: str | None) -> DateResult:
    """A month, or a day of it, in the year said, else after the anchor, else the most recent."""
    day = to_small(match["day"].replace("廿", "二十")) if match["day"] else None
    if day and year is None and _either_calendar(match):
        return _by_sun_or_moon(month, day, today)
    if not 1 <= month <= 12 or (match["day"] and not 1 <= (day or 0) <= 31):
        return _IMPOSSIBLE
    tail = f"-{month:02d}" + (f"-{day:02d}" if day else "")
    if year is not None:
        return checked(f"{year}{tail}", today)
    if anchor and len(anchor) >= 7 and "/" not in anchor[:7]:
        year = int(anchor[:4]) + (f"{month:02d}" < anchor[5:7])
        after_anchor = checked(f"{year}{tail}", today)
        if after_anchor.value:
            return after_anchor
    this_year = checked(f"{today.year}{tail}", today)
    if this_year.problem is Problem.FUTURE:
        before = (checked(f"{today.year - back}{tail}", today).value for back in (1, 2))
        return DateResult(None, Problem.AMBIGUOUS, tuple(filter(None, before)))
    if this_year is _IMPOSSIBLE and tail == "-02-29":
        return checked(f"{today.year - 1}{tail}", today)
    return this_year


def is_ahead(result: DateResult, today: date) -> bool:
    """Whether the month said, or its day, is still to come this year: then that of which earlier year is asked."""
    return [choice[:4] for choice in result.choices] == [str(today.year - 1), str(today.year - 2)]


def _by_sun_or_moon(month: int, day: int, today: date) -> DateResult:
    """Both days that 八月十五 may be, the last that have been."""
    days = []
    for of in (_solar_day, lunar.lunar_date):
        been = (of(year, month, day) for year in (today.year, today.year - 1))
        days += [each.isoformat() for each in been if each and each <= today][:1]
    return DateResult(None, Problem.AMBIGUOUS, tuple(days))


def _solar_day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def _either_calendar(match: Match) -> bool:
    """八月十五, without 号: in the country's calendar or the moon's."""
    said = match["month"] + match["day"] if "month" in match.re.groupindex and match["month"] else "1"
    return not re.search(r"\d", said) and match.string[match.end("day") : match.end("day") + 1] not in ("日", "号")


def _lunar(match: Match, year: int | None, today: date) -> DateResult:
    month = lunar.lunar_month(match["lunar_month"].replace(" ", ""))
    day = lunar.lunar_day(match["lunar_day"]) if match["lunar_day"] else None
    if not month or (match["lunar_day"] and not day):
        return _IMPOSSIBLE
    for candidate in [year] if year is not None else [today.year, today.year - 1]:
        first = lunar.lunar_date(candidate, month, day or 1)
        if first is None:
            return _IMPOSSIBLE
        if first <= today:
            return DateResult(first.isoformat() if day else _lunar_span(first, today))
    return DateResult(None, Problem.FUTURE)


def _lunar_span(first: date, today: date) -> str:
    last = min(first + timedelta(days=28), today)
    start, end = first.isoformat()[:7], last.isoformat()[:7]
    return start if start == end else f"{start}/{end}"


def _feast(name: str, year: int | None, today: date) -> DateResult:
    for candidate in [year] if year is not None else [today.year, today.year - 1]:
        day = lunar.feast(name, candidate)
        if day is None:
            return _IMPOSSIBLE
        if day <= today:
            return DateResult(day.isoformat())
    return DateResult(None, Problem.FUTURE)


def _part_of_year(year: int, part: str | None, today: date) -> DateResult:
    part = (part or "").removeprefix("年")
    if part == "初":
        return checked(f"{year}-01", today)
    if part in ("底", "末"):
        return checked(f"{year}-12", today)
    if months := _months_of(part):
        start, end = (f"{year}-{month:02d}" for month in months)
        begun = checked(start, today)
        return period(start, min(end, today.isoformat()[:7])) if begun.value else begun
    return checked(f"{year:04d}", today)


def _months_of(part: str) -> tuple[int, int] | None:
    """First and last month of a half or a quarter of a year."""
    if part.endswith("季度"):
        last = 3 * (to_small(part.removeprefix("第").removesuffix("季度")) or 1)
        return last - 2, last
    return {"上半年": (1, 6), "下半年": (7, 12)}.get(part)


def months_back(today: date, months: int) -> tuple[int, int]:
    """Year and month so many months from today (negative: before)."""
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _relative_month(match: Match, today: date) -> DateResult:
    word = match["relative_month"].removesuffix("月").removesuffix("个")
    year, month = months_back(today, _RELATIVE_MONTHS[word])
    return month_day(match, year, month, today, None)


def _week(match: Match, today: date) -> DateResult:
    monday = (
        today - timedelta(days=today.weekday()) + timedelta(weeks=_RELATIVE_MONTHS[match["week"].removesuffix("个")])
    )
    if match["weekday"]:
        day = monday + timedelta(days="一二三四五六日".index(match["weekday"].replace("天", "日")))
        return checked(day.isoformat(), today)
    if monday > today:
        return DateResult(None, Problem.FUTURE)
    return period(monday.isoformat(), min(monday + timedelta(days=6), today).isoformat())


def _ago(said: str, unit: str, today: date) -> DateResult:
    number = 0.5 if said == "半" else float(to_number(said) or 0)
    if not number:
        return _NOTHING
    if unit == "年":
        if said != "半":
            return checked(f"{max(today.year - int(number), 1900)}", today)
        unit, number = "个月", 6
    if unit.startswith("个") and unit.endswith("月"):
        number += 0.5 * (unit == "个半月")
        if number < 2 and number != 1:
            return DateResult((today - timedelta(days=int(number * 30))).isoformat())
        year, month = months_back(today, -int(number))
        return checked(f"{year}-{month:02d}", today)
    days = number * (7 if unit[-1] in "期拜周" else 1)
    return DateResult((today - timedelta(days=int(days))).isoformat())


def _relative_day(word: str, today: date) -> DateResult:
    stem = "大前" if word.startswith("大前") else word[0]
    day = today + timedelta(days=_RELATIVE_DAYS[stem])
    return checked(day.isoformat(), today)
