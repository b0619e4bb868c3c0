"""Flags for staff (转人工): opened by the assistant, taken and closed by a person; the conversation is kept meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.sql.elements import ColumnElement

from cases.database import UnitOfWork
from cases.models import Handover

KEPT_AT_MOST = timedelta(
    days=7
)  # 《个人信息保护法》第十九条: no longer than its purpose needs, also where nobody closes the flag


class HandoverKind(StrEnum):
    """Why a person is needed: the citizen asked for one, or is in danger."""

    ASKED = "asked"
    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    EMERGENCY = "emergency"
    THREAT = "threat"


class HandoverState(StrEnum):
    """How far staff are."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class HandoverNotFound(LookupError):
    """No flag with this id that is still open."""


@dataclass(frozen=True)
class Flag:
    """One hand-over, as staff see it."""

    id: str
    conversation: str
    kind: HandoverKind
    surface: str
    state: HandoverState
    opened_at: datetime
    taken_by: str | None


def open_handover(
    uow: UnitOfWork, conversation: str, kind: HandoverKind, *, surface: str, now: datetime
) -> tuple[str, bool]:
    """The id of the conversation's open flag, and whether it is news: opened, or now about danger and not before."""
    return uow.write(lambda: _open(uow, conversation, kind, surface, now))


def _open(uow: UnitOfWork, conversation: str, kind: HandoverKind, surface: str, now: datetime) -> tuple[str, bool]:
    known = uow.session.scalar(
        select(Handover).where(Handover.conversation_id == conversation, is_open()).with_for_update()
    )
    if known is None:
        row = Handover(
            conversation_id=conversation, kind=kind, surface=surface, state=HandoverState.WAITING, opened_at=now
        )
        uow.session.add(row)
        uow.session.flush()
        return row.id, True
    news = known.kind == HandoverKind.ASKED and kind is not HandoverKind.ASKED
    if news:
        known.kind, known.state, known.taken_by = kind, HandoverState.WAITING, None
    return known.id, news


def waiting(uow: UnitOfWork) -> list[Flag]:
    """The flags that nobody has closed: danger first, then the oldest."""
    rows = uow.session.scalars(select(Handover).where(is_open()).order_by(Handover.opened_at, Handover.id)).all()
    flags = [flag_of(row) for row in rows]
    uow.rollback()
    return sorted(flags, key=lambda flag: flag.kind is HandoverKind.ASKED)


def count_waiting(uow: UnitOfWork) -> int:
    """How many flags nobody has taken yet."""
    wanted = select(func.count()).select_from(Handover).where(Handover.state == HandoverState.WAITING)
    count = uow.session.scalar(wanted) or 0
    uow.rollback()
    return count


def take(uow: UnitOfWork, handover: str, by: str) -> None:
    """Somebody looks after it; HandoverNotFound."""
    _change(uow, handover, state=HandoverState.TAKEN, taken_by=by)


def close(uow: UnitOfWork, handover: str, now: datetime) -> None:
    """It is over: what the citizen wanted erased is erased now; HandoverNotFound."""
    _change(uow, handover, state=HandoverState.CLOSED, closed_at=now)


def _change(uow: UnitOfWork, handover: str, **values: object) -> None:
    uow.begin_write()
    changed = uow.session.execute(
        update(Handover).where(Handover.id == handover, is_open()).values(**values).returning(Handover.id)
    ).all()
    uow.commit()
    if not changed:
        raise HandoverNotFound(handover)


def leave(uow: UnitOfWork, conversation: str, now: datetime) -> bool:
    """The citizen goes and wants everything erased; whether it must wait for staff because a life is at risk.

    Who only asked for a person takes that back (《个人信息保护法》第四十七条第一款第三项). What protects a life stays without consent
    (第十三条第一款第四项), and is kept and shown to staff only (第四十七条第二款), until they close it, KEPT_AT_MOST at the longest.
    """
    uow.begin_write()
    of_it = (Handover.conversation_id == conversation, is_open())
    given_up = (Handover.kind == HandoverKind.ASKED) | (Handover.opened_at <= now - KEPT_AT_MOST)
    closed = update(Handover).where(*of_it, given_up).values(state=HandoverState.CLOSED, closed_at=now)
    uow.session.execute(closed.execution_options(synchronize_session=False))
    stays = uow.session.scalar(select(Handover.id).where(*of_it)) is not None
    uow.commit()
    return stays


def is_open() -> ColumnElement[bool]:
    """Nobody has closed it."""
    return Handover.state != HandoverState.CLOSED


def flag_of(row: Handover) -> Flag:
    """A row as staff see it."""
    return Flag(
        id=row.id,
        conversation=row.conversation_id,
        kind=HandoverKind(row.kind),
        surface=row.surface,
        state=HandoverState(row.state),
        opened_at=row.opened_at,
        taken_by=row.taken_by,
    )
