"""/takeover: who waits for a person; a clerk takes one, talks with them on whatever they use, and gives them back."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from cases import audit, takeover, taking
from cases.database import UnitOfWork
from cases.handovers import HandoverNotFound, HandoverState
from cases.taking import TakenAlready, Watched
from desk import takeover as words
from desk.access import NotAllowed, ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page, to_page
from desk.routes.search import search_of
from desk.takeover import LONGEST, Canned, Summary, Watcher

router = APIRouter(prefix="/takeover")
Clerk = Annotated[Signed, Depends(allowed("takeover"))]
Looking = Annotated[Signed, Depends(allowed("takeover", by_itself=True))]
Handover = str
STREAM_SECONDS = 25.0  # then the page comes again, and is asked again who it is
READ = "handover-read"
TALK = "takeover/talk"


class How(StrEnum):
    """How a talk is left."""

    ASSISTANT = "assistant"
    COLLEAGUE = "colleague"
    DONE = "done"


LEAVE = {How.ASSISTANT: taking.give_back, How.COLLEAGUE: taking.put_back, How.DONE: taking.end}


def at_office(signed: Signed) -> None:
    """Citizens talk to the registering office; NotAllowed for whoever belongs to another organ."""
    if signed.actor.body is not None:
        raise NotAllowed("body")


def watcher_of(app: FastAPI) -> Watcher:
    """The one of this process."""
    found: Watcher | None = getattr(app.state, "takeover", None)
    if found is None:
        found = app.state.takeover = Watcher(app.state.services.register)
    return found


@router.get("")
def show(request: Request, services: ServicesOf, signed: Clerk) -> Response:
    """Everybody who waits, danger first, and who has whom."""
    at_office(signed)
    return page(request, "takeover/list", listed(services, signed))


@router.get("/waiting")
def waiting(request: Request, services: ServicesOf, signed: Clerk) -> Response:
    """The same without the page around it."""
    at_office(signed)
    return page(request, "takeover/waiting", listed(services, signed))


def listed(services: DeskServices, signed: Signed) -> dict[str, object]:
    roles, now = signed.actor.roles, services.clock()
    with services.register.unit_of_work() as uow:
        seen = taking.watched(uow)
        short = {each.flag.id: short_of(uow, each, signed, services) for each in seen}
    return {
        "mine": [each for each in seen if each.flag.taken_by == signed.name],
        "waiting": [each for each in seen if each.flag.state is HandoverState.WAITING],
        "others": [each for each in seen if each.flag.taken_by not in (None, signed.name)],
        "short": short,
        "takeable": {each.flag.id for each in seen if taking.may_take(each, roles) and each.free(now)},
        "forgotten": {each.flag.id for each in seen if each.forgotten(now)},
    }


def short_of(uow: UnitOfWork, each: Watched, signed: Signed, services: DeskServices) -> str:
    """The beginning of the story; nothing of a report, which is read on its own page and noted there."""
    if each.report:
        return ""
    try:
        return words.summary_of(uow, each.flag.id, signed.actor.roles, services.texts).short
    except HandoverNotFound:
        return ""


@router.get("/stream")
async def stream(request: Request, signed: Clerk) -> Response:
    """Server-sent events: that something has changed, never what."""
    at_office(signed)
    return StreamingResponse(
        events(watcher_of(request.app), signed),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


async def events(watcher: Watcher, signed: Signed) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    async for seen in watcher.listen(STREAM_SECONDS):
        if seen is None:
            yield ": here\n\n"
        else:
            told = json.dumps(words.news(seen, signed.name, signed.actor.roles))
            yield f"event: news\ndata: {told}\n\n"


@router.get("/news")
def news(services: ServicesOf, signed: Looking) -> Response:
    """The same once, for the number in the bar of every other page (desk/static/waiting.js)."""
    at_office(signed)
    with services.register.unit_of_work() as uow:
        seen = taking.watched(uow)
    return JSONResponse(words.news(seen, signed.name, signed.actor.roles))


@router.get("/canned")
async def canned(
    request: Request, services: ServicesOf, signed: Clerk, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Sentences and answers to put into the box; nothing is sent by itself."""
    at_office(signed)
    asked = q.strip()
    found = words.canned_for(asked, await run_sync(sentences, services))
    answers: list[Canned] = []
    if asked:
        search = search_of(request.app)
        answers = words.answers_of(await search.search(asked), (await search.library()).entries)
    return page(request, "takeover/canned", {"sentences": found, "answers": answers, "asked": asked})


def sentences(services: DeskServices) -> tuple[Canned, ...]:
    return words.load_canned(services.settings.desk_dir / "canned.yml", services.office)


@router.get("/{handover}")
def talk(request: Request, services: ServicesOf, signed: Clerk, handover: Handover, busy: bool = False) -> Response:
    """One of them: what it is about, and the talk for whoever has it. It is noted who looked."""
    at_office(signed)
    try:
        return page(request, TALK, {**talk_facts(services, signed, handover), "busy": busy})
    except HandoverNotFound:
        return gone(request)


