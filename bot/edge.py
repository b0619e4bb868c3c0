"""The outer edge: counts every request, puts the security headers on every answer, and turns a fault into words."""

from __future__ import annotations

import logging
import traceback
import uuid

from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.bootstrap import Services
from zhilu.headers import HEADERS

logger = logging.getLogger(__name__)
STATIC = "/static"
KEPT = "immutable"  # only what stands under its hash, the same for everybody, says so of itself
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MESSAGES = "/api/conversations/{conversation}/messages"


class Edge:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = Answer(scope, send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:  # the outer edge of the server
            self._log(scope, error)
            if answer.status:
                raise
            await self._words(scope)(scope, receive, answer.send)
        finally:
            self._count(scope, answer.status)

    def _count(self, scope: Scope, status: int) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._services.metrics.requests.labels(method, route_of(scope), str(status)).inc()

    def _log(self, scope: Scope, error: Exception) -> None:
        """Where it happened, under an id; not the error's own text, which may quote a citizen."""
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("fault %s: %s %s\n%s", uuid.uuid4().hex[:12], type(error).__name__, route_of(scope), where)
        self._services.metrics.faults.labels("public").inc()

    def _words(self, scope: Scope) -> JSONResponse:
        if route_of(scope) == MESSAGES:
            notice = self._services.conversations.notice("fault.engine")
            return JSONResponse({"replies": [notice.as_dict()], "elapsed_ms": 0.0})
        return JSONResponse(
            {"detail": self._services.replies.text("api.fault")}, status_code=503, headers={"Retry-After": "5"}
        )


class Answer:
    """Sends on what the application answers, with the headers of the house."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._caching = "no-cache" if scope["path"].startswith(f"{STATIC}/") else "no-store"
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            if KEPT not in headers.get("Cache-Control", ""):
                headers["Cache-Control"] = self._caching
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The pattern of the route, never the path: that holds conversations and case numbers."""
    if scope["path"].startswith(f"{STATIC}/"):
        return STATIC
    return str(getattr(scope.get("route"), "path", "unknown"))
