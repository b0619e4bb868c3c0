"""Mediation and settlement (调解、和解, 《信访工作条例》第三十三条): what the acts write of it.

The 60 days of 第三十四条 do not stop meanwhile: neither article says that they do.
"""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import select, update

from cases.acts.common import Details, Done, compartment_of
from cases.database import UnitOfWork
from cases.models import Attachment, Case, Mediation, new_id
from petition.errors import InvalidValue, NotAllowed, NotComplete
from petition.proceedings import MEDIATION, Settlement
from petition.values import Reason, refuse

PLACE = "mediations.terms"
REFERRED = "referred"
CONSENTS = ("petitioner_consented_on", "other_consented_on")


def referred(uow: UnitOfWork, case: Case, done: Done) -> None:
    """REFER_MEDIATION: to whom, and since when both sides agree to it; one at a time."""
    if under_way(uow, case.id):
        raise NotAllowed(act=str(done.event.act), stage=case.stage, citation=MEDIATION.text)
    consented = _consented(done.details, done.event.on)
    uow.session.add(_row(case, done, REFERRED, str(done.details["mediator"]).strip(), consented))


def recorded(uow: UnitOfWork, case: Case, done: Done) -> None:
    """RECORD_MEDIATION: what it brought. An agreement has terms and is on paper; the two sides may also have settled without a mediator."""
    outcome = _outcome(done.details)
    row = under_way(uow, case.id)
    if row is None:
        if outcome is not Settlement.SETTLED:
            raise NotAllowed(act=str(done.event.act), stage=case.stage, citation=MEDIATION.text)
        row = _row(case, done, outcome, "", done.event.on)
        uow.session.add(row)
    row.state, row.ended_on = outcome.value, done.event.on
    if outcome.written:
        terms, paper = _agreement(done.details)
        row.terms_sealed = uow.ciphers.seal(
            json.dumps(terms, ensure_ascii=False), f"{PLACE}:{row.id}", compartment_of(case)
        )
        row.attachment_id = take_paper(uow, case, paper)


def under_way(uow: UnitOfWork, case_id: str) -> Mediation | None:
    """The mediation that has not ended."""
    return uow.session.scalar(select(Mediation).where(Mediation.case_id == case_id, Mediation.state == REFERRED))


def take_paper(uow: UnitOfWork, case: Case, attachment: str) -> str:
    """A scan of a paper belongs to the case from now on; InvalidValue for one of another case, and for none."""
    row = uow.session.get(Attachment, attachment)
    if row is None or row.case_id not in (None, case.id):
        raise InvalidValue(slot="attachment", reason="unknown")
    mine = update(Attachment).where(Attachment.id == attachment)
    uow.session.execute(mine.values(case_id=case.id, conversation_id=None))
    return attachment


def _row(case: Case, done: Done, state: str, mediator: str, consented: date) -> Mediation:
    return Mediation(
        id=new_id(),
        case_id=case.id,
        state=state,
        mediator=mediator,
        consented_on=consented,
        sealed_for=compartment_of(case).value,
        by=done.by,
        at=done.at,
    )


def _consented(details: Details, today: date) -> date:
    """The day from which both sides agree: nobody is mediated without having said so, and nobody has said so tomorrow."""
    given = [_day(details[name]) for name in CONSENTS if details.get(name)] or [_day(details["consented_on"])]
    if max(given) > today:
        raise refuse("consented_on", Reason.DATE_FUTURE)
    return max(given)


def _day(value: object) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as fault:
        raise refuse("consented_on", Reason.DATE_IMPOSSIBLE) from fault


def _outcome(details: Details) -> Settlement:
    try:
        return Settlement(str(details["outcome"]))
    except ValueError as fault:
        raise refuse("outcome", Reason.CHOICE_UNKNOWN) from fault


def _agreement(details: Details) -> tuple[str, str]:
    """The terms and the paper; 应当制作调解协议书或者和解协议书."""
    missing = tuple(name for name in ("terms", "attachment") if not str(details.get(name) or "").strip())
    if missing:
        raise NotComplete(slots=missing)
    return str(details["terms"]).strip(), str(details["attachment"])
