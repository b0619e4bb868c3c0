"""GET /h5/…: pages for phones. The road, a case for whoever typed number and code once, its receipt, rating it, and the privacy notice."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from bot.bodies_of_cases import cleaned, idempotency_key
from bot.bootstrap import Services
from bot.drawing import road_svg
from bot.errors import Refusal
from bot.h5 import (
    CASE,
    NUMBER,
    Shown,
    drop_cookie,
    now,
    own_page,
    page,
    put_shown,
    read_cookie,
    read_fields,
    shown_of,
    to_page,
)  # fmt: skip
from bot.opened_cases import act, facts_of, look, mark_read, rating_facts, told, words
from bot.receipts import case_url, qr_code
from bot.routes import h5_talk
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from bot.routes.holders import Step, holder
from bot.routes.receptions import AHEAD
from bot.stage_sheets import general_road
from cases import acts, receptions
from cases.acts import Rated, Satisfaction
from cases.receptions import BookingState, DayNotFound
from cases.track import CaseView
from knowledge.load import load_knowledge
from petition.days import china_day
from petition.stages import Act
from zhilu.retention import What, load_retention

router = APIRouter(prefix="/h5", include_in_schema=False)
router.include_router(h5_talk.router)
PAGES = ("case", "receipt", "rating", "reception")
HERE = "reception"
KEPT = (What.DRAFTS, What.STORIES, What.CONVERSATIONS, What.CASES, What.NOTICES, What.LOG)
ROADMAP_TOPIC = "petition.roadmap"
PRIVACY_TOPICS = ("privacy.rights", "privacy.state-organs")
knowledge_in = cache(load_knowledge)  # read once, when somebody first wants to know


@router.get("/roadmap")
async def road(request: Request, services: ServicesOf) -> Response:
    """The road of anybody, each stage to open."""
    drawing, sheets = general_road(china_day(now()))
    entry = knowledge_in(services.settings.knowledge_dir)[ROADMAP_TOPIC]
    facts = {"road": road_svg(drawing, links=True), "sheets": sheets, "entry": entry}
    return page(request, services, "roadmap", facts)


@router.get("/privacy")
async def privacy(request: Request, services: ServicesOf) -> Response:
    """Who collects what, why and for how long, and what the citizen may ask for (《个人信息保护法》第十七条)."""
    kept = load_retention(services.settings.retention_file, services.settings)
    topics = knowledge_in(services.settings.knowledge_dir)
    entries = [topics[each] for each in PRIVACY_TOPICS]
    facts = {"kept": [kept[each] for each in KEPT], "rights": entries[0], "entries": entries}
    return page(request, services, "privacy", facts)


@router.get("/case")
async def case(
    request: Request, services: ServicesOf, client: Client, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Where the case stands, with its clock; the form where none is open on this phone."""
    found = await open_here(request, services, client, "case")
    if isinstance(found, Response):
        return found
    shown, view = found
    await mark_read(services, shown, view, client)
    answer = page(request, services, "case", facts_of(services, view) | {"told": told(services, done)})
    put_shown(answer, services, shown)
    return answer


