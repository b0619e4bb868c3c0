"""From one surface to another: a one-time code (一次性码) carries a kept draft or a case from the kiosk to a phone or to WeChat.

The address in the QR code holds the code behind a #, which no server, log or preview of a link ever sees; nothing is used up before
somebody touches the button of the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from bot.bootstrap import Services
from bot.h5 import PATH, Shown, now
from bot.receipts import qr_code
from cases import drafts
from cases.codes import VALID_FOR
from cases.database import UnitOfWork
from cases.wechat import codes
from cases.wechat.codes import Carried, Purpose, State

KIOSK = "kiosk"
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Ticket:
    """A code as the screen shows it, and until when it is good."""

    code: str = field(repr=False)
    until: datetime

    def seconds_left(self, at: datetime) -> int:
        return max(0, int((self.until - at).total_seconds()))


class What(StrEnum):
    """What goes along."""

    DRAFT = "draft"
    CASE = "case"


@dataclass(frozen=True)
class Given:
    """What a session of the kiosk has given out last: the code, and what is behind it."""

    what: What
    value: str = field(repr=False)
    ticket: Ticket
    number: str = ""


async def issue_draft(services: Services, resume_code: str) -> Ticket:
    """For the draft that waits under this resume code (续填码)."""
    return await _issue(services, Purpose.DRAFT, resume_code)


async def issue_case(services: Services, case: Shown) -> Ticket:
    """For a case whose holder has shown its number and query code."""
    return await _issue(services, Purpose.CASE, json.dumps({"number": case.number, "code": case.code}))


async def _issue(services: Services, purpose: Purpose, value: str) -> Ticket:
    at = now()
    code = await in_register(services, lambda uow: codes.issue(uow, purpose, value, at))
    return Ticket(code, at + VALID_FOR)


async def redeem(services: Services, code: str, client: str) -> Carried | State:
    """What the code carries, once; else what has become of it. LockedOut after too many that were wrong."""
    at = now()
    carried = await in_register(services, lambda uow: codes.redeem(uow, code, client=client, now=at))
    return carried or await state_of(services, code)


async def state_of(services: Services, code: str) -> State:
    """Whether somebody has used it meanwhile."""
    return await in_register(services, lambda uow: codes.state(uow, code, now()))


async def revoke(services: Services, code: str) -> bool:
    """Whoever goes on at the kiosk takes the code back; False where a phone was faster."""
    return await in_register(services, lambda uow: codes.revoke(uow, code, now()))


async def leave_kiosk(services: Services, resume_code: str) -> None:
    """A draft that went to a phone is nowhere a second time: the conversation of the kiosk that held it ends."""
    held = await in_register(services, lambda uow: drafts.held_on(uow, resume_code, KIOSK, now()))
    if held:
        await services.conversations.close(held)


def case_of(carried: Carried) -> Shown:
    """The number and the query code behind a code."""
    value = json.loads(carried.value)
    return Shown(value["number"], value["code"])


def carry_url(base_url: str, code: str = "") -> str:
    """Where a phone takes it up; the code stands behind the #."""
    page = f"{base_url.rstrip('/')}{PATH}/carry"
    return f"{page}#{code}" if code else page


def carry_qr(base_url: str, code: str) -> str:
    """The QR code of that address."""
    return qr_code(carry_url(base_url, code))


async def in_register(services: Services, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
    """In a thread, with a unit of work of its own."""
    return await services.records._run(step)
