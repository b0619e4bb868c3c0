"""Days that come near or are over (提醒、超期): found by the dates that stand on each case, told in batches, once for each day.

Nothing here loads a history: a million cases are gone through by the indexes of `due_on` and `right_until`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from cases import audit
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Case
from cases.notice_texts import NoticeKind
from cases.notices import News, fresh_of, tell_many
from petition.days import china_day
from petition.lifecycle import LIFECYCLE
from petition.stages import Act, Role, Stage

BATCH = 1_000
TOLD = "notices-told"
NOBODY = "（还没有定）"
Dated = Row[str, str, str, date | None]
Wanted = Select[str, str, str, date | None]


@dataclass(frozen=True)
class DueCase:
    """A case whose day comes near or is over, for staff; `days_left` is negative where it is over. No personal data."""

    number: str
    stage: Stage
    body: str | None
    clerk: str | None
    due_on: date
    days_left: int


@dataclass(frozen=True)
class Overdue:
    """How many cases are late, in all and with each organ."""

    count: int
    by_body: dict[str, int]


def remind_of_rights(uow: UnitOfWork, days: Collection[int], *, now: datetime, dry_run: bool = False) -> int:
    """Tell citizens of a right that ends in so many days or fewer, once for each of `days` and each right; how many were told."""
    today, told, nearer = china_day(now), 0, -1
    for level in sorted(set(days)):
        for left in range(nearer + 1, level + 1):
            of_day = _open_cases().where(Case.right_until == today + timedelta(days=left), Case.stage.in_(RIGHTS))
            told += _tell_all(uow, of_day, partial(_right_news, level=level), now, dry_run)
        nearer = level
    return told


def tell_of_lateness(uow: UnitOfWork, *, now: datetime, dry_run: bool = False) -> int:
    """Tell citizens whose office is late what they can do, once for each day that was not kept; how many were told."""
    late = _open_cases(Case.due_on).where(Case.due_on < china_day(now))
    return _tell_all(uow, late, _late_news, now, dry_run)


def overdue(uow: UnitOfWork, today: date) -> Overdue:
    """What is late today."""
    body = func.coalesce(Case.body, NOBODY)
    counted = select(body, func.count()).where(Case.due_on < today, *_IN_HAND).group_by(body).order_by(body)
    by_body = {row[0]: row[1] for row in uow.session.execute(counted)}
    uow.rollback()
    return Overdue(sum(by_body.values()), by_body)


def due_soon(
    uow: UnitOfWork, today: date, *, within: int, body: str | None = None, late: bool = False, limit: int = 500
) -> list[DueCase]:
    """The cases whose day falls within so many days, the nearest first; with `late` those that are over already."""
    days = Case.due_on < today if late else Case.due_on.between(today, today + timedelta(days=within))
    columns = select(Case.number, Case.stage, Case.body, Case.clerk, Case.due_on)
    wanted = columns.where(days, *_IN_HAND, *((Case.body == body,) if body else ()))
    rows = uow.session.execute(wanted.order_by(Case.due_on, Case.id).limit(limit)).all()
    uow.rollback()
    return [
        DueCase(row.number, Stage(row.stage), row.body, row.clerk, row.due_on, (row.due_on - today).days)
        for row in rows
        if row.due_on
    ]


def count_due_soon(uow: UnitOfWork, today: date, *, within: int) -> int:
    """How many cases have their day within so many days."""
    counted = select(func.count()).where(Case.due_on.between(today, today + timedelta(days=within)), *_IN_HAND)
    count = uow.session.scalar(counted) or 0
    uow.rollback()
    return count


_IN_HAND: tuple[ColumnElement[bool], ...] = (Case.merged_into.is_(None), Case.closed_on.is_(None))

# The timed rights of the citizen: the stage in which each can be used, what it is called, and to whom it is addressed.
RIGHTS: dict[str, tuple[Act, str]] = {
    stage.value: (step.act, step.to_whom)
    for step in LIFECYCLE
    if step.role is Role.PETITIONER and step.within
    for stage in step.source
}


def _open_cases(day: object = None) -> Wanted:
    """Cases in hand, by the day that counts: id, number, stage, day."""
    column = Case.right_until if day is None else Case.due_on
    return select(Case.id, Case.number, Case.stage, column.label("day")).where(*_IN_HAND, Case.erased_at.is_(None))


def _batches(uow: UnitOfWork, wanted: Wanted) -> Iterator[Sequence[Dated]]:
    """Everything wanted, by day and id, a batch a transaction; what was told meanwhile does not shift it."""
    day = wanted.selected_columns["day"]
    after: tuple[date, str] | None = None
    while True:
        page = wanted if after is None else wanted.where(_behind(day, after))
        rows = uow.session.execute(page.order_by(day, Case.id).limit(BATCH)).all()
        uow.rollback()
        if rows:
            yield rows
        if len(rows) < BATCH:
            return
        after = (rows[-1].day, rows[-1].id)


def _behind(day: ColumnElement[date], after: tuple[date, str]) -> ColumnElement[bool]:
    last, case_id = after
    return and_(day >= last, or_(day > last, Case.id > case_id))


def _tell_all(
    uow: UnitOfWork,
    wanted: Wanted,
    news_of: Callable[[Dated], News],
    now: datetime,
    dry_run: bool,
) -> int:
    """Tell every case; with `dry_run` only count those that would be told."""
    told = 0
    for rows in _batches(uow, wanted):
        news = [news_of(row) for row in rows]
        told += _count_batch(uow, news) if dry_run else _tell_batch(uow, news, now)
    return told


def _count_batch(uow: UnitOfWork, news: Sequence[News]) -> int:
    count = len(fresh_of(uow.session, news))
    uow.rollback()
    return count


def _tell_batch(uow: UnitOfWork, news: Sequence[News], now: datetime) -> int:
    def write() -> int:
        told = tell_many(uow.session, news, now=now)
        if told:
            audit.note(uow.session, Entry(now, "system", TOLD, subject=f"{news[0].kind}:{told}"))
        return told

    return uow.write(write)


def _right_news(row: Dated, level: int) -> News:
    act, to = RIGHTS[row.stage]
    until = row.day.isoformat()
    payload = {"number": row.number, "right": act.label, "until": until, "to": to}
    return News(row.id, NoticeKind.RIGHT_EXPIRES, f"{until}:{level}", payload)


def _late_news(row: Dated) -> News:
    payload = {"number": row.number, "stage": Stage(row.stage).label, "due": row.day.isoformat()}
    return News(row.id, NoticeKind.OFFICE_LATE, row.day.isoformat(), payload)
