"""The staff of an office before the real servers: accounts of their own, browsers of their own, and the pages they work on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Browser, Locator, Page, expect

from cases.policy import StaffRole
from cases.staff import accounts
from tests.e2e.browsers import Browsers, Screen, without_complaint
from tests.e2e.stack import Stack
from zhilu.registers import open_register

PASSWORD = "a password of the tests"
WIDE = Screen(1366, 768)


@dataclass
class Office:
    """The desk of a stack, and browsers before it."""

    stack: Stack
    browsers: Browsers

    def account(self, login: str, name: str, *roles: StaffRole, body: str | None = None) -> None:
        """Somebody who has set their password."""
        register, now = open_register(self.stack.settings), datetime.now(UTC)
        with register.unit_of_work() as uow:
            made, password = accounts.make(uow, login, name, roles, body, by="测试", now=now)
            accounts.change_password(uow, made.id, password, PASSWORD, now=now)
        register.close()

    def page(self, address: str) -> Page:
        """A browser of its own."""
        return self.browsers.open(WIDE, address)

    def sign_in(self, login: str, password: str = PASSWORD, to: str = "/") -> Page:
        """On the page that they came for."""
        page = self.page(f"{self.stack.desk_url}/login?to={to}")
        enter(page, login, password)
        expect(page.locator(".me a")).to_be_visible()
        return page

    def citizen(self, path: str = "/kiosk") -> Page:
        """Somebody before the kiosk."""
        return self.page(f"{self.stack.base_url}{path}")

    def go(self, page: Page, path: str) -> None:
        page.goto(f"{self.stack.desk_url}{path}")


def enter(page: Page, login: str, password: str) -> None:
    """The form of /login."""
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="登录").click()


def act(page: Page, title: str, /, **fields: str) -> None:
    """An act of a case: its form is opened, filled (a list takes the value of a choice) and sent."""
    form = page.locator("details.act", has=page.locator("summary strong", has_text=re.compile(f"^{title}$")))
    form.locator("summary").click()
    for name, value in fields.items():
        put(form.locator(f"[name='f.{name}']"), value)
    form.get_by_role("button").last.click()


def put(place: Locator, value: str) -> None:
    """In a field, or in a list."""
    if place.evaluate("each => each.tagName") == "SELECT":
        place.select_option(value)
    else:
        place.fill(value)


def turned(kiosk: Page, button: Locator) -> None:
    """Touch it, and wait for what the assistant says to it."""
    before = kiosk.locator("#screen").get_attribute("data-turn") or ""
    button.click()
    kiosk.locator(f"#screen[data-turn]:not([data-turn='{before}'])").wait_for()


@contextmanager
def an_office(stack: Stack, browser: Browser) -> Iterator[Office]:
    """The desk of this stack runs as long as the block."""
    stack.start("desk")
    try:
        with without_complaint(browser) as browsers:
            yield Office(stack, browsers)
    finally:
        stack.stop("desk")
