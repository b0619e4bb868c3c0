"""Disputed or missing jurisdiction (受理有争议、职责不清, 《信访工作条例》第二十四条): proposals, who takes it on, who works with them, successors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from cases import audit, notices, policy, sealed
from cases.actors import Actor
from cases.acts import act, bodies
from cases.acts.bodies import Part
from cases.acts.common import compartment_of, hold, in_one_transaction
from cases.audit import Entry
from cases.clockwork import OVER
from cases.database import UnitOfWork
from cases.models import Case, CaseBody
from cases.notice_texts import NoticeKind
from cases.policy import Compartment, NotPermitted
from petition.errors import CaseNotFound, NotAllowed
from petition.forwarding import check_forward
from petition.matters import PetitionType
from petition.proceedings import JURISDICTION, Decision
from petition.stages import Act, Role, Stage

SUCCEEDED = "succeed-body"
UNROUTED = frozenset({Stage.REGISTERED, Stage.FORWARDED, Stage.ASSIGNED})
OF_SUCCESSION = frozenset({Decision.SUCCESSOR, Decision.GOVERNMENT})


@dataclass(frozen=True)
class Concerned:
    """An organ that a petition concerns or concerned, for staff."""

    body: str
    part: Part
    at: datetime
    ended_at: datetime | None
    how: Decision | None
    reason: str = field(default="", repr=False)

    @property
    def article(self) -> str:
        """On which article it was settled; empty for a proposal."""
        return self.how.citation.text if self.how else ""


def propose_body(
    uow: UnitOfWork, case_id: str, body: str, actor: Actor, *, reason: str, version: int | None = None, now: datetime
) -> None:
    """Say which organ should take it on, and why; nothing moves yet."""
    details = {"body": body, "reason": reason}
    act(uow, case_id, Act.PROPOSE_BODY, actor, details=details, version=version, now=now)


def determine_body(
    uow: UnitOfWork,
    case_id: str,
    lead: str,
    actor: Actor,
    *,
    how: Decision,
    co_handling: Sequence[str] = (),
    reason: str = "",
    version: int | None = None,
    now: datetime,
) -> None:
    """Write down who takes it on and answers (牵头), who works with them (协办), and by whom that was settled."""
    details = {"body": lead, "how": how.value, "co_handling": list(co_handling), "reason": reason}
    act(uow, case_id, Act.DETERMINE_BODY, actor, details=details, version=version, now=now)


def succeed(
    uow: UnitOfWork,
    case_id: str,
    successor: str,
    actor: Actor,
    *,
    how: Decision = Decision.SUCCESSOR,
    reason: str = "",
    now: datetime,
) -> None:
    """The organ was divided, merged or abolished: whoever carries on its powers has the petition (第二十四条第二款).

    Before it is taken on this is a determination; later the petition only changes hands, and its days run on.
    """
    if how not in OF_SUCCESSION:
        raise NotAllowed(act=SUCCEEDED, how=str(how), citation=JURISDICTION.text)
    stage = uow.session.scalar(select(Case.stage).where(Case.id == case_id))
    uow.rollback()
    if stage is None:
        raise CaseNotFound()
    if stage in UNROUTED:
        determine_body(uow, case_id, successor, actor, how=how, reason=reason, now=now)
        return
    why = {"reason": reason, "how": how.value} if reason else {"how": how.value}
    in_one_transaction(uow, lambda: _hand_over(uow, hold(uow, case_id), successor, actor, why, now))


def _hand_over(
    uow: UnitOfWork, case: Case, successor: str, actor: Actor, why: Mapping[str, object], now: datetime
) -> None:
    compartment = compartment_of(case)
    if actor.body is not None or not policy.may_do(actor.roles, Act.DETERMINE_BODY, Role.OFFICE, compartment):
        raise NotPermitted(f"{actor.name} names no organ for case {case.id}")
    if Stage(case.stage) in OVER or case.body is None or case.body == successor:
        raise NotAllowed(act=SUCCEEDED, stage=case.stage, citation=JURISDICTION.text)
    if compartment is Compartment.DISCIPLINE:
        values = sealed.values_of(uow.ciphers, case, actor.key_to(compartment))
        check_forward(PetitionType(case.type), values, successor)
    before, case.body = case.body, successor
    others = [row.body for row in bodies.current(uow, case.id) if row.part == Part.CO_HANDLING]
    others = [each for each in others if each not in (before, successor)]
    bodies.replace(uow, case, successor, others, actor.name, now, why)
    audit.note(uow.session, Entry(now, actor.name, SUCCEEDED, case.id, f"{before}>{successor}"))
    notices.tell(uow.session, case, NoticeKind.OTHER, {}, key=f"{SUCCEEDED}:{successor}", now=now)


def bodies_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Concerned, ...]:
    """Every organ that was proposed or settled, oldest first; NotPermitted for organs that it does not concern. The reading is noted."""

    def step() -> tuple[Concerned, ...]:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        audit.note(uow.session, Entry(now, actor.name, "read:bodies", case.id))
        rows = uow.session.scalars(select(CaseBody).where(CaseBody.case_id == case.id))
        return tuple(_shown(uow, row) for row in sorted(rows, key=lambda row: (row.at, row.part != Part.LEAD)))

    return in_one_transaction(uow, step)


def _shown(uow: UnitOfWork, row: CaseBody) -> Concerned:
    said = bodies.reason_of(uow, row)
    how = Decision(said["how"]) if "how" in said else None
    return Concerned(row.body, Part(row.part), row.at, row.ended_at, how, said.get("reason", ""))
