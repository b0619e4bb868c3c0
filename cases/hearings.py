"""Hearings (听证) of a grave, complex or difficult matter: while it is handled, or at the recheck, where their days do not count.

《信访工作条例》第三十一条第六项、第三十六条第二款.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from cases import audit, notices
from cases.actors import Actor
from cases.acts import act, bodies
from cases.acts.common import hold, in_one_transaction
from cases.acts.hearing import keep_said, new_row, said_of
from cases.acts.staff import lawful_step, require_body
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Case, Hearing, History
from cases.policy import NotPermitted, StaffRole
from petition.days import china_day
from petition.errors import CaseNotFound, InvalidValue, NotAllowed
from petition.parties import Confidentiality
from petition.proceedings import PUBLICATION, Weight
from petition.stages import Act, Stage
from petition.values import Reason, refuse

CALLED, CALLED_OFF, PUBLISHED = "hearing-called", "hearing-called-off", "publish-opinion"


@dataclass(frozen=True)
class Held:
    """A hearing as staff see it; `ends_on` None: it was called and has not ended."""

    id: str
    stage: Stage
    begins_on: date
    ends_on: date | None
    place: str
    public: bool
    weight: Weight | None
    outcome: str = field(default="", repr=False)


def call_hearing(
    uow: UnitOfWork, case_id: str, actor: Actor, *, begins_on: date, place: str, weight: Weight, now: datetime
) -> str:
    """Call one for a day to come; its id. The petitioner hears of it. NotAllowed where the stage or the kind of case knows none."""
    if begins_on < china_day(now):
        raise refuse("begins_on", Reason.DATE_IMPOSSIBLE)

    def step() -> str:
        case = _mine(uow, case_id, actor)
        row = new_row(case, begins_on, place, actor.name, now)
        keep_said(uow, row, {"weight": weight.value})
        uow.session.add(row)
        audit.note(uow.session, Entry(now, actor.name, CALLED, case.id, row.id))
        notices.tell(uow.session, case, CALLED, {"on": begins_on.isoformat(), "place": place}, key=row.id, now=now)
        return row.id

    return in_one_transaction(uow, step)


def call_off(uow: UnitOfWork, hearing_id: str, actor: Actor, *, reason: str, now: datetime) -> None:
    """It does not take place; the log keeps why."""

    def step() -> None:
        row = _open(uow, hearing_id)
        case = _mine(uow, row.case_id, actor)
        said = {"begins_on": row.begins_on.isoformat(), "place": row.place, "reason": reason}
        uow.session.delete(row)
        audit.note(uow.session, Entry(now, actor.name, CALLED_OFF, case.id, row.id, said))
        notices.tell(uow.session, case, CALLED_OFF, {"on": row.begins_on.isoformat()}, key=row.id, now=now)

    in_one_transaction(uow, step)


def end_hearing(uow: UnitOfWork, hearing_id: str, actor: Actor, *, ends_on: date, outcome: str, now: datetime) -> None:
    """It has ended on this day: its days count in no recheck period. What it brought is kept sealed."""
    row = _open(uow, hearing_id)
    case_id, days = row.case_id, (ends_on - row.begins_on).days + 1
    last = uow.session.scalar(select(func.max(History.on)).where(History.case_id == case_id))
    uow.rollback()
    if days < 1:
        raise refuse("ends_on", Reason.DATE_IMPOSSIBLE)
    details = {"hearing": hearing_id, "outcome": outcome}
    on = max(ends_on, last or ends_on)  # something else may have been written down since
    act(uow, case_id, Act.HOLD_HEARING, actor, details=details, on=on, days=days, now=now)


def publish_opinion(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> None:
    """Mark a recheck opinion as one that is shown to the public: only after a hearing at the recheck, and for whoever asked for no secrecy."""

    def step() -> None:
        case = hold(uow, case_id)
        require_body(case, actor)
        if StaffRole.RECHECKER not in actor.roles:
            raise NotPermitted(f"{actor.name} publishes no recheck opinion")
        row = _heard_at_recheck(uow, case.id)
        named = case.confidentiality == Confidentiality.NAMED.value
        if row is None or not named or not _is_rechecked(case):
            raise NotAllowed(act=PUBLISHED, stage=case.stage, citation=PUBLICATION.text)
        row.public = True
        audit.note(uow.session, Entry(now, actor.name, PUBLISHED, case.id, row.id))

    in_one_transaction(uow, step)


def hearings_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Held, ...]:
    """Every hearing of a case, oldest first, for those whom the case concerns; the reading is noted."""

    def step() -> tuple[Held, ...]:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        audit.note(uow.session, Entry(now, actor.name, "read:hearings", case.id))
        rows = uow.session.scalars(select(Hearing).where(Hearing.case_id == case.id))
        return tuple(_shown(uow, row) for row in sorted(rows, key=lambda row: (row.begins_on, row.id)))

    return in_one_transaction(uow, step)


def _mine(uow: UnitOfWork, case_id: str, actor: Actor) -> Case:
    """The case, where this person may hold a hearing of it now."""
    case = hold(uow, case_id)
    lawful_step(case, Act.HOLD_HEARING, actor)
    require_body(case, actor)
    return case


def _open(uow: UnitOfWork, hearing_id: str) -> Hearing:
    row = uow.session.get(Hearing, hearing_id)
    if row is None:
        raise CaseNotFound()
    if row.ends_on is not None:
        raise InvalidValue(slot="hearing", reason="unknown")
    return row


def _heard_at_recheck(uow: UnitOfWork, case_id: str) -> Hearing | None:
    wanted = select(Hearing).where(Hearing.case_id == case_id, Hearing.stage == Stage.RECHECKING.value)
    return uow.session.scalars(wanted.where(Hearing.ends_on.is_not(None)).order_by(Hearing.ends_on.desc())).first()


def _is_rechecked(case: Case) -> bool:
    return any(row.act == Act.RECHECK.value for row in case.history)


def _shown(uow: UnitOfWork, row: Hearing) -> Held:
    said = said_of(uow, row)
    weight = Weight(said["weight"]) if "weight" in said else None
    outcome = said.get("outcome", "")
    return Held(row.id, Stage(row.stage), row.begins_on, row.ends_on, row.place, row.public, weight, outcome)
