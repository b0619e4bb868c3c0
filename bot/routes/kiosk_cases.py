"""查进度 at the kiosk: number and query code, by the same look-up and the same acts as the pages for phones."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from bot.bodies_of_cases import cleaned, idempotency_key
from bot.bootstrap import Services
from bot.errors import Refusal
from bot.h5 import Shown, own_page, read_fields
from bot.kiosk import talk as talks
from bot.kiosk.pages import page, texts_of
from bot.kiosk.screens import Trouble, case_words
from bot.kiosk.session import KioskSession, session_of
from bot.opened_cases import act, facts_of, look, mark_read, rating_facts, told, words
from bot.routes.dependencies import BaseUrl, Client, ServicesOf
from cases import acts
from cases.acts import Rated, Satisfaction
from cases.track import CaseView
from petition.stages import Act

router = APIRouter()
OURS = [Depends(own_page)]


@router.get("/status")
async def status(request: Request, services: ServicesOf, client: Client) -> Response:
    """The case that is open here; the form for number and code where none is."""
    session = session_of(request)
    if session is None or session.case is None:
        return page(request, "status", {"number": "", "trouble": None})
    return await case_page(request, services, client, session)


@router.post("/status", dependencies=OURS)
async def open_case(request: Request, services: ServicesOf, client: Client, base_url: BaseUrl) -> Response:
    """Number and query code, typed once."""
    given = await read_fields(request)
    wanted = Shown(given.get("number", "").strip(), given.get("code", "").strip())
    view = await look(services, wanted, client)
    if isinstance(view, Refusal):
        return refused(request, services, view, wanted.number)
    here = await talks.talk_of(request, services, client, base_url)
    here.session.case = wanted
    await mark_read(services, wanted, view, client)
    facts = facts_of(services, view)
    here.session.beside = case_words(facts, texts_of(request))
    return page(request, "case", facts, session=here.session)


@router.post("/case/close", dependencies=OURS)
async def close_case(request: Request) -> Response:
    """Another number."""
    if session := session_of(request):
        session.case, session.beside = None, ""
    return page(request, "status", {"number": "", "trouble": None})


@router.post("/case/remind", dependencies=OURS)
async def remind(request: Request, services: ServicesOf, client: Client) -> Response:
    """催办."""
    key = idempotency_key((await read_fields(request)).get("key", ""))
    session = session_of(request)
    shown = session.case if session else None
    trouble = await act(services, shown, client, lambda uow, me, at: acts.remind(uow, me, key=key, now=at))
    return await case_page(request, services, client, session, trouble, "" if trouble else Act.REMIND)


@router.get("/case/rating")
async def rating(request: Request, services: ServicesOf, client: Client) -> Response:
    """评价: who, and how."""
    return await case_page(request, services, client, session_of(request), name="rating")


@router.post("/case/rating", dependencies=OURS)
async def rate(request: Request, services: ServicesOf, client: Client) -> Response:
    """What was chosen; what is missing is asked for again."""
    given = await read_fields(request)
    session = session_of(request)
    try:
        key = idempotency_key(given.get("key", ""))
        of, how = Rated(given.get("of", "")), Satisfaction(given.get("satisfaction", ""))
        reason = cleaned(given.get("reason", ""))
    except (ValueError, Refusal) as error:
        unclear = error if isinstance(error, Refusal) else Refusal(422, "error.invalid-value")
        return await case_page(request, services, client, session, unclear, name="rating")
    trouble = await act(
        services,
        session.case if session else None,
        client,
        lambda uow, me, at: acts.rate(uow, me, of, how, reason=reason, key=key, now=at),
    )
    if trouble:
        return await case_page(request, services, client, session, trouble, name="rating")
    return await case_page(request, services, client, session, done=Act.RATE)


async def case_page(
    request: Request,
    services: Services,
    client: str,
    session: KioskSession | None,
    trouble: Refusal | None = None,
    done: str = "",
    name: str = "case",
) -> Response:
    """The open case, with what an act came to or what stood in its way; the form where none is open."""
    if session is None or session.case is None:
        return page(request, "status", {"number": "", "trouble": None})
    view = await look(services, session.case, client)
    if not isinstance(view, CaseView):
        session.case = None
        return refused(request, services, view, "")
    facts = rating_facts(view) if name == "rating" else facts_of(services, view)
    said = {"trouble": Trouble(words(services, trouble)) if trouble else None, "told": told(services, done)}
    session.beside = case_words(facts | said, texts_of(request)) if name == "case" else ""
    return page(request, name, facts | said, session=session, status=trouble.status if trouble else 200)


def refused(request: Request, services: Services, why: Refusal, number: str) -> Response:
    """The form again, with the reason; the number stays, the code is typed anew."""
    facts = {"number": number, "trouble": Trouble(words(services, why))}
    answer = page(request, "status", facts, status=why.status)
    if why.retry_after is not None:
        answer.headers["Retry-After"] = str(why.retry_after)
    return answer
