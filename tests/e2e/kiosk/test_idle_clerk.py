"""Who waits for a clerk: words that arrive are a sign that somebody reads, the look for them is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browsers import HALL, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.keyboard_stage import running_server

WORDS = "请带上合同到1号窗口。"
WAITING = 'hx-get="/kiosk/news" hx-trigger="every 4s" hx-target="#talk" hx-swap="outerHTML"'
TALK = f'<section class="talk" id="talk"{{announced}} {WAITING}><p class="bubble reply">{{words}}</p></section>'
MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTLED = 200  # ms
Say = Callable[[], None]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(tmp_path_factory.mktemp("kiosk")) as url:
        yield url


@pytest.fixture
def page(browsers: Browsers, address: str) -> Page:
    """A conversation with a clerk, whose clock goes on only where a test says so."""
    page = browsers.open(HALL)
    page.clock.install(time=MORNING)
    page.goto(f"{address}/kiosk")
    expect(page.locator("#keyboard.keyboard")).to_be_attached()
    page.clock.pause_at(MORNING + timedelta(hours=1))
    page.get_by_role("button", name="问一问").tap()
    expect(page.locator("#field")).to_be_visible()
    page.clock.run_for(SETTLED)
    return page


@pytest.fixture
def clerk(page: Page) -> Say:
    """Says something; until then each look for news finds nothing."""
    told: list[str] = []

    def answer(route: Route) -> None:
        if told:
            route.fulfill(status=200, content_type="text/html", body=told.pop())
        else:
            route.fulfill(status=204)

    page.route("**/kiosk/news", answer)
    page.evaluate(
        "words => { htmx.swap(document.getElementById('talk'), words, { swapStyle: 'outerHTML' }); }",
        TALK.format(announced="", words=""),
    )
    page.clock.run_for(SETTLED)
    times = count(1)

    def say() -> None:
        words = f"{WORDS}{next(times)}"
        told.append(TALK.format(announced=f' data-announce="{words}"', words=words))
        page.clock.run_for(4_500)
        expect(page.locator("#talk")).to_have_text(words)
        page.clock.run_for(SETTLED)
        expect(page.locator("#live")).to_have_text(words)

    return say


def test_words_of_the_clerk_put_the_question_off(page: Page, clerk: Say) -> None:
    page.clock.run_for(80_000)
    clerk()
    page.clock.run_for(80_000)
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(15_000)
    expect(page.locator("#idle")).to_be_visible()


def test_the_look_for_words_does_not(page: Page, clerk: Say) -> None:
    with page.expect_response("**/kiosk/news"):
        page.clock.run_for(80_000)
    page.clock.run_for(12_000)
    expect(page.locator("#idle")).to_be_visible()


def test_words_that_come_while_it_asks_can_be_read(page: Page, clerk: Say) -> None:
    page.clock.run_for(95_000)
    expect(page.locator("#idle")).to_be_visible()
    clerk()
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator("#talk")).to_contain_text(WORDS)


def test_a_clerk_who_talks_to_nobody_does_not_keep_the_screen(page: Page, clerk: Say) -> None:
    for _ in range(4):  # five minutes
        page.clock.run_for(70_000)
        clerk()
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(70_000)
    clerk()
    page.clock.run_for(20_000)
    expect(page.locator("#idle")).to_be_visible()
    page.get_by_role("button", name="我还在，继续").tap()
    page.clock.run_for(70_000)
    clerk()
    page.clock.run_for(70_000)
    expect(page.locator("#idle")).to_be_hidden()
