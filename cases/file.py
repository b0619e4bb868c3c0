"""File a petition (登记): one transaction, and the same receipt however often it is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, update

from cases import audit, outbox, sealed, similar
from cases.audit import Entry
from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.history import SYSTEM, record_event
from cases.models import Attachment, Case, new_id
from cases.numbers import next_number
from petition.days import china_day
from petition.doors import Door
from petition.draft import Filing
from petition.stages import Role, register

FILED = "petition-filed"


@dataclass(frozen=True)
class Entrance:
    """Through which door a petition came; who entered it, where that was not its petitioner; when it was received, if before."""

    door: Door = Door.NETWORK
    entered_by: str | None = None
    received_on: date | None = None


BY_THEMSELVES = Entrance()


@dataclass(frozen=True)
class Receipt:
    """Proof of filing (回执); the query code is shown to the petitioner and to nobody else."""

    number: str
    query_code: str = field(repr=False)
    filed_at: datetime


def file_petition(
    uow: UnitOfWork, filing: Filing, *, office: str, now: datetime, entrance: Entrance = BY_THEMSELVES
) -> Receipt:
    """Write the petition into the register and commit; a filing key that is known gets its first receipt again.

    《信访工作条例》第二十二条: what is received is registered.
    """
    if not filing.filing_key:
        raise ValueError("a filing without a filing key")
    code = uow.ciphers.query_code(filing.filing_key)

    def write() -> Receipt:
        case = _case_row(uow.ciphers, filing, entrance)
        case.code_hash, case.office, case.filed_at = uow.ciphers.code_digest(code), office, now
        return _known(uow, filing.filing_key, code) or _write(uow, case, filing, entrance, code)

    return uow.write(write)


def find_receipt(uow: UnitOfWork, filing_key: str) -> Receipt | None:
    """The receipt of a petition that was filed with this key."""
    receipt = _known(uow, filing_key, uow.ciphers.query_code(filing_key))
    uow.rollback()
    return receipt


def _known(uow: UnitOfWork, filing_key: str, code: str) -> Receipt | None:
    index = filing_index(uow.ciphers, filing_key)
    row = uow.session.execute(select(Case.number, Case.filed_at).where(Case.filing_index == index)).one_or_none()
    return Receipt(row.number, code, row.filed_at) if row else None


def _write(uow: UnitOfWork, case: Case, filing: Filing, entrance: Entrance, code: str) -> Receipt:
    session, now, today = uow.session, case.filed_at, china_day(case.filed_at)
    case.number = next_number(session, case.office, now)
    case.texts = sealed.text_rows(uow.ciphers, filing)
    case.parties = sealed.party_rows(uow.ciphers, filing)
    session.add(case)
    registered = register(today, received_on=entrance.received_on)
    record_event(session, case, registered, at=now, actor=entrance.entered_by or SYSTEM)
    session.flush()
    take_attachments(uow, filing.values, case)
    similar.link(uow, case, {**filing.values, **_petitioner(filing)}, now)
    audit.note(session, Entry(now, entrance.entered_by or Role.PETITIONER.value, FILED, case.id, entrance.door))
    outbox.append(session, FILED, {"number": case.number}, now=now, case_id=case.id)
    return Receipt(case.number, code, now)


def _case_row(ciphers: Ciphers, filing: Filing, entrance: Entrance) -> Case:
    return Case(
        id=new_id(),
        filing_index=filing_index(ciphers, filing.filing_key),
        surface=filing.surface,
        door=entrance.door.value,
        entered_by=entrance.entered_by,
        type=filing.type.value,
        matter=filing.matter.value,
        branch=filing.branch.value if filing.branch else None,
        channels=json.dumps([channel.value for channel in filing.channels]),
        confidentiality=filing.confidentiality.value,
    )


def _petitioner(filing: Filing) -> dict[str, object]:
    first = filing.parties[0] if filing.parties else None
    return {"name": first.name, "address": first.address, "phone": first.phone} if first else {}


def take_attachments(uow: UnitOfWork, values: Mapping[str, object], case: Case) -> None:
    """Evidence leaves the conversation and belongs to the case from now on."""
    evidence = values.get("evidence")
    ids = [str(each) for each in evidence] if isinstance(evidence, list | tuple) else []
    free = (Attachment.id.in_(ids), Attachment.case_id.is_(None))
    uow.session.execute(update(Attachment).where(*free).values(case_id=case.id, conversation_id=None))


def filing_index(ciphers: Ciphers, filing_key: str) -> bytes:
    """What a filing key is found by."""
    return ciphers.index("filing", filing_key)
