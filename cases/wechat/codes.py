"""One-time codes (一次性码): they carry a draft or a case from one surface to another, once and within ten minutes.

The same person on the kiosk and in WeChat is joined by nothing else: they type the code, or scan it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select

from cases import lockout
from cases.ciphers import CROCKFORD, normal_code
from cases.database import UnitOfWork
from cases.models import OneTimeCode

VALID_FOR = timedelta(minutes=10)
LENGTH = 8  # 40 bits for ten minutes, behind the lock of cases/lockout.py
LETTER = "W"
TYPED = re.compile(r"[Ww][-\s]*(?:[A-Za-z0-9]{4})[-\s]*(?:[A-Za-z0-9]{4})")


class Purpose(StrEnum):
    """What a code carries: the resume code of a kept draft, or number and query code of a case."""

    DRAFT = "draft"
    CASE = "case"


class State(StrEnum):
    """What has become of a code; what was never issued is as much over as what is too old."""

    OPEN = "open"
    USED = "used"
    OVER = "over"


@dataclass(frozen=True)
class Carried:
    """What was behind a code."""

    purpose: Purpose
    value: str = field(repr=False)


def issue(uow: UnitOfWork, purpose: Purpose, value: str, now: datetime) -> str:
    """A new code, `W-XXXX-XXXX`, for a screen, a slip or the scene of a QR code; only its keyed index is kept."""
    letters = "".join(secrets.choice(CROCKFORD) for _ in range(LENGTH))
    index = _index(uow, letters)
    sealed = uow.ciphers.seal(value, _place(index))
    row = OneTimeCode(code_index=index, purpose=purpose.value, value_sealed=sealed, expires_at=now + VALID_FOR)
    uow.write(lambda: uow.session.add(row))
    return f"{LETTER}-{letters[:4]}-{letters[4:]}"


def redeem(uow: UnitOfWork, code: str, *, client: str, now: datetime) -> Carried | None:
    """What the code carries, once; None for a code that is wrong, used or too old, LockedOut after too many of them."""
    letters = _letters(code)
    whom = lockout.subjects(uow, client=client, number=f"one-time code {letters}")
    lockout.refuse_locked(uow, whom, now)
    carried = uow.write(lambda: _use(uow, _index(uow, letters), now))
    if carried is None:
        lockout.count_miss(uow, whom, now)
    return carried


def state(uow: UnitOfWork, code: str, now: datetime) -> State:
    """For the screen that shows the code, and for a sentence to whoever came too late with it."""
    columns = (OneTimeCode.used_at, OneTimeCode.expires_at)
    wanted = select(*columns).where(OneTimeCode.code_index == _index(uow, _letters(code)))
    row = uow.session.execute(wanted).one_or_none()
    uow.rollback()
    if row is None or (row.used_at is None and row.expires_at <= now):
        return State.OVER
    return State.USED if row.used_at else State.OPEN


def revoke(uow: UnitOfWork, code: str, now: datetime) -> bool:
    """From now on the code opens nothing; False where somebody was faster. Who takes it back goes on where the code was shown."""
    free = (OneTimeCode.code_index == _index(uow, _letters(code)), OneTimeCode.used_at.is_(None))
    gone = delete(OneTimeCode).where(*free).returning(OneTimeCode.code_index)
    return uow.write(lambda: uow.session.scalar(gone)) is not None


def looks_like_one(text: str) -> bool:
    """Whether a message is a code and nothing else."""
    return TYPED.fullmatch(text.strip()) is not None


def _use(uow: UnitOfWork, index: bytes, now: datetime) -> Carried | None:
    free = (OneTimeCode.code_index == index, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)
    row = uow.session.scalar(select(OneTimeCode).where(*free).with_for_update())
    if row is None:
        return None
    row.used_at = now
    return Carried(Purpose(row.purpose), uow.ciphers.open(row.value_sealed, _place(index)))


def _letters(code: str) -> str:
    normal = normal_code(code)
    return normal[1:] if len(normal) == LENGTH + 1 and normal.startswith(LETTER) else normal


def _index(uow: UnitOfWork, letters: str) -> bytes:
    return uow.ciphers.index("one-time-code", letters)


def _place(index: bytes) -> str:
    return f"one_time_codes.value:{index.hex()}"
