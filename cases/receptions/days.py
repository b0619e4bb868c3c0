"""The calendar of reception days, made by staff and shown to everybody; a leader's name and the place are public (第十八条第一款)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from cases import audit, notices
from cases.actors import Actor
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Booking, Case, ReceptionDay, new_id
from cases.policy import ALLOCATORS, NotPermitted
from petition.days import CHINA, china_day
from petition.errors import Conflict
from petition.values import Reason, refuse, text_between

CALLED_OFF = "reception-cancelled"
MOST_SEATS = 500
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_name = text_between(1, 64)
_place = text_between(1, 128)


class DayNotFound(LookupError):
    """No such reception day."""


class BookingState(StrEnum):
    """What became of a place in the queue."""

    OPEN = "open"
    CAME = "came"
    MISSED = "missed"
    CANCELLED = "cancelled"
    CALLED_OFF = "called-off"

    @property
    def label(self) -> str:
        """In Chinese."""
        return _LABELS[self]


_LABELS = {
    BookingState.OPEN: "已预约",
    BookingState.CAME: "已到场",
    BookingState.MISSED: "没有来",
    BookingState.CANCELLED: "已取消",
    BookingState.CALLED_OFF: "接访取消",
}
SEATED = (BookingState.OPEN.value, BookingState.CAME.value, BookingState.MISSED.value)


@dataclass(frozen=True)
class Plan:
    """A reception to be held; `starts` and `ends` as `09:00`."""

    on: date
    starts: str
    ends: str
    leader: str
    place: str
    seats: int


@dataclass(frozen=True)
class Reception:
    """A reception day as everybody may see it."""

    id: str
    on: date
    starts: str
    ends: str
    leader: str
    place: str
    seats: int
    free: int
    cancelled: bool


def add_day(uow: UnitOfWork, office: str, plan: Plan, actor: Actor, *, now: datetime) -> str:
    """Put one into the calendar; its id. Conflict where it stands there already; one that was cancelled takes place after all."""
    require_planner(actor)
    _check(plan, china_day(now))

    def step() -> str:
        same = (ReceptionDay.office == office, ReceptionDay.on == plan.on)
        which = (ReceptionDay.starts == plan.starts, ReceptionDay.leader == plan.leader.strip())
        row = uow.session.scalar(select(ReceptionDay).where(*same, *which).with_for_update())
        if row is not None and row.cancelled_at is None:
            raise Conflict()
        if row is None:
            row = ReceptionDay(id=new_id(), office=office, on=plan.on, starts=plan.starts, leader=plan.leader.strip())
            uow.session.add(row)
        row.ends, row.place, row.seats, row.cancelled_at = plan.ends, plan.place.strip(), plan.seats, None
        audit.note(uow.session, Entry(now, actor.name, "add-reception", subject=row.id))
        return row.id

    return uow.write(step)


def cancel_day(uow: UnitOfWork, day_id: str, actor: Actor, *, now: datetime) -> int:
    """It does not take place; how many had a place. Those who booked with a case find a notice there; a second time changes nothing."""
    require_planner(actor)

    def step() -> int:
        day = hold_day(uow, day_id)
        if day.cancelled_at is not None:
            return 0
        day.cancelled_at = now
        mine = (Booking.day_id == day.id, Booking.state == BookingState.OPEN.value)
        bookings = uow.session.scalars(select(Booking).where(*mine)).all()
        for booking in bookings:
            end(uow, booking, BookingState.CALLED_OFF)
            if booking.case_id:
                case = uow.session.get_one(Case, booking.case_id)
                notices.tell(uow.session, case, CALLED_OFF, {"on": day.on.isoformat()}, key=booking.id, now=now)
        audit.note(uow.session, Entry(now, actor.name, "cancel-reception", subject=day.id))
        return len(bookings)

    return uow.write(step)


def days(uow: UnitOfWork, office: str, *, since: date, until: date) -> tuple[Reception, ...]:
    """The receptions of a span of days, with the places left, soonest first."""
    span = (ReceptionDay.office == office, ReceptionDay.on.between(since, until))
    order = (ReceptionDay.on, ReceptionDay.starts, ReceptionDay.leader)
    rows = uow.session.scalars(select(ReceptionDay).where(*span).order_by(*order)).all()
    taken = _taken(uow, [row.id for row in rows])
    uow.rollback()
    return tuple(_shown(row, taken.get(row.id, 0)) for row in rows)


def day_of(uow: UnitOfWork, office: str, day_id: str) -> Reception:
    """One of this office with the places left; DayNotFound."""
    row = uow.session.get(ReceptionDay, day_id, populate_existing=True)
    if row is None or row.office != office:
        uow.rollback()
        raise DayNotFound(day_id)
    shown = _shown(row, _taken(uow, [row.id]).get(row.id, 0))
    uow.rollback()
    return shown


def hold_day(uow: UnitOfWork, day_id: str) -> ReceptionDay:
    """The day, and nobody else gives its places away until the transaction ends; DayNotFound."""
    wanted = select(ReceptionDay).where(ReceptionDay.id == day_id).with_for_update()
    day = uow.session.scalar(wanted.execution_options(populate_existing=True))
    if day is None:
        raise DayNotFound(day_id)
    return day


def is_over(day: ReceptionDay | Reception, now: datetime) -> bool:
    """Whether the reception has ended."""
    here = now.astimezone(CHINA)
    return (day.on, day.ends) <= (here.date(), f"{here:%H:%M}")


def end(uow: UnitOfWork, booking: Booking, state: BookingState) -> None:
    """The place is given back: its person may book again, and its number is not given to anybody else."""
    booking.state = state.value
    booking.key_index = uow.ciphers.index("booking-ended", booking.id)


def require_planner(actor: Actor) -> None:
    """The staff of the registering office alone; NotPermitted."""
    if actor.body is not None or not actor.roles & ALLOCATORS:
        raise NotPermitted(f"{actor.name} plans no receptions")


def _taken(uow: UnitOfWork, ids: list[str]) -> dict[str, int]:
    counted = select(Booking.day_id, func.count()).where(Booking.day_id.in_(ids), Booking.state.in_(SEATED))
    return dict(uow.session.execute(counted.group_by(Booking.day_id)).all())


def _shown(row: ReceptionDay, taken: int) -> Reception:
    cancelled = row.cancelled_at is not None
    free = 0 if cancelled else max(0, row.seats - taken)
    return Reception(row.id, row.on, row.starts, row.ends, row.leader, row.place, row.seats, free, cancelled)


def _check(plan: Plan, today: date) -> None:
    _name("leader", plan.leader, today)
    _place("place", plan.place, today)
    if plan.on < today:
        raise refuse("on", Reason.DATE_IMPOSSIBLE)
    clocks = _CLOCK.fullmatch(plan.starts) and _CLOCK.fullmatch(plan.ends)
    if not clocks or plan.ends <= plan.starts:
        raise refuse("starts", Reason.DATE_IMPOSSIBLE)
    if not 1 <= plan.seats <= MOST_SEATS:
        raise refuse("seats", Reason.AMOUNT_NOT_POSITIVE if plan.seats < 1 else Reason.AMOUNT_TOO_LARGE)
