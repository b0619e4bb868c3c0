"""GET /: the page for phones and computers; a kiosk has its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.templating import Jinja2Templates

from bot.routes.dependencies import ServicesOf
from petition.draft import SLOTS
from petition.parties import Confidentiality

router = APIRouter(include_in_schema=False)
TEMPLATES = Jinja2Templates(directory=Path(__file__).resolve().parent.parent / "templates")
LONGEST_NUMBER = 64


@router.get("/")
async def page(
    request: Request,
    services: ServicesOf,
    surface: Annotated[str, Query()] = "web",
    case: Annotated[str, Query(max_length=LONGEST_NUMBER)] = "",
) -> Response:
    """The conversation; with `?case=` the look-up of a case, as the QR code of a receipt leads to."""
    if surface == "kiosk":
        return RedirectResponse("/kiosk", 307)
    facts = {
        "office": services.office,
        "surface": "web",
        "case": case,
        "slots": SLOTS.values(),
        "confidentiality": list(Confidentiality),
    }
    return TEMPLATES.TemplateResponse(request, "page.html", facts)
