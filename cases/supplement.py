"""Add to a petition that is filed already (补充材料): facts and files go to the case, sealed, and its history says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from cases import notices, policy
from cases.actors import PETITIONER
from cases.acts.common import Done, compartment_of, hold, in_one_transaction, write_down
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.file import filing_index, take_attachments
from cases.history import events_of
from cases.models import Case, Supplement, new_id
from cases.policy import Compartment, StaffRole
from petition.days import china_day
from petition.errors import NotAllowed
from petition.stages import Act, Role, Stage, apply_act, find_step

PLACE = "supplements.values"
RECEIVED = "supplement-received"
Values = Mapping[str, object]


def supplement(uow: UnitOfWork, case_id: str, values: Values, *, filing_key: str, now: datetime) -> str:
    """The number of the case; NotAllowed where its stage, or the day, takes nothing more. The same filing key adds once."""
    return in_one_transaction(uow, lambda: _add(uow, hold(uow, case_id), values, filing_key, now))


def _add(uow: UnitOfWork, case: Case, values: Values, filing_key: str, now: datetime) -> str:
    index, today = filing_index(uow.ciphers, filing_key), china_day(now)
    if uow.session.scalar(select(Supplement.id).where(Supplement.filing_index == index)):
        return case.number
    history, track = events_of(case), track_of_case(case)
    step = find_step(Stage(case.stage), Act.SUPPLEMENT, Role.PETITIONER, track)
    event = apply_act(history, Act.SUPPLEMENT, Role.PETITIONER, today, track=track, holidays=uow.holidays, today=today)
    if sum(each.act is Act.SUPPLEMENT and each.on == today for each in history) >= uow.rules.most_supplements_a_day:
        again_on = today + timedelta(days=1)
        raise NotAllowed(act=str(step.act), stage=case.stage, again_on=again_on, citation=step.citation.text)

    def keep(uow: UnitOfWork, case: Case, done: Done) -> None:
        row = _row(uow, case, values, index, now)
        uow.session.add(row)
        take_attachments(uow, values, case)
        notices.tell(uow.session, case, RECEIVED, {}, key=row.id, now=now)

    write_down(uow, case, Done(event, step, PETITIONER, now), keep)
    return case.number


def _row(uow: UnitOfWork, case: Case, values: Values, index: bytes, now: datetime) -> Supplement:
    compartment, row_id = compartment_of(case), new_id()
    text = json.dumps(dict(values), ensure_ascii=False)
    sealed = uow.ciphers.seal(text, f"{PLACE}:{row_id}", compartment)
    return Supplement(
        id=row_id, case_id=case.id, filing_index=index, sealed_for=compartment, values_sealed=sealed, at=now
    )


def opened_supplements(uow: UnitOfWork, case_id: str, role: StaffRole) -> list[dict[str, object]]:
    """What was added, oldest first, inside a transaction of the caller, who writes the log; NotPermitted where the role may not read it."""
    wanted = select(Supplement).where(Supplement.case_id == case_id).order_by(Supplement.at, Supplement.id)
    return [_opened(uow, row, role) for row in uow.session.scalars(wanted)]


def _opened(uow: UnitOfWork, row: Supplement, role: StaffRole) -> dict[str, object]:
    compartment = Compartment(row.sealed_for)
    policy.require(role, compartment)
    opened: dict[str, object] = json.loads(uow.ciphers.open(row.values_sealed, f"{PLACE}:{row.id}", compartment))
    return opened
