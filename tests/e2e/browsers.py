"""The real browser of the tests: the sizes of its windows, and somebody's own browser whose pages may not complain."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

expect.set_options(timeout=20_000)  # a machine that builds something else meanwhile is slow, not wrong

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists() and not os.environ.get("CI"), reason="chromium is not installed (apt: chromium)"
)


class Screen(NamedTuple):
    """What somebody sits or stands before."""

    width: int
    height: int
    touch: bool = False
    mobile: bool = False


HALL = Screen(1080, 1920, touch=True)
HALL_WIDE = Screen(1366, 768, touch=True)
HANDSET = Screen(390, 844, touch=True, mobile=True)
DESK = Screen(1366, 900)


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *arguments])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def look_of(screen: Screen) -> dict[str, Any]:
    """The options of a context before that screen."""
    return {
        "viewport": {"width": screen.width, "height": screen.height},
        "has_touch": screen.touch,
        "is_mobile": screen.mobile,
        "locale": "zh-CN",
    }


def gather(context: BrowserContext, complaints: list[str]) -> None:
    """What its pages complain of: faults of their scripts, and what the content policy refused."""
    context.on("weberror", lambda raised: complaints.append(raised.error.stack or str(raised.error)))
    context.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)


@dataclass
class Browsers:
    """A browser of their own for each who comes; `complaints` are those of all their pages."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def context(self, screen: Screen, **options: Any) -> BrowserContext:
        made = self.browser.new_context(**{**look_of(screen), **options})
        self._contexts.append(made)
        gather(made, self.complaints)
        return made

    def open(self, screen: Screen, url: str = "", **options: Any) -> Page:
        page = self.context(screen, **options).new_page()
        if url:
            page.goto(url)
        return page

    def close(self) -> None:
        for each in self._contexts:
            each.close()


@contextmanager
def without_complaint(browser: Browser) -> Iterator[Browsers]:
    """Browsers that are closed in the end; no page may have complained until then."""
    opened = Browsers(browser)
    try:
        yield opened
    finally:
        opened.close()
    assert not opened.complaints, "\n".join(opened.complaints)


@pytest.fixture
def browsers(browser: Browser) -> Iterator[Browsers]:
    with without_complaint(browser) as opened:
        yield opened
