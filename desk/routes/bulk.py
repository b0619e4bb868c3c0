"""/cases/forward: several cases to one organ; each has its own outcome, and one that fails holds nobody up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from cases.acts import act
from cases.readable import readable
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases.memory import Sent
from desk.cases.words import ERRORS, trouble_of
from desk.pages import page
from petition.stages import Act

router = APIRouter(prefix="/cases/forward")
Bulk = Annotated[Signed, Depends(allowed("cases.bulk"))]
MOST = 200
LONGEST_ORGAN = 128


@dataclass(frozen=True)
class Chosen:
    """A row of the queue as it was ticked: its number, and the version that was looked at."""

    number: str
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one of them; `trouble` empty: it has been forwarded."""

    number: str
    trouble: str = ""


@router.post("")
def forward(request: Request, services: ServicesOf, signed: Bulk, data: Sent) -> Response:
    """First shown once more; with `sure` they go."""
    rows, organ = chosen(data), str(data.get("organ", "")).strip()
    facts: dict[str, Any] = {"rows": rows, "organ": organ}
    if not rows or not 0 < len(organ) <= LONGEST_ORGAN:
        key = "cases.bulk.none-chosen" if not rows else "cases.bulk.no-organ"
        return page(request, "cases/bulk", facts | {"trouble": services.texts(key)}, 422)
    if not data.get("sure"):
        return page(request, "cases/bulk", facts)
    outcomes = [forwarded(services, signed, each, organ) for each in rows]
    return page(request, "cases/bulk", facts | {"outcomes": outcomes})


def forwarded(services: DeskServices, signed: Signed, row: Chosen, organ: str) -> Outcome:
    """One of them, in a transaction of its own; whoever changed it meanwhile is not overwritten."""
    try:
        with services.register.unit_of_work() as uow:
            case_id = readable(uow, row.number, signed.actor)
            act(
                uow,
                case_id,
                Act.FORWARD,
                signed.actor,
                details={"body": organ},
                version=row.version,
                now=services.clock(),
            )
    except ERRORS as error:
        return Outcome(row.number, trouble_of(services.texts, error, {}).words)
    return Outcome(row.number)


def chosen(data: FormData) -> list[Chosen]:
    """「number:version」, each once."""
    found: dict[str, Chosen] = {}
    for each in data.getlist("case")[:MOST]:
        number, _, version = str(each).rpartition(":")
        if number and version.isdigit():
            found.setdefault(number, Chosen(number, int(version)))
    return list(found.values())
