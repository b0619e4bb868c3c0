"""The statements behind the rates (cases/rates.py), and which cases they are asked about.

Each gives one row for each thing that is counted, with a column `good`: whether it is in the numerator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cases.models import Case, History, Rating
from petition import deadlines
from petition.days import midnight
from petition.matters import Branch, Matter, PetitionType
from petition.stages import Act

SATISFIED = ("satisfied", "basic")
WATCHED_DAYS = deadlines.REVIEW_REQUEST.length
ROUTED = (Act.FORWARD, Act.ASSIGN, Act.GUIDE, Act.ACCEPT, Act.DECLINE)
TAKEN_ON = (Act.ACCEPT, Act.DECLINE, Act.GUIDE)
RESULTS = (Act.GUIDE, Act.DECLINE, Act.REPLY)
Counted = Select[bool]


@dataclass(frozen=True)
class Scope:
    """The days of a period, both included, and which cases; `today` says what can be judged already."""

    begins: date
    ends: date
    today: date
    office: str | None = None
    body: str | None = None
    matter: Matter | None = None
    door: str | None = None

    def __post_init__(self) -> None:
        if self.ends < self.begins:
            raise ValueError("the period ends before it begins")

    @property
    def cases(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions on the case; what was merged into another case counts there."""
        given = ((Case.office, self.office), (Case.body, self.body), (Case.matter, self.matter), (Case.door, self.door))
        return (Case.merged_into.is_(None), *(column == value for column, value in given if value is not None))

    def holds(self, day: Any) -> ColumnElement[bool]:
        """Whether a day falls in the period."""
        within: ColumnElement[bool] = day.between(self.begins, self.ends)
        return within

    def holds_moment(self, moment: Any) -> ColumnElement[bool]:
        """Whether a moment falls in the period, by the calendar of China."""
        within: ColumnElement[bool] = and_(
            moment >= midnight(self.begins), moment < midnight(self.ends + timedelta(days=1))
        )
        return within


class days_between(FunctionElement[int]):  # noqa: N801  reads as a function in the statements
    """Whole days from one day to another, in either database."""

    type = Integer()
    inherit_cache = True


