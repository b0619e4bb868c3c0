"""What an act changes in the case beside its stage: the classification (分类)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import delete, or_, select

from cases.acts import bodies, hearing, merged, settling
from cases.acts.common import Done, Effect
from cases.database import UnitOfWork
from cases.models import Case, CaseLink
from cases.policy import Compartment
from cases.sealed_columns import BY_ROW, SEALED, SealedColumn
from petition.errors import InvalidValue, NotAllowed
from petition.forwarding import CITATION
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.stages import Act

Value = TypeVar("Value")


def classify(uow: UnitOfWork, case: Case, done: Done) -> None:
    """Type, matter, branch of 第三十一条, channels, urgency, as far as they are given.

    A report stays a report: what was said under that promise is opened to nobody else (《信访工作条例》第三十条第三款). What becomes one
    is first taken apart from the repeats that are carried on under it: others filed those, and each is classified by itself.
    """
    said, before = done.details, PetitionType(case.type)
    kind = _read("type", PetitionType, said.get("type", case.type))
    into_report = kind is PetitionType.REPORT and kind is not before
    if (before is PetitionType.REPORT and kind is not before) or (into_report and merged.repeats_of(uow, case.id)):
        raise NotAllowed(act=str(done.event.act), stage=case.stage, citation=CITATION.text)
    case.type = kind.value
    case.matter = _read("matter", Matter, said.get("matter", case.matter)).value
    branch = said.get("branch", case.branch) if kind is PetitionType.CLAIM else None
    case.branch = _read("branch", Branch, branch).value if branch is not None else None
    if isinstance(channels := said.get("channels"), Iterable):
        case.channels = json.dumps([_read("channels", Channel, each).value for each in channels])
    if isinstance(urgent := said.get("urgent"), bool):
        case.urgent = urgent
    if into_report:
        _seal_as_report(uow, case)


def _read(slot: str, read: Callable[[Any], Value], value: object) -> Value:
    try:
        return read(value)
    except ValueError as fault:
        raise InvalidValue(slot=slot, reason="unknown") from fault


def _seal_as_report(uow: UnitOfWork, case: Case) -> None:
    """Everything said goes to the discipline compartment, and nothing of it can be compared any more; its files follow
    (cases/evidence.py)."""
    for column in SEALED:
        if column.belongs is BY_ROW and hasattr(column.model, "case_id"):
            _reseal(uow, case, column)
    case.respondent_index = case.place_index = case.sketch = None
    for party in case.parties:
        party.name_index = party.phone_index = party.address_index = None
    linked = or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)
    uow.session.execute(delete(CaseLink).where(linked))


def _reseal(uow: UnitOfWork, case: Case, column: SealedColumn) -> None:
    model: Any = column.model
    for row in uow.session.scalars(select(model).where(model.case_id == case.id)):
        place = f"{column.place}:{getattr(row, column.bound_to)}"
        if (sealed := getattr(row, column.column)) is not None:
            text = uow.ciphers.open_moved(sealed, place, Compartment.DISCIPLINE)
            setattr(row, column.column, uow.ciphers.seal(text, place, Compartment.DISCIPLINE))
        row.sealed_for = Compartment.DISCIPLINE.value


# Whoever adds an act with tables of its own joins here; an act that needs an approval has its effect when it is approved.
EFFECTS: dict[Act, Effect] = {
    Act.CLASSIFY: classify,
    Act.PROPOSE_BODY: bodies.proposed,
    Act.DETERMINE_BODY: bodies.determined,
    Act.FORWARD: bodies.sent,
    Act.ASSIGN: bodies.sent,
    Act.OBJECT: bodies.objected,
    Act.REFER_MEDIATION: settling.referred,
    Act.RECORD_MEDIATION: settling.recorded,
    Act.HOLD_HEARING: hearing.held,
    Act.MERGE: merged.merge,
    Act.UNMERGE: merged.unmerge,
}
