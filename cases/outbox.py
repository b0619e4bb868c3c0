"""Messages that have to leave the house: written in the transaction of what they tell, sent later, at least once.

A message without a channel (NOBODY) only marks a fact, such as a filing. One with a channel is claimed for the length of a lease and sent
with its key, so that whoever receives it twice can tell. It is tried again after longer and longer waits, and laid aside as a dead letter
when it can't be sent; a person looks at those and revives or drops them.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Executable, and_, delete, func, select, update
from sqlalchemy.orm import Session

from cases import audit
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Case, OutboxRow

LEASE = timedelta(minutes=2)
NOBODY = "none"
LONGEST_KEY = 128
LONGEST_ERROR = 200
FACTS_AT_ONCE = 5_000
REVIVED = "outbox-revived"
DROPPED = "outbox-dropped"
NO_OUTCOME = "no-outcome"
NO_SENDER = "no-sender"


@dataclass(frozen=True)
class OutboxMessage:
    """A claimed message; `attempts` counts this claim, `key` is the same at every attempt."""

    id: int
    kind: str
    case_id: str | None
    payload: Mapping[str, object]
    attempts: int
    channel: str = NOBODY
    key: str = ""


@dataclass(frozen=True)
class Backoff:
    """How often a message is tried, and how long it rests in between: twice as long each time, give or take the jitter."""

    tries: int = 8
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=6)
    jitter: float = 0.2
    unsent_at_most: timedelta = timedelta(days=7)

    def wait(self, attempts: int, chance: float) -> timedelta:
        """The rest after so many attempts; `chance` from 0 to 1 spreads those that failed together."""
        plain = min(self.first.total_seconds() * 2.0 ** min(attempts - 1, 32), self.longest.total_seconds())
        return timedelta(seconds=plain * (1 + self.jitter * (2 * chance - 1)))


@dataclass(frozen=True)
class DeadLetter:
    """A message that could not be sent, as staff see it."""

    id: int
    kind: str
    channel: str
    number: str | None
    attempts: int
    error: str
    dead_at: datetime


@dataclass(frozen=True)
class Figures:
    """What a monitor watches; `oldest` is the age of the oldest message that has not left."""

    waiting: int
    dead: int
    oldest: timedelta


def append(
    session: Session,
    kind: str,
    payload: Mapping[str, object],
    *,
    now: datetime,
    case_id: str | None = None,
    channel: str = NOBODY,
    key: str | None = None,
) -> None:
    """Add a message to the transaction under way, once for each key; the payload carries no personal data."""
    short = _short(key) if key else None
    if short and session.scalar(select(OutboxRow.id).where(OutboxRow.dedup_key == short)):
        return
    text = json.dumps(payload, ensure_ascii=False)
    row = OutboxRow(kind=kind, case_id=case_id, payload=text, created_at=now, free_at=now, channel=channel)
    row.dedup_key = short
    session.add(row)


def row_values(
    kind: str, payload: Mapping[str, object], *, now: datetime, case_id: str, channel: str, key: str
) -> dict[str, object]:
    """A row for a bulk insert, as `append` would write it; whoever inserts in bulk knows that the key is new."""
    text = json.dumps(payload, ensure_ascii=False)
    moment = {"created_at": now, "free_at": now, "attempts": 0}
    return {"kind": kind, "case_id": case_id, "payload": text, "channel": channel, "dedup_key": _short(key), **moment}


def _short(key: str) -> str:
    """A key that fits its column, the same for the same key."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def claim(
    uow: UnitOfWork,
    *,
    now: datetime,
    limit: int = 20,
    lease: timedelta = LEASE,
    channels: Collection[str] | None = None,
) -> list[OutboxMessage]:
    """Take unsent messages for the length of the lease; two senders never hold the same one."""
    uow.begin_write()
    waiting = select(OutboxRow).where(_waiting(), OutboxRow.free_at <= now)
    if channels is not None:
        waiting = waiting.where(OutboxRow.channel.in_(channels))
    # by free_at, not by id: the few unsent rows are then found by the index of sent_at, not by walking along the sent ones
    wanted = waiting.order_by(OutboxRow.free_at, OutboxRow.id).limit(limit).with_for_update(skip_locked=True)
    rows = uow.session.scalars(wanted).all()
    for row in rows:
        row.attempts += 1
        row.free_at = now + lease
    uow.commit()
    return [_message(row) for row in rows]


def acknowledge(uow: UnitOfWork, message: int, *, now: datetime) -> None:
    """The message has left: nobody claims it again, also where it was given up meanwhile."""
    uow.begin_write()
    left = update(OutboxRow).where(OutboxRow.id == message, OutboxRow.sent_at.is_(None))
    uow.session.execute(left.values(sent_at=now, dead_at=None, last_error=None), execution_options=_IN_DATABASE)
    uow.commit()


def postpone(
    uow: UnitOfWork,
    message: OutboxMessage,
    error: str,
    backoff: Backoff,
    *,
    now: datetime,
    at_least: timedelta = timedelta(0),
    chance: float | None = None,
) -> bool:
    """It did not leave and rests for a while; whether it will be tried again. `error` is a short code without personal data."""
    if message.attempts >= backoff.tries:
        bury(uow, message, error, now=now)
        return False
    spread = random.random() if chance is None else chance  # noqa: S311  not a secret
    rest = max(backoff.wait(message.attempts, spread), min(at_least, backoff.longest))
    _settle(uow, message, free_at=now + rest, last_error=error[:LONGEST_ERROR])
    return True


