"""A place in the queue of a reception day: with number and query code, or at the window with name and phone; one a person and day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from cases import audit
from cases.actors import PETITIONER, Actor, Citizen
from cases.acts.common import compartment_of
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Booking, Case, ReceptionDay, new_id
from cases.policy import Compartment, NotPermitted, StaffRole
from cases.receptions.days import SEATED, BookingState, end, hold_day, is_over
from petition import values
from petition.days import china_day
from petition.errors import CaseNotFound
from petition.parties import PartyRole
from petition.receptions import BOOK, CANCEL, Refusal, refusal

PLACE = "bookings.visitor"
WINDOW = frozenset({StaffRole.CLERK, StaffRole.HEAD, StaffRole.SUPERVISOR})


@dataclass(frozen=True)
class Visitor:
    """Somebody without a case who comes to the window."""

    name: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class Slip:
    """What is printed or shown of a place in the queue; nothing personal stands on it."""

    id: str
    queue_number: int
    on: date
    starts: str
    ends: str
    leader: str
    place: str
    state: BookingState

    def as_dict(self) -> dict[str, object]:
        """For the page and the printer."""
        return {
            "booking": self.id,
            "queue_number": self.queue_number,
            "on": self.on.isoformat(),
            "starts": self.starts,
            "ends": self.ends,
            "leader": self.leader,
            "place": self.place,
            "state": str(self.state),
        }


def book(uow: UnitOfWork, citizen: Citizen, day_id: str, *, now: datetime) -> Slip:
    """A place for the petitioner of a case, the same one when asked again; NotAllowed says in Chinese why not. DayNotFound."""

    def step() -> Slip:
        case = uow.session.get(Case, citizen.case_id)
        if case is None:
            raise CaseNotFound()
        day = hold_day(uow, day_id)
        key = _key(uow, day, *_petitioner(case))
        return _give(uow, day, _Place(key, PETITIONER, case.id, compartment_of(case), {}), now)

    return uow.write(step)


def book_at_window(uow: UnitOfWork, visitor: Visitor, day_id: str, actor: Actor, *, now: datetime) -> Slip:
    """A place for somebody who stands there; InvalidValue for a name or a phone that is none, NotAllowed says why not."""
    require_window(actor)
    today = china_day(now)
    name = values.text_between(1, 60)("name", visitor.name, today)
    phone = str(values.phone("phone", visitor.phone, today))

    def step() -> Slip:
        day = hold_day(uow, day_id)
        key = _key(uow, day, uow.ciphers.name_index(name), uow.ciphers.phone_index(phone))
        said = {"name": name, "phone": phone}
        return _give(uow, day, _Place(key, actor.name, None, Compartment.GENERAL, said), now)

    return uow.write(step)


def cancel(uow: UnitOfWork, citizen: Citizen, booking_id: str, *, now: datetime) -> Slip:
    """Give one's own place back, until the reception is over; CaseNotFound for anybody else's."""

    def step() -> Slip:
        booking = uow.session.get(Booking, booking_id)
        if booking is None or booking.case_id != citizen.case_id:
            raise CaseNotFound()
        return give_back(uow, booking, PETITIONER, now)

    return uow.write(step)


def booked_by(uow: UnitOfWork, citizen: Citizen) -> tuple[Slip, ...]:
    """The places of a case, the latest day first."""
    mine = select(Booking, ReceptionDay).join(ReceptionDay, ReceptionDay.id == Booking.day_id)
    rows = uow.session.execute(mine.where(Booking.case_id == citizen.case_id).order_by(ReceptionDay.on.desc()))
    slips = tuple(slip(booking, day) for booking, day in rows)
    uow.rollback()
    return slips


def give_back(uow: UnitOfWork, booking: Booking, by: str, now: datetime) -> Slip:
    """In the transaction under way."""
    day = hold_day(uow, booking.day_id)
    uow.session.refresh(booking)
    if booking.state != BookingState.OPEN or is_over(day, now):
        raise refusal(CANCEL, Refusal.NOT_OPEN)
    end(uow, booking, BookingState.CANCELLED)
    audit.note(uow.session, Entry(now, by, "cancel-booking", booking.case_id, booking.id))
    return slip(booking, day)


def slip(booking: Booking, day: ReceptionDay) -> Slip:
    """What is shown of a place."""
    state = BookingState(booking.state)
    return Slip(booking.id, booking.queue_number, day.on, day.starts, day.ends, day.leader, day.place, state)


def require_window(actor: Actor) -> None:
    """Whoever sits at the window of the registering office; NotPermitted."""
    if actor.body is not None or not actor.roles & WINDOW:
        raise NotPermitted(f"{actor.name} does not keep the queue")


@dataclass(frozen=True)
class _Place:
    key: bytes
    by: str
    case_id: str | None
    compartment: Compartment
    visitor: Mapping[str, str] = field(repr=False)


def _give(uow: UnitOfWork, day: ReceptionDay, place: _Place, now: datetime) -> Slip:
    """The next number, as long as there are seats; the day is held, so that nobody is seated twice."""
    if known := uow.session.scalar(select(Booking).where(Booking.key_index == place.key)):
        if known.day_id != day.id or known.state != BookingState.OPEN or known.case_id != place.case_id:
            raise refusal(BOOK, Refusal.ALREADY)
        return slip(known, day)
    taken, last = _taken(uow, day)
    for applies, why in (
        (day.cancelled_at is not None, Refusal.CALLED_OFF), (is_over(day, now), Refusal.OVER), (taken >= day.seats, Refusal.FULL),
    ):  # fmt: skip
        if applies:
            raise refusal(BOOK, why)
    row = _row(uow, day, place, last + 1, now)
    uow.session.add(row)
    audit.note(uow.session, Entry(now, place.by, "book-reception", place.case_id, row.id))
    return slip(row, day)


def _taken(uow: UnitOfWork, day: ReceptionDay) -> tuple[int, int]:
    """How many seats are taken, and the last number that was given out."""
    taken = func.count().filter(Booking.state.in_(SEATED))
    counted = select(taken, func.max(Booking.queue_number)).where(Booking.day_id == day.id)
    seats, last = uow.session.execute(counted).one()
    return seats, last or 0


def _row(uow: UnitOfWork, day: ReceptionDay, place: _Place, number: int, now: datetime) -> Booking:
    row_id = new_id()
    text = json.dumps(dict(place.visitor), ensure_ascii=False)
    return Booking(
        id=row_id,
        day_id=day.id,
        case_id=place.case_id,
        queue_number=number,
        key_index=place.key,
        state=BookingState.OPEN.value,
        sealed_for=place.compartment.value,
        visitor_sealed=uow.ciphers.seal(text, f"{PLACE}:{row_id}", place.compartment),
        at=now,
    )


def _petitioner(case: Case) -> tuple[bytes, ...]:
    """What a person is known by at both doors: name and phone; where either is not kept (a report, an anonymous filing), the case."""
    for party in case.parties:
        if party.role == PartyRole.PETITIONER.value and party.name_index and party.phone_index:
            return party.name_index, party.phone_index
    return (case.id.encode(),)


def _key(uow: UnitOfWork, day: ReceptionDay, *person: bytes) -> bytes:
    """One open booking a person and day."""
    who = "\0".join(part.hex() for part in person)
    return uow.ciphers.index("booking", f"{day.office}\0{day.on.isoformat()}\0{who}")
