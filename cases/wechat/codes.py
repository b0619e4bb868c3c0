"""One-time codes (一次性码): they carry a draft or a case from one surface to another, once and within ten minutes.

The same person on the kiosk and in WeChat is joined by nothing else: they type the code, or scan it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select

from cases.codes import VALID_FOR, CodeKind
from cases.database import UnitOfWork
from cases.models import OneTimeCode

KIND = CodeKind("W", index="one-time-code", lock="one-time code")


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
    code = KIND.new()
    index = KIND.index_of(uow, code)
    sealed = uow.ciphers.seal(value, _place(index))
    row = OneTimeCode(code_index=index, purpose=purpose.value, value_sealed=sealed, expires_at=now + VALID_FOR)
    uow.write(lambda: uow.session.add(row))
    return code


def redeem(uow: UnitOfWork, code: str, *, client: str, now: datetime) -> Carried | None:
    """What the code carries, once; None for a code that is wrong, used or too old, LockedOut after too many of them."""
    return KIND.redeem(uow, code, lambda index: _use(uow, index, now), client=client, now=now)


def state(uow: UnitOfWork, code: str, now: datetime) -> State:
    """For the screen that shows the code, and for a sentence to whoever came too late with it."""
    columns = (OneTimeCode.used_at, OneTimeCode.expires_at)
    wanted = select(*columns).where(OneTimeCode.code_index == KIND.index_of(uow, code))
    row = uow.session.execute(wanted).one_or_none()
    uow.rollback()
    if row is None or (row.used_at is None and row.expires_at <= now):
        return State.OVER
    return State.USED if row.used_at else State.OPEN


def revoke(uow: UnitOfWork, code: str, now: datetime) -> bool:
    """From now on the code opens nothing; False where somebody was faster. Who takes it back goes on where the code was shown."""
    free = (OneTimeCode.code_index == KIND.index_of(uow, code), OneTimeCode.used_at.is_(None))
    gone = delete(OneTimeCode).where(*free).returning(OneTimeCode.code_index)
    return uow.write(lambda: uow.session.scalar(gone)) is not None


def looks_like_one(text: str) -> bool:
    """Whether a message is a code and nothing else."""
    return KIND.is_one(text)


def _use(uow: UnitOfWork, index: bytes, now: datetime) -> Carried | None:
    free = (OneTimeCode.code_index == index, OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)
    row = uow.session.scalar(select(OneTimeCode).where(*free).with_for_update())
    if row is None:
        return None
    row.used_at = now
    return Carried(Purpose(row.purpose), uow.ciphers.open(row.value_sealed, _place(index)))


def _place(index: bytes) -> str:
    return f"one_time_codes.value:{index.hex()}"
