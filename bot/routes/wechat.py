"""GET and POST /wechat: the platform's URL check, and what citizens send."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bot.channels.wechat.adapter import Adapter, Passive
from bot.channels.wechat.faults import TooLarge, Unreadable, WireFault
from bot.channels.wechat.wire import LARGEST_BODY
from bot.errors import Refusal
from bot.routes.dependencies import ServicesOf

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/wechat", tags=["wechat"], include_in_schema=False)
SUCCESS = "success"


def adapter_of(services: ServicesOf) -> Adapter:
    """The account; as good as no such address where the office has none."""
    if services.wechat is None:
        raise Refusal(404, "api.not-found")
    return services.wechat


AdapterOf = Annotated[Adapter, Depends(adapter_of)]


@router.get("")
async def check(request: Request, adapter: AdapterOf) -> Response:
    """The platform checks that the address is the office's own."""
    try:
        return PlainTextResponse(adapter.verify(request.query_params))
    except WireFault as fault:
        return refused(fault)


@router.post("")
async def receive(request: Request, adapter: AdapterOf) -> Response:
    """A message or an event: answered within 4.0 s, or `success` and answered later."""
    arrived = time.monotonic()
    try:
        inbound = adapter.read(request.query_params, await body_of(request))
    except WireFault as fault:
        return refused(fault)
    except ClientDisconnect:
        return PlainTextResponse("", status_code=400)  # nobody reads it
    passive = await adapter.answer(inbound, request.is_disconnected, arrived)
    if passive is None:
        return PlainTextResponse(SUCCESS)
    return PassiveResponse(passive, adapter, request.is_disconnected)


class PassiveResponse(Response):
    """A response that carries an answer, and says afterwards whether it was written."""

    def __init__(self, passive: Passive, adapter: Adapter, gone: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(passive.body, media_type="application/xml")
        self._passive = passive
        self._adapter = adapter
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = True
        try:
            gone = await self._gone()
            await super().__call__(scope, receive, send)
        except OSError:  # hung up meanwhile
            gone = True
        finally:
            await (self._adapter.came_back if gone else self._adapter.arrived)(self._passive)


async def body_of(request: Request) -> bytes:
    """At most one byte more than any message has."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise TooLarge
    return bytes(body)


def refused(fault: WireFault) -> Response:
    """Nothing is told to whoever is not the platform."""
    logger.warning("wechat: refused: %s", type(fault).__name__)
    status = 413 if isinstance(fault, TooLarge) else 400 if isinstance(fault, Unreadable) else 403
    return PlainTextResponse("", status_code=status)
