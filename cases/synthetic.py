"""Synthetic cases (演示数据) with whole lives, sealed and chained like real ones: for demonstrations and for measurements.

Everything in them is made up (synthetic_words.py), and every step was taken by the rules (synthetic_lives.py). They go into a register
of their own: one that holds a single real case is refused, because nobody should have to tell the two apart.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from cases import audit, clockwork, policy
from cases.audit import HEAD
from cases.bulk import Bulk, bulk_of
from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.file import FILED
from cases.models import AuditHead, Case, Counter
from cases.policy import Compartment
from cases.synthetic_lives import Life, Lived, lived_until, lives
from cases.synthetic_words import Story, person, stories
from petition.days import CHINA, china_day
from petition.matters import Channel
from petition.parties import Confidentiality, PartyRole
from petition.stages import Act, Event, Role

OFFICE = "DEMO"
DEMO_CODE = "DEMO-DEMO-DEMO"
DAYS = 3 * 365
BATCH = 4000
URGENT = 0.02
CLERKS = tuple(f"demo-clerk-{number}" for number in range(1, 21))
DOORS = ("network",) * 6 + ("visit",) * 2 + ("letter", "call")
SURFACES = {"network": ("web", "wechat"), "visit": ("kiosk",), "letter": ("desk",), "call": ("desk",)}
Progress = Callable[[int, int | None], None]


_CHANNELS = json.dumps([Channel.PETITION.value])


class HoldsRealCases(Exception):
    """The register holds cases that are not synthetic."""


@dataclass
class Chain:
    """The end of the audit chain while it grows."""

    ciphers: Ciphers
    last: int
    chained: bytes | None

    def row(self, at: datetime, actor: str, act: str, case: str, subject: str | None) -> tuple[object, ...]:
        self.last += 1
        self.chained = self.ciphers.chain(self.chained, audit.spelt(self.last, at, actor, act, case, subject, None))
        return (self.last, at, actor, act, case, subject, self.chained)


class Whole(NamedTuple):
    """A life as of today: its events, the texts of their details, and the row of a case as the clockwork leaves it."""

    lived: tuple[Lived, ...]
    details: tuple[str, ...]
    case: Case


@dataclass
class Maker:
    """What every synthetic case is made of; the lives of one day are worked out once."""

    uow: UnitOfWork
    code_hash: str
    today: date
    made: int
    day: date = date.min
    wholes: dict[int, Whole] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(7 + self.made)  # noqa: S311
        self.lives = lives()
        self.stories = stories(self.uow.ciphers)
        self.weights = [life.weight for life in self.lives]
        self.numbers = range(len(self.lives))

    def draw(self, day: date) -> tuple[Life, Whole]:
        """A life that begins on this day."""
        if day != self.day:
            self.day, self.wholes = day, {}
        (number,) = self.chance.choices(self.numbers, self.weights)
        life = self.lives[number]
        if number not in self.wholes:
            self.wholes[number] = _whole(life, day, self.today, self.uow)
        return life, self.wholes[number]

    def new_id(self) -> str:
        """As unlike the one before as a real one; nothing depends on nobody guessing it."""
        bits = f"{self.chance.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"


def _whole(life: Life, day: date, today: date, uow: UnitOfWork) -> Whole:
    lived = lived_until(life, day, today, uow.holidays)
    case = Case(type=life.type.value, branch=life.branch.value if life.branch else None)
    events = [each.event for each in lived]
    case.body = next((each.body for each in reversed(events) if each.act in clockwork.MOVES), None)
    clockwork.refresh(case, events, uow.holidays)
    details = tuple(json.dumps(each.details, ensure_ascii=False) if each.details else "" for each in lived)
    return Whole(lived, details, case)


def fill(uow: UnitOfWork, count: int, *, now: datetime, days: int = DAYS, progress: Progress | None = None) -> int:
    """Put so many synthetic cases, filed over the last years, into a register that has no others; HoldsRealCases."""
    refuse_real(uow)
    made = uow.session.scalar(select(func.count()).select_from(Case)) or 0
    maker = Maker(uow, uow.ciphers.code_digest(DEMO_CODE), china_day(now), made)
    uow.rollback()
    done, plan = 0, list(_days(count, days, maker.today))
    while plan:
        batch: list[tuple[date, int]] = []
        while plan and (not batch or sum(each for _, each in batch) + plan[0][1] <= BATCH):
            batch.append(plan.pop(0))
        done += uow.write(partial(_write_batch, uow, maker, tuple(batch)))
        if progress:
            progress(done, count)
    return done


def refuse_real(uow: UnitOfWork) -> None:
    """HoldsRealCases where there is one that `fill` has not made."""
    real = uow.session.scalar(select(Case.id).where(Case.office != OFFICE).limit(1))
    uow.rollback()
    if real:
        raise HoldsRealCases("this register holds real cases: synthetic ones go into a register of their own")


def _days(count: int, days: int, today: date) -> Iterator[tuple[date, int]]:
    """So many on each day, the same on all, the oldest day first; never more than a batch at once."""
    for number in range(days):
        left = count * (number + 1) // days - count * number // days
        while left > 0:
            yield today - timedelta(days=days - 1 - number), min(left, BATCH)
            left -= BATCH


def _write_batch(uow: UnitOfWork, maker: Maker, days: tuple[tuple[date, int], ...]) -> int:
    session = uow.session
    head = session.execute(
        select(AuditHead.last, AuditHead.chained).where(AuditHead.id == HEAD).with_for_update()
    ).one_or_none()
    chain = Chain(uow.ciphers, *(head or (0, None)))
    bulk = bulk_of(session)
    writer = _Writer(maker, chain, bulk, bulk.first_history_id())
    for day, count in days:
        first = _numbers(session, day, count)
        for number in range(first, first + count):
            writer.add(f"{OFFICE}-{day:%Y%m%d}-{number}", _moment(day, number))
    bulk.write()
    connection = session.connection()
    if head is None:
        connection.execute(insert(AuditHead), {"id": HEAD, "last": chain.last, "chained": chain.chained})
    else:
        connection.execute(update(AuditHead).values(last=chain.last, chained=chain.chained))
    return sum(count for _, count in days)


def _numbers(session: Session, day: date, count: int) -> int:
    """The first of so many case numbers of a day."""
    mine, connection = {"office": OFFICE, "day": f"{day:%Y%m%d}"}, session.connection()
    counted = update(Counter).where(Counter.office == OFFICE, Counter.day == mine["day"])
    last = connection.scalar(counted.values(last=Counter.last + count).returning(Counter.last))
    if last is None:
        connection.execute(insert(Counter), {**mine, "last": count})
        return 1
    return int(last) - count + 1


def _moment(day: date, number: int) -> datetime:
    """In the office's hours, one after the other."""
    opened = datetime.combine(day, time(8), CHINA).astimezone(UTC)
    return opened + timedelta(seconds=number % 36_000)


