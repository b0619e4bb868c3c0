"""/login and /logout."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from cases.staff import signing
from desk.access import COOKIE, Client, ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page, to_page
from petition.errors import LockedOut

router = APIRouter()
LONGEST = 200


@router.get("/login")
def ask(request: Request, services: ServicesOf, to: Annotated[str, Query(max_length=LONGEST)] = "/") -> Response:
    """The form."""
    return page(request, "login", {"to": own_path(to), "oidc": bool(services.settings.oidc_issuer)})


@router.post("/login")
def enter(
    request: Request,
    services: ServicesOf,
    client: Client,
    login: Annotated[str, Form(max_length=LONGEST)] = "",
    password: Annotated[str, Form(max_length=LONGEST)] = "",
    digits: Annotated[str, Form(max_length=20)] = "",
    to: Annotated[str, Form(max_length=LONGEST)] = "/",
) -> Response:
    """Login and password, and the six digits where they are set up."""
    facts = {"to": own_path(to), "login": login, "oidc": bool(services.settings.oidc_issuer)}
    try:
        with services.register.unit_of_work() as uow:
            token, _ = signing.sign_in(uow, login, password, digits, client=client, now=services.clock())
    except signing.DigitsWanted:
        return page(request, "login", {**facts, "trouble": "login.digits", "digits": True}, 401)
    except signing.WrongSignIn:
        return page(request, "login", {**facts, "trouble": "login.wrong", "digits": bool(digits)}, 401)
    except LockedOut as error:
        minutes = -(-int(str(error.details["retry_after"])) // 60)
        return page(request, "login", {**facts, "trouble": "login.locked", "minutes": minutes}, 429)
    answer = to_page(request, own_path(to))
    put_cookie(answer, services, token)
    return answer


@router.post("/logout")
def leave(
    request: Request, services: ServicesOf, signed: Annotated[Signed, Depends(allowed("own-account"))]
) -> Response:
    """The session is over on the server, too."""
    with services.register.unit_of_work() as uow:
        signing.sign_out(uow, request.cookies[COOKIE], by=signed.name, now=services.clock())
    answer = to_page(request, "/login")
    answer.delete_cookie(COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def put_cookie(answer: Response, services: DeskServices, token: str) -> None:
    """Until the browser is closed, and no longer than the server keeps it."""
    secure = services.settings.desk_url.startswith("https://")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)


def own_path(to: str) -> str:
    """A page of ours, never an address elsewhere."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) and "\\" not in to else "/"
