"""/accounts: an administrator looks after the accounts of the staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from cases.database import UnitOfWork
from cases.policy import StaffRole
from cases.staff import accounts
from cases.staff.accounts import Account, AccountFault
from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page

router = APIRouter(prefix="/accounts")
Admin = Annotated[Signed, Depends(allowed("accounts"))]
Words = Annotated[str, Form(max_length=200)]
Roles = Annotated[list[str] | None, Form()]
Step = Callable[[UnitOfWork], tuple[Account, str] | Account]


@router.get("")
def show(request: Request, services: ServicesOf, signed: Admin) -> Response:
    """Everybody, and a form for a new one."""
    return page(request, "account/all", facts_of(services))


@router.post("")
def make(
    request: Request, services: ServicesOf, signed: Admin,
    login: Words = "", name: Words = "", body: Words = "", roles: Roles = None, subject: Words = "",
) -> Response:  # fmt: skip
    """A new account, with the password of the first sign-in, shown once."""
    step: Step = lambda uow: accounts.make(  # noqa: E731
        uow, login, name, chosen(roles), body.strip() or None,
        by=signed.name, now=services.clock(), subject=subject.strip() or None,
    )  # fmt: skip
    return done(request, services, step, "account.made")


@router.post("/{id}/roles")
def change(
    request: Request, services: ServicesOf, signed: Admin, id: str, roles: Roles = None, body: Words = ""
) -> Response:
    """Other roles, or another organ."""
    step: Step = lambda uow: accounts.change(  # noqa: E731
        uow, id, roles=chosen(roles), body=body.strip() or None, by=signed.name, now=services.clock()
    )
    return done(request, services, step, "account.changed")


@router.post("/{id}/disable")
def disable(request: Request, services: ServicesOf, signed: Admin, id: str) -> Response:
    """Nobody signs in with it any more."""
    return done(
        request,
        services,
        lambda uow: accounts.disable(uow, id, by=signed.name, now=services.clock()),
        "account.disabled",
    )


@router.post("/{id}/enable")
def enable(request: Request, services: ServicesOf, signed: Admin, id: str) -> Response:
    """They may sign in again."""
    return done(
        request, services, lambda uow: accounts.enable(uow, id, by=signed.name, now=services.clock()), "account.enabled"
    )


@router.post("/{id}/reset")
def reset(request: Request, services: ServicesOf, signed: Admin, id: str) -> Response:
    """A new password for one sign-in, shown once; the six digits are set up anew."""
    return done(
        request,
        services,
        lambda uow: accounts.reset(uow, id, by=signed.name, now=services.clock()),
        "account.reset-done",
    )


def done(request: Request, services: DeskServices, step: Step, key: str) -> Response:
    """The page again, with what came of it."""
    try:
        with services.register.unit_of_work() as uow:
            came = step(uow)
    except AccountFault as fault:
        return page(request, "account/all", facts_of(services) | {"trouble": f"account.{fault.code}"}, 422)
    account, password = came if isinstance(came, tuple) else (came, "")
    return page(request, "account/all", facts_of(services) | {"told": key, "about": account, "password": password})


def facts_of(services: DeskServices) -> dict[str, Any]:
    with services.register.unit_of_work() as uow:
        return {"accounts": accounts.all_accounts(uow), "roles": list(StaffRole)}


def chosen(roles: list[str] | None) -> frozenset[StaffRole]:
    """Those that there are."""
    return frozenset(StaffRole(each) for each in roles or () if each in list(StaffRole))
