"""/kiosk/reception: a number for a leader's reception day (领导接访), for the holder of a case; on the screen, and on paper where a printer is."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends, Request, Response

from bot.bootstrap import Services
from bot.errors import Refusal
from bot.h5 import own_page, read_fields
from bot.kiosk.pages import page, texts_of
from bot.kiosk.screens import Trouble, reception_words
from bot.kiosk.session import PATH, session_of
from bot.opened_cases import act, words
from bot.routes.dependencies import Client, ServicesOf
from bot.routes.holders import holder
from bot.routes.kiosk_cases import case_page
from cases import receptions
from cases.receptions import BookingState, DayNotFound, Reception

router = APIRouter(prefix=f"{PATH}/reception", include_in_schema=False)
AHEAD = timedelta(days=92)


@router.get("")
async def reception(request: Request, services: ServicesOf, client: Client) -> Response:
    """The numbers that the holder of the open case has, and the days with places left; the form for the number where no case is open."""
    return await shown(request, services, client)


@router.post("", dependencies=[Depends(own_page)])
async def book(request: Request, services: ServicesOf, client: Client) -> Response:
    """A place; asked again it is the same one."""
    day = (await read_fields(request)).get("day", "")
    session = session_of(request)
    case = session.case if session else None
    try:
        trouble = await act(services, case, client, lambda uow, me, at: receptions.book(uow, me, day, now=at))
    except DayNotFound:
        trouble = Refusal(404, "api.receptions-gone")
    return await shown(request, services, client, trouble)


async def shown(request: Request, services: Services, client: str, trouble: Refusal | None = None) -> Response:
    session = session_of(request)
    if session is None or session.case is None or (trouble and trouble.status == 401):
        return await case_page(request, services, client, session)
    try:
        me = await holder(services, session.case.number, session.case.code, client)
    except Refusal as error:
        return await case_page(request, services, client, session, error)
    slips, _ = await me.do(lambda uow, citizen, now: receptions.booked_by(uow, citizen))
    mine = [each for each in slips if each.state is BookingState.OPEN]
    days = free_days(await services.records.receptions(services.office.id, AHEAD), {each.on for each in slips})
    session.beside = reception_words(mine, days, services.office.phone, texts_of(request))
    facts = {
        "slips": mine,
        "days": days,
        "trouble": Trouble(words(services, trouble)) if trouble else None,
    }
    return page(request, "reception", facts, session=session, status=trouble.status if trouble else 200)


def free_days(found: tuple[Reception, ...], taken: set[object]) -> list[Reception]:
    """Days on which somebody may still come and has no number yet."""
    return [each for each in found if not each.cancelled and each.free > 0 and each.on not in taken]
