"""/account: one's own password and the six digits."""

from __future__ import annotations

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from cases.staff import accounts, second_factor
from cases.staff.accounts import AccountFault
from desk.access import OWN_ACCOUNT, ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page, to_page

router = APIRouter()
Own = Annotated[Signed, Depends(allowed(OWN_ACCOUNT))]
Words = Annotated[str, Form(max_length=200)]


@router.get("/account")
def show(request: Request, signed: Own) -> Response:
    """Who I am here, and what I may do."""
    return page(request, "account/own")


@router.get("/account/password")
def ask_password(request: Request, signed: Own) -> Response:
    """The form; it has to be filled at the first sign-in."""
    return page(request, "account/password", {"least": accounts.SHORTEST})


@router.post("/account/password")
def change_password(
    request: Request, services: ServicesOf, signed: Own, old: Words = "", new: Words = "", again: Words = ""
) -> Response:
    """After that one signs in anew, everywhere."""
    facts = {"least": accounts.SHORTEST}
    if new != again:
        return page(request, "account/password", {**facts, "trouble": "account.password-differs"}, 422)
    try:
        with services.register.unit_of_work() as uow:
            accounts.change_password(uow, signed.account.id, old, new, now=services.clock())
    except AccountFault as fault:
        return page(request, "account/password", {**facts, "trouble": f"account.{fault.code}"}, 422)
    forget_first_password(services, signed)
    return to_page(request, "/login")


@router.get("/account/second-factor")
def ask_digits(request: Request, services: ServicesOf, signed: Own) -> Response:
    """A new secret to scan; it counts once the digits of it were typed."""
    return page(request, "account/second_factor", secret_facts(signed, second_factor.new_secret()))


@router.post("/account/second-factor")
def set_up_digits(
    request: Request, services: ServicesOf, signed: Own, secret: Words = "", digits: Words = ""
) -> Response:
    """The digits are right: from now on they are asked for."""
    try:
        with services.register.unit_of_work() as uow:
            second_factor.set_up(uow, signed.account.id, secret, digits, now=services.clock())
    except (AccountFault, ValueError):
        facts = secret_facts(signed, second_factor.new_secret()) | {"trouble": "account.digits-wrong"}
        return page(request, "account/second_factor", facts, 422)
    return to_page(request, "/account")


def secret_facts(signed: Signed, secret: str) -> dict[str, Any]:
    drawn = segno.make(second_factor.uri(signed.account, secret), error="m")
    return {"secret": secret, "qr": drawn.svg_data_uri(scale=5, border=2)}


def forget_first_password(services: DeskServices, signed: Signed) -> None:
    """The file of the first start is worth nothing now."""
    if signed.account.login == accounts.FIRST:
        services.settings.first_password_file.unlink(missing_ok=True)
