"""GET /kiosk/sw.js and /kiosk/offline: what the kiosk shows while the server is gone. Nothing of anybody is in either."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import partial

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.bootstrap import Services
from bot.drawing import HALL, road_svg
from bot.h5 import TEMPLATES, now
from bot.kiosk.road import map_around
from bot.kiosk.texts import Texts
from bot.routes.dependencies import ServicesOf
from bot.stage_sheets import general_road
from petition.days import china_day
from zhilu.edge import STATIC
from zhilu.settings import ROOT

router = APIRouter(include_in_schema=False)
FOLDER = ROOT / "bot" / "static"
WORKER = "kiosk/sw.js"
PAGE = "/kiosk/offline"
ASSETS = ("kiosk/offline.css", "kiosk/offline.js", "kiosk/back.js", "texts.js", "icon.svg")


@dataclass(frozen=True)
class Offline:
    """The page and the worker, made once for the life of the server: nothing in them changes from day to day."""

    page: str
    worker: str


@router.get("/kiosk/offline")
async def offline_page(request: Request, services: ServicesOf) -> Response:
    """The honest sentence, the road, whom to call, when to come, what to bring."""
    return HTMLResponse((await offline_of(request, services)).page)


@router.get("/kiosk/sw.js")
async def worker(request: Request, services: ServicesOf) -> Response:
    """The worker, which a browser fetches anew and replaces as soon as one byte of it differs."""
    found = await offline_of(request, services)
    return Response(found.worker, media_type="text/javascript", headers={"Service-Worker-Allowed": "/kiosk"})


async def offline_of(request: Request, services: Services) -> Offline:
    state = request.app.state
    if not hasattr(state, "kiosk_offline"):
        state.kiosk_offline = await run_sync(partial(make_offline, services))
    found: Offline = state.kiosk_offline
    return found


def make_offline(services: Services) -> Offline:
    page = render(services)
    return Offline(page, worker_of(page))


def render(services: Services) -> str:
    settings = services.settings
    t = Texts.of_kiosk(settings.kiosk_dir, settings.kiosk_language).filled_by(services.office)
    drawing, sheets = general_road(china_day(now()))
    around = map_around(drawing["stages"], t)
    if around.crossing:  # nothing opens behind a touch here
        around = replace(around, crossing=replace(around.crossing, note=t("offline.crossing-note")))
    road = road_svg(drawing, look=HALL, around=around)
    facts = {"office": services.office, "t": t, "road": road, "sheets": sheets}
    idle = settings.kiosk_idle_seconds + settings.kiosk_countdown_seconds
    return TEMPLATES.get_template("kiosk/offline.html").render(facts | {"language": t.language, "idle": idle})


def worker_of(page: str) -> str:
    """The worker with what it keeps; its version is that of the page and of everything the page needs."""
    kept = {"version": version_of(page), "page": PAGE, "assets": [f"{STATIC}/{each}" for each in ASSETS]}
    return f"const KEPT = {json.dumps(kept)};\n{(FOLDER / WORKER).read_text(encoding='utf-8')}"


def version_of(page: str) -> str:
    digest = hashlib.sha256(page.encode())
    for each in ASSETS:
        digest.update((FOLDER / each).read_bytes())
    return digest.hexdigest()[:16]
