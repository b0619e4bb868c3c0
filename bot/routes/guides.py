"""GET /guides: the field guides, the same sheets that hang on the wall."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.routes.dependencies import ServicesOf
from bot.routes.page import TEMPLATES

router = APIRouter(include_in_schema=False)


@router.get("/guides")
async def every_guide(request: Request, services: ServicesOf) -> Response:
    """The matters to choose from."""
    facts = {"office": services.office, "sheets": services.sheets.values()}
    return TEMPLATES.TemplateResponse(request, "guides.html", facts)


@router.get("/guides/{name}")
async def one_guide(request: Request, services: ServicesOf, name: str) -> Response:
    """The sheet of one matter; 404 where there is none."""
    sheet = services.sheets.get(name)
    if sheet is None:
        raise HTTPException(404)
    facts = {"office": services.office, "sheets": [sheet], "title": sheet.title}
    return TEMPLATES.TemplateResponse(request, "guide.html", facts)
