"""Who is at the desk, and what they may: every route takes `allowed(<permission>)`, or stands in OPEN."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, Request

from cases.actors import Actor
from cases.staff import signing
from cases.staff.accounts import Account
from desk.bootstrap import DeskServices
from desk.permissions import permitted

COOKIE = "zhilu_desk"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/login", "/login/oidc", "/login/oidc/back", "/healthz", "/readyz"})
OWN_ACCOUNT = "own-account"


class SignInFirst(Exception):
    """Nobody is signed in; after signing in they go on to `to`."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


class NotAllowed(Exception):
    """Whoever is signed in may not do this, or the form was not from a page of theirs."""


class SetUpFirst(Exception):
    """Before anything else the account has to be set up: `to` says where."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


@dataclass(frozen=True)
class Signed:
    """Somebody of the staff at work."""

    account: Account
    permissions: frozenset[str]
    csrf: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        """As the acts of the register know them."""
        return self.account.actor

    @property
    def name(self) -> str:
        return self.account.name

    def may(self, permission: str) -> bool:
        return permission in self.permissions


Check = Callable[[Request], Awaitable[Signed]]


def services_of(request: Request) -> DeskServices:
    """The services that the application was made with."""
    services: DeskServices = request.app.state.services
    return services


def allowed(permission: str, *, by_itself: bool = False) -> Check:
    """A dependency that yields who it is; SignInFirst, SetUpFirst, NotAllowed.

    `by_itself`: a page asks for news without anybody touching it, so nobody stays signed in by that.
    """

    async def check(request: Request) -> Signed:
        services = services_of(request)
        signed = await signed_in(request, services, renews=not by_itself)
        if signed is None:
            raise SignInFirst(address_of(request))
        request.state.signed = signed  # the page that says no has the bar, too
        if request.method not in SAFE:
            await require_own_form(request, signed)
        if permission != OWN_ACCOUNT and signed.account.must_change:
            raise SetUpFirst("/account/password")
        if permission != OWN_ACCOUNT and services.settings.desk_second_factor and not signed.account.second_factor:
            raise SetUpFirst("/account/second-factor")
        if not signed.may(permission):
            raise NotAllowed(permission)
        return signed

    check.permission = permission  # type: ignore[attr-defined]  # a test reads it from every route
    return check


async def signed_in(request: Request, services: DeskServices, *, renews: bool = True) -> Signed | None:
    """Whoever the cookie belongs to."""
    token = request.cookies.get(COOKIE, "")

    def find() -> signing.Session | None:
        with services.register.unit_of_work() as uow:
            return signing.session_of(uow, token, services.clock(), renews=renews)

    session = await run_sync(find) if token else None
    if session is None:
        return None
    return Signed(session.account, permitted(services.permissions, session.account.roles), session.csrf)


async def require_own_form(request: Request, signed: Signed) -> None:
    """The form came from a page of ours, for this session; NotAllowed."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotAllowed("origin")
    given = request.headers.get("x-csrf", "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), signed.csrf.encode()):
        raise NotAllowed("csrf")


def address_of(request: Request) -> str:
    """Where to go on after signing in: a page of ours, never a form that was sent."""
    if request.method != "GET" or request.headers.get("hx-request"):
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def client_of(request: Request, services: Annotated[DeskServices, Depends(services_of)]) -> str:
    """The opaque name of whoever calls."""
    return services.clients.name(request.client.host if request.client else "")


ServicesOf = Annotated[DeskServices, Depends(services_of)]
Client = Annotated[str, Depends(client_of)]
