"""/login/oidc: to the identity provider of the office and back."""

from __future__ import annotations

import base64
import hmac
import logging
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from cases.ciphers import WrongKey
from cases.staff import signing
from desk.access import ServicesOf
from desk.bootstrap import DeskServices
from desk.oidc import Begun, Provider, ProviderFault
from desk.pages import page, to_page
from desk.routes.sign_in import LONGEST, own_path, put_cookie

logger = logging.getLogger(__name__)
router = APIRouter()
COOKIE, PLACE, SECONDS = "zhilu_desk_oidc", "desk.oidc", 600


@router.get("/login/oidc")
def leave(request: Request, services: ServicesOf, to: Annotated[str, Query(max_length=LONGEST)] = "/") -> Response:
    """To the provider; what is needed on the way back stays in a sealed cookie for ten minutes."""
    if not services.settings.oidc_issuer:
        return to_page(request, "/login")
    try:
        address, begun = provider_of(request, services).begin(own_path(to))
    except ProviderFault as fault:
        return failed(request, services, str(fault))
    answer = RedirectResponse(address, 303)
    sealed = services.register.ciphers.seal(begun.text(), PLACE)
    value = base64.urlsafe_b64encode(sealed).decode("ascii")
    secure = services.settings.desk_url.startswith("https://")
    answer.set_cookie(COOKIE, value, max_age=SECONDS, httponly=True, samesite="lax", secure=secure, path="/login/oidc")
    return answer


@router.get("/login/oidc/back")
def back(request: Request, services: ServicesOf) -> Response:
    """From the provider: whoever has an account with this identity is signed in."""
    begun = begun_of(request, services)
    if begun is None or not hmac.compare_digest(request.query_params.get("state", ""), begun.state):
        return failed(request, services, "state")
    try:
        subject = provider_of(request, services).subject(str(request.url), begun, services.clock())
        token = signed_in(services, subject)
    except (ProviderFault, signing.WrongSignIn) as fault:
        return failed(request, services, str(fault) or type(fault).__name__)
    answer = to_page(request, begun.to)
    put_cookie(answer, services, token)
    answer.delete_cookie(COOKIE, path="/login/oidc")
    return answer


def signed_in(services: DeskServices, subject: str) -> str:
    with services.register.unit_of_work() as uow:
        return signing.sign_in_as(uow, subject, now=services.clock())[0]


def provider_of(request: Request, services: DeskServices) -> Provider:
    given = services.settings
    base = given.desk_url.rstrip("/") or str(request.base_url).rstrip("/")
    return Provider(
        given.oidc_issuer, given.oidc_client_id, given.oidc_client_secret.get_secret_value(), f"{base}/login/oidc/back"
    )


def begun_of(request: Request, services: DeskServices) -> Begun | None:
    try:
        sealed = base64.urlsafe_b64decode(request.cookies.get(COOKIE, ""))
        return Begun.read(services.register.ciphers.open(sealed, PLACE)) if sealed else None
    except (ValueError, TypeError, WrongKey):
        return None


def failed(request: Request, services: DeskServices, why: str) -> Response:
    """In words; the log knows which step."""
    logger.warning("the identity provider did not let somebody in: %s", why)
    return page(request, "login", {"to": "/", "oidc": True, "trouble": "login.oidc-failed"}, 401)
