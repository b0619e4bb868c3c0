"""A desk on a register of its own, and browsers of people who are signed in."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
from fastapi import FastAPI

from cases.database import Register
from cases.policy import StaffRole
from cases.staff import accounts
from desk.app import create_desk
from desk.bootstrap import DeskServices, bootstrap
from tests.unit.cases.migrated import lend_register
from zhilu.settings import Settings

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # 10 o'clock in China
PASSWORD = "a password of the tests"
CSRF = re.compile(r'X-CSRF": "([^"]+)"')


@dataclass
class Desk:
    """The application, and what is behind it."""

    app: FastAPI
    services: DeskServices

    @property
    def register(self) -> Register:
        return self.services.register

    def account(
        self, *roles: StaffRole | str, name: str = "", body: str | None = None, login: str = ""
    ) -> accounts.Account:
        """An account that has set its password."""
        held = [StaffRole(each) for each in roles]
        login = login or "-".join(sorted(held))[:24] + (f"-{abs(hash((name, body))) % 1000}" if name or body else "")
        with self.register.unit_of_work() as uow:
            made, password = accounts.make(
                uow, login, name or f"测试{login}", held, body, by="测试", now=self.services.clock()
            )
            return accounts.change_password(uow, made.id, password, PASSWORD, now=self.services.clock())

    def browser(self, client: str = "127.0.0.1") -> httpx.AsyncClient:
        """Nobody is signed in yet."""
        transport = httpx.ASGITransport(self.app, client=(client, 40000))
        return httpx.AsyncClient(transport=transport, base_url="http://desk.test")

    async def sign_in(self, *roles: StaffRole | str, name: str = "", body: str | None = None) -> httpx.AsyncClient:
        """Somebody with these roles; their CSRF word goes with every request."""
        account = self.account(*roles, name=name, body=body)
        browser = self.browser()
        answer = await browser.post("/login", data={"login": account.login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        browser.headers["X-CSRF"] = await csrf_of(browser)
        return browser


async def csrf_of(browser: httpx.AsyncClient) -> str:
    """The word that stands in a page of theirs."""
    found = CSRF.search((await browser.get("/account")).text)
    assert found is not None
    return found[1]


def make_desk(tmp_path: Path, *, now: datetime = NOW, **settings: object) -> Desk:
    """A desk whose clock stands still."""
    given = Settings(var_dir=tmp_path, **settings)  # type: ignore[arg-type]
    lend_register(given.register_url)
    services = bootstrap(given, clock=lambda: now)
    return Desk(create_desk(services), services)


def roles_of(given: Collection[str]) -> frozenset[StaffRole]:
    return frozenset(map(StaffRole, given))


__all__ = ["NOW", "PASSWORD", "Desk", "csrf_of", "make_desk", "replace", "roles_of"]
