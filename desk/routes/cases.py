"""/cases: what waits at the desk, the next last day first, and the lists that somebody keeps."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from cases import audit, queue
from cases.acts.deciding import waiting_for
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.readable import readable
from cases.staff import views
from cases.staff.accounts import all_accounts
from cases.track import normal_number
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases import filters
from desk.cases.filters import Asked, Due
from desk.cases.organs import clerks_of, organs_of
from desk.cases.words import trouble_of
from desk.pages import page
from petition.days import china_day
from petition.doors import Door
from petition.errors import CaseNotFound, InvalidValue
from petition.matters import Matter, PetitionType
from petition.stages import Stage

router = APIRouter(prefix="/cases")
Lists = Annotated[Signed, Depends(allowed("cases.list"))]
ROWS = 50
READ_REPORTS = "read:reports"
GONE = "gone"


@router.get("")
def show(request: Request, services: ServicesOf, signed: Lists, after: str = "", told: str = "") -> Response:
    """The queue; `after` goes on behind the last row of the page before."""
    asked = Asked.read(request.url.query)
    facts = {"told": services.texts("cases.told.gone")} if told == GONE else {}
    return page(request, "cases/queue", facts_of(services, signed, asked, after) | facts)


@router.get("/find")
def find(request: Request, services: ServicesOf, signed: Lists, number: str = "") -> Response:
    """A case by its number."""
    try:
        with services.register.unit_of_work() as uow:
            readable(uow, number, signed.actor)
    except CaseNotFound:
        words = services.texts("cases.error.case-not-found")
        return page(
            request, "cases/queue", facts_of(services, signed, Asked(), "") | {"trouble": words, "sought": number}, 404
        )
    return RedirectResponse(f"/cases/{normal_number(number)}", 303)


@router.post("/views")
def keep(
    request: Request,
    services: ServicesOf,
    signed: Lists,
    name: Annotated[str, Form(max_length=200)] = "",
    query: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Keep the list that is shown."""
    asked = Asked.read(query)
    try:
        with services.register.unit_of_work() as uow:
            views.keep(uow, signed.account.id, name, asked.query, now=services.clock())
    except InvalidValue as error:
        trouble = trouble_of(services.texts, error, {})
        facts = facts_of(services, signed, asked, "") | {"trouble": trouble.words}
        return page(request, "cases/queue", facts, 422)
    return RedirectResponse(asked.but(), 303)


@router.post("/views/{id}/drop")
def drop(request: Request, services: ServicesOf, signed: Lists, id: str) -> Response:
    """A kept list goes."""
    with services.register.unit_of_work() as uow:
        views.drop(uow, signed.account.id, id)
    return RedirectResponse("/cases", 303)


def facts_of(services: DeskServices, signed: Signed, asked: Asked, after: str) -> dict[str, Any]:
    """What the page of the queue shows."""
    now, actor = services.clock(), signed.actor
    wanted = asked.filters(actor, china_day(now))
    with services.register.unit_of_work() as uow:
        if wanted.reports:
            note_look(uow, signed, services)
        found = queue.page(uow, wanted, filters.mark_of(after), now=now, rows=ROWS)
        accounts = all_accounts(uow)
        facts = {
            "found": found,
            "counts": queue.counts(uow, wanted, now=now),
            "views": views.views_of(uow, signed.account.id),
            "deciding": sum(each.decides or each.own for each in waiting_for(uow, actor)),
            "clerks": clerks_of(accounts, actor),
            "organs": organs_of(services.office, accounts),
        }
    next_page = f"{asked.query}&after={filters.spelt(found.after)}".lstrip("&") if found.after else ""
    return facts | LISTS | {"asked": asked, "next_page": next_page, "soon_days": queue.DUE_SOON_DAYS, "after": after}


def note_look(uow: UnitOfWork, signed: Signed, services: DeskServices) -> None:
    """That there is a report is a secret itself: looking at the list of them is noted (第三十条第三款)."""
    uow.write(lambda: audit.note(uow.session, Entry(services.clock(), signed.name, READ_REPORTS)))


LISTS = {
    "stages": tuple(Stage),
    "types": tuple(PetitionType),
    "matters": tuple(Matter),
    "doors": tuple(Door),
    "dues": tuple(Due),
}
