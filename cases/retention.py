"""Letting go of what was filed when its time is over (《个人信息保护法》第四十七条第一款第二项): how long stands in data/retention.yml.

A case is not deleted but emptied: number, stage and history stay. The rest are rows that nobody needs any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, delete, func, inspect, select
from sqlalchemy.orm import aliased

from cases import audit
from cases.attachments import AttachmentFiles
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import (
    Audit,
    AuditDetail,
    Base,
    Booking,
    Case,
    Handover,
    LookupMiss,
    Notice,
    OutboxRow,
    ReceptionDay,
)
from cases.rights import erase_expired
from petition.days import china_day, midnight

BATCH = 500
SYSTEM = "system"
Wanted = Select[Any, Any]


class Kept(StrEnum):
    """What is kept for a while after it was filed, sent, held or closed."""

    CASES = "cases"
    LOG = "log"
    OUTBOX = "outbox"
    NOTICES = "notices"
    BOOKINGS = "bookings"
    HANDOVERS = "handovers"
    LOOKUPS = "lookups"


@dataclass(frozen=True)
class Due:
    """A row whose time is over, and the day from which it was counted; no name, no number."""

    id: str
    on: date


@dataclass(frozen=True)
class Rule:
    """Which rows are over that began to count before a moment: their keys and days, the first ones first."""

    model: type[Base]
    wanted: Callable[[datetime], Wanted]


def _cases(before: datetime) -> Wanted:
    """A repeat that was carried on under a main case is over with that one."""
    main = aliased(Case)
    closed_on = func.coalesce(Case.closed_on, main.closed_on)
    wanted = select(Case.id, closed_on).outerjoin(main, main.id == Case.merged_into)
    return wanted.where(Case.erased_at.is_(None), closed_on < china_day(before)).order_by(closed_on, Case.id)


def _log(before: datetime) -> Wanted:
    contents = select(AuditDetail.audit_id, Audit.at).join(Audit, Audit.id == AuditDetail.audit_id)
    return contents.where(Audit.at < before).order_by(AuditDetail.audit_id)


def _outbox(before: datetime) -> Wanted:
    return select(OutboxRow.id, OutboxRow.sent_at).where(OutboxRow.sent_at < before).order_by(OutboxRow.id)


def _notices(before: datetime) -> Wanted:
    closed = select(Notice.id, Case.closed_on).join(Case, Case.id == Notice.case_id)
    return closed.where(Case.closed_on < china_day(before)).order_by(Case.closed_on, Notice.id)


def _bookings(before: datetime) -> Wanted:
    past = select(Booking.id, ReceptionDay.on).join(ReceptionDay, ReceptionDay.id == Booking.day_id)
    return past.where(ReceptionDay.on < china_day(before)).order_by(ReceptionDay.on, Booking.id)


def _handovers(before: datetime) -> Wanted:
    closed = select(Handover.id, Handover.closed_at).where(Handover.closed_at < before)
    return closed.order_by(Handover.closed_at, Handover.id)


def _lookups(before: datetime) -> Wanted:
    return select(LookupMiss.subject, LookupMiss.expires_at).where(LookupMiss.expires_at < before)


RULES: Mapping[Kept, Rule] = {
    Kept.CASES: Rule(Case, _cases),
    Kept.LOG: Rule(AuditDetail, _log),
    Kept.OUTBOX: Rule(OutboxRow, _outbox),
    Kept.NOTICES: Rule(Notice, _notices),
    Kept.BOOKINGS: Rule(Booking, _bookings),
    Kept.HANDOVERS: Rule(Handover, _handovers),
    Kept.LOOKUPS: Rule(LookupMiss, _lookups),
}


def due(uow: UnitOfWork, what: Kept, before: date, *, limit: int | None = None) -> list[Due]:
    """What would be let go: ids and days."""
    found = uow.session.execute(RULES[what].wanted(midnight(before)).limit(limit)).all()
    uow.rollback()
    return [Due(_spelt(key), china_day(on) if isinstance(on, datetime) else on) for key, on in found]


def count_due(uow: UnitOfWork, what: Kept, before: date) -> int:
    """How many these are."""
    rows = RULES[what].wanted(midnight(before)).order_by(None).subquery()
    count = uow.session.scalar(select(func.count()).select_from(rows)) or 0
    uow.rollback()
    return count


def let_go(uow: UnitOfWork, files: AttachmentFiles, what: Kept, before: date, *, now: datetime) -> int:
    """Empty the cases, delete the rows; how many. What is interrupted goes on at the next time."""
    if what is Kept.CASES:
        return _empty_cases(uow, files, before, now)
    total = 0
    while gone := uow.write(lambda: _delete_some(uow, what, before, now)):
        total += gone
    return total


def _empty_cases(uow: UnitOfWork, files: AttachmentFiles, before: date, now: datetime) -> int:
    total = 0
    while over := due(uow, Kept.CASES, before, limit=BATCH):
        emptied = sum(erase_expired(uow, files, each.id, now=now) for each in over)
        total += emptied
        if not emptied:  # closed by its date and handled again: never found twice in one run
            break
    return total


def _delete_some(uow: UnitOfWork, what: Kept, before: date, now: datetime) -> int:
    rule = RULES[what]
    keys = [row[0] for row in uow.session.execute(rule.wanted(midnight(before)).limit(BATCH))]
    if not keys:
        return 0
    (key,) = inspect(rule.model).primary_key
    gone = delete(rule.model).where(key.in_(keys)).execution_options(synchronize_session=False)
    uow.session.execute(gone)
    audit.note(uow.session, Entry(now, SYSTEM, f"retention:{what}", subject=str(len(keys))))
    return len(keys)


def _spelt(key: object) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)
