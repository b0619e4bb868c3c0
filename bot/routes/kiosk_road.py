"""路线图 at the kiosk: the way of anybody, the way of the case that is open, and what stands behind each place on it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from bot.bootstrap import Services
from bot.errors import Refusal
from bot.h5 import now
from bot.kiosk.pages import fragment, page, texts_of
from bot.kiosk.road import road_facts, stage_facts
from bot.kiosk.session import session_of
from bot.routes.dependencies import Client, ServicesOf
from cases.track import CaseView
from petition.days import china_day
from petition.errors import CaseNotFound, LockedOut

router = APIRouter()
PlaceId = Annotated[str, Path(max_length=20)]


@router.get("/roadmap")
async def road(request: Request, services: ServicesOf, client: Client, whole: bool = False) -> Response:
    """The way of the open case; `whole`, or where none is open, the way of anybody."""
    view = None if whole else await open_view(request, services, client)
    return page(request, "roadmap", road_facts(texts_of(request), view, today()) | {"mine": has_case(request)})


@router.get("/roadmap/{id}")
async def place(request: Request, services: ServicesOf, client: Client, id: PlaceId, whole: bool = False) -> Response:
    """What happens there, how long, which right, which article; without scripts a page of its own."""
    view = None if whole else await open_view(request, services, client)
    facts = stage_facts(services, texts_of(request), id, view, today())
    if facts is None:
        raise Refusal(404, "api.not-found")
    return fragment(request, "stage", facts)


def has_case(request: Request) -> bool:
    session = session_of(request)
    return bool(session and session.case)


async def open_view(request: Request, services: Services, client: str) -> CaseView | None:
    """The case that was opened here with its query code; it needs no second look-up of the citizen's."""
    session = session_of(request)
    if session is None or session.case is None:
        return None
    try:
        return await services.records.case(session.case.number, session.case.code, client)
    except (CaseNotFound, LockedOut):
        return None


def today() -> date:
    return china_day(now())
