"""The figures of the petition work (数字): what came, how long the steps took, what is open and late, repeats, unanswered questions.

Everything counts cases, never people: there is no figure of anybody of the staff. The rates are in cases/rates.py. What a `Seen` leaves
out is in no figure; nothing personal is read (places: cases/figures_places.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from cases.database import UnitOfWork
from cases.figures_sql import Seen, StepId, china_date, days_of_step, likely_repeats
from cases.models import Case, ReviewQuestion
from cases.queue import OPEN
from cases.review import ReviewKind
from petition.doors import Door
from petition.matters import Matter, PetitionType


@dataclass(frozen=True)
class Intake:
    """What was registered in a period, without those that were merged into another case; most frequent first, days in order."""

    matters: Mapping[Matter, int]
    doors: Mapping[Door, int]
    types: Mapping[PetitionType, int]
    days: Mapping[date, int]

    @property
    def total(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True)
class Days:
    """How many days a step took, of `count` that were done in the period; the nearest-rank median and 90th percentile."""

    step: StepId
    count: int
    median: int | None
    p90: int | None
    longest: int | None


@dataclass(frozen=True)
class Load:
    """What an organ has in hand now; `body` None: what no organ has."""

    body: str | None
    open: int
    late: int


@dataclass(frozen=True)
class Repeats:
    """Of what was registered: merged into an earlier case by staff, and what only looks like an earlier one."""

    registered: int
    merged: int
    likely: int


@dataclass(frozen=True)
class Unanswered:
    """Questions of one kind that were last asked in the period, and how often they were asked in the same words."""

    kind: ReviewKind
    questions: int
    times: int


def intake(uow: UnitOfWork, scope: Seen) -> Intake:
    """What was registered in the period."""
    found = Intake(
        matters={Matter(value): count for value, count in _by(uow, scope, Case.matter)},
        doors={Door(value): count for value, count in _by(uow, scope, Case.door)},
        types={PetitionType(value): count for value, count in _by(uow, scope, Case.type)},
        days=dict(sorted(_by(uow, scope, china_date(Case.filed_at)))),
    )
    uow.rollback()
    return found


def steps(uow: UnitOfWork, scope: Seen) -> list[Days]:
    """Every step in the order of a petition's life."""
    found = []
    for step in StepId:
        lines = [(int(days), count) for days, count in uow.session.execute(days_of_step(scope, step))]
        total = sum(count for _, count in lines)
        longest = lines[-1][0] if lines else None
        found.append(Days(step, total, nearest_rank(lines, 0.5), nearest_rank(lines, 0.9), longest))
    uow.rollback()
    return found


def nearest_rank(lines: Sequence[tuple[int, int]], share: float) -> int | None:
    """The least value that so large a share does not exceed; `lines`: (value, how many) in order."""
    total, seen = sum(count for _, count in lines), 0
    for value, count in lines:
        seen += count
        if seen >= share * total:
            return value
    return None


def loads(uow: UnitOfWork, scope: Seen, most: int) -> list[Load]:
    """What the organs have in hand now, whenever it was filed; those with the most late ones first."""
    late = func.sum(case((Case.due_on < scope.today, 1), else_=0))
    wanted = (
        select(Case.body, func.count(), late)
        .where(*scope.cases, Case.stage.in_([stage.value for stage in sorted(OPEN)]))
        .group_by(Case.body)
        .order_by(late.desc(), func.count().desc(), Case.body)
        .limit(most)
    )
    found = [Load(body, count, int(missed or 0)) for body, count, missed in uow.session.execute(wanted)]
    uow.rollback()
    return found


def bodies(uow: UnitOfWork, scope: Seen) -> list[str]:
    """The organs that have any of the cases, to choose from."""
    wanted = select(Case.body).where(*scope.cases, Case.body.is_not(None)).distinct().order_by(Case.body)
    found = [body for body in uow.session.scalars(wanted) if body]
    uow.rollback()
    return found


def repeats(uow: UnitOfWork, scope: Seen) -> Repeats:
    """How much of what was registered had been registered before."""
    merged = func.sum(case((Case.merged_into.is_not(None), 1), else_=0))
    registered, joined = uow.session.execute(select(func.count(), merged).where(*scope.with_merged)).one()
    likely = uow.session.scalar(likely_repeats(scope)) or 0
    uow.rollback()
    return Repeats(registered, int(joined or 0), likely)


def unanswered(uow: UnitOfWork, begins: date, ends: date) -> list[Unanswered]:
    """Questions that the assistant did not answer, or not rightly; of those that were answered nothing is kept."""
    wanted = (
        select(ReviewQuestion.kind, func.count(), func.sum(ReviewQuestion.times))
        .where(ReviewQuestion.asked_on.between(begins, ends))
        .group_by(ReviewQuestion.kind)
    )
    found = {kind: (count, int(times or 0)) for kind, count, times in uow.session.execute(wanted)}
    uow.rollback()
    return [Unanswered(kind, *found.get(kind.value, (0, 0))) for kind in ReviewKind]


def begun(uow: UnitOfWork) -> date | None:
    """The day of the first case of the register."""
    found: date | None = uow.session.scalar(select(china_date(func.min(Case.filed_at))))
    uow.rollback()
    return found


def every_day(days: Mapping[date, int], begins: date, ends: date) -> dict[date, int]:
    """The same with the days on which nothing came."""
    return {day: days.get(day, 0) for day in _days(begins, ends)}


def _days(begins: date, ends: date) -> Iterable[date]:
    return (begins + timedelta(days=number) for number in range((ends - begins).days + 1))


def _by(uow: UnitOfWork, scope: Seen, column: ColumnElement[Any] | Any) -> list[tuple[Any, int]]:
    counted = func.count()
    wanted = select(column, counted).where(*scope.filed).group_by(column).order_by(counted.desc(), column)
    return [(value, count) for value, count in uow.session.execute(wanted)]
