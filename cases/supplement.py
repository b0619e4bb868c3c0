"""Add to a petition that is filed already (补充材料): facts and files go to the case, sealed, and its history says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from cases import audit, outbox, policy
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.file import filing_index, take_attachments
from cases.history import events_of, record_event
from cases.models import Case, Supplement, new_id
from cases.numbers import china_day
from cases.policy import Compartment, StaffRole
from petition.matters import Branch, PetitionType
from petition.stages import Act, Role, apply_act, track_of

SUPPLEMENTED = "petition-supplemented"
PLACE = "supplements.values"
Values = Mapping[str, object]


def supplement(uow: UnitOfWork, case_id: str, values: Values, *, filing_key: str, now: datetime) -> str:
    """The number of the case; NotAllowed where its stage takes nothing more. The same filing key adds once."""
    return uow.write(lambda: _add(uow, case_id, values, filing_key, now))


def _add(uow: UnitOfWork, case_id: str, values: Values, filing_key: str, now: datetime) -> str:
    case = uow.session.get_one(Case, case_id, with_for_update=True)
    index = filing_index(uow.ciphers, filing_key)
    if uow.session.scalar(select(Supplement.id).where(Supplement.filing_index == index)):
        return case.number
    kind, branch = PetitionType(case.type), Branch(case.branch) if case.branch else None
    history = events_of(case)
    event = apply_act(history, Act.SUPPLEMENT, Role.PETITIONER, china_day(now), track=track_of(kind, branch))
    compartment, row_id = policy.compartment_of(kind), new_id()
    text = json.dumps(dict(values), ensure_ascii=False)
    sealed = uow.ciphers.seal(text, f"{PLACE}:{row_id}", compartment)
    row = Supplement(
        id=row_id, case_id=case.id, filing_index=index, sealed_for=compartment, values_sealed=sealed, at=now
    )
    uow.session.add(row)
    record_event(uow.session, case, event, at=now)
    take_attachments(uow, values, case)
    audit.note(uow.session, Entry(now, Role.PETITIONER.value, SUPPLEMENTED, case.id))
    outbox.append(uow.session, SUPPLEMENTED, {"number": case.number}, now=now, case_id=case.id)
    return case.number


def supplements_of(uow: UnitOfWork, case_id: str, role: StaffRole = StaffRole.CLERK) -> list[dict[str, object]]:
    """What was added, oldest first; NotPermitted where the role may not read it."""
    wanted = select(Supplement).where(Supplement.case_id == case_id).order_by(Supplement.at, Supplement.id)
    found = [_opened(uow, row, role) for row in uow.session.scalars(wanted)]
    uow.rollback()
    return found


def _opened(uow: UnitOfWork, row: Supplement, role: StaffRole) -> dict[str, object]:
    compartment = Compartment(row.sealed_for)
    policy.require(role, compartment)
    opened: dict[str, object] = json.loads(uow.ciphers.open(row.values_sealed, f"{PLACE}:{row.id}", compartment))
    return opened
