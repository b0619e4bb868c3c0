"""Five failed look-ups of one client or one number within 15 minutes lock that client or number for 15 minutes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from cases.database import UnitOfWork
from cases.models import LookupMiss
from petition.errors import LockedOut

MOST_MISSES = 5
LOCK = timedelta(minutes=15)


def subjects(uow: UnitOfWork, *, client: str, number: str) -> tuple[bytes, ...]:
    """Keyed indexes of client and number, in a fixed order so that two transactions never wait for each other."""
    return tuple(sorted((uow.ciphers.index("client", client), uow.ciphers.index("number", number))))


def refuse_locked(uow: UnitOfWork, whom: Iterable[bytes], now: datetime) -> None:
    """LockedOut with the seconds to wait where one of the subjects is locked."""
    locked = select(func.max(LookupMiss.expires_at)).where(
        LookupMiss.subject.in_(whom), LookupMiss.misses >= MOST_MISSES, LookupMiss.expires_at > now
    )
    until = uow.session.scalar(locked)
    if until is not None:
        raise LockedOut(retry_after=math.ceil((until - now).total_seconds()))


def count_miss(uow: UnitOfWork, whom: Sequence[bytes], now: datetime) -> None:
    """Write a miss of every subject; a miss that comes after the lock is told so instead."""
    uow.write(lambda: _count(uow, whom, now))


def _count(uow: UnitOfWork, whom: Sequence[bytes], now: datetime) -> None:
    refuse_locked(uow, whom, now)
    uow.session.execute(delete(LookupMiss).where(LookupMiss.expires_at <= now))
    for subject in whom:
        one_more = update(LookupMiss).where(LookupMiss.subject == subject)
        values = {"misses": LookupMiss.misses + 1, "expires_at": now + LOCK}
        known = uow.session.scalar(one_more.values(values).returning(LookupMiss.subject))
        if known is None:
            uow.session.add(LookupMiss(subject=subject, misses=1, expires_at=now + LOCK))
