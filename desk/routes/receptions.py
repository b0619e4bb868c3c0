"""/receptions: reception days of leaders (领导接访日, 《信访工作条例》第十八条第二款): the calendar, the queue of a day, who came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from cases import receptions
from cases.database import UnitOfWork
from cases.receptions import BookingState, DayNotFound, Plan, Reception, Slip, Visitor
from desk.access import NotAllowed as NotForThem
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.cases.words import trouble_of
from desk.pages import page
from petition.days import china_day
from petition.errors import Conflict, InvalidValue, NotAllowed

router = APIRouter(prefix="/receptions")
Window = Annotated[Signed, Depends(allowed("receptions"))]
Words = Annotated[str, Form(max_length=200)]
AHEAD, BACK = timedelta(days=365), timedelta(days=31)
SHORTEST_REASON, LONGEST_REASON = 2, 200
SEATS = 20  # what the form begins with
SHOWN = (BookingState.OPEN, BookingState.CAME, BookingState.MISSED)
TOLD = frozenset({"added", "cancelled", "booked", "came", "missed", "given-back"})
Step = Callable[[UnitOfWork], Slip]


class Mark(StrEnum):
    """What becomes of a place in the queue."""

    CAME = "came"
    MISSED = "missed"
    GIVEN_BACK = "given-back"


def at_office(signed: Signed) -> None:
    """Leaders receive at the registering office; NotForThem for whoever belongs to another organ."""
    if signed.actor.body is not None:
        raise NotForThem("body")


@router.get("")
def show(request: Request, services: ServicesOf, signed: Window, past: bool = False, told: str = "") -> Response:
    """The days to come with the places left, or those of the last month."""
    at_office(signed)
    return page(request, "receptions/days", calendar(services, past) | told_of(services, told))


@router.post("")
def add(
    request: Request, services: ServicesOf, signed: Window,
    on: Words = "", starts: Words = "", ends: Words = "", leader: Words = "", place: Words = "", seats: Words = "",
) -> Response:  # fmt: skip
    """One more, which citizens may book from now on."""
    at_office(signed)
    typed = {"on": on, "starts": starts, "ends": ends, "leader": leader, "place": place, "seats": seats}
    try:
        plan = Plan(day_of(on), starts, ends, leader, place, int(seats) if seats.strip().isdecimal() else 0)
        with services.register.unit_of_work() as uow:
            made = receptions.add_day(uow, services.office.id, plan, signed.actor, now=services.clock())
    except InvalidValue as error:
        return not_added(request, services, typed, error.slot)
    except Conflict:
        return not_added(request, services, typed, "twice")
    return RedirectResponse(f"/receptions/{made}?told=added", 303)


def not_added(request: Request, services: DeskServices, typed: dict[str, str], wrong: str) -> Response:
    trouble = services.texts(f"receptions.wrong.{wrong}")
    return page(
        request, "receptions/days", calendar(services) | {"typed": typed, "wrong": wrong, "trouble": trouble}, 422
    )


@router.get("/{day}")
def queue(
    request: Request, services: ServicesOf, signed: Window, day: str, told: str = "", number: int | None = None
) -> Response:
    """Who has a place, masked; the reading is noted."""
    at_office(signed)
    return page(request, "receptions/day", queue_facts(services, signed, day) | told_of(services, told, number))


@router.get("/{day}/list")
def printed(request: Request, services: ServicesOf, signed: Window, day: str) -> Response:
    """The same as a list for paper."""
    at_office(signed)
    return page(request, "receptions/list", queue_facts(services, signed, day))


@router.post("/{day}/cancel")
def cancel(request: Request, services: ServicesOf, signed: Window, day: str) -> Response:
    """It does not take place: who booked with a case is told by the system, the others have to be called."""
    at_office(signed)
    found(services, day)
    with services.register.unit_of_work() as uow:
        receptions.cancel_day(uow, day, signed.actor, now=services.clock())
    return RedirectResponse(f"/receptions/{day}?told=cancelled", 303)


@router.post("/{day}/book")
def book(
    request: Request, services: ServicesOf, signed: Window, day: str, name: Words = "", phone: Words = ""
) -> Response:
    """A place for somebody who stands at the window."""
    at_office(signed)
    visitor, now = Visitor(name, phone), services.clock()
    step: Step = lambda uow: receptions.book_at_window(uow, visitor, day, signed.actor, now=now)  # noqa: E731
    return done(request, services, signed, day, step, "booked", {"name": name, "phone": phone})


@router.post("/{day}/{booking}/mark")
def mark(
    request: Request,
    services: ServicesOf,
    signed: Window,
    day: str,
    booking: str,
    state: Annotated[Mark, Form()] = Mark.CAME,
) -> Response:
    """They came, they did not, or they give the place back; the first two can be put right."""
    at_office(signed)
    now = services.clock()

    def step(uow: UnitOfWork) -> Slip:
        if state is Mark.GIVEN_BACK:
            return receptions.cancel_at_window(uow, booking, signed.actor, now=now, day_id=day)
        return receptions.mark(uow, booking, BookingState(state), signed.actor, now=now, day_id=day)

    return done(request, services, signed, day, step, state)


@router.post("/{day}/reveal")
def reveal(
    request: Request, services: ServicesOf, signed: Window, day: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Name and phone of those who booked at the window, to call them; for a reason that stands in the log."""
    at_office(signed)
    found(services, day)
    reason = reason.strip()
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        facts = {"trouble": services.texts("cases.reveal.reason-needed"), "reason": reason}
        return page(request, "receptions/day", queue_facts(services, signed, day) | facts, 422)
    with services.register.unit_of_work() as uow:
        callers = receptions.reveal(uow, day, signed.actor, reason, now=services.clock())
    return page(request, "receptions/day", queue_facts(services, signed, day) | {"callers": callers, "reason": reason})


