"""What the routes take from a request."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.bootstrap import Services

BEARER = HTTPBearer(auto_error=False)


def services_of(request: Request) -> Services:
    """The services that the application was made with."""
    services: Services = request.app.state.services
    return services


def client_of(request: Request, services: Annotated[Services, Depends(services_of)]) -> str:
    """The opaque name of whoever calls."""
    return services.clients.name(request.client.host if request.client else "")


def token_of(given: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> str:
    """The bearer token; empty where there is none, which no conversation has."""
    return given.credentials if given else ""


def base_url_of(request: Request, services: Annotated[Services, Depends(services_of)]) -> str:
    """How citizens reach this server."""
    return services.settings.public_url or str(request.base_url)


ServicesOf = Annotated[Services, Depends(services_of)]
Client = Annotated[str, Depends(client_of)]
Token = Annotated[str, Depends(token_of)]
BaseUrl = Annotated[str, Depends(base_url_of)]
