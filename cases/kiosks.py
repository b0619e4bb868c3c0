"""Registration of kiosks (自助机登记): staff invite a machine with a code, the machine gets a long-lived token, staff can take it back.

A kiosk is a place where citizens write down names and addresses: with `ZHILU_KIOSK_REGISTRATION=required` only the office's own machines
open its pages. Neither code nor token is kept, only their keyed indexes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, or_, select

from cases import audit
from cases.audit import Entry
from cases.codes import VALID_FOR, CodeKind
from cases.database import UnitOfWork
from cases.models import KioskDevice, new_id
from petition.days import china_day

KIND = CodeKind("K", index="kiosk-code", lock="kiosk code")
LONGEST_NAME = 40
TOKEN_BYTES = 32
LONGEST_TOKEN = 64
_LIVING = (KioskDevice.registered_at.is_not(None), KioskDevice.revoked_at.is_(None))


class KioskFault(Exception):
    """What somebody at the terminal asked for cannot be done; the text is one line."""


@dataclass(frozen=True)
class Device:
    """A machine as staff and routes see it."""

    id: str
    name: str
    registered_at: datetime | None
    seen_on: date | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class Invitation:
    """What staff carry to the machine: `K-XXXX-XXXX`, once and within ten minutes."""

    device: str
    code: str = field(repr=False)
    until: datetime


@dataclass(frozen=True)
class Enrolled:
    """A machine that has just been registered, and the token that only its cookie holds."""

    device: Device
    token: str = field(repr=False)


def invite(uow: UnitOfWork, name: str, by: str, *, now: datetime) -> Invitation:
    """A code for a machine of this name; an older code of the name is void. KioskFault where such a machine is registered."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise KioskFault(f"a kiosk has a name of 1 to {LONGEST_NAME} characters")
    code, until = KIND.new(), now + VALID_FOR
    row = KioskDevice(id=new_id(), name=name, invited_at=now, code_index=KIND.index_of(uow, code), code_until=until)

    def step() -> None:
        if uow.session.scalar(select(KioskDevice.id).where(KioskDevice.name == name, *_LIVING)):
            raise KioskFault(f"{name} is registered already: revoke it first (zhilu kiosk revoke {name})")
        uow.session.execute(delete(KioskDevice).where(KioskDevice.name == name, KioskDevice.registered_at.is_(None)))
        uow.session.add(row)
        audit.note(uow.session, Entry(now, by, "kiosk-invited", subject=row.id, details={"name": name}))

    uow.write(step)
    return Invitation(row.id, code, until)


def enrol(uow: UnitOfWork, code: str, *, client: str, now: datetime) -> Enrolled | None:
    """The machine whose code this is, once; None for a code that is wrong, used or too old, LockedOut after too many of them."""
    return KIND.redeem(uow, code, lambda index: _enrol(uow, index, now), client=client, now=now)


def _enrol(uow: UnitOfWork, code_index: bytes, now: datetime) -> Enrolled | None:
    open_code = (KioskDevice.code_index == code_index, KioskDevice.code_until > now, KioskDevice.revoked_at.is_(None))
    row = uow.session.scalar(select(KioskDevice).where(*open_code).with_for_update())
    if row is None:
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.code_index = row.code_until = None
    row.token_index, row.registered_at, row.seen_on = _token(uow, token), now, china_day(now)
    audit.note(uow.session, Entry(now, audit.SYSTEM, "kiosk-registered", subject=row.id))
    return Enrolled(_device(row), token)


def recognise(uow: UnitOfWork, token: str, *, now: datetime) -> Device | None:
    """The machine that has this token; None for a token that was never given, or was taken back. Its day is noted, no more."""
    if not 1 <= len(token) <= LONGEST_TOKEN:
        return None
    wanted = select(KioskDevice).where(KioskDevice.token_index == _token(uow, token), *_LIVING)
    row = uow.session.scalar(wanted)
    today = china_day(now)
    if row is not None and row.seen_on != today:
        uow.write(lambda: _see(uow, row.id, today))
    found = _device(row) if row is not None else None
    uow.rollback()
    return found


def _see(uow: UnitOfWork, device: str, today: date) -> None:
    row = uow.session.get(KioskDevice, device)
    if row is not None:
        row.seen_on = today


def devices(uow: UnitOfWork, *, now: datetime) -> tuple[Device, ...]:
    """Every machine that is or was registered, and those whose code is still good; the oldest first."""
    waiting = KioskDevice.code_until > now
    rows = uow.session.scalars(
        select(KioskDevice).where(or_(KioskDevice.registered_at.is_not(None), waiting)).order_by(KioskDevice.invited_at)
    )
    found = tuple(map(_device, rows))
    uow.rollback()
    return found


def find(uow: UnitOfWork, wanted: str) -> Device:
    """The machine of this name or id that is not revoked; KioskFault where there is none."""
    row = _named(uow, wanted)
    found = _device(row)
    uow.rollback()
    return found


def revoke(uow: UnitOfWork, wanted: str, by: str, *, now: datetime) -> Device:
    """Take the registration of the machine of this name or id back: it is out at its next request. KioskFault where there is none."""

    def step() -> Device:
        row = _named(uow, wanted)
        row.revoked_at, row.code_index, row.token_index = now, None, None
        audit.note(uow.session, Entry(now, by, "kiosk-revoked", subject=row.id))
        return _device(row)

    return uow.write(step)


def _named(uow: UnitOfWork, wanted: str) -> KioskDevice:
    same = or_(KioskDevice.id == wanted, KioskDevice.name == " ".join(wanted.split()))
    row = uow.session.scalar(select(KioskDevice).where(same, KioskDevice.revoked_at.is_(None)).with_for_update())
    if row is None:
        raise KioskFault(f"no kiosk {wanted} is registered: zhilu kiosk list shows them")
    return row


def _device(row: KioskDevice) -> Device:
    return Device(row.id, row.name, row.registered_at, row.seen_on, row.revoked_at)


def _token(uow: UnitOfWork, token: str) -> bytes:
    return uow.ciphers.index("kiosk-token", token)
