"""What the window does on a reception day (窗口): the queue, who came, places given back; and what the jobs do around it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from cases import audit, notices, sealed
from cases.actors import Actor
from cases.acts.common import compartment_of
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Booking, Case, ReceptionDay
from cases.policy import OPENS, Compartment
from cases.receptions.bookings import PLACE, Slip, give_back, require_window, slip
from cases.receptions.days import BookingState, hold_day
from petition.days import china_day
from petition.errors import CaseNotFound
from petition.masking import mask_name, mask_phone
from petition.parties import PartyRole
from petition.receptions import MARK, Refusal, refusal

REMINDED = "reception-tomorrow"
SEEN = frozenset({BookingState.OPEN.value, BookingState.CAME.value, BookingState.MISSED.value})


@dataclass(frozen=True)
class InQueue:
    """A place as the window sees it: masked, and of a report only its number in the queue unless the discipline role looks."""

    id: str
    queue_number: int
    state: BookingState
    number: str | None
    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Caller:
    """Somebody who booked at the window, in full: they have no case and no notice reaches them, so that they are called."""

    queue_number: int
    state: BookingState
    name: str = field(repr=False)
    phone: str = field(repr=False)


def queue_of(uow: UnitOfWork, day_id: str, actor: Actor, *, now: datetime) -> tuple[InQueue, ...]:
    """The queue of a day in the order of its numbers; the reading is noted."""
    require_window(actor)

    def step() -> tuple[InQueue, ...]:
        day = hold_day(uow, day_id)
        rows = uow.session.scalars(select(Booking).where(Booking.day_id == day.id).order_by(Booking.queue_number))
        audit.note(uow.session, Entry(now, actor.name, "read:queue", subject=day.id))
        return tuple(_shown(uow, row, actor) for row in rows)

    return uow.write(step)


def reveal(uow: UnitOfWork, day_id: str, actor: Actor, reason: str, *, now: datetime) -> tuple[Caller, ...]:
    """Whoever booked at the window for this day, for a reason that stands in the log; who booked with a case is read there."""
    require_window(actor)

    def step() -> tuple[Caller, ...]:
        day = hold_day(uow, day_id)
        mine = (Booking.day_id == day.id, Booking.case_id.is_(None), Booking.state != BookingState.CANCELLED.value)
        rows = uow.session.scalars(select(Booking).where(*mine).order_by(Booking.queue_number)).all()
        audit.note(uow.session, Entry(now, actor.name, "reveal:queue", None, day.id, {"reason": reason.strip()}))
        return tuple(Caller(row.queue_number, BookingState(row.state), *_person(uow, row, None, actor)) for row in rows)

    return uow.write(step)


def mark(
    uow: UnitOfWork, booking_id: str, state: BookingState, actor: Actor, *, now: datetime, day_id: str | None = None
) -> Slip:
    """Whether somebody came or not, from the day on; a slip of the hand can be put right. NotAllowed before, and for a place given back.

    With `day_id` only a place of that day; CaseNotFound for any other one.
    """
    require_window(actor)
    if state not in (BookingState.CAME, BookingState.MISSED):
        raise ValueError(f"nobody is marked as {state}")

    def step() -> Slip:
        booking = _booking(uow, booking_id, day_id)
        day = hold_day(uow, booking.day_id)
        uow.session.refresh(booking)
        if booking.state not in SEEN:
            raise refusal(MARK, Refusal.NOT_OPEN)
        if china_day(now) < day.on:
            raise refusal(MARK, Refusal.NOT_YET)
        booking.state = state.value
        audit.note(uow.session, Entry(now, actor.name, f"mark-booking:{state}", booking.case_id, booking.id))
        return slip(booking, day)

    return uow.write(step)


def cancel_at_window(
    uow: UnitOfWork, booking_id: str, actor: Actor, *, now: datetime, day_id: str | None = None
) -> Slip:
    """Somebody gives the place back by telling the window; `day_id` as in `mark`."""
    require_window(actor)
    return uow.write(lambda: give_back(uow, _booking(uow, booking_id, day_id), actor.name, now))


def remind(uow: UnitOfWork, *, now: datetime) -> int:
    """Tell those who booked with a case for tomorrow, once; how many."""
    tomorrow = china_day(now) + timedelta(days=1)

    def step() -> int:
        wanted = select(Booking, ReceptionDay, Case).join(ReceptionDay, ReceptionDay.id == Booking.day_id)
        wanted = wanted.join(Case, Case.id == Booking.case_id)
        open_ones = wanted.where(ReceptionDay.on == tomorrow, Booking.state == BookingState.OPEN.value)
        told = 0
        for booking, day, case in uow.session.execute(open_ones).all():
            facts = {"on": day.on.isoformat(), "starts": day.starts, "place": day.place, "queue": booking.queue_number}
            told += notices.tell(uow.session, case, REMINDED, facts, key=booking.id, now=now)
        if told:
            audit.note(uow.session, Entry(now, "system", "reception-reminders", subject=str(told)))
        return told

    return uow.write(step)


def delete_old(uow: UnitOfWork, before: date, *, now: datetime, dry_run: bool = False) -> int:
    """Delete the places of receptions before this day with the names in them; how many (cases keep nothing of them)."""
    old = select(ReceptionDay.id).where(ReceptionDay.on < before)

    def step() -> int:
        ids = list(uow.session.scalars(select(Booking.id).where(Booking.day_id.in_(old))))
        if ids and not dry_run:
            gone = delete(Booking).where(Booking.day_id.in_(old)).execution_options(synchronize_session=False)
            uow.session.execute(gone)
            audit.note(uow.session, Entry(now, "system", "delete-bookings", subject=str(len(ids))))
        return len(ids)

    return uow.write(step)


def _booking(uow: UnitOfWork, booking_id: str, day_id: str | None) -> Booking:
    booking = uow.session.get(Booking, booking_id)
    if booking is None or (day_id is not None and booking.day_id != day_id):
        raise CaseNotFound()
    return booking


def _shown(uow: UnitOfWork, row: Booking, actor: Actor) -> InQueue:
    state = BookingState(row.state)
    if not actor.roles & OPENS[Compartment(row.sealed_for)]:
        return InQueue(row.id, row.queue_number, state, None, "", "")
    case = uow.session.get(Case, row.case_id) if row.case_id else None
    name, phone = _person(uow, row, case, actor)
    number = case.number if case else None
    return InQueue(
        row.id, row.queue_number, state, number, mask_name(name) if name else "", mask_phone(phone) if phone else ""
    )


def _person(uow: UnitOfWork, row: Booking, case: Case | None, actor: Actor) -> tuple[str, str]:
    if case is None:
        said = json.loads(uow.ciphers.open(row.visitor_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for)))
        return said.get("name", ""), said.get("phone", "")
    key = actor.key_to(compartment_of(case))
    parties = sealed.parties_of(uow.ciphers, case, key)
    first = next((party for party in parties if party.role is PartyRole.PETITIONER), None)
    return (first.name, first.phone) if first else ("", "")