def bury(uow: UnitOfWork, message: OutboxMessage, error: str, *, now: datetime) -> None:
    """It can't be sent: a dead letter from now on."""
    _settle(uow, message, dead_at=now, last_error=error[:LONGEST_ERROR])


def _settle(uow: UnitOfWork, message: OutboxMessage, **values: object) -> None:
    """Write down the outcome of this attempt, unless another sender has begun a later one."""
    uow.begin_write()
    mine = (OutboxRow.id == message.id, OutboxRow.attempts == message.attempts, _waiting())
    uow.session.execute(update(OutboxRow).where(*mine).values(**values), execution_options=_IN_DATABASE)
    uow.commit()


def settle_facts(uow: UnitOfWork, *, now: datetime) -> int:
    """Messages that only mark a fact are done: nobody sends them."""
    return _in_batches(uow, OutboxRow.channel == NOBODY, {"sent_at": now})


def bury_hopeless(uow: UnitOfWork, channels: Collection[str], backoff: Backoff, *, now: datetime) -> int:
    """Lay aside what no sender reports about any more, and what nobody here can send for days."""
    silent = and_(OutboxRow.free_at <= now, OutboxRow.attempts >= backoff.tries)
    count = _in_batches(uow, silent, {"dead_at": now, "last_error": NO_OUTCOME})
    old = OutboxRow.created_at <= now - backoff.unsent_at_most
    foreign = and_(OutboxRow.channel != NOBODY, OutboxRow.channel.not_in(channels), old, OutboxRow.free_at <= now)
    return count + _in_batches(uow, foreign, {"dead_at": now, "last_error": NO_SENDER})


def _in_batches(uow: UnitOfWork, which: ColumnElement[bool], values: Mapping[str, object]) -> int:
    """Change rows that wait, a batch a transaction; how many."""
    total, changed = 0, FACTS_AT_ONCE
    batch = select(OutboxRow.id).where(_waiting(), which).limit(FACTS_AT_ONCE).scalar_subquery()
    while changed == FACTS_AT_ONCE:
        if uow.session.scalar(select(OutboxRow.id).where(_waiting(), which).limit(1)) is None:
            break
        uow.begin_write()
        rows = update(OutboxRow).where(OutboxRow.id.in_(batch), _waiting()).values(**values).returning(OutboxRow.id)
        changed = len(uow.session.execute(rows, execution_options=_IN_DATABASE).all())
        uow.commit()
        total += changed
    uow.rollback()
    return total


def dead_letters(uow: UnitOfWork, *, limit: int = 200) -> list[DeadLetter]:
    """What could not be sent, the newest first."""
    of_case = OutboxRow.case_id == Case.id
    wanted = select(OutboxRow, Case.number).join(Case, of_case, isouter=True).where(OutboxRow.dead_at.is_not(None))
    rows = uow.session.execute(wanted.order_by(OutboxRow.dead_at.desc(), OutboxRow.id).limit(limit)).all()
    found = [
        DeadLetter(row.id, row.kind, row.channel, number, row.attempts, row.last_error or "", row.dead_at)
        for row, number in rows
        if row.dead_at
    ]
    uow.rollback()
    return found


def revive(uow: UnitOfWork, ids: Sequence[int], *, now: datetime, actor: str = "system") -> int:
    """Dead letters are tried again from the beginning, with the same key; how many."""
    dead = update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.dead_at.is_not(None))
    fresh = dead.values(dead_at=None, free_at=now, attempts=0, created_at=now).returning(OutboxRow.id)
    return uow.write(lambda: _by_hand(uow.session, fresh, Entry(now, actor, REVIVED)))


def drop(uow: UnitOfWork, ids: Sequence[int], *, now: datetime, actor: str = "system") -> int:
    """Dead letters are given up for good; the notice itself stays with the case. How many."""
    dead = delete(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.dead_at.is_not(None)).returning(OutboxRow.id)
    return uow.write(lambda: _by_hand(uow.session, dead, Entry(now, actor, DROPPED)))


def _by_hand(session: Session, statement: Executable, entry: Entry) -> int:
    changed = session.execute(statement, execution_options=_IN_DATABASE).all()
    for row in changed:
        audit.note(session, Entry(entry.at, entry.actor, entry.act, subject=str(row.id)))
    return len(changed)


def figures(uow: UnitOfWork, *, now: datetime) -> Figures:
    """How many messages with a channel wait and lie dead, and since when the oldest waits."""
    to_send = (OutboxRow.channel != NOBODY, _waiting())
    waiting, oldest = uow.session.execute(
        select(func.count(), func.min(OutboxRow.created_at)).select_from(OutboxRow).where(*to_send)
    ).one()
    dead = select(func.count()).select_from(OutboxRow).where(OutboxRow.dead_at.is_not(None))
    found = Figures(waiting, uow.session.scalar(dead) or 0, now - oldest if oldest else timedelta(0))
    uow.rollback()
    return found


_IN_DATABASE = {"synchronize_session": False}


def _waiting() -> ColumnElement[bool]:
    return and_(OutboxRow.sent_at.is_(None), OutboxRow.dead_at.is_(None))


def _message(row: OutboxRow) -> OutboxMessage:
    payload = json.loads(row.payload)
    key = row.dedup_key or f"outbox-{row.id}"
    return OutboxMessage(row.id, row.kind, row.case_id, payload, row.attempts, row.channel, key)
