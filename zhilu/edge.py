"""What both web servers do at their outer edge: the headers of the house on every answer, and a fault noted without anybody's words."""

from __future__ import annotations

import logging
import traceback

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhilu import trace
from zhilu.headers import HEADERS

logger = logging.getLogger(__name__)
STATIC = "/static"
KEPT = "immutable"  # only what stands under its hash, the same for everybody, says so of itself


class Edge:
    """ASGI middleware around everything else; a server says what it answers in place of a fault, and may count."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace.begin()
        answer = Answer(scope, send)
        try:
            await self._app(scope, receive, answer.send)
        except Exception as error:  # the outer edge of the server
            number = log_fault(scope, error)
            words = self.apology(scope, number)
            if answer.status:
                raise
            await words(scope, receive, answer.send)
        finally:
            self.answered(scope, answer.status)

    def apology(self, scope: Scope, number: str) -> Response:
        """What somebody reads who meets a fault; the log has the details under this number."""
        raise NotImplementedError

    def answered(self, scope: Scope, status: int) -> None:
        """Called once a request; status 0 where nothing was answered."""


class Answer:
    """Sends on what the application answers, with the headers of the house; `status` is 0 until it has begun."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._caching = "no-cache" if is_static(scope) else "no-store"
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


def log_fault(scope: Scope, error: Exception) -> str:
    """Where it happened, under the id that is returned; not the error's own text, which may quote a citizen."""
    number = trace.current()
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("fault %s: %s %s\n%s", number, type(error).__name__, route_of(scope), where)
    return number


def is_static(scope: Scope) -> bool:
    """Whether a file that stands in the repository is wanted."""
    return str(scope["path"]).startswith(f"{STATIC}/")


def route_of(scope: Scope) -> str:
    """The pattern of the route, never the path: that holds conversations and case numbers."""
    return STATIC if is_static(scope) else str(getattr(scope.get("route"), "path", "unknown"))
