"""Signing in (登录), staying signed in and signing out. Five wrong tries lock the login and the machine for fifteen minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from cases import audit, lockout
from cases.database import UnitOfWork
from cases.models import StaffAccount, StaffSession
from cases.staff import second_factor
from cases.staff.accounts import Account, account_of, matches

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)  # a working day
RENEW_AFTER = timedelta(minutes=1)  # the row is not written at every request
SIGNED_IN, SIGNED_OUT, REFUSED = "signed-in", "signed-out", "sign-in-refused"


class WrongSignIn(Exception):
    """Login, password or digits are wrong, or the account is locked: which of them is not told."""


class DigitsWanted(Exception):
    """Login and password are right; the six digits are missing."""


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in; `csrf` goes with every form of theirs."""

    account: Account
    csrf: str = field(repr=False)


def sign_in(
    uow: UnitOfWork, login: str, password: str, digits: str = "", *, client: str, now: datetime
) -> tuple[str, Session]:
    """The secret of the cookie, and who it is; WrongSignIn, DigitsWanted, LockedOut."""
    login = login.strip().lower()[:64]
    whom = lockout.subjects(uow, client=client, number=f"desk login {login}")
    lockout.refuse_locked(uow, whom, now)
    row = uow.session.scalar(select(StaffAccount).where(StaffAccount.login == login))
    right = matches(row.password if row else None, password)
    if row is None or not right or row.disabled_at is not None:
        _refuse(uow, login, whom, now)
        raise WrongSignIn()
    if row.totp_sealed is not None and not digits.strip():
        raise DigitsWanted()
    begun = uow.write(lambda: _begin(uow, login, digits, now))
    if begun is None:
        _refuse(uow, login, whom, now)
        raise WrongSignIn()
    return begun


def sign_in_as(uow: UnitOfWork, subject: str, *, now: datetime) -> tuple[str, Session]:
    """The same for somebody whom the identity provider has let in; WrongSignIn: nobody gave them an account."""

    def step() -> tuple[str, Session] | None:
        row = uow.session.scalar(select(StaffAccount).where(StaffAccount.subject == subject))
        return _opened(uow, row, now) if row is not None and row.disabled_at is None else None

    begun = uow.write(step)
    if begun is None:
        raise WrongSignIn()
    return begun


def session_of(uow: UnitOfWork, token: str, now: datetime, *, renews: bool = True) -> Session | None:
    """Who it is; None for a secret that is unknown or too old. Being there keeps it alive, a page that asks by itself does not."""
    index = _index(uow, token)
    found = uow.session.execute(
        select(StaffSession, StaffAccount)
        .join(StaffAccount, StaffAccount.id == StaffSession.account_id)
        .where(StaffSession.token_index == index, StaffSession.expires_at > now, StaffAccount.disabled_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    row, account = found
    session = Session(account_of(account), row.csrf)
    later = min(now + IDLE, row.begun_at + LONGEST)
    if renews and later - row.expires_at > RENEW_AFTER:
        uow.write(
            lambda: uow.session.execute(
                update(StaffSession).where(StaffSession.token_index == index).values(expires_at=later)
            )
        )
    return session


def sign_out(uow: UnitOfWork, token: str, *, by: str, now: datetime) -> None:
    """The secret is worth nothing any more."""

    def step() -> None:
        uow.session.execute(delete(StaffSession).where(StaffSession.token_index == _index(uow, token)))
        audit.note(uow.session, audit.Entry(now, by, SIGNED_OUT))

    uow.write(step)


def forget(uow: UnitOfWork, now: datetime) -> int:
    """Sessions that are over; a job."""
    gone = delete(StaffSession).where(StaffSession.expires_at <= now).returning(StaffSession.account_id)
    return uow.write(lambda: len(uow.session.scalars(gone).all()))


def _begin(uow: UnitOfWork, login: str, digits: str, now: datetime) -> tuple[str, Session] | None:
    row = uow.session.scalar(select(StaffAccount).where(StaffAccount.login == login).with_for_update())
    if row is None or row.disabled_at is not None:
        return None
    if row.totp_sealed is not None and not second_factor.accepts(uow, row, digits, now):
        return None
    return _opened(uow, row, now)


def _opened(uow: UnitOfWork, row: StaffAccount, now: datetime) -> tuple[str, Session]:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    index = _index(uow, token)
    uow.session.add(StaffSession(token_index=index, account_id=row.id, csrf=csrf, begun_at=now, expires_at=now + IDLE))
    audit.note(uow.session, audit.Entry(now, row.name, SIGNED_IN, subject=row.login))
    return token, Session(account_of(row), csrf)


def _refuse(uow: UnitOfWork, login: str, whom: tuple[bytes, ...], now: datetime) -> None:
    known = uow.session.scalar(select(StaffAccount.login).where(StaffAccount.login == login))
    if known:  # a wrong login may be a password in the wrong field: it is not written down

        def step() -> None:
            audit.note(uow.session, audit.Entry(now, known, REFUSED, subject=known))

        uow.write(step)
    lockout.count_miss(uow, whom, now)


def _index(uow: UnitOfWork, token: str) -> bytes:
    return uow.ciphers.index("staff-session", token)
