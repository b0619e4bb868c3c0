"""What a conversation has filed, as the draft that it was: for papers that the citizen wants afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from cases import audit, sealed
from cases.actors import PETITIONER, Citizen
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Case
from petition.matters import PetitionType
from petition.parties import Confidentiality, Party, PartyRole

PAPER_FILLED = "paper-filled"


def filed_draft(uow: UnitOfWork, filing_key: str) -> dict[str, Any]:
    """Slots of the petition that was filed with this key; empty for an unknown one, and for a report, which stays sealed
    (《信访工作条例》第三十条第三款)."""
    index = uow.ciphers.index("filing", filing_key)
    case = uow.session.scalars(select(Case).where(Case.filing_index == index)).one_or_none()
    draft = _draft(uow, case) if case and case.type != PetitionType.REPORT.value else {}
    uow.rollback()
    return draft


def case_draft(uow: UnitOfWork, citizen: Citizen, paper: str, *, now: datetime) -> dict[str, Any]:
    """The same for a paper that the petitioner of a case wants, who has shown its query code; the log says so."""

    def step() -> dict[str, Any]:
        case = uow.session.get_one(Case, citizen.case_id)
        if case.type == PetitionType.REPORT.value:
            return {}
        audit.note(uow.session, Entry(now, PETITIONER, PAPER_FILLED, case.id, subject=paper))
        return _draft(uow, case)

    return uow.write(step)


def _draft(uow: UnitOfWork, case: Case) -> dict[str, Any]:
    draft = dict(sealed.values_of(uow.ciphers, case)) | _persons(sealed.parties_of(uow.ciphers, case))
    draft.pop("evidence", None)
    if case.confidentiality == Confidentiality.CONFIDENTIAL.value:
        draft["confidentiality"] = case.confidentiality
    return {slot: value for slot, value in draft.items() if value}


def _persons(parties: tuple[Party, ...]) -> dict[str, Any]:
    persons: dict[str, Any] = {}
    for party in parties:
        match party.role:
            case PartyRole.PETITIONER:
                persons |= {"name": party.name, "address": party.address, "phone": party.phone}
            case PartyRole.REPRESENTATIVE:
                persons["people"] = (*persons.get("people", ()), party.name)
            case PartyRole.BENEFICIARY:
                persons["on_behalf_of"] = party.name
    return persons
