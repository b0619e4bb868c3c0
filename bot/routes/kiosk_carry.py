"""POST /kiosk/carry: one touch shows a one-time code that takes the draft or the case along on the citizen's phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from bot import carrying
from bot.bootstrap import Services
from bot.carrying import Given, What
from bot.h5 import Shown, now, own_page, read_fields
from bot.kiosk.pages import forget_cookies, fragment, page, texts_of
from bot.kiosk.session import KioskSession, put_cookie, session_of, sessions_of
from bot.kiosk.talk import Said, Talk, leave
from bot.receipts import qr_code
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from cases.wechat.codes import State

router = APIRouter(prefix="/kiosk/carry", include_in_schema=False)
OURS = [Depends(own_page)]
KEEP = "/keep"
OF_A_CASE = frozenset({"receipt", "case"})  # screens
LEAST_SECONDS = 60  # a code that is nearly over is no help to somebody who still looks for their phone


@router.post("", dependencies=OURS)
async def carry(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Response:
    """The code with its QR code; touched twice it is the same one."""
    session = session_of(request)
    if session is None:
        return fragment(request, "carry", nothing(base_url))
    wanted = (await read_fields(request)).get("what", "")
    if case := case_of(session, wanted):
        return await show(request, services, session, base_url, case)
    if not draft_of(session):
        return fragment(request, "carry", nothing(base_url))
    talk = Talk(services, session, client, base_url, texts_of(request))
    if not resume_code(session) and not await keep(talk):
        return with_cookie(
            request, services, session, fragment(request, "carry", {"state": "away", "what": What.DRAFT})
        )
    return await show(request, services, session, base_url, resume_code(session))


@router.get("/state")
async def look(request: Request, services: ServicesOf) -> Response:
    """Asked by the sheet again and again: nothing while the code waits, else what has become of it."""
    session = session_of(request, touch=False)
    carried = session.carried if session else None
    if session is None or carried is None:
        return fragment(request, "carry", {"state": "over"})
    state = await carrying.state_of(services, carried.ticket.code)
    if state is State.OPEN:
        return Response(status_code=204)
    session.carried = None
    if state is State.OVER:
        return fragment(request, "carry", {"state": "over", "what": carried.what})
    if carried.what is What.CASE:
        return fragment(request, "carry", {"state": "taken", "what": carried.what})
    return await gone(request, services, session)


@router.post("/back", dependencies=OURS)
async def back(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Response:
    """Go on here: the code is taken back, and the form asks again; a phone that was faster has the draft."""
    session = session_of(request)
    if session is None:
        return Response(status_code=204, headers={"HX-Redirect": "/kiosk"})
    carried, session.carried = session.carried, None
    if carried and carried.what is What.DRAFT:
        await carrying.revoke(services, carried.ticket.code)
        if await carrying.state_of(services, carried.ticket.code) is State.USED:
            return await gone(request, services, session)
    if resume_code(session) or stopping(session):
        talk = Talk(services, session, client, base_url, texts_of(request))
        await talk.say(Said(payload="/resume"), session.turn + 1)
    return with_cookie(request, services, session, Response(status_code=204, headers={"HX-Trigger": "zhilu:back"}))


@router.get("/gone")
async def carried_away(request: Request) -> Response:
    """After the draft went to the phone: nothing of it is left on this screen."""
    return page(request, "carried")


async def gone(request: Request, services: Services, session: KioskSession) -> Response:
    """The session of the kiosk ends: a draft lives in one place."""
    await leave(services, sessions_of(request), session)
    answer = Response(status_code=204, headers={"HX-Trigger": "zhilu:carried"})
    forget_cookies(answer)
    return answer


# --- what there is to take along ---------------------------------------------------------------------------------------------------


def case_of(session: KioskSession, wanted: str = "") -> Shown | None:
    """The case that is on the screen, or was asked for, or is all there is."""
    receipt = session.receipt
    case = session.case or (Shown(str(receipt["number"]), str(receipt["code"])) if receipt else None)
    asked = wanted == What.CASE or (wanted != What.DRAFT and (session.screen in OF_A_CASE or not draft_of(session)))
    return case if asked else None


def draft_of(session: KioskSession) -> bool:
    """Whether anything was told that can be kept, or is kept already."""
    asked = session.question
    told = bool(asked and asked.draft and asked.draft.keys() - {"consent"})
    return told or stopping(session) or bool(resume_code(session))


def stopping(session: KioskSession) -> bool:
    """Whether the form asks just now whether to keep it."""
    return any(button.payload == KEEP for reply in session.replies for button in reply.buttons or ())


def resume_code(session: KioskSession) -> str:
    """Of a draft that the last turn kept; empty where it kept none."""
    return next((str(reply.resume["code"]) for reply in session.replies if reply.resume), "")


async def keep(talk: Talk) -> bool:
    """Keep the draft as its own buttons do; False where the engine is away."""
    session, turn = talk.session, talk.session.turn  # a second touch says the same turns
    if not stopping(session):
        turn += 1
        if not await talk.say(Said(payload="/cancel"), turn):
            return False
    return await talk.say(Said(payload=KEEP), turn + 1) and bool(resume_code(session))


# --- what is given out -------------------------------------------------------------------------------------------------------------


async def show(
    request: Request, services: Services, session: KioskSession, base_url: str, thing: Shown | str
) -> Response:
    """The code as long as it is good, then another one."""
    async with session.lock:
        carried = await given(services, session, thing)
    ticket = carried.ticket
    facts = {
        "state": "open",
        "what": carried.what,
        "number": carried.number,
        "code": ticket.code,
        "qr": carrying.carry_qr(base_url, ticket.code),
        "address": plain(carrying.carry_url(base_url)),
        "seconds": ticket.seconds_left(now()),
    }
    return with_cookie(request, services, session, fragment(request, "carry", facts))


def with_cookie(request: Request, services: Services, session: KioskSession, answer: Response) -> Response:
    """The turns that were said here are known after a restart."""
    put_cookie(answer, services, sessions_of(request), session)
    return answer


async def given(services: Services, session: KioskSession, thing: Shown | str) -> Given:
    """The code that was given out for this before, as long as it is good; else another one."""
    value = thing if isinstance(thing, str) else f"{thing.number} {thing.code}"
    old = session.carried
    still = old is not None and old.value == value and old.ticket.seconds_left(now()) >= LEAST_SECONDS
    if old and still and await carrying.state_of(services, old.ticket.code) is State.OPEN:
        return old
    if old:
        await carrying.revoke(services, old.ticket.code)
    if isinstance(thing, Shown):
        session.carried = Given(What.CASE, value, await carrying.issue_case(services, thing), thing.number)
    else:
        session.carried = Given(What.DRAFT, value, await carrying.issue_draft(services, thing))
    return session.carried


def nothing(base_url: str) -> Mapping[str, Any]:
    """Nothing to take along: the page itself."""
    return {"state": "nothing", "qr": qr_code(f"{base_url.rstrip('/')}/"), "address": plain(base_url)}


def plain(url: str) -> str:
    """An address as people type it."""
    return url.removeprefix("https://").removeprefix("http://").rstrip("/")
