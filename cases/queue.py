"""What waits at the desk (待办): the cases that an organ must still do something about, the next last day first.

Nothing personal stands in a row. A page goes on behind the last row of the page before, so that the thousandth page costs what the
first one does. Reports are listed for those alone who may open them (《信访工作条例》第三十条第三款).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from cases.database import UnitOfWork
from cases.models import Case
from cases.track import normal_number
from petition.days import china_day, midnight
from petition.errors import CaseNotFound
from petition.matters import Matter, PetitionType
from petition.stages import Stage

ROWS = 50
MOST_ROWS = 200
MOST_COUNTED = 10_000  # of more it is said that there are more
DUE_SOON_DAYS = 5
OVER = (Stage.CONCLUDED, Stage.WITHDRAWN)
OPEN = frozenset(stage for stage in Stage if stage not in OVER)


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see; empty: every case that is not over. `body`: an organ, or "" for those that no organ has.

    `due_by`: the next last day of an organ lies on that day or before; `filed_from`, `filed_to`: the days of China between which it was
    filed, both included; `reports`: whoever asks may open reports.
    """

    stages: frozenset[Stage] = OPEN
    body: str | None = None
    clerk: str | None = None
    office: str | None = None
    types: frozenset[PetitionType] = frozenset(PetitionType)
    matters: frozenset[Matter] = frozenset()
    doors: frozenset[str] = frozenset()
    urgent: bool = False
    due_by: date | None = None
    filed_from: date | None = None
    filed_to: date | None = None
    reports: bool = False


class Mark(NamedTuple):
    """Where a page ended."""

    due_on: date | None
    id: str


class Row(NamedTuple):
    """One line of the list; `days_left` is negative where an organ is late."""

    id: str
    number: str
    type: PetitionType
    matter: Matter
    stage: Stage
    body: str | None
    clerk: str | None
    door: str
    urgent: bool
    filed_on: date
    due_on: date | None
    days_left: int | None
    version: int


@dataclass(frozen=True)
class Page:
    """Some rows, where the next page begins (None: there is none), and how many there are at all, counted up to MOST_COUNTED."""

    rows: tuple[Row, ...]
    after: Mark | None
    total: int
    more: bool

    @property
    def counted(self) -> str:
        """「1234」 or 「10000以上」."""
        return f"{self.total}以上" if self.more else str(self.total)


@dataclass(frozen=True)
class Counts:
    """How many cases wait: by stage, late, and late within a few days."""

    stages: Mapping[Stage, int] = field(default_factory=dict)
    late: int = 0
    soon: int = 0

    @property
    def total(self) -> int:
        return sum(self.stages.values())


Wanted = Select[*tuple[Any, ...]]
_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Case.id, Case.number, Case.type, Case.matter, Case.stage, Case.body, Case.clerk, Case.door, Case.urgent,
    Case.filed_at, Case.due_on, Case.version,
)  # fmt: skip


def page(uow: UnitOfWork, filters: Filters, after: Mark | None = None, *, now: datetime, rows: int = ROWS) -> Page:
    """The rows behind `after`, those without a last day at the end."""
    limit = max(1, min(rows, MOST_ROWS)) + 1
    found = [] if after and after.due_on is None else _dated(uow, filters, after, limit)
    if len(found) < limit and filters.due_by is None:
        found += _undated(uow, filters, after, limit - len(found))
    total = _total(uow, filters)
    uow.rollback()
    shown = tuple(_row(each, china_day(now)) for each in found[: limit - 1])
    end = Mark(shown[-1].due_on, shown[-1].id) if len(found) == limit else None
    return Page(shown, end, min(total, MOST_COUNTED), total > MOST_COUNTED)


def counts(uow: UnitOfWork, filters: Filters, *, now: datetime, soon_days: int = DUE_SOON_DAYS) -> Counts:
    """For the head of the list; `due_by` does not narrow them."""
    today = china_day(now)
    late = func.count().filter(Case.due_on < today)
    soon = func.count().filter(Case.due_on.between(today, today + timedelta(days=soon_days)))
    wanted = _narrowed(select(Case.stage, func.count(), late, soon), filters).group_by(Case.stage)
    lines = [tuple(line) for line in uow.session.execute(wanted)]
    uow.rollback()
    by_stage = {Stage(stage): count for stage, count, _, _ in lines}
    return Counts(by_stage, sum(each[2] for each in lines), sum(each[3] for each in lines))


