"""Before the real servers: a kiosk that is left alone forgets, one that is used does not, and one whose server is killed comes back."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.browsers import HALL, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.conftest import SHORT
from tests.e2e.kiosk.hall import PRIVATE, Visitor, visitor, written
from tests.e2e.kiosk.leftovers import in_the_browser
from tests.e2e.stack import Stack

ASKS = 1000 * SHORT + 15_000  # ms; and what a busy machine adds
ONE_KEY = 2.0  # seconds between touches of somebody who types slowly


@pytest.fixture
def hall(browsers: Browsers) -> list[BrowserContext]:
    """Kiosks side by side."""
    return [browsers.context(HALL) for _ in range(3)]


def telling(context: BrowserContext, address: str) -> Visitor:
    """Somebody who has told what happened and is asked what they want."""
    one = visitor(context, address)
    with one.next_turn():
        one.begin("我要反映")
    with one.next_turn():
        one.touch("同意")
    one.page.locator("#field").fill(written("narrative"))
    one.send()
    expect(one.page.locator("#field")).to_have_attribute("data-asks", "request")
    return one


def test_who_leaves_is_forgotten_and_who_types_or_stays_is_not(impatient: str, hall: list[BrowserContext]) -> None:
    """Three kiosks at once: one is left, at one somebody types by touch and by keys, at one somebody says that they are still there."""
    typing, staying, left = [telling(context, impatient) for context in hall]
    asked_after = {"idle": left.page.locator("#idle"), "stay": staying.page.locator("#idle")}
    typing.page.locator("#field").tap()
    end = time.monotonic() + SHORT + 3
    while time.monotonic() < end:
        typing.page.locator('[data-letter="a"]').tap()
        time.sleep(ONE_KEY)
        typing.page.keyboard.press("Shift")
        time.sleep(ONE_KEY)
    expect(asked_after["stay"]).to_be_visible(timeout=ASKS)
    staying.touch("我还在，继续")
    expect(asked_after["stay"]).to_be_hidden()
    assert not typing.page.locator("#idle").is_visible()
    expect(left.screen).to_have_attribute("data-session", "no", timeout=ASKS)
    assert [words for words in PRIVATE if words in in_the_browser(hall[2], left.page)] == []
    assert hall[2].cookies() == []
    for one in (typing, staying):
        expect(one.screen).to_have_attribute("data-session", "yes")
        assert one.asked == "request"
        assert one.complaints == []
        forget(one)


def test_a_killed_server_loses_nothing_and_both_screens_come_back(hall: list[BrowserContext], stack: Stack) -> None:
    """One touch meets the dead server; a page that is opened anew shows the offline page. Both go on by themselves."""
    one, other = telling(hall[0], stack.base_url), telling(hall[1], stack.base_url)
    other.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    stack.kill("public")
    try:
        one.page.locator("#field").fill(written("request"))
        one.page.locator("[data-send]").first.tap()
        expect(one.page.locator("#net")).to_contain_text("您写的都还在这里")
        expect(one.page.locator("#field")).to_have_value(written("request"))
        other.page.goto(f"{stack.base_url}/kiosk")
        expect(other.page.locator("h1")).to_contain_text("连不上")
        expect(other.page.locator("main")).to_contain_text("0000-12345678")
    finally:
        stack.start("public")
    expect(one.page.locator("#field")).not_to_have_attribute("data-asks", "request")
    expect(one.page.locator("#net")).to_be_hidden()
    assert one.turn == 4
    expect(one.page.locator(".draft")).to_contain_text("要求补偿")
    expect(other.page.locator("#question")).to_contain_text("怎么解决", timeout=40_000)
    expect(other.page.locator("#field")).to_have_attribute("data-asks", "request")
    for each in (one, other):
        assert each.complaints == []
        forget(each)


def forget(one: Visitor) -> None:
    """结束, and no to keeping."""
    one.page.locator("#tool-end").tap()
    one.page.locator("#sheet [data-end-now]").tap()
    expect(one.screen).to_have_attribute("data-session", "no")
