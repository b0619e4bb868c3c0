"""Reception days of leaders: which there are, and a place in the queue for the petitioner of a case (《信访工作条例》第十八条第二款)."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.bodies_of_cases import read_model
from bot.errors import Refusal
from bot.routes.case_acts import json_of
from bot.routes.dependencies import Client, ServicesOf
from bot.routes.holders import Me
from bot.schemas import BookingIn, ReceptionOut, SlipOut, problems
from cases import receptions
from cases.receptions import DayNotFound

router = APIRouter(prefix="/api", tags=["receptions"])
AHEAD = timedelta(days=92)


@router.get("/receptions", response_model=list[ReceptionOut], responses=problems(429))
async def days(services: ServicesOf, client: Client) -> Response:
    """The reception days to come, with the places left; nothing personal."""
    await services.limits.lookup(client)
    found = await services.records.receptions(services.office.id, AHEAD)
    shown = [each for each in found if not each.cancelled]
    fields = ReceptionOut.model_fields
    return JSONResponse([{name: plain(getattr(each, name)) for name in fields} for each in shown])


def plain(value: object) -> object:
    """A day as 2026-11-21."""
    return value if isinstance(value, str | int) else str(value)


@router.get("/cases/{number}/bookings", response_model=list[SlipOut], responses=problems(404, 429))
async def booked(me: Me) -> Response:
    """The places of this petitioner."""
    slips, _ = await me.do(lambda uow, citizen, now: receptions.booked_by(uow, citizen))
    return JSONResponse([each.as_dict() for each in slips])


@router.post(
    "/cases/{number}/bookings",
    status_code=201,
    response_model=SlipOut,
    responses=problems(404, 409, 422, 429),
    openapi_extra=json_of(BookingIn),
)
async def book(request: Request, me: Me) -> Response:
    """A place on a reception day; asked again it is the same one."""
    day = (await read_model(request, BookingIn)).day
    try:
        slip, _ = await me.do(lambda uow, citizen, now: receptions.book(uow, citizen, day, now=now))
    except DayNotFound:
        raise Refusal(404, "api.receptions-gone") from None
    return JSONResponse(slip.as_dict(), status_code=201)


@router.delete("/cases/{number}/bookings/{booking}", status_code=204, responses=problems(404, 409, 429))
async def cancel(booking: str, me: Me) -> Response:
    """Give the place back."""
    await me.do(lambda uow, citizen, now: receptions.cancel(uow, citizen, booking, now=now))
    return Response(status_code=204)
