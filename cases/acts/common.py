"""What every act shares: the case held fast, and all that one act writes, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from cases import audit, notices, outbox, policy
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.history import events_of, record_event
from cases.models import ActDetail, Approval, Case, History, new_id
from cases.policy import Compartment
from petition.errors import CaseNotFound, Conflict
from petition.lifecycle import Step
from petition.matters import PetitionType
from petition.stages import Act, Event, Role

CHANGED = "petition-changed"
STAGE_CHANGED = "stage-changed"
SUPERVISION_WANTED = "supervision-wanted"
PLACE = "act_details.value"
NOTHING: Mapping[str, object] = {}
OPEN, VOID = "open", "void"
# What was proposed before one of these was proposed for another case, in a manner of speaking.
OVERTAKES = frozenset({Act.CLASSIFY, Act.DETERMINE_BODY, Act.MERGE})

Details = Mapping[str, object]
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Done:
    """An act that the rules allow, ready to be written; `key`: what a retry of a citizen is known by."""

    event: Event
    step: Step
    by: str
    at: datetime
    details: Details = field(default_factory=dict, repr=False)
    key: str = field(default="", repr=False)


Effect = Callable[[UnitOfWork, Case, Done], None]


def in_one_transaction(uow: UnitOfWork, step: Callable[[], Outcome]) -> Outcome:
    """All of it or nothing; Conflict where somebody else has changed the case meanwhile."""
    try:
        return uow.write(step)
    except StaleDataError as fault:
        uow.rollback()
        raise Conflict() from fault


def hold(uow: UnitOfWork, case_id: str, version: int | None = None) -> Case:
    """The case as it is now, and nobody else's until the transaction ends; Conflict where `version` has been overtaken."""
    wanted = select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    case = uow.session.scalars(wanted).one_or_none()
    if case is None:
        raise CaseNotFound()
    if version is not None and case.version != version:
        raise Conflict(expected=version, found=case.version)
    return case


def compartment_of(case: Case) -> Compartment:
    """Where the words of a case are sealed."""
    return policy.compartment_of(PetitionType(case.type))


def write_down(uow: UnitOfWork, case: Case, done: Done, effect: Effect | None = None) -> Event:
    """History, detail, dates of the case, approvals that it overtakes, audit, notice and outbox."""
    session, before = uow.session, case.stage
    if effect:
        effect(uow, case, done)
    row = record_event(session, case, done.event, at=done.at, actor=done.by)
    session.flush()
    keep_detail(uow, case, row, done)
    if case.stage != before or done.event.act in OVERTAKES:
        _void_approvals(uow, case, done.at)
    audit.note(session, Entry(done.at, done.by, f"act:{done.event.act}", case.id, f"{before}>{case.stage}"))
    facts = {"number": case.number, "act": done.event.act.value, "stage": case.stage}
    outbox.append(session, CHANGED, facts, now=done.at, case_id=case.id)
    _tell(uow, case, row, done)
    return done.event


def keep_detail(uow: UnitOfWork, case: Case, row: History, done: Done) -> None:
    """What was written with the act, sealed beside its history row."""
    value = dict(done.details) | ({"key": done.key} if done.key else {})
    if value:
        compartment, row_id = compartment_of(case), new_id()
        text = json.dumps(value, ensure_ascii=False, default=_plain)
        sealed = uow.ciphers.seal(text, f"{PLACE}:{row_id}", compartment)
        detail = ActDetail(id=row_id, case_id=case.id, history_id=row.id, sealed_for=compartment, value_sealed=sealed)
        uow.session.add(detail)


def details_of(uow: UnitOfWork, case: Case, *acts: Act) -> dict[int, dict[str, object]]:
    """What was written with the acts of a case (all of them, or the named ones), by history row. Whoever calls checks who reads."""
    wanted = select(ActDetail).join(History, History.id == ActDetail.history_id).where(ActDetail.case_id == case.id)
    if acts:
        wanted = wanted.where(History.act.in_([each.value for each in acts]))
    return {row.history_id: _opened(uow, row) for row in uow.session.scalars(wanted)}


def _opened(uow: UnitOfWork, row: ActDetail) -> dict[str, object]:
    opened: dict[str, object] = json.loads(
        uow.ciphers.open(row.value_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
    )
    return opened


def repeated(uow: UnitOfWork, case: Case, act: Act, key: str) -> Event | None:
    """The event that the same try of a citizen has made before."""
    if not key:
        return None
    known = {row for row, value in details_of(uow, case, act).items() if value.get("key") == key}
    rows = zip(case.history, events_of(case), strict=True)
    return next((event for row, event in rows if row.id in known), None)


def _void_approvals(uow: UnitOfWork, case: Case, now: datetime) -> None:
    """What was proposed for an earlier stage can no longer be approved."""
    waiting = update(Approval).where(Approval.case_id == case.id, Approval.state == OPEN)
    uow.session.execute(waiting.values(state=VOID, decided_at=now))


def _tell(uow: UnitOfWork, case: Case, row: History, done: Done) -> None:
    """The petitioner hears of what others have done; the words are those of the table of law."""
    if done.event.by is not Role.PETITIONER and done.step.told:
        notices.tell(uow.session, case, STAGE_CHANGED, NOTHING, key=str(row.id), now=done.at)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
