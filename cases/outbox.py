"""Messages that have to leave the house: written in the transaction of what they tell, sent later, at least once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.database import UnitOfWork
from cases.models import OutboxRow

LEASE = timedelta(minutes=2)


@dataclass(frozen=True)
class OutboxMessage:
    """A claimed message; `attempts` counts this claim."""

    id: int
    kind: str
    case_id: str | None
    payload: Mapping[str, object]
    attempts: int


def append(
    session: Session, kind: str, payload: Mapping[str, object], *, now: datetime, case_id: str | None = None
) -> None:
    """Add a message to the transaction under way; the payload carries no personal data."""
    text = json.dumps(payload, ensure_ascii=False)
    session.add(OutboxRow(kind=kind, case_id=case_id, payload=text, created_at=now, free_at=now))


def claim(uow: UnitOfWork, *, now: datetime, limit: int = 20, lease: timedelta = LEASE) -> list[OutboxMessage]:
    """Take unsent messages for the length of the lease; two senders never hold the same one."""
    uow.begin_write()
    waiting = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.free_at <= now)
    rows = uow.session.scalars(waiting.order_by(OutboxRow.id).limit(limit).with_for_update(skip_locked=True)).all()
    for row in rows:
        row.attempts += 1
        row.free_at = now + lease
    uow.commit()
    return [OutboxMessage(row.id, row.kind, row.case_id, json.loads(row.payload), row.attempts) for row in rows]


def acknowledge(uow: UnitOfWork, message: int, *, now: datetime) -> None:
    """The message has left: nobody claims it again."""
    uow.begin_write()
    uow.session.execute(update(OutboxRow).where(OutboxRow.id == message).values(sent_at=now))
    uow.commit()
