"""The six digits from an app on one's own phone (RFC 6238), each used once."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

from cases import audit
from cases.database import UnitOfWork
from cases.models import StaffAccount
from cases.staff.accounts import Account, AccountFault, account_of

STEP = 30  # seconds
ISSUER = "指路"
SET_UP, REMOVED = "second-factor-set-up", "second-factor-removed"


def new_secret() -> str:
    """For an app, 160 bits in base 32."""
    return pyotp.random_base32()


def uri(account: Account, secret: str) -> str:
    """For the QR code that the app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.login, issuer_name=ISSUER)


def set_up(uow: UnitOfWork, id: str, secret: str, digits: str, *, now: datetime) -> Account:
    """From now on the digits are asked for; AccountFault where these are not of this secret."""
    step = step_of(secret, digits, now, after=None)
    if step is None:
        raise AccountFault("digits-wrong")

    def write() -> StaffAccount:
        row = uow.session.get(StaffAccount, id, populate_existing=True)
        if row is None:
            raise AccountFault("unknown")
        row.totp_sealed, row.totp_last = uow.ciphers.seal(secret, place(id)), step
        audit.note(uow.session, audit.Entry(now, row.name, SET_UP, subject=row.login))
        return row

    return account_of(uow.write(write))


def accepts(uow: UnitOfWork, row: StaffAccount, digits: str, now: datetime) -> bool:
    """Whether the digits are right and new; they are used up by it. Inside a write."""
    assert row.totp_sealed is not None
    step = step_of(uow.ciphers.open(row.totp_sealed, place(row.id)), digits, now, after=row.totp_last)
    if step is None:
        return False
    row.totp_last = step
    return True


def step_of(secret: str, digits: str, now: datetime, after: int | None) -> int | None:
    """The time step to which the digits belong, of the last, this and the next one; None for others and used ones."""
    made = pyotp.TOTP(secret, interval=STEP)
    current = int(now.timestamp()) // STEP
    given = "".join(digits.split())
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(made.at(step * STEP).encode(), given.encode()) and (after is None or step > after):
            return step
    return None


def place(id: str) -> str:
    return f"staff_accounts.totp:{id}"
