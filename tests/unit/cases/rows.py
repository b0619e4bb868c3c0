"""Rows that tests of doors, bodies, mediation, hearings and merging look at or need."""

from __future__ import annotations

from sqlalchemy import select

from cases.database import UnitOfWork
from cases.models import Attachment, Audit
from petition.parties import Party, PartyRole
from tests.unit.cases.factories import ADDRESS, NAME, NOON, PHONE


def petitioner(name: str = NAME, address: str = ADDRESS, phone: str = PHONE) -> tuple[Party, ...]:
    return (Party(PartyRole.PETITIONER, name, address, phone),)


def scan(uow: UnitOfWork) -> str:
    """A file that is not filed yet."""
    row = Attachment(sha256=bytes(32), media_type="image/png", size=1, stored_at=NOON)
    uow.session.add(row)
    uow.commit()
    return row.id


def noted(uow: UnitOfWork, case_id: str) -> list[tuple[str, str]]:
    """Who did what, as the log has it."""
    uow.rollback()
    rows = uow.session.scalars(select(Audit).where(Audit.case_id == case_id).order_by(Audit.id))
    return [(row.actor, row.act) for row in rows]
