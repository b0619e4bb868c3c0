"""A change of stage that cannot be forgotten: no flush without its history row, and nothing written is rewritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.attributes import flag_modified

from cases import clockwork
from cases.models import Audit, Case, History
from petition.stages import Act, Event, Role, Stage

HOLIDAYS = "holidays"
SYSTEM = "system"
QUIET = frozenset({Act.REMIND, Act.RATE})  # a citizen who asks does not spoil what a clerk is writing


class HistoryMissing(Exception):
    """A case was to change its stage without a history row."""


class HistoryRewritten(Exception):
    """A history or audit row was to be changed or deleted."""


def record_event(session: Session, case: Case, happened: Event, *, at: datetime, actor: str = SYSTEM) -> History:
    """Write an event down and bring the case to its stage and its dates; the only way a stage changes.

    Every event but a quiet one makes a new version of the case, so that whoever decides has seen it.
    """
    before = events_of(case)
    case.stage = happened.to.value
    row = History(
        case=case,
        on=happened.on,
        act=happened.act.value,
        stage=happened.to.value,
        by=happened.by.value,
        received_on=happened.received_on,
        days=happened.days,
        body=happened.body,
        at=at,
        actor=actor,
    )
    session.add(row)
    clockwork.refresh(case, (*before, happened), session.info.get(HOLIDAYS))
    if happened.act not in QUIET and inspect(case).persistent:
        flag_modified(case, "stage")
    return row


def events_of(case: Case) -> tuple[Event, ...]:
    """The history of a case, oldest first."""
    return tuple(event_of(row) for row in case.history)


def event_of(row: History) -> Event:
    """One row as the rules know it."""
    return Event(row.on, Act(row.act), Stage(row.stage), Role(row.by), row.received_on, row.days, row.body)


def guard_history(sessions: sessionmaker[Session]) -> None:
    """Hold the two promises of this module on every session of the factory."""
    event.listen(sessions, "before_flush", _check_flush)


def _check_flush(session: Session, context: Any, instances: Any) -> None:
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, History | Audit) and (row in session.deleted or session.is_modified(row)):
            raise HistoryRewritten(repr(row))
    written = {(row.case, row.stage) for row in session.new if isinstance(row, History)}
    for row in (*session.new, *session.dirty):
        if isinstance(row, Case) and _stage_changes(row) and (row, row.stage) not in written:
            raise HistoryMissing(repr(row))


def _stage_changes(case: Case) -> bool:
    return bool(inspect(case).attrs.stage.history.added)