def done(
    request: Request, services: DeskServices, signed: Signed, day: str, step: Step, told: str,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Back to the queue; or the queue with the reason why not, and what was typed."""
    found(services, day)
    try:
        with services.register.unit_of_work() as uow:
            slip = step(uow)
    except NotAllowed as error:
        facts = {"trouble": services.texts(f"receptions.refused.{error.details['reason']}"), "typed": typed}
        return page(request, "receptions/day", queue_facts(services, signed, day) | facts, 409)
    except InvalidValue as error:
        labels = {each: services.texts(f"receptions.{each}") for each in ("name", "phone")}
        facts = {"trouble": trouble_of(services.texts, error, labels).words, "wrong": error.slot, "typed": typed}
        return page(request, "receptions/day", queue_facts(services, signed, day) | facts, 422)
    at = slip.queue_number
    return RedirectResponse(f"/receptions/{day}?told={told}&number={at}#place-{at}", 303)


# --- what a page shows --------------------------------------------------------------------------------------------------------------


def calendar(services: DeskServices, past: bool = False) -> dict[str, Any]:
    now = services.clock()
    today = china_day(now)
    since, until = (today - BACK, today - timedelta(days=1)) if past else (today, today + AHEAD)
    with services.register.unit_of_work() as uow:
        days = receptions.days(uow, services.office.id, since=since, until=until)
    over = {each.id for each in days if receptions.is_over(each, now)}
    return {"days": days[::-1] if past else days, "over": over, "past": past, "today": today, "seats": SEATS}


def queue_facts(services: DeskServices, signed: Signed, day: str) -> dict[str, Any]:
    """The day and its queue; the reading is noted."""
    now, shown = services.clock(), found(services, day)
    with services.register.unit_of_work() as uow:
        queue = receptions.queue_of(uow, day, signed.actor, now=now)
    return {
        "day": shown,
        "queue": queue,
        "counts": [(state, sum(each.state is state for each in queue)) for state in SHOWN],
        "seated": [each for each in queue if each.state in SHOWN],
        "walked_in": any(each.name and each.number is None for each in queue),
        "over": receptions.is_over(shown, now),
        "begun": shown.on <= china_day(now),
        "now": now,
    }


def found(services: DeskServices, day: str) -> Reception:
    """The day; 404 where this office has none such."""
    try:
        with services.register.unit_of_work() as uow:
            return receptions.day_of(uow, services.office.id, day)
    except DayNotFound as error:
        raise HTTPException(404) from error


def told_of(services: DeskServices, told: str, number: int | None = None) -> dict[str, str]:
    """What has just been done, in words."""
    return {"told": services.texts(f"receptions.told.{told}", number=number or "")} if told in TOLD else {}


def day_of(written: str) -> date:
    """InvalidValue for what is no day."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidValue(slot="on", reason="day") from None
