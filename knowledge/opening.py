"""When the office is open: by weekday, with the lunch break, without public holidays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from petition.calendar import WorkCalendar

NOON = time(12)
LOOK_AHEAD_DAYS = 31


class Weekday(StrEnum):
    """In the order of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday, as `date.weekday()` has it."""
        return list(Weekday).index(self)

    @property
    def label(self) -> str:
        return f"周{'一二三四五六日'[self.number]}"


def hours(text: object) -> tuple[time, time]:
    """`9:00-12:00`; raises ValueError."""
    first, _, last = str(text).partition("-")
    opens, closes = (time.fromisoformat(each.strip().zfill(5)) for each in (first, last))
    if closes <= opens:
        raise ValueError(f"{text} closes before it opens")
    return opens, closes


class Session(BaseModel):
    """The same hours on several weekdays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Annotated[list[Weekday], Field(min_length=1)]
    hours: Annotated[list[Annotated[tuple[time, time], BeforeValidator(hours)]], Field(min_length=1)]

    @model_validator(mode="after")
    def in_order(self) -> Self:
        """One after the other, with the break between them."""
        for (_, closes), (opens, _) in pairwise(self.hours):
            if opens < closes:
                raise ValueError(f"{clock(opens)} is before {clock(closes)}: give the hours of a day in their order")
        return self

    @property
    def text(self) -> str:
        return f"{days_text(self.days)}{'，'.join(hours_text(*each) for each in self.hours)}"


def as_text(sessions: Sequence[Session]) -> str:
    """「周一至周五上午9:00至12:00，下午14:00至17:00，法定节假日休息」."""
    return f"{'；'.join(each.text for each in sessions)}，法定节假日休息"


def days_text(days: Iterable[Weekday]) -> str:
    """周一至周五 where three or more follow each other, else 周一、周三."""
    numbers = sorted(day.number for day in days)
    labels = [list(Weekday)[number].label for number in numbers]
    in_a_row = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{labels[0]}至{labels[-1]}" if in_a_row else "、".join(labels)


def hours_text(opens: time, closes: time) -> str:
    return f"{'上午' if opens < NOON else '下午'}{clock(opens)}至{clock(closes)}"


def clock(moment: time) -> str:
    """9:00."""
    return f"{moment.hour}:{moment.minute:02}"


@dataclass(frozen=True)
class Opening:
    """Whether the windows are open now, until when, and when they open next (None: not within a month)."""

    open: bool
    until: time | None = None
    next: datetime | None = None

    def text(self, today: date) -> str:
        """「现在窗口开着，12:00休息」 or 「现在窗口没开，下次开门是明天（周一）9:00」; empty where nothing is known."""
        if self.open and self.until:
            return f"现在窗口开着，到{clock(self.until)}"
        if self.next is None:
            return ""
        ahead = (self.next.date() - today).days
        named = {0: "今天", 1: "明天"}.get(ahead, f"{self.next.month}月{self.next.day}日")
        return f"现在窗口没开，下次开门是{named}（{list(Weekday)[self.next.weekday()].label}）{clock(self.next.time())}"


def opening(sessions: Iterable[Session], closed: Iterable[date], calendar: WorkCalendar, now: datetime) -> Opening:
    """The state at a moment of local time. A weekend worked in place of a holiday has the hours of a Friday."""
    by_day: dict[int, Sequence[tuple[time, time]]] = {day.number: each.hours for each in sessions for day in each.days}
    shut = frozenset(closed)
    today, clock_now = now.date(), now.time()

    def hours_of(day: date) -> Sequence[tuple[time, time]]:
        if day in shut or calendar.is_holiday(day):
            return ()
        own = by_day.get(day.weekday(), ())
        return own or (by_day.get(Weekday.FRI.number, ()) if calendar.is_make_up_day(day) else ())

    for opens, closes in hours_of(today):
        if opens <= clock_now < closes:
            return Opening(True, until=closes)
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for opens, _ in hours_of(day):
            if ahead or opens > clock_now:
                return Opening(False, next=datetime.combine(day, opens, now.tzinfo))
    return Opening(False)
