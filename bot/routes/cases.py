"""GET /api/cases/{number}: where a case stands."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Response
from fastapi.responses import JSONResponse

from bot.routes.dependencies import Client, ServicesOf
from bot.schemas import CaseOut, problems

router = APIRouter(prefix="/api/cases", tags=["cases"])


@router.get("/{number}", response_model=CaseOut, responses=problems(404, 429))
async def case(
    number: str, services: ServicesOf, client: Client, x_query_code: Annotated[str, Header()] = ""
) -> Response:
    """The case and its road, for whoever holds the receipt (《信访工作条例》第二十一条)."""
    await services.limits.lookup(client)
    view = await services.records.case(
        number, unquote(x_query_code), client
    )  # a header cannot carry full-width letters as they are
    return JSONResponse({"case": view.as_dict(), "roadmap": view.roadmap.as_dict()})