@router.get("/receipt")
async def receipt(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Response:
    """The receipt again, without the query code."""
    found = await open_here(request, services, client, "receipt")
    if isinstance(found, Response):
        return found
    shown, view = found
    facts = facts_of(services, view) | {"qr": qr_code(case_url(base_url, view.number))}
    answer = page(request, services, "receipt", facts)
    put_shown(answer, services, shown)
    return answer


@router.get("/rating")
async def rating(request: Request, services: ServicesOf, client: Client) -> Response:
    """Rate the registering office or the handling organ (《信访工作条例》第二十一条第二款)."""
    found = await open_here(request, services, client, "rating")
    if isinstance(found, Response):
        return found
    shown, view = found
    answer = page(request, services, "rating", rating_facts(view))
    put_shown(answer, services, shown)
    return answer


@router.get("/reception")
async def reception(request: Request, services: ServicesOf, client: Client) -> Response:
    """The reception days of leaders, and a place in the queue of one (《信访工作条例》第十八条第二款)."""
    found = await open_here(request, services, client, HERE)
    if isinstance(found, Response):
        return found
    shown, view = found
    answer = page(request, services, HERE, {"view": view, **await days_for(services, shown, client)})
    put_shown(answer, services, shown)
    return answer


@router.post("/reception", dependencies=[Depends(own_page)])
async def book(request: Request, services: ServicesOf, client: Client) -> Response:
    """Take a place, or give it back; asked again it is the same one."""
    given = await read_fields(request)
    day, mine = given.get("day", ""), given.get("cancel", "")
    step: Step[object] = lambda uow, me, at: (  # noqa: E731
        receptions.cancel(uow, me, mine, now=at) if mine else receptions.book(uow, me, day, now=at)
    )
    try:
        trouble = await act(services, shown_of(request, services), client, step)
    except DayNotFound:
        trouble = Refusal(404, "api.receptions-gone")
    if trouble is None:
        return to_page(HERE)
    found = await open_here(request, services, client, HERE)
    if isinstance(found, Response):
        return found
    shown, view = found
    facts = {"view": view, **await days_for(services, shown, client), "trouble": words(services, trouble)}
    return page(request, services, HERE, facts, trouble.status)


async def days_for(services: Services, shown: Shown, client: str) -> dict[str, object]:
    """The days to come, and the places that the petitioner has."""
    me = await holder(services, shown.number, shown.code, client)
    slips, _ = await me.do(lambda uow, citizen, at: receptions.booked_by(uow, citizen))
    found = [each for each in await services.records.receptions(services.office.id, AHEAD) if not each.cancelled]
    held = {(each.on, each.starts) for each in slips if each.state is BookingState.OPEN}
    free = [each for each in found if (each.on, each.starts) not in held]
    return {"days": free, "slips": slips, "open": BookingState.OPEN, "trouble": ""}


@router.post("/case", dependencies=[Depends(own_page)])
async def open_case(request: Request, services: ServicesOf, client: Client) -> Response:
    """Number and query code, typed once; from then on a sealed cookie of twenty minutes."""
    given = await read_fields(request)
    wanted = given.get("next", "")
    wanted = wanted if wanted in PAGES else "case"
    shown = Shown(given.get("number", "").strip(), given.get("code", "").strip())
    view = await look(services, shown, client)
    if not isinstance(view, CaseView):
        return ask(request, services, wanted, view, shown.number)
    answer = to_page(wanted)
    put_shown(answer, services, shown)
    return answer


@router.post("/case/close", dependencies=[Depends(own_page)])
async def close_case(request: Request) -> Response:
    """Nothing of the case is left on this phone."""
    answer = to_page("case")
    drop_cookie(answer, CASE)
    drop_cookie(answer, NUMBER)
    return answer


@router.post("/case/remind", dependencies=[Depends(own_page)])
async def remind(request: Request, services: ServicesOf, client: Client) -> Response:
    """Ask where it is (催办)."""
    key = idempotency_key((await read_fields(request)).get("key", ""))
    trouble = await act(
        services, shown_of(request, services), client, lambda uow, me, at: acts.remind(uow, me, key=key, now=at)
    )
    if trouble is None:
        return to_page(f"case?done={Act.REMIND}")
    return await again(request, services, client, "case", trouble)


@router.post("/rating", dependencies=[Depends(own_page)])
async def rate(request: Request, services: ServicesOf, client: Client) -> Response:
    """What was chosen; what is missing is asked for again."""
    given = await read_fields(request)
    key = idempotency_key(given.get("key", ""))
    try:
        of, how = Rated(given.get("of", "")), Satisfaction(given.get("satisfaction", ""))
        reason = cleaned(given.get("reason", ""))
    except (ValueError, Refusal) as error:
        unclear = error if isinstance(error, Refusal) else Refusal(422, "error.invalid-value")
        return await again(request, services, client, "rating", unclear)
    step: Step[object] = lambda uow, me, at: acts.rate(uow, me, of, how, reason=reason, key=key, now=at)  # noqa: E731
    trouble = await act(services, shown_of(request, services), client, step)
    if trouble is None:
        return to_page(f"case?done={Act.RATE}")
    return await again(request, services, client, "rating", trouble)


async def open_here(request: Request, services: Services, client: str, name: str) -> tuple[Shown, CaseView] | Response:
    """The case that is open on this phone; else the form that leads to the page."""
    shown = shown_of(request, services)
    if shown is None:
        return ask(request, services, name)
    view = await look(services, shown, client)
    return (shown, view) if isinstance(view, CaseView) else ask(request, services, name, view)


async def again(request: Request, services: Services, client: str, name: str, trouble: Refusal) -> Response:
    """The page as it was, with what stood in the way."""
    found = await open_here(request, services, client, name)
    if isinstance(found, Response):
        return found
    _, view = found
    facts = rating_facts(view) if name == "rating" else facts_of(services, view)
    return page(request, services, name, facts | {"trouble": words(services, trouble)}, trouble.status)


def ask(request: Request, services: Services, name: str, why: Refusal | None = None, number: str = "") -> Response:
    """The form for number and query code; a link may have brought the number."""
    hint = read_cookie(request, services, NUMBER)
    number = number or (hint.subject["number"] if hint else "")
    facts = {"next": name, "number": number, "trouble": words(services, why) if why else ""}
    answer = page(request, services, "ask", facts, why.status if why else 200)
    if why is not None and why.retry_after is not None:
        answer.headers["Retry-After"] = str(why.retry_after)
    if why is not None and why.status == 404:
        drop_cookie(answer, CASE)
    return answer
