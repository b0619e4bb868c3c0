"""Sending what waits in the outbox: one sender for each channel, several messages at once, at least once each.

A message is acknowledged only after its sender said that it is gone: who is killed in between sends it again, with the same key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from cases import notices, outbox
from cases.ciphers import WrongKey
from cases.database import Register
from cases.notice_texts import NoticeKind, NoticeTexts
from cases.outbox import OutboxMessage
from petition.days import CHINA, china_day

logger = logging.getLogger(__name__)
AT_ONCE = 20
MOST_ROUNDS = 25
Written = TypeVar("Written")
TOO_LATE, UNREADABLE, SENDER_FAULT = "too-late", "address-unreadable", "sender-fault"


class TemporaryFault(Exception):
    """It did not leave now and may later; `code` is short and without personal data, `after` what the other side asked for."""

    def __init__(self, code: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(code)
        self.code, self.after = code, after


class PermanentFault(Exception):
    """It will never leave: the other side refuses this message."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Notice:
    """What is sent: `text` where a channel takes words, kind and number where it fills a template; the same `key`, the same message.

    `discreet`: of a report or a confidential case nobody who sees the phone may learn more than that there is news.
    """

    key: str
    kind: str
    number: str
    text: str
    discreet: bool = False


class Sender(Protocol):
    """One channel to citizens."""

    @property
    def channel(self) -> str:
        """The name that stands in the outbox."""

    async def send(self, address: str, notice: Notice) -> None:
        """Returns when the other side has taken it; TemporaryFault or PermanentFault."""


@dataclass(frozen=True)
class Delivery:
    """What sending needs."""

    register: Register
    texts: NoticeTexts
    senders: Mapping[str, Sender]
    now: Callable[[], datetime]


async def deliver(delivery: Delivery, *, rounds: int = MOST_ROUNDS) -> int:
    """Send what is due, `rounds` handfuls at most; how many left."""
    channels = tuple(delivery.senders)
    with delivery.register.unit_of_work() as uow:
        outbox.settle_facts(uow, now=delivery.now())
        if dead := outbox.bury_hopeless(uow, channels, delivery.texts.backoff, now=delivery.now()):
            logger.warning("%d notices could not be sent and were laid aside", dead)
    awake = delivery.now().astimezone(CHINA).hour in delivery.texts.hours
    sent, turn = 0, asyncio.Lock()
    for _ in range(rounds if channels and awake else 0):
        with delivery.register.unit_of_work() as uow:
            claimed = outbox.claim(uow, now=delivery.now(), limit=AT_ONCE, channels=channels)
        if not claimed:
            break
        sent += sum(await asyncio.gather(*(_deliver_one(delivery, each, turn) for each in claimed)))
    return sent


async def _deliver_one(delivery: Delivery, message: OutboxMessage, turn: asyncio.Lock) -> bool:
    """Whether it left; every outcome is written down, one after the other and beside the loop: a slow disk costs nobody's patience."""

    async def beside(step: Callable[[], Written]) -> Written:
        async with turn:
            return await asyncio.to_thread(step)

    if _is_stale(message, china_day(delivery.now())):
        return await beside(lambda: _bury(delivery, message, TOO_LATE))
    try:
        address = await beside(lambda: _address(delivery, message))
    except WrongKey:
        return await beside(lambda: _bury(delivery, message, UNREADABLE))
    if address is not None:
        try:
            await delivery.senders[message.channel].send(address, _notice(delivery, message))
        except PermanentFault as fault:
            code = fault.code
            return await beside(lambda: _bury(delivery, message, code))
        except TemporaryFault as fault:
            code, after = fault.code, fault.after
            return await beside(lambda: _postpone(delivery, message, code, after))
        except Exception as fault:  # the outer edge of one message: a sender's own fault keeps no other message waiting
            logger.error("sender %s: %s", message.channel, type(fault).__name__)
            return await beside(lambda: _postpone(delivery, message, SENDER_FAULT))
    await beside(lambda: _acknowledge(delivery, message))
    return address is not None


def _notice(delivery: Delivery, message: OutboxMessage) -> Notice:
    text = delivery.texts.sent(message.kind, message.payload)
    kind = message.kind if message.kind in set(NoticeKind) else NoticeKind.OTHER
    number, discreet = str(message.payload.get("number") or "-"), bool(message.payload.get("discreet"))
    return Notice(message.key, kind, number, text, discreet)


def _address(delivery: Delivery, message: OutboxMessage) -> str | None:
    with delivery.register.unit_of_work() as uow:
        return notices.open_address(uow, message.case_id, message.channel, now=delivery.now())


def _acknowledge(delivery: Delivery, message: OutboxMessage) -> None:
    with delivery.register.unit_of_work() as uow:
        outbox.acknowledge(uow, message.id, now=delivery.now())


def _postpone(delivery: Delivery, message: OutboxMessage, code: str, after: timedelta = timedelta(0)) -> bool:
    with delivery.register.unit_of_work() as uow:
        again = outbox.postpone(uow, message, code, delivery.texts.backoff, now=delivery.now(), at_least=after)
    if not again:
        logger.warning("notice %d was laid aside after %d attempts: %s", message.id, message.attempts, code)
    return False


def _bury(delivery: Delivery, message: OutboxMessage, code: str) -> bool:
    with delivery.register.unit_of_work() as uow:
        outbox.bury(uow, message, code, now=delivery.now())
    logger.warning("notice %d was laid aside: %s", message.id, code)
    return False


def _is_stale(message: OutboxMessage, today: date) -> bool:
    """Whether it reminds of a day that is over: that would only mislead."""
    until = message.payload.get("until")
    return message.kind == NoticeKind.RIGHT_EXPIRES and isinstance(until, str) and date.fromisoformat(until) < today
