"""A case as the staff see it: masked, and in full for a reason that is said; every reading is written into the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from cases import audit, policy, sealed
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.approvals import Approval, waiting_in
from cases.acts.citizen import rating_reason
from cases.acts.common import compartment_of, details_of, in_one_transaction
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.history import event_of
from cases.models import Case, CaseLink, Rating
from cases.policy import StaffRole
from cases.supplement import opened_supplements
from cases.track import CaseView, view_of
from petition.days import china_day
from petition.errors import CaseNotFound
from petition.masking import mask_address, mask_name, mask_phone, mask_text, masked
from petition.parties import Party
from petition.stages import Act, Event, Role, steps_from

READ, REVEALED = "read", "reveal"
Values = Mapping[str, object]


class Deed(NamedTuple):
    """One entry of the history with who wrote it and what was written with it."""

    event: Event
    actor: str
    details: Values


class RatingView(NamedTuple):
    """What the petitioner thinks, and why."""

    of: str
    stage: str
    satisfaction: str
    reason: str


@dataclass(frozen=True)
class StaffView:
    """`seen`: the case as its petitioner sees it; `values`, `parties`, `supplements` and details are masked unless `revealed`."""

    seen: CaseView
    version: int
    office: str
    door: str
    clerk: str | None
    urgent: bool
    confidentiality: str
    revealed: bool
    values: Values = field(repr=False)
    parties: tuple[Party, ...] = field(repr=False)
    supplements: tuple[Values, ...] = field(repr=False)
    history: tuple[Deed, ...] = field(repr=False)
    approvals: tuple[Approval, ...] = ()
    ratings: tuple[RatingView, ...] = ()
    linked: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    reminders: int = 0
    supervision_wanted: bool = False


def staff_view(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime, reason: str | None = None) -> StaffView:
    """The case, masked; with a `reason` in full. NotPermitted for who may not read it, CaseNotFound for who knows no such case."""
    return in_one_transaction(uow, lambda: _view(uow, case_id, actor, now, (reason or "").strip()))


def _view(uow: UnitOfWork, case_id: str, actor: Actor, now: datetime, reason: str) -> StaffView:
    wanted = select(Case).where(Case.id == case_id).execution_options(populate_existing=True)
    case = uow.session.scalars(wanted).one_or_none()
    if case is None:
        raise CaseNotFound()
    key = bodies.require_reader(uow, case, actor)
    details = {"reason": reason} if reason else None
    act = REVEALED if reason else READ
    audit.note(uow.session, Entry(now, actor.name, act, case.id, None, details, compartment_of(case)))
    view = _opened(uow, case, actor, key, now)
    return view if reason else _masked(view)


def _opened(uow: UnitOfWork, case: Case, actor: Actor, key: StaffRole, now: datetime) -> StaffView:
    seen, written = view_of(uow, case, china_day(now)), details_of(uow, case)
    return StaffView(
        seen=seen,
        version=case.version,
        office=case.office,
        door=case.door,
        clerk=case.clerk,
        urgent=case.urgent,
        confidentiality=case.confidentiality,
        revealed=True,
        values=sealed.values_of(uow.ciphers, case, key),
        parties=sealed.parties_of(uow.ciphers, case, key),
        supplements=tuple(opened_supplements(uow, case.id, key)),
        history=tuple(Deed(event_of(row), row.actor, _told(written.get(row.id, {}))) for row in case.history),
        approvals=waiting_in(uow, case.id),
        ratings=_ratings(uow, case),
        linked=_linked(uow, case),
        acts=permitted_acts(case, actor, seen),
        reminders=sum(event.act is Act.REMIND for event in seen.history),
        supervision_wanted=_supervision_wanted(seen),
    )


def permitted_acts(case: Case, actor: Actor, seen: CaseView) -> tuple[Act, ...]:
    """What this person may do with the case now, by law and by the house; what an act must carry is another matter."""
    compartment = compartment_of(case)
    carried_on = Act.MERGE if case.merged_into else Act.UNMERGE  # of the two only the other one makes sense
    acts = (
        step.act
        for step in steps_from(seen.stage, seen.track)
        if step.act is not carried_on
        and step.role is not Role.PETITIONER
        and policy.may_do(actor.roles, step.act, step.role, compartment)
    )
    return tuple(dict.fromkeys(acts))


def _masked(view: StaffView) -> StaffView:
    return replace(
        view,
        revealed=False,
        values=masked(view.values),
        parties=tuple(_masked_party(party) for party in view.parties),
        supplements=tuple(masked(each) for each in view.supplements),
        history=tuple(deed._replace(details=_masked_details(deed.details)) for deed in view.history),
        ratings=tuple(each._replace(reason=mask_text(each.reason)) for each in view.ratings),
    )


def _masked_party(party: Party) -> Party:
    return Party(
        party.role,
        mask_name(party.name) if party.name else "",
        mask_address(party.address) if party.address else "",
        mask_phone(party.phone) if party.phone else "",
    )


def _masked_details(details: Values) -> Values:
    return {name: mask_text(value) if isinstance(value, str) else value for name, value in details.items()}


def _told(details: Values) -> Values:
    return {name: value for name, value in details.items() if name != "key"}


def _ratings(uow: UnitOfWork, case: Case) -> tuple[RatingView, ...]:
    wanted = select(Rating).where(Rating.case_id == case.id).order_by(Rating.at, Rating.of)
    return tuple(
        RatingView(row.of, row.stage, row.satisfaction, rating_reason(uow, row)) for row in uow.session.scalars(wanted)
    )


def _linked(uow: UnitOfWork, case: Case) -> tuple[str, ...]:
    """Numbers of the cases to look at beside this one."""
    either = or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)
    pairs = uow.session.execute(select(CaseLink.case_id, CaseLink.other_id).where(either))
    ids = {each for pair in pairs for each in pair} - {case.id}
    return tuple(uow.session.scalars(select(Case.number).where(Case.id.in_(ids)).order_by(Case.filed_at, Case.number)))


def _supervision_wanted(seen: CaseView) -> bool:
    """Whether the petitioner said so, or reminded an organ that is late, and nobody has pressed it since (第四十条)."""
    for event in reversed(seen.history):
        if event.act is Act.SUPERVISE:
            return False
        if event.act is Act.UNSOLVED or (event.act is Act.REMIND and seen.clock is not None and seen.clock.late):
            return True
    return False
