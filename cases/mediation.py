"""Mediation while a claim is handled (调解、和解, 《信访工作条例》第三十三条): only with the consent of both sides, and never instead of the 60 days."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.acts import act, bodies
from cases.acts.common import hold, in_one_transaction
from cases.acts.settling import PLACE, REFERRED
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Mediation
from cases.policy import Compartment
from petition.proceedings import Settlement
from petition.stages import Act


@dataclass(frozen=True)
class Mediated:
    """A mediation as staff see it; `outcome` None: it is under way. A settlement between the two sides has no mediator."""

    mediator: str
    consented_on: date
    ended_on: date | None
    outcome: Settlement | None
    attachment: str | None
    terms: str = field(default="", repr=False)


def refer(
    uow: UnitOfWork,
    case_id: str,
    actor: Actor,
    *,
    mediator: str,
    petitioner_consented_on: date,
    other_consented_on: date,
    version: int | None = None,
    now: datetime,
) -> None:
    """Hand it to a mediator; both sides have said yes, each on their day."""
    details = {
        "mediator": mediator,
        "petitioner_consented_on": petitioner_consented_on.isoformat(),
        "other_consented_on": other_consented_on.isoformat(),
        "consented_on": max(petitioner_consented_on, other_consented_on).isoformat(),
    }
    act(uow, case_id, Act.REFER_MEDIATION, actor, details=details, version=version, now=now)


def record(
    uow: UnitOfWork,
    case_id: str,
    actor: Actor,
    outcome: Settlement,
    *,
    terms: str = "",
    attachment: str = "",
    version: int | None = None,
    now: datetime,
) -> None:
    """What came of it; an agreement has its terms and its signed paper (NotComplete without)."""
    details = {"outcome": outcome.value, "terms": terms, "attachment": attachment}
    said = {name: value for name, value in details.items() if value}
    act(uow, case_id, Act.RECORD_MEDIATION, actor, details=said, version=version, now=now)


def mediations_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Mediated, ...]:
    """Every mediation of a case, oldest first, for those whom the case concerns; the reading is noted."""

    def step() -> tuple[Mediated, ...]:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        audit.note(uow.session, Entry(now, actor.name, "read:mediations", case.id))
        rows = uow.session.scalars(select(Mediation).where(Mediation.case_id == case.id))
        return tuple(_shown(uow, row) for row in sorted(rows, key=lambda row: row.at))

    return in_one_transaction(uow, step)


def _shown(uow: UnitOfWork, row: Mediation) -> Mediated:
    terms = ""
    if row.terms_sealed:
        terms = json.loads(uow.ciphers.open(row.terms_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for)))
    outcome = None if row.state == REFERRED else Settlement(row.state)
    return Mediated(row.mediator, row.consented_on, row.ended_on, outcome, row.attachment_id, terms)