def talk_facts(services: DeskServices, signed: Signed, handover: str) -> dict[str, object]:
    with services.register.unit_of_work() as uow:
        each = taking.one(uow, handover)
        summary = Summary(sealed=True)
        if taking.may_take(each, signed.actor.roles):
            summary = words.summary_of(uow, handover, signed.actor.roles, services.texts)
        said = takeover.messages(uow, handover) if is_mine(each, signed) else []
        entry = audit.Entry(services.clock(), signed.name, READ, subject=handover)
        uow.write(lambda: audit.note(uow.session, entry))
    return {**state_facts(services, signed, each), "summary": summary, "said": said, "longest": LONGEST}


def state_facts(services: DeskServices, signed: Signed, each: Watched) -> dict[str, object]:
    now = services.clock()
    return {
        "each": each,
        "mine": is_mine(each, signed),
        "takeable": taking.may_take(each, signed.actor.roles) and each.free(now),
        "forgotten": each.forgotten(now),
    }


def is_mine(each: Watched, signed: Signed) -> bool:
    return each.flag.taken_by == signed.name and each.flag.state is HandoverState.TAKEN


def gone(request: Request) -> Response:
    return page(request, "takeover/gone", status=404)


@router.get("/{handover}/state")
def state(request: Request, services: ServicesOf, signed: Clerk, handover: Handover) -> Response:
    """Who has it, whether the citizen is there, and what they have not got yet."""
    at_office(signed)
    try:
        with services.register.unit_of_work() as uow:
            each = taking.one(uow, handover)
    except HandoverNotFound:
        return page(request, "takeover/state", {"each": None}, status=404)
    return page(request, "takeover/state", state_facts(services, signed, each))


@router.get("/{handover}/said")
def said(
    request: Request, services: ServicesOf, signed: Clerk, handover: Handover, after: Annotated[int, Query(ge=0)] = 0
) -> Response:
    """What was said behind a message, for whoever has it."""
    at_office(signed)
    try:
        with services.register.unit_of_work() as uow:
            if not is_mine(taking.one(uow, handover), signed):
                return Response(status_code=404)
            found = takeover.messages(uow, handover, after)
    except HandoverNotFound:
        return Response(status_code=404)
    return page(request, "takeover/said", {"said": found})


@router.post("/{handover}/take")
def take(request: Request, services: ServicesOf, signed: Clerk, handover: Handover) -> Response:
    """From now on the assistant is silent there, and the citizen is told that somebody has come."""
    at_office(signed)
    hello, now = services.texts("takeover.hello"), services.clock()
    try:
        with services.register.unit_of_work() as uow:
            taking.take(uow, handover, signed.name, signed.actor.roles, hello, now)
    except HandoverNotFound:
        return gone(request)
    except TakenAlready:
        return to_page(request, f"/takeover/{handover}?busy=1")
    return to_page(request, f"/takeover/{handover}")


@router.post("/{handover}/say")
def say(
    request: Request, services: ServicesOf, signed: Clerk, handover: Handover, text: Annotated[str, Form()] = ""
) -> Response:
    """Plain text to the citizen, wherever they are."""
    at_office(signed)
    clean = words.plain(text)
    if not 0 < len(clean) <= LONGEST:
        return refused(request, services, signed, handover, text, "empty" if not clean else "too-long")
    try:
        with services.register.unit_of_work() as uow:
            takeover.say(uow, handover, signed.name, clean, services.clock())
    except HandoverNotFound:
        return refused(request, services, signed, handover, text, "not-sent", 409)
    return answered(request, handover)


@router.post("/{handover}/leave")
def leave(
    request: Request, services: ServicesOf, signed: Clerk, handover: Handover,
    how: Annotated[How, Form()] = How.ASSISTANT, safe: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """To the assistant, to a colleague, or done; a danger is only closed by somebody who says that it is looked after."""
    at_office(signed)
    goodbye, now = services.texts(f"takeover.goodbye.{how}"), services.clock()
    try:
        with services.register.unit_of_work() as uow:
            if taking.one(uow, handover).danger and how is not How.COLLEAGUE and not safe:
                return refused(request, services, signed, handover, "", "safe-first")
            LEAVE[how](uow, handover, signed.name, goodbye, now)
    except HandoverNotFound:
        return refused(request, services, signed, handover, "", "not-yours", 409)
    return to_page(request, "/takeover")


def answered(request: Request, handover: str) -> Response:
    """The script fetches what is new; without it the page comes again."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204)
    return to_page(request, f"/takeover/{handover}")


def refused(
    request: Request, services: DeskServices, signed: Signed, handover: str, text: str, why: str, status: int = 422
) -> Response:
    """Why, and nothing typed is lost."""
    told = services.texts(f"takeover.fault.{why}", longest=LONGEST)
    if request.headers.get("hx-request") == "true":
        return page(request, "takeover/trouble", {"trouble": told}, status)
    try:
        facts = talk_facts(services, signed, handover)
    except HandoverNotFound:
        return gone(request)
    return page(request, TALK, {**facts, "trouble": told, "typed": text}, status)
