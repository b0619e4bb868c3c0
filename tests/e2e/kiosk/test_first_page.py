"""The first page asks for nothing that it does not need, and what it leaves out is there with the first touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsers import HALL, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.keyboard_stage import running_server

PARTS = ("/kiosk/keyboard/", "/kiosk/speech", "/kiosk/devices/", "/kiosk/carry", "/kiosk/device", "/kiosk/words")
NEVER_RESTS = "window.requestIdleCallback = () => 0;"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(tmp_path_factory.mktemp("kiosk")) as url:
        yield url


def asked_for(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)"
    )
    return names


def busy(browsers: Browsers, address: str) -> Page:
    """A machine that never rests."""
    page = browsers.open(HALL)
    page.add_init_script(NEVER_RESTS)
    page.goto(f"{address}/kiosk")
    return page


def test_it_stands_without_the_parts(browsers: Browsers, address: str) -> None:
    page = busy(browsers, address)
    expect(page.locator("#tool-end")).to_be_disabled()  # its scripts have run
    assert [name for name in asked_for(page) if any(part in name for part in PARTS)] == []


def test_no_picture_of_it_is_a_document_of_its_own(browsers: Browsers, address: str) -> None:
    page = busy(browsers, address)
    drawn = "[...document.querySelectorAll('*')].filter(each => ['', '::before'].some(part => /url/.test(getComputedStyle(each, part).maskImage + getComputedStyle(each, part).backgroundImage))).length"
    assert page.evaluate(drawn) == 0
    for icon in page.locator(".icon").all():
        expect(icon).to_be_visible()
    assert page.locator(".icon path").count() == 10


def test_the_first_touch_brings_keyboard_and_its_look(browsers: Browsers, address: str) -> None:
    page = busy(browsers, address)
    page.get_by_role("button", name="问一问").tap()
    page.locator("#field").tap()
    key = page.locator('#keyboard [data-letter="a"]')
    expect(key).to_be_visible()
    box = key.bounding_box()
    assert box is not None
    assert box["height"] >= 72
    key.tap()
    expect(page.locator("#keyboard .typed")).to_have_text("a")


def test_a_machine_that_rests_has_them_without_a_touch(browsers: Browsers, address: str) -> None:
    page = browsers.open(HALL, f"{address}/kiosk")
    expect(page.locator("#keyboard.keyboard")).to_be_attached()
    assert "/static/kiosk/keyboard/keyboard.css" in asked_for(page)
