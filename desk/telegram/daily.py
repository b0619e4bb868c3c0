"""Every minute: who may no longer use Telegram is let go; at the hour that the office has set, each hears of their late cases."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from cases import telegram as bindings
from cases.telegram import Recipient
from desk.telegram import words
from desk.telegram.conversation import PERMISSION, Conversation
from desk.telegram.sending import Sender
from knowledge.calendar import load_calendar
from petition.days import CHINA

logger = logging.getLogger(__name__)
EVERY = 60.0  # seconds
PAUSE = 0.05  # between two messages: Telegram takes 30 a second


class Daily:
    """One look at the clock; the day that has been told stands in a file, so that a restart tells nobody twice."""

    def __init__(self, conversation: Conversation, sender: Sender) -> None:
        services = conversation.services
        self._conversation, self._sender = conversation, sender
        self._calendar = load_calendar(services.settings.calendar_file)
        self._told: Path = services.settings.var_dir / "telegram" / "digest"

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except Exception as error:  # the outer edge of a job; it is tried again in a minute
                logger.error("the digest failed: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> int:
        """How many were told."""
        services = self._conversation.services
        now, roles = services.clock(), services.permissions[PERMISSION]
        everybody = await self._conversation.work(lambda uow: bindings.recipients(uow, roles, now=now))
        if not self._is_time(now):
            return 0
        return sum([await self._tell(each, now) for each in everybody])

    async def _tell(self, recipient: Recipient, now: datetime) -> int:
        """Nothing where nothing is late or will be soon."""
        found = await self._conversation.work(lambda uow: bindings.digest(uow, recipient.account.actor, now=now))
        if not found.late and not found.soon:
            return 0
        await asyncio.sleep(PAUSE)
        return int(await self._sender.say(recipient.user, words.digest_of(self._conversation.services.texts, found)))

    def _is_time(self, now: datetime) -> bool:
        """Within the hour, on a working day, once: it is written down first, since rather nobody is told than everybody twice."""
        local = now.astimezone(CHINA)
        if local.hour != self._conversation.plan.digest_hour or not self._calendar.is_working_day(local.date()):
            return False
        today = local.date().isoformat()
        if self._told.exists() and self._told.read_text(encoding="ascii") == today:
            return False
        self._told.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._told.write_text(today, encoding="ascii")
        return True
