"""/kiosks: an administrator registers the machines of the reception hall, and turns one away that is lost."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from cases import kiosks
from cases.kiosks import KioskFault
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page

router = APIRouter(prefix="/kiosks")
Admin = Annotated[Signed, Depends(allowed("kiosks"))]


@router.get("")
def show(request: Request, services: ServicesOf, signed: Admin) -> Response:
    """Every machine, and a form for a new one."""
    return page(request, "kiosks/all", facts_of(services))


@router.post("")
def invite(
    request: Request, services: ServicesOf, signed: Admin, name: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """A code for the machine's screen, good for some minutes, shown once."""
    try:
        with services.register.unit_of_work() as uow:
            invitation = kiosks.invite(uow, name, signed.name, now=services.clock())
    except KioskFault:
        return page(request, "kiosks/all", facts_of(services) | {"trouble": "kiosks.name-bad"}, 422)
    return page(request, "kiosks/all", facts_of(services) | {"invitation": invitation})


@router.post("/{id}/revoke")
def revoke(request: Request, services: ServicesOf, signed: Admin, id: str) -> Response:
    """It is out at its next request."""
    try:
        with services.register.unit_of_work() as uow:
            kiosks.revoke(uow, id, signed.name, now=services.clock())
    except KioskFault:
        return page(request, "kiosks/all", facts_of(services) | {"trouble": "kiosks.unknown"}, 404)
    return page(request, "kiosks/all", facts_of(services) | {"told": "kiosks.revoked"})


def facts_of(services: DeskServices) -> dict[str, Any]:
    with services.register.unit_of_work() as uow:
        return {"devices": kiosks.devices(uow, now=services.clock())}
