"""The kiosk in a real browser: nothing typed is lost, and after the end nothing of it is left. The engine is a stand-in process."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.browsers import HALL, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.test_page import address as address

SECRET_WORDS = "只有我知道的话"


@pytest.fixture
def context(browsers: Browsers) -> BrowserContext:
    return browsers.context(HALL)


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/kiosk")
    return page


def say(page: Page, words: str) -> None:
    page.locator("#field").fill(words)
    page.locator("[data-send]").first.tap()


def ask(page: Page, words: str) -> None:
    page.get_by_role("button", name="问一问").tap()
    say(page, words)


def test_an_answer_has_the_focus_and_is_announced(page: Page) -> None:
    ask(page, "办一件事多少天")
    expect(page.locator(".card")).to_contain_text("一般60天")
    expect(page.locator("#live")).to_contain_text("一般60天")
    expect(page.locator("[data-focus]").first).to_be_focused()
    expect(page.locator("#tool-speak")).to_have_attribute("data-speak", "/kiosk/speech/1/0")


def test_a_lost_connection_is_told_and_the_same_turn_sent_again(page: Page) -> None:
    page.get_by_role("button", name="问一问").tap()
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data or "")
        route.abort()

    page.route("**/kiosk/say", lose)
    say(page, "办一件事多少天")
    expect(page.locator("#net")).to_contain_text("您写的都还在这里")
    expect(page.locator("#field")).to_have_value("办一件事多少天")
    page.unroute_all()
    expect(page.locator(".card")).to_contain_text("一般60天")
    expect(page.locator("#net")).to_be_hidden()
    assert len(set(sent)) == 1
    assert "turn=1" in sent[0]


def test_the_end_leaves_nothing_and_back_leads_nowhere(page: Page, context: BrowserContext) -> None:
    ask(page, SECRET_WORDS)
    expect(page.locator(".card")).to_contain_text(SECRET_WORDS)
    page.locator("#tool-end").tap()
    expect(page.locator("#screen")).to_have_attribute("data-session", "no")
    for _ in range(2):
        page.go_back()
        expect(page.locator("h1")).to_have_text("您好，您想办什么？")
        assert SECRET_WORDS not in page.content()
    assert context.cookies() == []
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    kept = "caches.keys().then(async keys => (await Promise.all(keys.map(async key => (await (await caches.open(key)).keys()).map(each => each.url)))).flat())"
    assert not [url for url in page.evaluate(kept) if url.endswith("/kiosk")]


def test_a_kiosk_that_is_left_alone_asks_and_then_forgets(page: Page, context: BrowserContext) -> None:
    page.clock.install()
    page.reload()
    ask(page, SECRET_WORDS)
    expect(page.locator(".card")).to_contain_text(SECRET_WORDS)
    page.clock.run_for(92_000)
    expect(page.get_by_role("dialog", name="您还在吗？")).to_be_visible()
    page.get_by_role("button", name="我还在，继续").tap()
    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator(".card")).to_contain_text(SECRET_WORDS)
    page.clock.run_for(125_000)
    expect(page.locator("#screen")).to_have_attribute("data-session", "no")
    assert SECRET_WORDS not in page.content()
    assert context.cookies() == []


def test_touch_and_keys_and_the_screen_keyboard_all_count_as_somebody(page: Page) -> None:
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="问一问").tap()
    field = page.locator("#field")
    signs = (
        lambda: page.keyboard.press("Shift"),
        lambda: page.touchscreen.tap(5, 1500),
        lambda: field.evaluate(
            "each => { each.value += '字'; each.dispatchEvent(new Event('input', { bubbles: true })); }"
        ),
        lambda: field.evaluate(
            "each => each.dispatchEvent(new CompositionEvent('compositionupdate', { bubbles: true }))"
        ),
    )
    for sign in signs:
        page.clock.run_for(80_000)
        sign()
    expect(page.locator("#idle")).to_be_hidden()
    page.clock.run_for(92_000)
    expect(page.locator("#idle")).to_be_visible()


def test_a_draft_is_not_thrown_away_unasked(page: Page) -> None:
    ask(page, "核对")
    expect(page.get_by_role("button", name="内容没错，提交")).to_be_visible()
    page.locator("#tool-end").tap()
    expect(page.locator("#sheet")).to_contain_text("您填的还没有交")
    page.get_by_role("button", name="关上").tap()
    page.get_by_role("button", name="内容没错，提交").tap()
    expect(page.locator(".slip")).to_contain_text("7K2M-9QXD-4T0B")
    page.locator("#tool-end").tap()
    expect(page.locator("#screen")).to_have_attribute("data-session", "no")
    assert "7K2M-9QXD-4T0B" not in page.content()


def test_how_it_looks_changes_at_once_and_ends_with_the_session(page: Page) -> None:
    page.locator("#tool-look").tap()
    page.get_by_role("button", name="黑白分明").tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    page.get_by_role("button", name="最大", exact=True).tap()
    expect(page.locator("html")).to_have_attribute("data-size", "4")
    page.get_by_role("button", name="关上").tap()
    ask(page, "办一件事多少天")
    expect(page.locator(".card")).to_contain_text("一般60天")
    page.locator("#tool-end").tap()
    expect(page.locator("html")).to_have_attribute("data-theme", "normal")


def test_without_scripts_it_still_answers(browsers: Browsers, address: str) -> None:
    page = browsers.open(HALL, f"{address}/kiosk", java_script_enabled=False)
    page.get_by_role("button", name="问一问").click()
    page.locator("#field").fill("办一件事多少天")
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.locator(".card")).to_contain_text("一般60天")
    page.get_by_role("button", name="结束").click()
    expect(page.locator("h1")).to_have_text("您好，您想办什么？")
    assert "一般60天" not in page.content()
