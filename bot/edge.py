"""The outer edge: counts every request, puts the security headers on every answer, and turns a fault into words."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.bootstrap import Services
from zhilu.edge import Answer, log_fault, route_of

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
            log_fault(scope, error)
            self._services.metrics.faults.labels("public").inc()
            if answer.status:
                raise
            await self._words(scope)(scope, receive, answer.send)
        finally:
            self._count(scope, answer.status)

    def _count(self, scope: Scope, status: int) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._services.metrics.requests.labels(method, route_of(scope), str(status)).inc()

    def _words(self, scope: Scope) -> JSONResponse:
        if route_of(scope) == MESSAGES:
            notice = self._services.conversations.notice("fault.engine")
            return JSONResponse({"replies": [notice.as_dict()], "elapsed_ms": 0.0})
        return JSONResponse(
            {"detail": self._services.replies.text("api.fault")}, status_code=503, headers={"Retry-After": "5"}
        )
