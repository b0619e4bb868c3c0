"""Hearings (听证, 《信访工作条例》第三十一条第六项、第三十六条第二款): what the act that ends one writes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from cases.acts.common import Details, Done, compartment_of
from cases.database import UnitOfWork
from cases.models import Case, Hearing, new_id
from cases.policy import Compartment
from petition.errors import InvalidValue, NotComplete
from petition.stages import Stage

PLACE = "hearings.outcome"
HANDLED = (Stage.HANDLING, Stage.EXTENDED)


def held(uow: UnitOfWork, case: Case, done: Done) -> None:
    """HOLD_HEARING: it has ended, after so many days. `hearing` names the one that was called; without it, it is written down now."""
    days = timedelta(days=(done.event.days or 1) - 1)
    row = _called(uow, case, done.details)
    if row is None:
        place = str(done.details.get("place") or "")
        row = new_row(case, done.event.on - days, place, done.by, done.at)
        uow.session.add(row)
    row.ends_on = row.begins_on + days
    if outcome := str(done.details.get("outcome") or "").strip():
        keep_said(uow, row, {**said_of(uow, row), "outcome": outcome})


def _called(uow: UnitOfWork, case: Case, details: Details) -> Hearing | None:
    """The hearing that was called for this stage; an extension does not end one that was called before it."""
    if not details.get("hearing"):
        return None
    row = uow.session.get(Hearing, str(details["hearing"]))
    stages = HANDLED if case.stage in HANDLED else (case.stage,)
    if row is None or row.case_id != case.id or row.ends_on is not None or row.stage not in stages:
        raise InvalidValue(slot="hearing", reason="unknown")
    if not details.get("outcome"):
        raise NotComplete(slots=("outcome",))
    return row


def new_row(case: Case, begins_on: date, place: str, by: str, at: datetime) -> Hearing:
    """A hearing that has not ended, and that nothing is published of."""
    return Hearing(
        id=new_id(),
        case_id=case.id,
        stage=case.stage,
        begins_on=begins_on,
        place=place,
        sealed_for=compartment_of(case).value,
        by=by,
        at=at,
    )


def keep_said(uow: UnitOfWork, row: Hearing, said: Details) -> None:
    """Why it is held, and what it brought."""
    text = json.dumps(dict(said), ensure_ascii=False)
    row.outcome_sealed = uow.ciphers.seal(text, f"{PLACE}:{row.id}", row.sealed_for)


def said_of(uow: UnitOfWork, row: Hearing) -> dict[str, str]:
    """The same, opened."""
    if row.outcome_sealed is None:
        return {}
    sealed, compartment = row.outcome_sealed, Compartment(row.sealed_for)
    opened: dict[str, str] = json.loads(uow.ciphers.open(sealed, f"{PLACE}:{row.id}", compartment))
    return opened
