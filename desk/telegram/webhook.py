"""The address that Telegram calls; whoever does not know the secret gets an empty 403."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, Update

from desk.telegram.inbox import Inbox
from desk.telegram.updates import readable

logger = logging.getLogger(__name__)
PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST = 256 * 1024
Running = Callable[[Starlette], AbstractAsyncContextManager[None]]


def create_webhook(bot: Bot, inbox: Inbox, secret: str, running: Running | None = None) -> Starlette:
    """One address for updates, one for whoever watches the process."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(HEADER, "")
        if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
            logger.warning("an update with a wrong secret was refused")
            return Response(status_code=403)
        body = await read(request)
        if body is None:
            return Response(status_code=413)
        update = parsed(body, bot)
        if update is None:
            return Response(status_code=400)
        return Response(status_code=200 if inbox.offer(update) else 503)

    async def alive(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    routes = [Route(PATH, receive, methods=["POST"]), Route("/healthz", alive)]
    return Starlette(routes=routes, lifespan=running or nothing)


@asynccontextmanager
async def nothing(app: Starlette) -> AsyncIterator[None]:
    yield


async def read(request: Request) -> bytes | None:
    """None where there is more than any update has."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > LONGEST:
            return None
    return bytes(found)


def parsed(body: bytes, bot: Bot) -> Update | None:
    """None for what is no update."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return readable(given, bot)
