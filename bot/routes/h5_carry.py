"""GET and POST /h5/carry: what a one-time code brings to this phone. Fetching the page uses nothing up: previews fetch links too."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from bot import carrying
from bot.bootstrap import Services
from bot.errors import Refusal, refusal_of
from bot.h5 import own_page, page, put_shown, read_fields, shown_of, to_page
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from cases.wechat.codes import Carried, Purpose, State
from petition.days import CHINA
from petition.errors import LockedOut

router = APIRouter(prefix="/h5", include_in_schema=False)
LONGEST = 32


@router.get("/carry")
async def show(request: Request, services: ServicesOf) -> Response:
    """The button, and a field for whoever types the code."""
    return page(request, services, "carry", {"trouble": "", "gone": ""})


@router.post("/carry", dependencies=[Depends(own_page)])
async def take_up(request: Request, services: ServicesOf, client: Client) -> Response:
    """Open the case or the draft on this phone, once."""
    code = (await read_fields(request)).get("code", "").strip()[:LONGEST]
    try:
        await services.limits.lookup(client)
        found = await carrying.redeem(services, code, client)
    except LockedOut as error:
        return refused(request, services, refusal_of(error))
    except Refusal as refusal:
        return refused(request, services, refusal)
    if isinstance(found, State):
        return page(request, services, "carry", {"trouble": "", "gone": str(found)}, 404)
    return await opened(services, found)


async def opened(services: Services, carried: Carried) -> Response:
    """A case by its sealed cookie; a draft in the conversation of the page, which hears its resume code as if it were typed."""
    if carried.purpose is Purpose.CASE:
        answer: Response = to_page("case")
        put_shown(answer, services, carrying.case_of(carried))
        return answer
    await carrying.leave_kiosk(services, carried.value)
    return RedirectResponse(f"/#resume={quote(carried.value, safe='')}", 303)


@router.post("/carry/code", dependencies=[Depends(own_page)])
async def give(request: Request, services: ServicesOf, base_url: BaseUrl) -> Response:
    """A code for the case that is open here: another phone, or the WeChat account, takes it up."""
    case = shown_of(request, services)
    if case is None:
        return to_page("case")
    ticket = await carrying.issue_case(services, case)
    facts = {
        "code": ticket.code,
        "until": ticket.until.astimezone(CHINA).strftime("%H:%M"),
        "qr": carrying.carry_qr(base_url, ticket.code),
        "wechat": services.settings.wechat_on,
    }
    return page(request, services, "carry_code", facts)


def refused(request: Request, services: Services, refusal: Refusal) -> Response:
    told = services.replies.text(refusal.key, **refusal.values)
    answer = page(request, services, "carry", {"trouble": told, "gone": ""}, refusal.status)
    if refusal.retry_after is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer
