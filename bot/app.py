"""The public server as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.bootstrap import Services
from bot.conversations import Conversations
from bot.edge import PublicEdge
from bot.errors import Refusal, refusal_of
from bot.kiosk.devices import device_of
from bot.kiosk.session import KioskSessions, make_sessions
from bot.kiosk.talk import sweep
from bot.routes import (
    answers,
    case_acts,
    cases,
    conversations,
    files,
    guides,
    h5,
    h5_carry,
    health,
    kiosk,
    kiosk_carry,
    kiosk_devices,
    kiosk_offline,
    kiosk_reception,
    kiosk_speech,
    kiosk_words,
    page,
    receptions,
    wechat,
)
from bot.statics import PackedFiles
from petition.errors import PetitionError
from zhilu.edge import STATIC

logger = logging.getLogger(__name__)
STATIC_DIR = Path(__file__).resolve().parent / "static"
CATCH_UP_SECONDS = 60
SWEEP_SECONDS = 15
KIOSK = (
    kiosk,
    kiosk_carry,
    kiosk_speech,
    kiosk_reception,
)  # where registration is required only a registered machine opens these


def create_app(services: Services) -> FastAPI:
    """All routes of contract.md that citizens' clients use, the page, and the health addresses."""
    app = FastAPI(title="Zhilu", version="1", docs_url=None, redoc_url=None, lifespan=lifespan(services))
    app.state.services = services
    app.state.kiosk_sessions = make_sessions(services)
    for module in (  # they are tried in this order: what is asked most stands first
        conversations,
        wechat,
        files,
        cases,
        case_acts,
        receptions,
        health,
        answers,
        guides,
        page,
        h5,
        h5_carry,
        kiosk_devices,
        kiosk_offline,
        kiosk_words,
    ):
        app.include_router(module.router)
    for module in KIOSK:
        app.include_router(module.router, dependencies=[Depends(device_of)])
    app.mount(STATIC, PackedFiles(directory=STATIC_DIR))
    app.add_exception_handler(Refusal, refuse)
    app.add_exception_handler(PetitionError, refuse)
    app.add_exception_handler(HTTPException, refuse_request)
    kiosk_devices.guard(app)
    app.add_middleware(PublicEdge, services=services)
    return app


def lifespan(services: Services) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """While the server runs it keeps its promises to forget; at the end it gives its connections back."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        jobs = [
            asyncio.create_task(keep_promises(services.conversations)),
            asyncio.create_task(empty_kiosks(services, app.state.kiosk_sessions)),
        ]
        if services.wechat:
            services.wechat.start()
        try:
            yield
        finally:
            for job in jobs:
                job.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await job
            await services.aclose()

    return running


async def keep_promises(conversations: Conversations) -> None:
    """At once and then every minute."""
    while True:
        try:
            await conversations.catch_up()
        except Exception as error:  # the outer edge of a job
            logger.warning("some conversations are not forgotten yet: %s", type(error).__name__)
        await asyncio.sleep(CATCH_UP_SECONDS)


async def empty_kiosks(services: Services, sessions: KioskSessions) -> None:
    """End the sessions of kiosks that went dark before they could say so."""
    while True:
        try:
            await sweep(services, sessions)
        except Exception as error:  # the outer edge of a job
            logger.warning("some kiosk sessions are not ended yet: %s", type(error).__name__)
        await asyncio.sleep(SWEEP_SECONDS)


async def refuse(request: Request, error: Exception) -> JSONResponse:
    """A refusal in Chinese, with how long to wait where waiting helps."""
    refusal = refusal_of(error) if isinstance(error, PetitionError) else error
    assert isinstance(refusal, Refusal)
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    text = request.app.state.services.replies.text(refusal.key, **refusal.values)
    return JSONResponse({"detail": text}, status_code=refusal.status, headers=headers)


async def refuse_request(request: Request, error: Exception) -> JSONResponse:
    """An address or a method that there is not."""
    assert isinstance(error, HTTPException)
    detail = request.app.state.services.replies.text("api.not-found")
    return JSONResponse({"detail": detail}, status_code=error.status_code, headers=error.headers)
