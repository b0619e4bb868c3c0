"""GET /api/cases/{number}: where a case stands, and the notices of it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from bot.bodies_of_cases import case_body, read_model
from bot.routes.dependencies import Client, ServicesOf
from bot.routes.holders import Me
from bot.schemas import CaseOut, ContactIn, SeenIn, problems, request_body
from cases.notices import SMS, agree_to_sms, mark_seen, stop

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
    return JSONResponse(case_body(view, services.notice_texts))


@router.post(
    "/{number}/contact",
    status_code=201,
    responses=problems(404, 422, 429),
    openapi_extra=request_body("application/json", ContactIn.model_json_schema()),
)
async def agree(request: Request, me: Me) -> Response:
    """Agree to notices by text message; the consent is asked for apart (《个人信息保护法》第十四条)."""
    wanted = await read_model(request, ContactIn)
    await me.do(lambda uow, citizen, now: agree_to_sms(uow, citizen.case_id, wanted.phone, now))
    return JSONResponse({"told": me.services.replies.text("case.contact")}, status_code=201)


@router.delete("/{number}/contact", status_code=204, responses=problems(404, 429))
async def disagree(me: Me) -> Response:
    """Take it back, as easily (《个人信息保护法》第十五条)."""
    await me.do(lambda uow, citizen, now: stop(uow, citizen.case_id, SMS, now=now))
    return Response(status_code=204)


@router.post(
    "/{number}/notices/seen",
    status_code=204,
    responses=problems(404, 422, 429),
    openapi_extra=request_body("application/json", SeenIn.model_json_schema()),
)
async def seen(request: Request, me: Me) -> Response:
    """The petitioner has read these notices."""
    ids = (await read_model(request, SeenIn)).ids
    await me.do(lambda uow, citizen, now: mark_seen(uow, citizen.case_id, ids, now=now))
    return Response(status_code=204)
