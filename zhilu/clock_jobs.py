"""The jobs that keep the clock with citizen and staff: notices sent, rights and late offices told of, the calendar watched."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from cases import outbox, reminders
from petition.calendar import calendar_warning
from zhilu.deliver import Delivery, deliver

if TYPE_CHECKING:
    from zhilu.jobs import House

logger = logging.getLogger(__name__)


def send_notices(house: House) -> int:
    """What waits in the outbox, through the channels that this house has."""
    if house.dry_run or house.texts is None:
        with house.register.unit_of_work() as uow:
            return outbox.figures(uow, now=house.now()).waiting
    return asyncio.run(deliver(Delivery(house.register, house.texts, house.senders, house.now)))


def remind_of_rights(house: House) -> int:
    """Citizens whose right to ask for a review or a recheck ends soon."""
    days = house.register.rules.warn_before_right_days
    with house.register.unit_of_work() as uow:
        return reminders.remind_of_rights(uow, days, now=house.now(), dry_run=house.dry_run)


def tell_of_lateness(house: House) -> int:
    """Citizens whose office has not kept its day; staff read the count in the log."""
    with house.register.unit_of_work() as uow:
        told = reminders.tell_of_lateness(uow, now=house.now(), dry_run=house.dry_run)
        if told and not house.dry_run:
            logger.warning("%d cases are overdue", reminders.overdue(uow, house.today).count)
    return told


def count_due_soon(house: House) -> int:
    """Cases whose day comes within the days of the house."""
    with house.register.unit_of_work() as uow:
        return reminders.count_due_soon(uow, house.today, within=house.register.rules.due_soon_days)


def check_calendar(house: House) -> int:
    """Whether next year's public holidays are missing when they should be known."""
    warning = calendar_warning(house.calendar, house.today)
    if warning:
        logger.warning("%s", warning)
    return int(warning is not None)
