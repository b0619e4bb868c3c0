"""Starts the bot: `python -m desk.telegram`, by asking Telegram, or with a webhook secret by being called."""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from telegram import Bot

from desk.bootstrap import DeskServices, bootstrap
from desk.search import SearchDesk
from desk.search_ranking import Ranking
from desk.telegram.conversation import Conversation
from desk.telegram.daily import Daily
from desk.telegram.door import Door
from desk.telegram.inbox import Inbox
from desk.telegram.plan import load_plan
from desk.telegram.polling import called_at, poll, signed_on
from desk.telegram.sending import Sender, make_bot
from desk.telegram.webhook import PATH, create_webhook
from zhilu.serving import server_options
from zhilu.settings import Settings
from zhilu.trace import configure_logging

logger = logging.getLogger(__name__)
SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
OFF = 2  # exit status


@dataclass(frozen=True)
class Parts:
    """The bot, put together."""

    bot: Bot
    inbox: Inbox
    daily: Daily
    search: SearchDesk
    services: DeskServices


def fault_of(settings: Settings) -> str | None:
    """What has to be set otherwise before the bot can start."""
    secret = settings.telegram_webhook_secret.get_secret_value()
    if not settings.telegram_token.get_secret_value():
        return "Telegram is off: ZHILU_TELEGRAM_TOKEN is not set"
    if secret and not SECRET.fullmatch(secret):
        return "ZHILU_TELEGRAM_WEBHOOK_SECRET: 32 to 256 letters, digits, - and _"
    if secret and not settings.public_url.startswith("https://"):
        return "a webhook needs ZHILU_PUBLIC_URL=https://…, the address that Telegram can reach"
    return None


def put_together(services: DeskServices) -> Parts:
    """From the settings."""
    settings = services.settings
    bot = make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    search = SearchDesk(services, Ranking(settings.engine_url, settings.secret("engine_secret")))
    conversation = Conversation(services, search, load_plan(settings.desk_dir / "telegram.yml"))
    sender = Sender(bot)
    return Parts(bot, Inbox(Door(conversation, sender)), Daily(conversation, sender), search, services)


@asynccontextmanager
async def running(parts: Parts) -> AsyncIterator[None]:
    """Workers and the daily digest; at the end every connection is given back."""
    jobs = [asyncio.create_task(each) for each in (parts.search.library_or_later(), parts.daily.run())]
    try:
        async with parts.inbox.working():
            yield
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await parts.search.aclose()
        await parts.bot.shutdown()
        parts.services.close()


async def ask(parts: Parts) -> None:
    """Polling, until a signal."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(parts):
        asking = asyncio.create_task(sign_on_and_poll(parts))
        await asyncio.wait({asking, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


async def sign_on_and_poll(parts: Parts) -> None:
    await signed_on(parts.bot)
    logger.info("Telegram: asking for updates")
    await poll(parts.bot, parts.inbox)


def answer_calls(parts: Parts) -> None:
    """Webhook, until a signal."""
    settings = parts.services.settings
    secret = settings.telegram_webhook_secret.get_secret_value()

    async def register() -> None:
        await signed_on(parts.bot)
        await called_at(parts.bot, settings.public_url.rstrip("/") + PATH, secret)
        logger.info("Telegram: called at our webhook")

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with running(parts):
            registering = asyncio.create_task(register())
            yield
            registering.cancel()
            await asyncio.gather(registering, return_exceptions=True)

    app = create_webhook(parts.bot, parts.inbox, secret, lifespan)
    uvicorn.run(app, host=settings.host, port=settings.telegram_port, **server_options(settings))


def quieten() -> None:
    """Their loggers would tell the token, or what somebody wrote: we write down ourselves what went wrong."""
    for name in ("telegram", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def main() -> None:
    """Serve until a signal."""
    settings = Settings()
    configure_logging(settings.log_level)
    quieten()
    fault = fault_of(settings)
    if fault is not None:
        print(fault, file=sys.stderr)  # noqa: T201
        sys.exit(OFF)
    parts = put_together(bootstrap(settings))
    if settings.telegram_webhook_secret.get_secret_value():
        answer_calls(parts)
    else:
        asyncio.run(ask(parts))
