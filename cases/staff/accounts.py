"""Accounts of the staff (账号): made, changed, locked and given back by an administrator; every step stands in the audit log."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select

from cases import audit
from cases.actors import Actor
from cases.codes import random_letters
from cases.database import UnitOfWork
from cases.models import StaffAccount, StaffSession
from cases.policy import StaffRole

LOGIN: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
SHORTEST, LONGEST = 12, 128  # of a password
ONE_TIME = 16  # characters of a password that is changed at the first sign-in
FIRST = "admin"
HASHER = PasswordHasher(
    time_cost=2, memory_cost=19 * 1024, parallelism=1
)  # OWASP's least for Argon2id: 19 MiB, two passes
ACCOUNT_MADE, ACCOUNT_CHANGED, ACCOUNT_LOCKED, ACCOUNT_UNLOCKED = (
    "account-made",
    "account-changed",
    "account-locked",
    "account-unlocked",
)
PASSWORD_RESET, PASSWORD_CHANGED = "password-reset", "password-changed"


class AccountFault(Exception):
    """What is wrong with what was asked for; `code` names the Chinese text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Account:
    """Somebody of the staff; `body`: the organ they belong to, None for the registering office."""

    id: str
    login: str
    name: str
    roles: frozenset[StaffRole]
    body: str | None
    second_factor: bool
    must_change: bool
    disabled: bool

    @property
    def actor(self) -> Actor:
        """As the acts of the register know them."""
        return Actor(self.name, self.roles, self.body)


def account_of(row: StaffAccount) -> Account:
    """Without a secret."""
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=frozenset(map(StaffRole, row.roles.split())),
        body=row.body,
        second_factor=row.totp_sealed is not None,
        must_change=row.must_change,
        disabled=row.disabled_at is not None,
    )


def all_accounts(uow: UnitOfWork) -> tuple[Account, ...]:
    """Everybody, by login."""
    return tuple(map(account_of, uow.session.scalars(select(StaffAccount).order_by(StaffAccount.login))))


def find(uow: UnitOfWork, id: str) -> Account:
    """AccountFault."""
    return account_of(_row(uow, id))


def make(
    uow: UnitOfWork,
    login: str,
    name: str,
    roles: Collection[StaffRole],
    body: str | None = None,
    *,
    by: str,
    now: datetime,
    subject: str | None = None,
) -> tuple[Account, str]:
    """A new account and the password for its first sign-in, which nobody can read again; AccountFault."""
    login, name = login.strip().lower(), name.strip()
    _require(LOGIN.fullmatch(login) is not None, "login-bad")
    _require(0 < len(name) <= 64, "name-bad")
    _require(bool(roles), "roles-bad")
    password = one_time_password()

    def step() -> StaffAccount:
        _require(uow.session.scalar(select(StaffAccount.id).where(StaffAccount.login == login)) is None, "taken")
        _require(not _named(uow, name), "name-taken")
        row = StaffAccount(
            login=login,
            name=name,
            roles=spelt(roles),
            body=body or None,
            password=HASHER.hash(password),
            must_change=True,
            subject=subject,
            created_at=now,
        )
        uow.session.add(row)
        details: dict[str, object] = {"login": login, "roles": spelt(roles), "body": body or ""}
        audit.note(uow.session, audit.Entry(now, by, ACCOUNT_MADE, subject=login, details=details))
        return row

    return account_of(uow.write(step)), password


def make_first(uow: UnitOfWork, *, now: datetime) -> str | None:
    """The password of the first administrator; None where there are accounts already."""
    if uow.session.scalar(select(StaffAccount.id).limit(1)) is not None:
        return None
    roles = {StaffRole.ADMIN}
    try:
        return make(uow, FIRST, "管理员", roles, by=audit.SYSTEM, now=now)[1]
    except AccountFault:  # another server was quicker
        return None


