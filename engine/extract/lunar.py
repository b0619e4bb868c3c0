"""Feasts and lunar months as dates of the common calendar."""

from __future__ import annotations

from datetime import date

from borax.calendars.lunardate import LunarDate

from engine.extract.numerals import to_small

SOLAR_FEASTS = {
    "元旦": (1, 1),
    "三八节": (3, 8),
    "三八妇女节": (3, 8),
    "妇女节": (3, 8),
    "清明节": (4, 5),
    "清明": (4, 5),
    "五一节": (5, 1),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "十一": (10, 1),
    "国庆": (10, 1),
    "国庆节": (10, 1),
    "双十一": (11, 11),
    "圣诞节": (12, 25),
}
LUNAR_FEASTS = {
    "春节": (1, 1),
    "大年初一": (1, 1),
    "元宵节": (1, 15),
    "元宵": (1, 15),
    "端午节": (5, 5),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中元节": (7, 15),
    "中秋节": (8, 15),
    "中秋": (8, 15),
    "八月节": (8, 15),
    "五月节": (5, 5),
    "重阳节": (9, 9),
    "重阳": (9, 9),
    "腊八": (12, 8),
    "小年": (12, 23),
}
EVES = ("除夕", "大年三十", "年三十")
_MONTHS = {"正月": 1, "大年": 1, "冬月": 11, "腊月": 12}
_FIRST_YEAR, _LAST_YEAR = 1901, 2099


def lunar_month(name: str) -> int | None:
    """1 to 12 out of 正月, 腊月, 农历三月."""
    name = name.replace("农历", "").replace("阴历", "").replace("旧历", "")
    return _MONTHS.get(name) or to_small(name.removesuffix("份").removesuffix("月"))


def lunar_day(name: str) -> int | None:
    """1 to 30 out of 初八, 十五, 二十三, 廿三, 三十."""
    name = name.replace("廿", "二十").removeprefix("初").removesuffix("日").removesuffix("号")
    return to_small(name)


def lunar_date(year: int, month: int, day: int) -> date | None:
    """The day of the common calendar, or None where the lunar month has no such day."""
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 30):
        return None
    try:
        solar: date = LunarDate(year, month, day).to_solar_date()
    except ValueError:
        return None
    return solar


def feast(name: str, year: int) -> date | None:
    """The day of a feast in a year; 除夕 counts by the common calendar (that of 2026 is in February)."""
    if name in SOLAR_FEASTS:
        return date(year, *SOLAR_FEASTS[name])
    if name in EVES:
        first = lunar_date(year, 1, 1)
        return date.fromordinal(first.toordinal() - 1) if first else None
    return lunar_date(year, *LUNAR_FEASTS[name])
