"""Which organs a petition concerns (涉及的机关、单位, 《信访工作条例》第二十四条): proposed, lead, co-handling. What the acts write of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from cases import policy, sealed
from cases.actors import Actor
from cases.acts.common import Details, Done, compartment_of
from cases.database import UnitOfWork
from cases.models import Case, CaseBody, new_id
from cases.policy import Compartment, NotPermitted, StaffRole
from petition.errors import InvalidValue, NotAllowed
from petition.forwarding import check_forward
from petition.matters import PetitionType
from petition.proceedings import JURISDICTION, Decision

PLACE = "case_bodies.reason"
COMPETENT = "competent_body"  # whom an objection names instead


class Part(StrEnum):
    """What an organ is to a petition: 建议的, 牵头的 (受理、答复), 协办的."""

    PROPOSED = "proposed"
    LEAD = "lead"
    CO_HANDLING = "co-handling"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"proposed": "建议受理单位", "lead": "牵头受理单位", "co-handling": "协办单位"}[self.value]


# --- what the acts write --------------------------------------------------------------------------------------------------------------


def proposed(uow: UnitOfWork, case: Case, done: Done) -> None:
    """PROPOSE_BODY: one more organ that might take it on, and why."""
    _add(uow, case, str(done.details["body"]).strip(), Part.PROPOSED, done.by, done.at, _reason(done.details))


def determined(uow: UnitOfWork, case: Case, done: Done) -> None:
    """DETERMINE_BODY: who takes it on and answers, who works with them, by whom that was settled."""
    lead = str(done.details["body"]).strip()
    replace(uow, case, lead, co_handling_of(done.details, lead), done.by, done.at, _reason(done.details))


def sent(uow: UnitOfWork, case: Case, done: Done) -> None:
    """FORWARD, ASSIGN: once it was settled who takes it on, it goes nowhere else."""
    lead = next((row.body for row in current(uow, case.id) if row.part == Part.LEAD), None)
    if lead and lead != str(done.details["body"]).strip():
        raise NotAllowed(act=str(done.event.act), stage=case.stage, lead=lead, citation=JURISDICTION.text)


def objected(uow: UnitOfWork, case: Case, done: Done) -> None:
    """OBJECT: the organ is out of it; the one that it names instead is proposed."""
    for row in current(uow, case.id):
        if row.body == case.body:
            row.ended_at = done.at
    if named := str(done.details.get(COMPETENT) or "").strip():
        _check(uow, case, named)
        _add(uow, case, named, Part.PROPOSED, done.by, done.at, _reason(done.details))


def replace(
    uow: UnitOfWork, case: Case, lead: str, others: Iterable[str], by: str, at: datetime, reason: Details
) -> None:
    """From now on these organs have the petition; what was settled or proposed before is history."""
    for row in current(uow, case.id):
        row.ended_at = at
    _add(uow, case, lead, Part.LEAD, by, at, reason)
    for other in others:
        _check(uow, case, other)
        _add(uow, case, other, Part.CO_HANDLING, by, at, reason)


def co_handling_of(details: Details, lead: str) -> tuple[str, ...]:
    """The co-handling organs of an act, each once and never the lead."""
    given = details.get("co_handling") or ()
    names = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else []
    return tuple(dict.fromkeys(name for name in (str(each).strip() for each in names) if name and name != lead))


def _reason(details: Details) -> dict[str, object]:
    """Why, and by whom it was settled: InvalidValue for a way that the regulation does not know."""
    reason = {"reason": str(details["reason"]).strip()} if details.get("reason") else {}
    if (how := details.get("how")) is None:
        return dict(reason)
    try:
        return {**reason, "how": Decision(str(how)).value}
    except ValueError as fault:
        raise InvalidValue(slot="how", reason="choice-unknown") from fault


def _add(uow: UnitOfWork, case: Case, body: str, part: Part, by: str, at: datetime, reason: Details) -> None:
    compartment, row_id = compartment_of(case), new_id()
    text = json.dumps(dict(reason), ensure_ascii=False)
    sealed_reason = uow.ciphers.seal(text, f"{PLACE}:{row_id}", compartment) if reason else None
    row = CaseBody(
        id=row_id, case_id=case.id, body=body, part=part.value, by=by, at=at, sealed_for=compartment, reason_sealed=sealed_reason
    )  # fmt: skip
    uow.session.add(row)


def _check(uow: UnitOfWork, case: Case, body: str) -> None:
    """A report reaches no organ that it names, as a co-handling one neither (第三十条第三款)."""
    if compartment_of(case) is Compartment.DISCIPLINE:
        check_forward(PetitionType(case.type), sealed.values_of(uow.ciphers, case, StaffRole.DISCIPLINE), body)


# --- reading --------------------------------------------------------------------------------------------------------------------------


def current(uow: UnitOfWork, case_id: str) -> list[CaseBody]:
    """What holds now, oldest first."""
    wanted = select(CaseBody).where(CaseBody.case_id == case_id, CaseBody.ended_at.is_(None))
    return list(uow.session.scalars(wanted.order_by(CaseBody.at, CaseBody.id)))


def reason_of(uow: UnitOfWork, row: CaseBody) -> Mapping[str, str]:
    """What was written with a row."""
    if row.reason_sealed is None:
        return {}
    opened: dict[str, str] = json.loads(
        uow.ciphers.open(row.reason_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
    )
    return opened


def require_reader(uow: UnitOfWork, case: Case, actor: Actor) -> StaffRole:
    """The role that reads the case: of the registering office, of the organ that has it, or of a co-handling one; NotPermitted."""
    key = actor.key_to(policy.compartment_of(PetitionType(case.type)))
    if actor.body is None or actor.body == case.body:
        return key
    if any(row.body == actor.body and row.part == Part.CO_HANDLING for row in current(uow, case.id)):
        return key
    raise NotPermitted(f"case {case.id} does not concern the organ of {actor.name}")
