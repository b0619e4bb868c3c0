"""The statements behind the figures (cases/figures.py): which cases somebody may count, and how long each step of them took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cases.models import Case, CaseLink, History
from cases.rates_sql import Scope, days_between
from cases.similar import SIMILAR
from petition.matters import PetitionType
from petition.stages import Act


@dataclass(frozen=True)
class Seen(Scope):
    """A scope of somebody of the staff; reports are counted for those alone who may open them (《信访工作条例》第三十条第三款)."""

    reports: bool = False

    @property
    def cases(self) -> tuple[ColumnElement[bool], ...]:
        """As in every scope, and of the types what whoever asks may know of."""
        return (*super().cases, *self.types)

    @property
    def types(self) -> tuple[ColumnElement[bool], ...]:
        """The condition on the type."""
        return () if self.reports else (Case.type != PetitionType.REPORT.value,)

    @property
    def filed(self) -> tuple[ColumnElement[bool], ...]:
        """Filed in the period."""
        return (*self.cases, self.holds_moment(Case.filed_at))

    @property
    def with_merged(self) -> tuple[ColumnElement[bool], ...]:
        """The same with those that were merged into another case."""
        given = ((Case.office, self.office), (Case.body, self.body), (Case.matter, self.matter), (Case.door, self.door))
        named = (column == value for column, value in given if value is not None)
        return (*named, *self.types, self.holds_moment(Case.filed_at))


class china_date(FunctionElement[date]):  # noqa: N801  reads as a function in the statements
    """The day of a moment by the calendar of China, which has had one time all year since 1992."""

    type = Date()
    inherit_cache = True


@compiles(china_date)
def _china_date(element: china_date, compiler: SQLCompiler, **options: Any) -> str:
    (moment,) = list(element.clauses)
    return f"CAST(timezone('Asia/Shanghai', {compiler.process(moment, **options)}) AS DATE)"


@compiles(china_date, "sqlite")
def _china_date_sqlite(element: china_date, compiler: SQLCompiler, **options: Any) -> str:
    (moment,) = list(element.clauses)
    return f"date({compiler.process(moment, **options)}, '+8 hours')"


class StepId(StrEnum):
    """The steps whose days are counted."""

    ROUTING = "routing"
    ACCEPTANCE = "acceptance"
    HANDLING = "handling"
    RESULT = "result"
    REVIEW = "review"
    RECHECK = "recheck"


_RESULTS = (Act.GUIDE, Act.DECLINE, Act.REPLY)
_SENT = (Act.FORWARD, Act.ASSIGN)
_STEPS: dict[StepId, tuple[tuple[Act, ...], tuple[Act, ...]]] = {
    StepId.ROUTING: ((Act.REGISTER,), (*_SENT, Act.GUIDE, Act.ACCEPT, Act.DECLINE)),
    StepId.ACCEPTANCE: (_SENT, (Act.ACCEPT, Act.DECLINE, Act.GUIDE)),
    StepId.HANDLING: ((Act.ACCEPT,), (Act.REPLY,)),
    StepId.RESULT: ((Act.REGISTER,), _RESULTS),
    StepId.REVIEW: ((Act.REQUEST_REVIEW,), (Act.REVIEW,)),
    StepId.RECHECK: ((Act.REQUEST_RECHECK,), (Act.RECHECK,)),
}
_GIVEN_UP = (Act.OBJECT, Act.WITHDRAW)


def days_of_step(scope: Seen, step: StepId) -> Select[int, int]:
    """(days, how many): of the steps that were done in the period, each counted from the last event that begins it."""
    begins, ends = _STEPS[step]
    begin, end = aliased(History), aliased(History)
    narrowed = select(end.case_id).where(end.act.in_(_values(ends)), scope.holds(end.on))
    following = _following(begin, (*ends, *(act for act in (*begins, *_GIVEN_UP) if act not in ends)))
    done = aliased(History)
    taken = days_between(func.coalesce(begin.received_on, begin.on, type_=Date()), done.on)
    return (
        select(taken, func.count())
        .select_from(begin)
        .join(Case, Case.id == begin.case_id)
        .join(done, done.id == following)
        .where(*scope.cases, begin.act.in_(_values(begins)), begin.case_id.in_(narrowed))
        .where(done.act.in_(_values(ends)), scope.holds(done.on))
        .group_by(taken)
        .order_by(taken)
    )


def likely_repeats(scope: Seen) -> Select[int]:
    """How many cases were filed in the period that look like an earlier one, which nobody has merged (yet)."""
    similar = select(CaseLink.case_id).where(CaseLink.kind == SIMILAR)
    return select(func.count()).select_from(Case).where(*scope.filed, Case.id.in_(similar))


def _following(row: Any, acts: Sequence[Act]) -> Any:
    """The first event of the case with one of these acts behind another event."""
    later = aliased(History)
    wanted = select(later.id).where(later.case_id == row.case_id, later.act.in_(_values(acts)), later.id > row.id)
    return wanted.order_by(later.id).limit(1).correlate(row).scalar_subquery()


def _values(acts: Sequence[Act]) -> list[str]:
    return [act.value for act in acts]
