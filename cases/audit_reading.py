"""Reading the audit log (审计日志): rows, the newest first; reading it stands in the log as well. What is sealed with a row stays sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from cases import audit
from cases.database import UnitOfWork
from cases.models import Audit, Case
from cases.track import normal_number
from petition.days import midnight

ROWS = 100
READ = "audit-read"


@dataclass(frozen=True)
class Wanted:
    """Which rows; empty: all. `before`: rows with a smaller number."""

    actor: str = ""
    act: str = ""
    number: str = ""
    day: date | None = None
    before: int | None = None


class Row(NamedTuple):
    """A row of the log, with the number of its case."""

    id: int
    at: datetime
    actor: str
    act: str
    case: str | None
    subject: str | None


def read(uow: UnitOfWork, wanted: Wanted, *, by: str, now: datetime) -> tuple[tuple[Row, ...], int | None]:
    """A page, and where the next one begins (None: there is none)."""
    columns = (Audit.id, Audit.at, Audit.actor, Audit.act, Case.number, Audit.subject)
    asked = select(*columns).outerjoin(Case, Case.id == Audit.case_id).order_by(Audit.id.desc()).limit(ROWS + 1)
    if wanted.actor:
        asked = asked.where(Audit.actor == wanted.actor)
    if wanted.act:
        asked = asked.where(Audit.act == wanted.act)
    if wanted.number:
        asked = asked.where(Case.number == normal_number(wanted.number))
    if wanted.before is not None:
        asked = asked.where(Audit.id < wanted.before)
    if wanted.day is not None:
        begins = midnight(wanted.day)
        asked = asked.where(Audit.at >= begins, Audit.at < begins + timedelta(days=1))
    rows = tuple(Row(*each) for each in uow.session.execute(asked))
    uow.rollback()
    uow.write(lambda: audit.note(uow.session, audit.Entry(now, by, READ)))
    return rows[:ROWS], rows[ROWS - 1].id if len(rows) > ROWS else None
