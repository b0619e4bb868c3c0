"""Notes of the staff about a case (备注、协办意见): the petitioner never sees them, and no organ that the case does not concern."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.common import compartment_of, hold, in_one_transaction
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Note, new_id
from cases.policy import Compartment
from petition.values import text_between

PLACE = "notes.text"
LONGEST = 4000
_text = text_between(1, LONGEST)


@dataclass(frozen=True)
class Noted:
    """A note as staff read it."""

    id: str
    by: str
    at: datetime
    text: str = field(repr=False)


def add_note(uow: UnitOfWork, case_id: str, text: str, actor: Actor, *, now: datetime) -> str:
    """Write one down, or the opinion of a co-handling organ (协办意见); its id. InvalidValue for an empty one and for too long a one."""

    def step() -> str:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        row_id, compartment = new_id(), compartment_of(case)
        sealed = uow.ciphers.seal(_text("note", text, now.date()), f"{PLACE}:{row_id}", compartment)
        row = Note(id=row_id, case_id=case.id, by=actor.name, at=now, sealed_for=compartment.value, text_sealed=sealed)
        uow.session.add(row)
        audit.note(uow.session, Entry(now, actor.name, "add-note", case.id, row_id))
        return row_id

    return in_one_transaction(uow, step)


def notes_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Noted, ...]:
    """The notes of a case, oldest first; NotPermitted for whom it does not concern. The reading is noted."""

    def step() -> tuple[Noted, ...]:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        audit.note(uow.session, Entry(now, actor.name, "read:notes", case.id))
        rows = uow.session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.at, Note.id))
        return tuple(_shown(uow, row) for row in rows)

    return in_one_transaction(uow, step)


def _shown(uow: UnitOfWork, row: Note) -> Noted:
    text = uow.ciphers.open(row.text_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
    return Noted(row.id, row.by, row.at, text)
