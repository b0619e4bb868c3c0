"""Carries what is said to Telegram: plain text without links or previews, and never a word of it in the log."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.error import RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from desk.telegram.updates import Readable
from desk.telegram.words import Offer, Said

logger = logging.getLogger(__name__)
LONGEST_WAIT = 30.0  # seconds, where Telegram asks us to wait before a message
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def make_bot(token: str, api_base: str) -> Bot:
    """The Bot API of Telegram, of a relay, or of a test; on this machine no proxy stands between."""
    outside = {"trust_env": not is_local(api_base)}
    request = HTTPXRequest(connection_pool_size=16, httpx_kwargs=outside)
    updates = Readable(connection_pool_size=2, httpx_kwargs=outside)
    base = api_base.rstrip("/")
    return Bot(token, f"{base}/bot", f"{base}/file/bot", request=request, get_updates_request=updates)


def is_local(address: str) -> bool:
    return address.partition("://")[2].partition("/")[0].rpartition(":")[0] in ("127.0.0.1", "localhost", "[::1]")


class Sender:
    """Says it, or writes down what kind of trouble there was."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def say(self, chat: int, said: Said) -> bool:
        """Whether Telegram took it; where it asks for patience, once more after that."""
        for attempt in (1, 2):
            try:
                await self._bot.send_message(
                    chat_id=chat,
                    text=said.text,
                    reply_markup=keyboard(said.buttons),
                    protect_content=said.sealed,
                    link_preview_options=NO_PREVIEW,
                )
                return True
            except RetryAfter as error:
                wait = seconds(error.retry_after)
                if attempt == 2 or wait > LONGEST_WAIT:
                    return trouble("send", error)
                await asyncio.sleep(wait)
            except TelegramError as error:
                return trouble("send", error)
        return False

    async def offer(self, query: str, offers: Sequence[Offer]) -> None:
        """Results of the inline mode, kept by nobody and for this person only."""
        results = [
            InlineQueryResultArticle(
                each.id,
                each.title,
                InputTextMessageContent(each.text, link_preview_options=NO_PREVIEW),
                description=each.excerpt,
            )
            for each in offers
        ]
        try:
            await self._bot.answer_inline_query(query, results, cache_time=0, is_personal=True)
        except TelegramError as error:
            trouble("inline", error)

    async def acknowledge(self, callback: str) -> None:
        """The button was pressed."""
        try:
            await self._bot.answer_callback_query(callback)
        except TelegramError as error:
            trouble("callback", error)

    async def take_away(self, chat: int, message: int) -> None:
        """Delete what must not stand there, on their side as well."""
        try:
            await self._bot.delete_message(chat, message)
        except TelegramError as error:
            trouble("delete", error)

    async def leave(self, chat: int) -> None:
        """Out of a group."""
        try:
            await self._bot.leave_chat(chat)
        except TelegramError as error:
            trouble("leave", error)


def keyboard(buttons: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """One button a line."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=data)] for title, data in buttons])


def seconds(value: int | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)


def trouble(what: str, error: TelegramError) -> bool:
    """The text of an error may hold the token or what was written: only its kind is kept."""
    logger.warning("%s: %s", what, type(error).__name__)
    return False
