"""POST /api/cases/{number}/…: what a petitioner does with a case after filing it (contract.md, "Cases")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from bot.bodies_of_cases import case_body, cleaned, idempotency_key, read_addition, read_model
from bot.routes.conversations import UPLOADS
from bot.routes.holders import Holder, Me, Step
from bot.schemas import DoneOut, RatingIn, ReasonIn, ReviewIn, SupplementIn, problems, request_body
from cases import acts
from petition.stages import Act

router = APIRouter(prefix="/api/cases/{number}", tags=["cases"])
ADDITION = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}
REFUSALS = (404, 409, 422, 429)
DONE: dict[str, Any] = {"status_code": 201, "response_model": DoneOut, "responses": problems(*REFUSALS)}


def key_of(idempotency_key_: Annotated[str, Header(alias="Idempotency-Key")] = "") -> str:
    """The same key does it once."""
    return idempotency_key(idempotency_key_)


Key = Annotated[str, Depends(key_of)]


def json_of(model: type[Any]) -> dict[str, Any]:
    return request_body("application/json", model.model_json_schema())


async def done(me: Holder, act: Act, step: Step[object]) -> Response:
    """Do it; what it came to, and how the case stands now."""
    _, view = await me.do(step)
    told = me.services.replies.text(f"case.done.{act}")
    return JSONResponse(case_body(view, me.services.notice_texts) | {"told": told}, status_code=201)


ADD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": SupplementIn.model_json_schema()},
            "multipart/form-data": {"schema": ADDITION},
        },
    }
}


@router.post(
    "/supplements",
    status_code=201,
    response_model=DoneOut,
    responses=problems(*REFUSALS, 413),
    openapi_extra=ADD,
)
async def supplement(request: Request, me: Me, key: Key) -> Response:
    """Add words and files to the petition (补充材料)."""
    await me.check()
    async with UPLOADS:
        added = await read_addition(request)
        files = [await me.services.uploads.check(each) for each in added.files]
        records = me.services.records
        return await done(
            me,
            Act.SUPPLEMENT,
            lambda uow, citizen, now: records.supplement(uow, citizen, now, added.text, files, key),
        )


@router.post("/reminders", **DONE)
async def remind(me: Me, key: Key) -> Response:
    """Ask where it is (催办)."""
    return await done(me, Act.REMIND, lambda uow, citizen, now: acts.remind(uow, citizen, key=key, now=now))


@router.post("/withdrawal", **DONE, openapi_extra=json_of(ReasonIn))
async def withdraw(request: Request, me: Me, key: Key) -> Response:
    """Take the petition back (撤回); it can't be undone."""
    reason = cleaned((await read_model(request, ReasonIn)).reason)
    return await done(
        me, Act.WITHDRAW, lambda uow, citizen, now: acts.withdraw(uow, citizen, reason=reason, key=key, now=now)
    )


@router.post("/rating", **DONE, openapi_extra=json_of(RatingIn))
async def rate(request: Request, me: Me, key: Key) -> Response:
    """Rate the registering office or the handling organ (《信访工作条例》第二十一条第二款)."""
    given = await read_model(request, RatingIn)
    reason = cleaned(given.reason)
    return await done(
        me,
        Act.RATE,
        lambda uow, citizen, now: acts.rate(
            uow, citizen, given.of, given.satisfaction, reason=reason, key=key, now=now
        ),
    )


@router.post("/unsolved", **DONE, openapi_extra=json_of(ReasonIn))
async def unsolved(request: Request, me: Me) -> Response:
    """Answered, but not solved (《信访工作条例》第四十条第一款)."""
    reason = cleaned((await read_model(request, ReasonIn)).reason)
    return await done(me, Act.UNSOLVED, lambda uow, citizen, now: acts.unsolved(uow, citizen, reason=reason, now=now))


@router.post("/review", **DONE, openapi_extra=json_of(ReviewIn))
async def review(request: Request, me: Me, key: Key) -> Response:
    """Ask for a review (《信访工作条例》第三十五条)."""
    return await ask_next_organ(request, me, key, Act.REQUEST_REVIEW, acts.request_review)


@router.post("/recheck", **DONE, openapi_extra=json_of(ReviewIn))
async def recheck(request: Request, me: Me, key: Key) -> Response:
    """Ask for a recheck (《信访工作条例》第三十六条)."""
    return await ask_next_organ(request, me, key, Act.REQUEST_RECHECK, acts.request_recheck)


async def ask_next_organ(request: Request, me: Holder, key: str, act: Act, ask: Callable[..., object]) -> Response:
    """The organ may be left open: it is the next higher one of the one that answered."""
    given = await read_model(request, ReviewIn)
    body, reason = cleaned(given.body or "") or None, cleaned(given.reason)
    return await done(me, act, lambda uow, citizen, now: ask(uow, citizen, body=body, reason=reason, key=key, now=now))