class _Writer:
    """Turns one life after the other into rows."""

    def __init__(self, maker: Maker, chain: Chain, bulk: Bulk, history_id: int) -> None:
        self.maker = maker
        self.ciphers = maker.uow.ciphers
        self.chain = chain
        self.bulk = bulk
        self.history_id = history_id

    def add(self, number: str, at: datetime) -> None:
        """One case with everything that belongs to it."""
        maker = self.maker
        maker.made += 1
        life, whole = maker.draw(china_day(at))
        story, case, compartment = maker.chance.choice(maker.stories[life.type]), maker.new_id(), _compartment(life)
        self._case(case, number, at, whole, story)
        for slot, value in story.texts:
            row = maker.new_id()
            sealed = self.ciphers.seal(value, f"case_texts.value:{row}", compartment)
            self.bulk.add("case_texts", (row, case, slot, compartment.value, sealed))
        self._party(case, compartment)
        self._history(case, at, whole, compartment)

    def _case(self, case: str, number: str, at: datetime, whole: Whole, story: Story) -> None:
        chance, marks, known = self.maker.chance, story.marks, whole.case
        door = chance.choice(DOORS)
        row = (
            case, number, self.ciphers.index("filing", f"synthetic\0{number}"), self.maker.code_hash, OFFICE,
            chance.choice(SURFACES[door]), known.type, story.matter.value, known.branch, _CHANNELS,
            Confidentiality.NAMED.value, whole.lived[-1].event.to.value, at, door, known.body,
            None if known.closed_on else chance.choice(CLERKS), chance.random() < URGENT, known.due_on,
            known.right_until, known.closed_on, len(whole.lived),
            marks.respondent if marks else None, marks.place if marks else None, marks.sketch if marks else None,
        )  # fmt: skip
        self.bulk.add("cases", row)

    def _party(self, case: str, compartment: Compartment) -> None:
        """Of a report there is no index, as of a real one."""
        ciphers, row, who = self.ciphers, self.maker.new_id(), person(self.maker.chance, self.maker.made)
        said = (("name", who.name), ("address", who.address), ("phone", who.phone))
        sealed = (ciphers.seal(value, f"parties.{column}:{row}", compartment) for column, value in said)
        indexes: tuple[bytes | None, ...] = (None, None, None)
        if compartment is Compartment.GENERAL:
            indexes = ciphers.name_index(who.name), ciphers.phone_index(who.phone), ciphers.address_index(who.address)
        self.bulk.add("parties", (row, case, PartyRole.PETITIONER.value, 0, compartment.value, *sealed, *indexes))

    def _history(self, case: str, at: datetime, whole: Whole, compartment: Compartment) -> None:
        before, filed_on = "", whole.lived[0].event.on
        for lived, detail in zip(whole.lived, whole.details, strict=True):
            event = lived.event
            moment, actor = at + (event.on - filed_on), self._actor(event)
            row = (
                self.history_id, case, event.on, event.act.value, event.to.value, event.by.value, event.received_on,
                event.days, moment, actor, event.body,
            )  # fmt: skip
            self.bulk.add("history", row)
            if detail:
                self._detail(case, detail, compartment)
            act = f"act:{event.act.value}" if before else FILED
            subject = f"{before}>{event.to.value}" if before else None
            self.bulk.add("audit", self.chain.row(moment, actor, act, case, subject))
            self.history_id += 1
            before = event.to.value

    def _detail(self, case: str, text: str, compartment: Compartment) -> None:
        row = self.maker.new_id()
        sealed = self.ciphers.seal(text, f"act_details.value:{row}", compartment)
        self.bulk.add("act_details", (row, case, self.history_id, compartment.value, sealed))

    def _actor(self, event: Event) -> str:
        if event.by is Role.PETITIONER or event.act is Act.REGISTER:
            return Role.PETITIONER.value
        return CLERKS[self.history_id % len(CLERKS)]


def _compartment(life: Life) -> Compartment:
    return policy.compartment_of(life.type)
