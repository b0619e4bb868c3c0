"""/telegram: one's own binding, and for an administrator who is bound."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from cases import telegram
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page

router = APIRouter(prefix="/telegram")
Own = Annotated[Signed, Depends(allowed("telegram"))]
Admin = Annotated[Signed, Depends(allowed("accounts"))]


@router.get("")
def show(request: Request, services: ServicesOf, signed: Own) -> Response:
    """Whether I am bound, and a button for a code."""
    return page(request, "telegram/own", own_facts(services, signed))


@router.post("/code")
def get_code(request: Request, services: ServicesOf, signed: Own) -> Response:
    """A code for ten minutes, shown once; none where the office has no bot."""
    if not is_on(services):
        return page(request, "telegram/own", own_facts(services, signed), 409)
    with services.register.unit_of_work() as uow:
        issued = telegram.issue(uow, signed.account, now=services.clock())
    return page(request, "telegram/own", own_facts(services, signed) | {"issued": issued})


@router.post("/unbind")
def unbind(request: Request, services: ServicesOf, signed: Own) -> Response:
    """My own: also where the office has switched the bot off meanwhile."""
    with services.register.unit_of_work() as uow:
        gone = telegram.unbind(uow, signed.account.id, signed.name, now=services.clock())
    return page(request, "telegram/own", own_facts(services, signed) | {"told": told(gone)})


@router.get("/bound")
def show_all(request: Request, services: ServicesOf, signed: Admin) -> Response:
    """Everybody who is bound."""
    return page(request, "telegram/bound", all_facts(services))


@router.post("/bound/{account_id}/unbind")
def unbind_other(request: Request, services: ServicesOf, signed: Admin, account_id: str) -> Response:
    """Somebody has lost their phone."""
    with services.register.unit_of_work() as uow:
        gone = telegram.unbind(uow, account_id, signed.name, now=services.clock())
    return page(request, "telegram/bound", all_facts(services) | {"told": told(gone)}, 200 if gone else 404)


def is_on(services: DeskServices) -> bool:
    return bool(services.settings.telegram_token.get_secret_value())


def own_facts(services: DeskServices, signed: Signed) -> dict[str, Any]:
    with services.register.unit_of_work() as uow:
        return {"on": is_on(services), "bound_at": telegram.bound_at(uow, signed.account.id)}


def all_facts(services: DeskServices) -> dict[str, Any]:
    with services.register.unit_of_work() as uow:
        return {"on": is_on(services), "bound": telegram.all_bound(uow)}


def told(gone: bool) -> str:
    return "telegram.unbound-here" if gone else "telegram.was-not-bound"