@compiles(days_between)
def _subtract(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    begin, end = list(element.clauses)
    return f"({compiler.process(end, **options)} - {compiler.process(begin, **options)})"


@compiles(days_between, "sqlite")
def _subtract_julian(element: days_between, compiler: SQLCompiler, **options: Any) -> str:
    begin, end = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(julianday({end}) - julianday({begin}) AS INTEGER)"


def timely_routing(scope: Scope) -> Counted:
    """及时受理率（信访部门）."""
    row = aliased(History)
    wanted = _timed(row, _counted_from(row), ROUTED, (Act.WITHDRAW,), literal(deadlines.ROUTE.length))
    return _judged(wanted.where(*scope.cases, row.act == Act.REGISTER.value, scope.holds(row.on)), scope)


def timely_acceptance(scope: Scope) -> Counted:
    """及时受理率（办理单位）: one row for each time that a case reached an organ."""
    row = aliased(History)
    sent = row.act.in_([Act.FORWARD.value, Act.ASSIGN.value])
    begin = _counted_from(row)
    wanted = _timed(row, begin, TAKEN_ON, (Act.OBJECT, Act.WITHDRAW), literal(deadlines.TRANSFERRED_NOTICE.length))
    return _judged(wanted.where(*scope.cases, sent, scope.holds(begin)), scope)


def on_time(scope: Scope) -> Counted:
    """按期办结率."""
    row, extension = aliased(History), aliased(History)
    extra = select(func.coalesce(func.max(extension.days), 0)).where(
        extension.case_id == Case.id, extension.act == Act.EXTEND.value, extension.id > row.id
    )
    days = extra.correlate_except(extension).scalar_subquery()
    longest = deadlines.EXTENSION.length
    allowed = deadlines.HANDLING.length + case((days > longest, longest), else_=days)
    wanted = _timed(row, row.on, (Act.REPLY,), (Act.WITHDRAW, Act.GUIDE), allowed)
    opinion = (Case.type == PetitionType.CLAIM.value, Case.branch == Branch.OPINION.value)
    return _judged(wanted.where(*scope.cases, *opinion, row.act == Act.ACCEPT.value, scope.holds(row.on)), scope)


def participation(scope: Scope) -> Counted:
    """参评率."""
    rated = exists().where(Rating.case_id == Case.id).correlate(Case)
    return select(rated.label("good")).where(*scope.cases, *_first_result(scope, RESULTS))


def satisfaction(of: str) -> Callable[[Scope], Counted]:
    """满意率 of the registering office or of the handling organ: the last rating of each case."""

    def counted(scope: Scope) -> Counted:
        later = aliased(Rating)
        newer = exists().where(later.case_id == Rating.case_id, later.of == of, later.at > Rating.at)
        wanted = select(Rating.satisfaction.in_(SATISFIED).label("good")).join(Case, Case.id == Rating.case_id)
        last = ~newer.correlate(Rating)
        return wanted.where(*scope.cases, Rating.of == of, scope.holds_moment(Rating.at), last)

    return counted


def settled_once(scope: Scope) -> Counted:
    """一次性化解率."""
    again, first, other = aliased(History), aliased(History), aliased(Case)
    unsolved = exists().where(again.case_id == Case.id, again.act.in_([Act.REQUEST_REVIEW.value, Act.UNSOLVED.value]))
    replied = select(func.min(first.at)).where(first.case_id == Case.id, first.act == Act.REPLY.value)
    replied_at = replied.correlate_except(first).scalar_subquery()
    repeated = exists().where(other.merged_into == Case.id, other.filed_at > replied_at).correlate_except(other)
    good = and_(~unsolved.correlate_except(again), ~repeated)
    day = _first(aliased(History), (Act.REPLY,))
    watched = days_between(day, scope.today) > WATCHED_DAYS
    return select(good.label("good")).where(*scope.cases, *_first_result(scope, (Act.REPLY,)), watched)


def _counted_from(row: Any) -> ColumnElement[date]:
    """The day from which the periods of an event run."""
    return func.coalesce(row.received_on, row.on, type_=Date())


def _first(row: Any, acts: Sequence[Act], *, after: Any = None, column: str = "on") -> Any:
    """A column of the first event of the case with one of these acts, behind another event."""
    of_case = (row.case_id == Case.id, row.act.in_([act.value for act in acts]))
    behind = () if after is None else (row.id > after.id,)
    wanted = select(getattr(row, column)).where(*of_case, *behind).order_by(row.id).limit(1)
    return wanted.correlate_except(row).scalar_subquery()


def _timed(row: Any, begin: Any, done: Sequence[Act], gone: Sequence[Act], allowed: Any) -> Select[Any]:
    """Of each event `row`: the day it begins a period, how long that is, the day and the act that ended it."""
    ends = (*done, *gone)
    given_up = _first(aliased(History), ends, after=row, column="act").in_([act.value for act in gone])
    return select(
        begin.label("begin"),
        allowed.label("allowed"),
        _first(aliased(History), ends, after=row).label("end"),
        given_up.label("given_up"),
    ).join_from(Case, row, row.case_id == Case.id)


def _judged(timed: Select[Any], scope: Scope) -> Counted:
    """Those that can be judged: ended, or their last day is over; good is what was ended in time."""
    each = timed.subquery().c
    ready = or_(each.end.is_not(None), days_between(each.begin, scope.today) > each.allowed)
    good = and_(each.end.is_not(None), days_between(each.begin, each.end) <= each.allowed)
    return select(good.label("good")).where(ready, or_(each.given_up.is_(None), ~each.given_up))


def _first_result(scope: Scope, acts: Sequence[Act]) -> tuple[ColumnElement[bool], ...]:
    """Cases whose first event with one of these acts falls in the period; those without any are not looked at twice."""
    row = aliased(History)
    narrowed = select(row.case_id).where(row.act.in_([act.value for act in acts]), scope.holds(row.on))
    return (Case.id.in_(narrowed), scope.holds(_first(aliased(History), acts)))