def overdue(uow: UnitOfWork, filters: Filters, after: Mark | None = None, *, now: datetime, rows: int = ROWS) -> Page:
    """Those whose last day is over (超期)."""
    yesterday = china_day(now) - timedelta(days=1)
    return page(uow, _with_due_by(filters, yesterday), after, now=now, rows=rows)


def id_of(uow: UnitOfWork, number: str) -> str:
    """The case with this number, for staff; CaseNotFound."""
    found = uow.session.scalar(select(Case.id).where(Case.number == normal_number(number)))
    uow.rollback()
    if found is None:
        raise CaseNotFound()
    return found


def _with_due_by(filters: Filters, day: date) -> Filters:
    return replace(filters, due_by=min(day, filters.due_by) if filters.due_by else day)


def _dated(uow: UnitOfWork, filters: Filters, after: Mark | None, limit: int) -> list[Any]:
    wanted = _due_by(_narrowed(select(*_COLUMNS), filters), filters).where(Case.due_on.is_not(None))
    if after:
        wanted = wanted.where(tuple_(Case.due_on, Case.id) > (after.due_on, after.id))  # where an index goes on
    return list(uow.session.execute(wanted.order_by(Case.due_on, Case.id).limit(limit)))


def _undated(uow: UnitOfWork, filters: Filters, after: Mark | None, limit: int) -> list[Any]:
    wanted = _narrowed(select(*_COLUMNS), filters).where(Case.due_on.is_(None))
    if after and after.due_on is None:
        wanted = wanted.where(Case.id > after.id)
    return list(uow.session.execute(wanted.order_by(Case.id).limit(limit)))


def _total(uow: UnitOfWork, filters: Filters) -> int:
    wanted = _due_by(_narrowed(select(Case.id), filters), filters).limit(MOST_COUNTED + 1)
    return uow.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def _due_by(wanted: Wanted, filters: Filters) -> Wanted:
    return wanted.where(Case.due_on <= filters.due_by) if filters.due_by else wanted


def _narrowed(wanted: Wanted, filters: Filters) -> Wanted:
    """Only what the filters name, and of the types what whoever asks may know of."""
    types = filters.types if filters.reports else filters.types - {PetitionType.REPORT}
    wanted = wanted.where(Case.merged_into.is_(None))
    wanted = _among(wanted, Case.stage, filters.stages, len(Stage))
    wanted = _among(wanted, Case.type, types, len(PetitionType))
    wanted = _among(wanted, Case.matter, filters.matters or frozenset(Matter), len(Matter))
    if filters.doors:
        wanted = wanted.where(Case.door.in_(sorted(filters.doors)))
    for column, value in ((Case.body, filters.body), (Case.clerk, filters.clerk)):
        if value is not None:
            wanted = wanted.where(column == value if value else column.is_(None))
    if filters.office is not None:
        wanted = wanted.where(Case.office == filters.office)
    wanted = _filed(wanted, filters)
    return wanted.where(Case.urgent.is_(True)) if filters.urgent else wanted


def _filed(wanted: Wanted, filters: Filters) -> Wanted:
    """Moments between two midnights of China, which an index finds; the day of a moment it would not."""
    if filters.filed_from is not None:
        wanted = wanted.where(Case.filed_at >= midnight(filters.filed_from))
    if filters.filed_to is not None:
        wanted = wanted.where(Case.filed_at < midnight(filters.filed_to + timedelta(days=1)))
    return wanted


def _among(wanted: Wanted, column: InstrumentedAttribute[str], values: Collection[StrEnum], all: int) -> Wanted:
    """A condition that lets everything through is none."""
    return wanted if len(values) == all else wanted.where(column.in_(sorted(str(each) for each in values)))


def _row(found: Any, today: date) -> Row:
    return Row(
        id=found.id,
        number=found.number,
        type=PetitionType(found.type),
        matter=Matter(found.matter),
        stage=Stage(found.stage),
        body=found.body,
        clerk=found.clerk,
        door=found.door,
        urgent=found.urgent,
        filed_on=china_day(found.filed_at),
        due_on=found.due_on,
        days_left=(found.due_on - today).days if found.due_on else None,
        version=found.version,
    )
