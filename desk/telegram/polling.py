"""Asks the Bot API for updates: nothing has to be reachable from outside."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from desk.telegram.door import KINDS
from desk.telegram.inbox import Inbox
from desk.telegram.sending import seconds

logger = logging.getLogger(__name__)
WAIT = 25  # seconds that Telegram holds a question without news
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
REFUSED_PAUSE = 600.0


class Pause:
    """Grows with every trouble; a refused token is not tried again soon."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE

    def reset(self) -> None:
        self._next = FIRST_PAUSE

    def after(self, what: str, error: Exception) -> float:
        """How long to wait; only the kind of the error is written down, its text may hold the token."""
        logger.warning("%s: %s", what, type(error).__name__)
        if isinstance(error, InvalidToken):
            return REFUSED_PAUSE
        self._next, wait = min(2 * self._next, LONGEST_PAUSE), self._next
        return max(wait, seconds(error.retry_after)) if isinstance(error, RetryAfter) else wait


async def signed_on(bot: Bot) -> None:
    """Wait until Telegram knows the token: without network, or with a wrong token, the rest of the product runs on."""
    pause = Pause()
    while True:
        try:
            return await bot.initialize()
        except TelegramError as error:
            await asyncio.sleep(pause.after("sign on", error))


async def called_at(bot: Bot, address: str, secret: str) -> None:
    """Tell Telegram our webhook, until it knows it."""
    pause = Pause()
    while True:
        try:
            await bot.set_webhook(address, allowed_updates=KINDS, secret_token=secret)
            return
        except TelegramError as error:
            await asyncio.sleep(pause.after("webhook", error))


async def poll(bot: Bot, inbox: Inbox) -> None:
    """For ever; what was asked for is confirmed by the next question."""
    offset, pause, ours = None, Pause(), False
    while True:
        try:
            if not ours:
                ours = await bot.delete_webhook()
            for update in await bot.get_updates(offset, timeout=WAIT, allowed_updates=KINDS):
                offset = update.update_id + 1
                await inbox.put(update)
            pause.reset()
        except Exception as error:  # the outer edge; also an update that the library cannot read
            await asyncio.sleep(pause.after("updates", error))