def change(
    uow: UnitOfWork, id: str, *, roles: Collection[StaffRole], body: str | None, by: str, now: datetime
) -> Account:
    """Other roles or another organ; whoever is signed in has to sign in anew. AccountFault: the last administrator stays one."""
    _require(bool(roles), "roles-bad")

    def step(row: StaffAccount) -> None:
        _keep_an_administrator(uow, row, StaffRole.ADMIN in roles)
        details: dict[str, object] = {"before": row.roles, "after": spelt(roles), "body": body or ""}
        row.roles, row.body = spelt(roles), body or None
        _note(uow, row, ACCOUNT_CHANGED, by, now, details)

    return _changed(uow, id, step)


def disable(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> Account:
    """Nobody signs in with it any more; what they did stays under their name."""

    def step(row: StaffAccount) -> None:
        _keep_an_administrator(uow, row, False)
        row.disabled_at = now
        _note(uow, row, ACCOUNT_LOCKED, by, now)

    return _changed(uow, id, step)


def enable(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> Account:
    """They may sign in again."""

    def step(row: StaffAccount) -> None:
        row.disabled_at = None
        _note(uow, row, ACCOUNT_UNLOCKED, by, now)

    return _changed(uow, id, step)


def reset(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> tuple[Account, str]:
    """A new password for one sign-in; the six digits are set up anew as well."""
    password = one_time_password()

    def step(row: StaffAccount) -> None:
        row.password, row.must_change, row.totp_sealed, row.totp_last = HASHER.hash(password), True, None, None
        _note(uow, row, PASSWORD_RESET, by, now)

    return _changed(uow, id, step), password


def change_password(uow: UnitOfWork, id: str, old: str, new: str, *, now: datetime) -> Account:
    """One's own; AccountFault: the old one is wrong, the new one too short, too long, the old one, or the login."""
    _require(SHORTEST <= len(new) <= LONGEST, "password-length")

    def step(row: StaffAccount) -> None:
        _require(matches(row.password, old), "password-wrong")
        _require(new != old and row.login not in new.lower(), "password-same")
        row.password, row.must_change = HASHER.hash(new), False
        _note(uow, row, PASSWORD_CHANGED, row.name, now)

    return _changed(uow, id, step)


def matches(kept: str | None, given: str) -> bool:
    """Whether it is the password; as slow where there is none."""
    try:
        return HASHER.verify(kept or NOBODY, given[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Easy to copy from a sheet of paper."""
    letters = random_letters(ONE_TIME)
    return "-".join(letters[at : at + 4] for at in range(0, ONE_TIME, 4))


def spelt(roles: Collection[StaffRole]) -> str:
    return " ".join(sorted(roles))


def _changed(uow: UnitOfWork, id: str, step: Callable[[StaffAccount], None]) -> Account:
    def write() -> StaffAccount:
        row = _row(uow, id)
        step(row)
        uow.session.execute(delete(StaffSession).where(StaffSession.account_id == id))
        return row

    return account_of(uow.write(write))


def _row(uow: UnitOfWork, id: str) -> StaffAccount:
    row = uow.session.get(StaffAccount, id, populate_existing=True)
    _require(row is not None, "unknown")
    assert row is not None
    return row


def _named(uow: UnitOfWork, name: str) -> bool:
    """Whether somebody has the name: it stands in the audit log, and four eyes are two names."""
    return uow.session.scalar(select(StaffAccount.id).where(StaffAccount.name == name)) is not None


def _keep_an_administrator(uow: UnitOfWork, row: StaffAccount, stays: bool) -> None:
    if stays or StaffRole.ADMIN not in row.roles.split():
        return
    others = uow.session.scalars(
        select(StaffAccount.roles).where(StaffAccount.id != row.id, StaffAccount.disabled_at.is_(None))
    )
    _require(any(StaffRole.ADMIN in roles.split() for roles in others), "last-admin")


def _note(
    uow: UnitOfWork, row: StaffAccount, act: str, by: str, now: datetime, details: dict[str, object] | None = None
) -> None:
    audit.note(uow.session, audit.Entry(now, by, act, subject=row.login, details=details))


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise AccountFault(code)


NOBODY = HASHER.hash(secrets.token_urlsafe())
