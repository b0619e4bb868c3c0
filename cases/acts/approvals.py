"""Four eyes (四眼原则): what one person proposes, another one who heads the house or the organ approves or refuses."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from cases import audit, policy
from cases.actors import Actor
from cases.acts.common import OPEN, VOID, Details, Done, compartment_of, hold, in_one_transaction, write_down
from cases.acts.effects import EFFECTS
from cases.audit import Entry
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Approval as ApprovalRow
from cases.models import Case, new_id
from cases.policy import Compartment
from petition.days import china_day
from petition.errors import Conflict, SamePerson
from petition.stages import Act, Event, Role, Stage, apply_act, find_step

PLACE = "approvals.payload"


class ApprovalNotFound(Exception):
    """No such proposal, or it has been decided on."""


class ApprovalState(StrEnum):
    """What became of a proposal."""

    OPEN = OPEN
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = VOID


@dataclass(frozen=True)
class Proposal:
    """What was proposed, at which stage."""

    stage: str
    role: Role
    house: str | None  # the organ of whoever proposed it; None: the registering office
    received_on: date | None
    days: int | None
    body: str | None
    details: Details = field(repr=False)


@dataclass(frozen=True)
class Approval:
    """A proposal as lists show it; its words stay sealed (see `proposal_of`)."""

    id: str
    case_id: str
    act: Act
    state: ApprovalState
    proposed_by: str
    proposed_at: datetime


def propose(uow: UnitOfWork, case: Case, what: Act, actor: Actor, proposal: Proposal, now: datetime) -> Approval:
    """Inside a transaction: kept until another person decides; Conflict where the same act is waiting already."""
    waiting = select(ApprovalRow.id).where(
        ApprovalRow.case_id == case.id, ApprovalRow.act == what.value, ApprovalRow.state == OPEN
    )
    if uow.session.scalar(waiting):
        raise Conflict()
    compartment, row_id = compartment_of(case), new_id()
    text = json.dumps(asdict(proposal), ensure_ascii=False, default=str)
    row = ApprovalRow(
        id=row_id,
        case_id=case.id,
        act=what.value,
        state=OPEN,
        proposed_by=actor.name,
        proposed_at=now,
        sealed_for=compartment,
        payload_sealed=uow.ciphers.seal(text, f"{PLACE}:{row_id}", compartment),
    )
    uow.session.add(row)
    audit.note(uow.session, Entry(now, actor.name, f"propose:{what}", case.id, row_id))
    return _shown(row)


def approve(uow: UnitOfWork, approval_id: str, actor: Actor, *, now: datetime) -> Event:
    """The act takes effect today. SamePerson, NotPermitted, ApprovalNotFound; Conflict where the case has moved on meanwhile."""
    event = in_one_transaction(uow, lambda: _approve(uow, approval_id, actor, now))
    if event is None:
        raise Conflict()
    return event


def _approve(uow: UnitOfWork, approval_id: str, actor: Actor, now: datetime) -> Event | None:
    """None: the proposal was made for another stage and is void."""
    case, row = _held(uow, approval_id, actor)
    proposal, what = opened_proposal(uow, row), Act(row.act)
    row.decided_by, row.decided_at = actor.name, now
    if proposal.stage != case.stage:
        row.state = VOID
        audit.note(uow.session, Entry(now, actor.name, f"void:{what}", case.id, row.id))
        return None
    row.state = ApprovalState.APPROVED
    track = track_of_case(case)
    event = apply_act(
        events_of(case),
        what,
        proposal.role,
        china_day(now),
        track=track,
        received_on=proposal.received_on,
        days=proposal.days,
        body=proposal.body or (case.body if proposal.role is not Role.OFFICE else None),
        holidays=uow.holidays,
        today=china_day(now),
    )
    audit.note(uow.session, Entry(now, actor.name, f"approve:{what}", case.id, row.id))
    step = find_step(Stage(case.stage), what, proposal.role, track)
    return write_down(uow, case, Done(event, step, row.proposed_by, now, proposal.details), EFFECTS.get(what))


def refuse(uow: UnitOfWork, approval_id: str, actor: Actor, *, reason: str = "", now: datetime) -> None:
    """The case stays as it is. SamePerson, NotPermitted, ApprovalNotFound."""

    def step() -> None:
        case, row = _held(uow, approval_id, actor)
        row.state, row.decided_by, row.decided_at = ApprovalState.REFUSED, actor.name, now
        details = {"reason": reason} if reason else None
        audit.note(
            uow.session, Entry(now, actor.name, f"refuse:{row.act}", case.id, row.id, details, compartment_of(case))
        )

    in_one_transaction(uow, step)


def take_back(uow: UnitOfWork, approval_id: str, actor: Actor, *, now: datetime) -> None:
    """Whoever proposed it takes it back; ApprovalNotFound for everybody else."""

    def step() -> None:
        case, row = _open_row(uow, approval_id)
        if row.proposed_by != actor.name:  # says no more than that there is nothing to take back
            raise ApprovalNotFound(approval_id)
        row.state, row.decided_by, row.decided_at = VOID, actor.name, now
        audit.note(uow.session, Entry(now, actor.name, f"take-back:{row.act}", case.id, row.id))

    in_one_transaction(uow, step)


def waiting_approvals(uow: UnitOfWork, *, case_id: str | None = None) -> tuple[Approval, ...]:
    """What waits for a second person, oldest first, without a word of it."""
    found = waiting_in(uow, case_id)
    uow.rollback()
    return found


def waiting_in(uow: UnitOfWork, case_id: str | None) -> tuple[Approval, ...]:
    """The same inside a transaction of the caller."""
    wanted = select(ApprovalRow).where(ApprovalRow.state == OPEN).order_by(ApprovalRow.proposed_at, ApprovalRow.id)
    return tuple(map(_shown, uow.session.scalars(wanted.where(ApprovalRow.case_id == case_id) if case_id else wanted)))


def proposal_of(uow: UnitOfWork, approval_id: str, actor: Actor, *, now: datetime) -> Proposal:
    """The words of a proposal, for whoever may read the case; the reading is written down."""

    def step() -> Proposal:
        case, row = _open_row(uow, approval_id)
        actor.key_to(Compartment(row.sealed_for))
        if actor.body not in (None, case.body):
            raise policy.NotPermitted(f"case {case.id} is not with the organ of {actor.name}")
        audit.note(uow.session, Entry(now, actor.name, "read-proposal", case.id, row.id))
        return opened_proposal(uow, row)

    return in_one_transaction(uow, step)


def _held(uow: UnitOfWork, approval_id: str, actor: Actor) -> tuple[Case, ApprovalRow]:
    """The case and the open proposal, for somebody who may decide on it."""
    case, row = _open_row(uow, approval_id)
    what, proposal = Act(row.act), opened_proposal(uow, row)
    if not policy.may_approve(actor.roles, what) or actor.body != deciding_house(what, proposal):
        raise policy.NotPermitted(f"{actor.name} does not decide on {row.id}")
    actor.key_to(compartment_of(case))
    if row.proposed_by == actor.name:
        raise SamePerson(act=row.act)
    return case, row


def deciding_house(what: Act, proposal: Proposal) -> str | None:
    """The head of the house that proposed it (第三十四条: 经本机关、单位负责人批准); of an objection the office that sent the case
    (第二十三条第三款: 经转送、交办的信访部门核实同意)."""
    return None if what is Act.OBJECT else proposal.house


def _open_row(uow: UnitOfWork, approval_id: str) -> tuple[Case, ApprovalRow]:
    """The case is held before its proposal, as in every other act."""
    case_id = uow.session.scalar(select(ApprovalRow.case_id).where(ApprovalRow.id == approval_id))
    if case_id is None:
        raise ApprovalNotFound(approval_id)
    case = hold(uow, case_id)
    wanted = select(ApprovalRow).where(ApprovalRow.id == approval_id)
    row = uow.session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()
    if row.state != OPEN:
        raise ApprovalNotFound(approval_id)
    return case, row


def opened_proposal(uow: UnitOfWork, row: ApprovalRow) -> Proposal:
    opened: dict[str, Any] = json.loads(
        uow.ciphers.open(row.payload_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
    )
    received = opened["received_on"]
    return Proposal(
        stage=opened["stage"],
        role=Role(opened["role"]),
        house=opened["house"],
        received_on=date.fromisoformat(received) if received else None,
        days=opened["days"],
        body=opened["body"],
        details=opened["details"],
    )


def _shown(row: ApprovalRow) -> Approval:
    return Approval(row.id, row.case_id, Act(row.act), ApprovalState(row.state), row.proposed_by, row.proposed_at)
