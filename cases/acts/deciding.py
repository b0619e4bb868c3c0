"""What waits for a second pair of eyes (四眼原则), as one person sees it: theirs to decide, or theirs to take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from cases import policy
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.approvals import deciding_house, opened_proposal
from cases.acts.common import OPEN
from cases.database import UnitOfWork
from cases.models import Approval, Case
from petition.stages import Act, Stage


@dataclass(frozen=True)
class Waiting:
    """A proposal without a word of it; `decides`: whoever asks may approve or refuse it, `own`: they proposed it."""

    id: str
    number: str
    act: Act
    stage: Stage
    proposed_by: str
    proposed_at: datetime
    due_on: date | None
    decides: bool
    own: bool


def waiting_for(uow: UnitOfWork, actor: Actor, *, case_id: str | None = None) -> tuple[Waiting, ...]:
    """The proposals of cases that this person may read, oldest first."""
    wanted = select(Approval, Case).join(Case, Case.id == Approval.case_id).where(Approval.state == OPEN)
    if case_id is not None:
        wanted = wanted.where(Approval.case_id == case_id)
    rows = uow.session.execute(wanted.order_by(Approval.proposed_at, Approval.id)).all()
    found = tuple(_shown(uow, row, case, actor) for row, case in rows if _reads(uow, case, actor))
    uow.rollback()
    return found


def _reads(uow: UnitOfWork, case: Case, actor: Actor) -> bool:
    try:
        bodies.require_reader(uow, case, actor)
    except policy.NotPermitted:
        return False
    return True


def _shown(uow: UnitOfWork, row: Approval, case: Case, actor: Actor) -> Waiting:
    what, own = Act(row.act), row.proposed_by == actor.name
    decides = not own and policy.may_approve(actor.roles, what)
    if decides:  # only then the sealed words are opened, for the house that they name
        decides = actor.body == deciding_house(what, opened_proposal(uow, row))
    return Waiting(
        row.id, case.number, what, Stage(case.stage), row.proposed_by, row.proposed_at, case.due_on, decides, own
    )
