"""The outer edge: counts every request, puts the security headers on every answer, and turns a fault into words."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Scope

from bot.bootstrap import Services
from zhilu.edge import Edge, route_of

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MESSAGES = "/api/conversations/{conversation}/messages"


class PublicEdge(Edge):
    """The outer edge of the public server."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        super().__init__(app)
        self._services = services

    def answered(self, scope: Scope, status: int) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._services.metrics.requests.labels(method, route_of(scope), str(status)).inc()

    def apology(self, scope: Scope, number: str) -> JSONResponse:
        self._services.metrics.faults.labels("public").inc()
        if route_of(scope) == MESSAGES:
            notice = self._services.conversations.notice("fault.engine")
            return JSONResponse({"replies": [notice.as_dict()], "elapsed_ms": 0.0})
        return JSONResponse(
            {"detail": self._services.replies.text("api.fault")}, status_code=503, headers={"Retry-After": "5"}
        )
