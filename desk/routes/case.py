"""/cases/{number}: one case, masked until a reason is given; notes that the citizen can't see."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from cases import notes
from cases.actors import Actor
from cases.readable import readable
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases.forms import load_forms
from desk.cases.organs import clerks_of, organs_of
from desk.cases.reading import CasePage, read_case, remembered
from desk.cases.showing import showing
from desk.cases.words import trouble_of
from desk.pages import page
from petition.days import china_day
from petition.errors import CaseNotFound, InvalidValue

router = APIRouter(prefix="/cases/{number}")
Reader = Annotated[Signed, Depends(allowed("cases.read"))]
Reveals = Annotated[Signed, Depends(allowed("cases.reveal"))]
Notes = Annotated[Signed, Depends(allowed("cases.note"))]
LONGEST_NOTE, LONGEST_REASON, SHORTEST_REASON = 4000, 200, 2
DONE = frozenset({"done", "proposed", "noted", "approved", "refused", "taken-back"})


@router.get("")
def show(request: Request, services: ServicesOf, signed: Reader, number: str, told: str = "") -> Response:
    """The case, masked."""
    facts = {"told": services.texts(f"cases.told.{told}")} if told in DONE else {}
    return whole(request, services, signed, number, facts)


@router.post("/reveal")
def reveal(
    request: Request, services: ServicesOf, signed: Reveals, number: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """In full, for a reason that stands in the log."""
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        facts = {"trouble": services.texts("cases.reveal.reason-needed"), "reason": reason}
        return whole(request, services, signed, number, facts, 422)
    return whole(request, services, signed, number, {"reason": reason}, revealed_for=reason)


@router.post("/notes")
def add_note(
    request: Request, services: ServicesOf, signed: Notes, number: str, text: Annotated[str, Form()] = ""
) -> Response:
    """A note for the staff alone."""
    try:
        with services.register.unit_of_work() as uow:
            case_id = readable(uow, number, signed.actor)
            notes.add_note(uow, case_id, text, signed.actor, now=services.clock())
    except InvalidValue as error:
        trouble = trouble_of(services.texts, error, {"note": services.texts("cases.notes.label")})
        return whole(request, services, signed, number, {"trouble": trouble.words, "note_text": text}, 422)
    return RedirectResponse(f"/cases/{number}?told=noted#notes", 303)


def to_case(services: DeskServices, signed: Signed, number: str, told: str) -> Response:
    """Back to the case after something was done; to the queue where it has gone to somebody else by that."""
    try:
        with services.register.unit_of_work() as uow:
            readable(uow, number, signed.actor)
    except CaseNotFound:
        return RedirectResponse("/cases?told=gone", 303)
    return RedirectResponse(f"/cases/{number}?told={told}", 303)


def whole(
    request: Request,
    services: DeskServices,
    signed: Signed,
    number: str,
    facts: dict[str, Any],
    status: int = 200,
    revealed_for: str | None = None,
) -> Response:
    """The page of a case."""
    with services.register.unit_of_work() as uow:
        read = read_case(services, uow, number, signed.actor, reason=revealed_for)
    return page(request, "cases/case", facts_of(services, read, signed.actor) | facts, status)


def facts_of(services: DeskServices, read: CasePage, actor: Actor) -> dict[str, Any]:
    """What the templates of a case need."""
    forms = load_forms(services.settings.desk_dir / "acts.yml")
    return showing(services.texts, read, forms) | {
        "read": read,
        "view": read.view,
        "seen": read.view.seen,
        "organs": organs_of(services.office, read.staff),
        "clerks": clerks_of(read.staff, actor),
        "remembered": remembered(read.view),
        "today": china_day(services.clock()),
        "typed": {},
        "field_trouble": {},
    }
