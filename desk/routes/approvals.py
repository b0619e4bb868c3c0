"""/cases/approvals: what waits for a second pair of eyes (四眼): read, approve, refuse, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from cases import acts
from cases.acts import ApprovalNotFound
from cases.acts.deciding import Waiting, waiting_for
from cases.database import UnitOfWork
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases.forms import load_forms
from desk.cases.showing import said_of
from desk.cases.words import ERRORS, trouble_of
from desk.pages import page
from desk.routes.case import to_case
from petition.errors import CaseNotFound

router = APIRouter(prefix="/cases/approvals")
Lists = Annotated[Signed, Depends(allowed("cases.list"))]
Decides = Annotated[Signed, Depends(allowed("cases.approve"))]
Acts = Annotated[Signed, Depends(allowed("cases.act"))]
Words = Annotated[str, Form(max_length=500)]
Step = Callable[[UnitOfWork], object]


@router.get("")
def show(request: Request, services: ServicesOf, signed: Lists) -> Response:
    """Theirs to decide first, then their own, then what waits for others."""
    with services.register.unit_of_work() as uow:
        found = waiting_for(uow, signed.actor)
    ordered = sorted(found, key=lambda each: (not each.decides, not each.own, each.proposed_at))
    return page(request, "cases/approvals", {"waiting": ordered})


@router.get("/{id}")
def read(request: Request, services: ServicesOf, signed: Lists, id: str) -> Response:
    """The words of a proposal; the reading is noted."""
    return shown(request, services, signed, id)


@router.post("/{id}/approve")
def approve(request: Request, services: ServicesOf, signed: Decides, id: str) -> Response:
    """It takes effect today."""
    step: Step = lambda uow: acts.approve(uow, id, signed.actor, now=services.clock())  # noqa: E731
    return decided(request, services, signed, id, step, "approved")


@router.post("/{id}/refuse")
def refuse(request: Request, services: ServicesOf, signed: Decides, id: str, reason: Words = "") -> Response:
    """The case stays as it is."""
    step: Step = lambda uow: acts.refuse(uow, id, signed.actor, reason=reason, now=services.clock())  # noqa: E731
    return decided(request, services, signed, id, step, "refused")


@router.post("/{id}/take-back")
def take_back(request: Request, services: ServicesOf, signed: Acts, id: str) -> Response:
    """Whoever proposed it no longer wants it."""
    step: Step = lambda uow: acts.take_back(uow, id, signed.actor, now=services.clock())  # noqa: E731
    return decided(request, services, signed, id, step, "taken-back")


def decided(request: Request, services: DeskServices, signed: Signed, id: str, step: Step, told: str) -> Response:
    """On to the case, or the proposal again with what stands against it; what they can't read is not there for them."""
    with services.register.unit_of_work() as uow:
        mine = find(uow, signed, id)
    try:
        with services.register.unit_of_work() as uow:
            step(uow)
    except ApprovalNotFound:
        raise CaseNotFound() from None
    except ERRORS as error:
        return shown(request, services, signed, id, trouble_of(services.texts, error, {}).words)
    return to_case(services, signed, mine.number, told)


def shown(request: Request, services: DeskServices, signed: Signed, id: str, trouble: str = "") -> Response:
    """One proposal; void ones are gone."""
    with services.register.unit_of_work() as uow:
        try:
            mine = find(uow, signed, id)
        except CaseNotFound:
            if not trouble:
                raise
            return page(request, "problem", {"words": trouble}, 409)
        proposal = acts.proposal_of(uow, id, signed.actor, now=services.clock())
    form = load_forms(services.settings.desk_dir / "acts.yml")[mine.act.value]
    details = said_of(services.texts, form, proposal.details)
    facts = {"one": mine, "proposal": proposal, "details": details, "trouble": trouble}
    return page(request, "cases/approval", facts, 422 if trouble else 200)


def find(uow: UnitOfWork, signed: Signed, id: str) -> Waiting:
    """CaseNotFound for what has been decided and for what they may not read."""
    found = next((each for each in waiting_for(uow, signed.actor) if each.id == id), None)
    if found is None:
        raise CaseNotFound()
    return found
