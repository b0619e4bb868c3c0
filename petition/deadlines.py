"""Every period of the petition regulation, once: how long, in what unit, from which event, on which article.

日 are calendar days and the day after the event is day 1, so the last day is start + N. The regulation has no rule that
moves a last day off a holiday, so none is applied. 工作日 are counted on the calendar handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from petition.citation import Citation, Law


class Unit(StrEnum):
    """What a period is counted in."""

    DAY = "日"
    WORKING_DAY = "工作日"


class HolidayCalendar(Protocol):
    """Tells working days, with the year's public holidays and make-up days."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day."""


class Weekdays:
    """Monday to Friday: what is left where no holiday calendar is given."""

    def is_working_day(self, day: date) -> bool:
        """Whether the day is none of Saturday and Sunday."""
        return day.weekday() < 5


@dataclass(frozen=True)
class Period:
    """One period: `since` says from which event it runs, `owed_by` who has to keep it."""

    id: str
    length: int
    unit: Unit
    since: str
    owed_by: str
    citation: Citation
    wording: str

    @property
    def told(self) -> str:
        """What the citizen is told, with the length in it."""
        return self.wording.format(limit=self.text)

    @property
    def text(self) -> str:
        """「30日」 or 「5个工作日」."""
        return f"{self.length}{'个' if self.unit is Unit.WORKING_DAY else ''}{self.unit}"


def _xf(article: int, clause: str = "") -> Citation:
    return Citation(Law.PETITION, article, clause)


ROUTE = Period(
    "route", 15, Unit.DAY, "信访部门收到信访事项", "信访部门", _xf(22, "第一款"),
    "信访部门应当登记，并在{limit}内转送、交办或者引导到相应的法定途径。",
)  # fmt: skip
DIRECT_NOTICE = Period(
    "direct-notice", 15, Unit.DAY, "有关单位直接收到信访事项", "收到材料的单位", _xf(23, "第二款"),
    "能当场告知的当场书面告知，否则{limit}内书面告知；姓名、住址不清的除外。",
)  # fmt: skip
TRANSFERRED_NOTICE = Period(
    "transferred-notice", 15, Unit.DAY, "办理单位收到转送、交办的事项", "办理单位", _xf(23, "第三款"),
    "办理单位应当在{limit}内书面告知接收情况以及处理途径和程序。",
)  # fmt: skip
OBJECTION = Period(
    "objection", 5, Unit.WORKING_DAY, "办理单位收到转送、交办的事项", "办理单位", _xf(23, "第三款"),
    "不属于其职权范围的，办理单位应当在{limit}内提出异议并说明理由。",
)  # fmt: skip
HANDLING = Period(
    "handling", 60, Unit.DAY, "受理", "办理单位", _xf(34),
    "办理单位应当自受理之日起{limit}内办结，出具处理意见书。",
)  # fmt: skip
EXTENSION = Period(
    "extension", 30, Unit.DAY, "原办理期限届满", "办理单位", _xf(34),
    "情况复杂的，经单位负责人批准可以延长，最多{limit}，并告知延期理由。",
)  # fmt: skip
REVIEW_REQUEST = Period(
    "review-request", 30, Unit.DAY, "收到书面答复", "信访人", _xf(35),
    "对处理意见不服，可以自收到书面答复之日起{limit}内，请求原办理机关的上一级机关复查。",
)  # fmt: skip
REVIEW = Period(
    "review", 30, Unit.DAY, "复查机关收到复查请求", "复查机关", _xf(35),
    "复查机关应当自收到请求之日起{limit}内提出复查意见，并书面答复。",
)  # fmt: skip
RECHECK_REQUEST = Period(
    "recheck-request", 30, Unit.DAY, "收到复查的书面答复", "信访人", _xf(36, "第一款"),
    "对复查意见不服，可以自收到书面答复之日起{limit}内，请求复查机关的上一级机关复核。",
)  # fmt: skip
RECHECK = Period(
    "recheck", 30, Unit.DAY, "复核机关收到复核请求", "复核机关", _xf(36, "第一款"),
    "复核机关应当自收到请求之日起{limit}内提出复核意见；听证所需时间不计算在内。",
)  # fmt: skip

PERIODS: dict[str, Period] = {
    period.id: period
    for period in (
        ROUTE, DIRECT_NOTICE, TRANSFERRED_NOTICE, OBJECTION, HANDLING, EXTENSION,
        REVIEW_REQUEST, REVIEW, RECHECK_REQUEST, RECHECK,
    )
}  # fmt: skip


def due_date(rule: Period, start: date, holidays: HolidayCalendar | None = None, *, not_counted: int = 0) -> date:
    """The last day of a period that began with an event on `start`; `not_counted`: days of a hearing."""
    if rule.unit is Unit.DAY:
        return start + timedelta(days=rule.length + not_counted)
    calendar = holidays or Weekdays()
    day, left = start, rule.length
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day
