"""/kiosk/register: a machine becomes a kiosk of the office. /kiosk/device: what its page has to know of the devices beside it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from bot.h5 import own_page, read_fields
from bot.kiosk.devices import REGISTER, NotRegistered, bridge_of, device_of, known_device, put_enrolled, renew
from bot.kiosk.pages import page, wants_part
from bot.kiosk.session import PATH
from bot.routes.dependencies import Client, ServicesOf
from cases.kiosks import Device
from petition.errors import LockedOut

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/register")
async def form(request: Request, services: ServicesOf) -> Response:
    """Where staff type the code; on a registered machine what it is called."""
    device = await known_device(request, services)
    answer = page(request, "register", {"device": device})
    if device is not None:
        renew(request, answer, services)
    return answer


@router.post("/register", dependencies=[Depends(own_page)])
async def register(request: Request, services: ServicesOf, client: Client) -> Response:
    """With a good code this machine is a kiosk."""
    code = (await read_fields(request)).get("code", "")
    try:
        enrolled = await services.records.enrol_kiosk(code, client)
    except LockedOut as locked:
        minutes = -(-int(str(locked.details["retry_after"])) // 60)
        return refused(request, 429, "devices.locked", minutes=minutes)
    if enrolled is None:
        return refused(request, 422, "devices.wrong-code")
    answer = RedirectResponse(REGISTER, 303)
    put_enrolled(answer, services, enrolled)
    return answer


@router.get("/device")
async def device(
    request: Request, services: ServicesOf, device: Annotated[Device | None, Depends(device_of)]
) -> Response:
    """The bridge of this machine and what to show it; the registration is good for another year."""
    bridge = bridge_of(services, device)
    answer = JSONResponse({"name": device.name if device else "", "bridge": bridge.as_dict() if bridge else None})
    if device is not None:
        renew(request, answer, services)
    return answer


def refused(request: Request, status: int, key: str, **values: object) -> Response:
    """The form again, with what was wrong."""
    return page(request, "register", {"device": None, "wrong": key, "values": values}, status=status)


async def not_registered(request: Request, error: Exception) -> Response:
    """In place of any page; where a script asks it is sent here, so that no half of a screen is left."""
    if wants_part(request) or request.url.path == f"{PATH}/device":
        return Response(status_code=403, headers={"HX-Redirect": REGISTER})
    return page(request, "register", {"device": None}, status=403)


def guard(app: FastAPI) -> None:
    """The page for machines that are not registered."""
    app.add_exception_handler(NotRegistered, not_registered)
