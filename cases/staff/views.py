"""Saved lists (常用查询): filters that somebody of the staff keeps under a name of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from cases.database import UnitOfWork
from cases.models import StaffView
from petition.errors import InvalidValue

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 40, 1000


@dataclass(frozen=True)
class Saved:
    """A list under its name; `query` is what stands behind the question mark."""

    id: str
    name: str
    query: str


def views_of(uow: UnitOfWork, account_id: str) -> tuple[Saved, ...]:
    """What this account has kept, oldest first."""
    wanted = select(StaffView).where(StaffView.account_id == account_id)
    rows = uow.session.scalars(wanted.order_by(StaffView.created_at, StaffView.name)).all()
    uow.rollback()
    return tuple(Saved(row.id, row.name, row.query) for row in rows)


def keep(uow: UnitOfWork, account_id: str, name: str, query: str, *, now: datetime) -> None:
    """Under a name that is known it takes the other one's place; InvalidValue without a name, and for one too many."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise InvalidValue(slot="view", reason="view-name")

    def step() -> None:
        mine = StaffView.account_id == account_id
        row = uow.session.scalar(select(StaffView).where(mine, StaffView.name == name))
        if row is not None:
            row.query = query
        elif (uow.session.scalar(select(func.count()).select_from(StaffView).where(mine)) or 0) >= MOST:
            raise InvalidValue(slot="view", reason="view-count")
        else:
            uow.session.add(StaffView(account_id=account_id, name=name, query=query, created_at=now))

    uow.write(step)


def drop(uow: UnitOfWork, account_id: str, view_id: str) -> None:
    """One of their own; anything else is left alone."""
    gone = delete(StaffView).where(StaffView.account_id == account_id, StaffView.id == view_id)
    uow.write(lambda: uow.session.execute(gone))
