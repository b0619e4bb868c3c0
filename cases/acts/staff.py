"""What the staff do with a case (one engine for every act): lawful, permitted, of the right organ, four eyes where the rule wants them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cases import audit, policy, sealed
from cases.actors import Actor
from cases.acts import approvals
from cases.acts.approvals import Approval, Proposal
from cases.acts.common import NOTHING, Details, Done, Effect, compartment_of, hold, in_one_transaction, write_down
from cases.acts.effects import EFFECTS
from cases.audit import Entry
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case
from cases.policy import StaffRole
from petition.days import china_day
from petition.errors import NotAllowed
from petition.forwarding import check_forward
from petition.lifecycle import Step, check_details
from petition.matters import PetitionType
from petition.stages import Act, Event, Role, Stage, apply_act, find_step, steps_from

ALLOCATED, NAMED_BODY = "allocate", "name-reviewer"
_BY_STAFF = tuple(role for role in Role if role is not Role.PETITIONER)


@dataclass(frozen=True)
class Order:
    """What somebody wants to do."""

    act: Act
    on: date
    details: Details = field(default_factory=dict, repr=False)
    received_on: date | None = None
    days: int | None = None

    @property
    def body(self) -> str | None:
        """The organ that the act sends the case to."""
        return str(self.details["body"]).strip() or None if self.details.get("body") else None


def act(
    uow: UnitOfWork,
    case_id: str,
    what: Act,
    actor: Actor,
    *,
    details: Mapping[str, object] = NOTHING,
    on: date | None = None,
    received_on: date | None = None,
    days: int | None = None,
    version: int | None = None,
    now: datetime,
    effect: Effect | None = None,
) -> Event | Approval:
    """Do it, or propose it where a second person has to approve; all of it is written, or nothing.

    NotAllowed by law, NotComplete without what the act must carry, NotPermitted for this person, Conflict where the case has changed
    since `version`. `effect` writes what else belongs to the act, in the same transaction (of an act that has to be approved: EFFECTS).
    """
    said = days if days is not None else _whole(details.get("days"))
    order = Order(what, on or china_day(now), details, received_on, said)
    return in_one_transaction(uow, lambda: _act(uow, hold(uow, case_id, version), order, actor, now, effect))


def _act(
    uow: UnitOfWork, case: Case, order: Order, actor: Actor, now: datetime, effect: Effect | None
) -> Event | Approval:
    step = lawful_step(case, order.act, actor)
    require_body(case, actor)
    event = _event(uow, case, step, order, actor, now)
    if step.approval:
        proposal = Proposal(
            case.stage, step.role, actor.body, order.received_on, order.days, order.body, dict(order.details)
        )
        return approvals.propose(uow, case, order.act, actor, proposal, now)
    done = Done(event, step, actor.name, now, order.details)
    return write_down(uow, case, done, effect or EFFECTS.get(order.act))


def lawful_step(case: Case, what: Act, actor: Actor) -> Step:
    """The row of the table of law by which this person may do it: NotAllowed by law comes before NotPermitted by the house."""
    stage, track = Stage(case.stage), track_of_case(case)
    rows = [step for step in steps_from(stage, track) if step.act is what and step.role in _BY_STAFF]
    if not rows:
        return find_step(stage, what, Role.OFFICE, track)  # raises NotAllowed with the article
    for step in rows:
        if policy.may_do(actor.roles, what, step.role, compartment_of(case)):
            return step
    raise policy.NotPermitted(f"{actor.name} may not {what}")


def require_body(case: Case, actor: Actor) -> None:
    """The staff of an organ act on what their organ has now, and on nothing else."""
    if actor.body is not None and actor.body != case.body:
        raise policy.NotPermitted(f"case {case.id} is not with the organ of {actor.name}")


def _event(uow: UnitOfWork, case: Case, step: Step, order: Order, actor: Actor, now: datetime) -> Event:
    check_details(step, order.details)
    if order.body and compartment_of(case) is policy.Compartment.DISCIPLINE:
        key = actor.key_to(policy.Compartment.DISCIPLINE)
        check_forward(PetitionType(case.type), sealed.values_of(uow.ciphers, case, key), order.body)
    return apply_act(
        events_of(case),
        order.act,
        step.role,
        order.on,
        track=track_of_case(case),
        received_on=order.received_on,
        days=order.days,
        body=order.body or (case.body if step.role is not Role.OFFICE else None),
        holidays=uow.holidays,
        today=china_day(now),
    )


def allocate(
    uow: UnitOfWork, case_id: str, clerk: str | None, actor: Actor, *, version: int | None = None, now: datetime
) -> None:
    """Give the case to somebody of the staff, or to nobody; no act of the regulation, and none that the citizen sees."""

    def step() -> None:
        case = hold(uow, case_id, version)
        roles = policy.ALLOCATORS | policy.OPENS[policy.Compartment.DISCIPLINE]
        if not actor.roles & roles:
            raise policy.NotPermitted(f"{actor.name} may not allocate")
        actor.key_to(compartment_of(case))
        require_body(case, actor)
        case.clerk = clerk
        audit.note(uow.session, Entry(now, actor.name, ALLOCATED, case.id, clerk))

    in_one_transaction(uow, step)


def name_reviewer(
    uow: UnitOfWork, case_id: str, body: str, actor: Actor, *, version: int | None = None, now: datetime
) -> None:
    """Say which organ reviews or rechecks, where the petitioner left it open; never one that decided before (第三十五条、第三十六条)."""

    def step() -> None:
        case = hold(uow, case_id, version)
        if StaffRole.CLERK not in actor.roles or actor.body is not None:
            raise policy.NotPermitted(f"{actor.name} names no organ for case {case.id}")
        stage = Stage(case.stage)
        if stage not in (Stage.REVIEWING, Stage.RECHECKING) or body in bodies_before(case):
            raise NotAllowed(act=NAMED_BODY, stage=case.stage, citation=stage.citation.text)
        case.body = body
        audit.note(uow.session, Entry(now, actor.name, NAMED_BODY, case.id, body))

    in_one_transaction(uow, step)


def bodies_before(case: Case) -> frozenset[str]:
    """The organs that have decided on the case."""
    decided = (Act.REPLY, Act.REVIEW)
    return frozenset(event.body for event in events_of(case) if event.act in decided and event.body)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
