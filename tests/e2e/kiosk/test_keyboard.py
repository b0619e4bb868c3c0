"""The keys of the touch keyboard in a real browser, by touch and by mouse: what they write, and how large they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browsers import HALL, HALL_WIDE
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.keyboard_stage import address as address
from tests.e2e.kiosk.keyboard_stage import first, touch, value
from tests.e2e.kiosk.keyboard_stage import kiosk as kiosk
from tests.e2e.kiosk.keyboard_stage import page as page

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")
SCREENS = {"portrait": HALL, "landscape": HALL_WIDE}
SMALL = """() => [...document.querySelectorAll(".keyboard button")].filter((each) => each.checkVisibility())
  .filter((each) => each.offsetWidth < 72 || each.offsetHeight < 72).map((each) => each.outerHTML)"""
CUT = """() => [...document.querySelectorAll(".keyboard button")].filter((each) => each.checkVisibility() && !each.closest("[data-own]"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth
    || each.getBoundingClientRect().bottom > innerHeight + 1).map((each) => each.outerHTML)"""


def test_words_by_touch_go_to_the_caret(page: Page) -> None:
    touch(page, "nihao")
    assert first(page) == "你好"
    page.locator(".word").first.tap()
    page.tap("[data-sign='，']")
    touch(page, "woyaofanying")
    page.tap("[data-act=space]")
    assert value(page) == "你好，我要反映"
    page.evaluate("document.getElementById('story').setSelectionRange(2, 3)")
    page.tap("[data-sign='。']")
    assert value(page) == "你好。我要反映"
    assert page.evaluate("document.activeElement.id") == "story"
    assert page.evaluate("heard") == ["story:insertText"] * 4


def test_a_field_takes_no_more_than_it_holds(page: Page) -> None:
    page.tap("#name")
    page.tap("[data-tab=number]")
    for _ in range(10):
        page.tap("[data-sign='1']")
    assert value(page, "#name") == "11111111"


def test_amounts_and_codes_have_their_own_keys(page: Page) -> None:
    page.tap("#amount")
    for sign in "3.5万元":
        page.tap(f"[data-sign='{sign}']")
    page.tap("#code")
    for sign in "7KX-2":
        page.tap(f"[data-sign='{sign}']")
    assert (value(page, "#amount"), value(page, "#code")) == ("3.5万元", "7KX-2")
    sent = page.evaluate("sent")
    page.get_by_role("button", name="完成").tap()
    assert page.evaluate("sent") == sent + 1


def test_delete_clear_and_bring_back(page: Page) -> None:
    touch(page, "xinfangju")
    page.tap("[data-act=delete]")
    assert page.locator(".typed").inner_text() == "xin fang j"
    page.tap("[data-act=clear]")
    assert page.locator(".typed").inner_text() == ""
    page.tap("[data-tab=phrases]")
    page.get_by_role("button", name="我在工地干活").tap()
    page.tap("[data-tab=pinyin]")
    page.tap("[data-act=delete]")
    assert value(page) == "我在工地干"
    page.get_by_role("button", name="清空").tap()
    assert value(page) == ""
    page.get_by_role("button", name="找回").tap()
    assert value(page) == "我在工地干"


def test_holding_delete_goes_on_deleting(page: Page) -> None:
    page.fill("#story", "一二三四五六七八九十𬭎")
    box = page.locator("[data-act=delete]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    expect(page.locator("#story")).to_have_value("")
    page.mouse.up()


def test_english_new_lines_and_signs(page: Page) -> None:
    page.get_by_role("button", name="英文").tap()
    page.get_by_role("button", name="大写").tap()
    touch(page, "QQ")
    page.get_by_role("button", name="中文").tap()
    page.get_by_role("button", name="换行").tap()
    touch(page, "abc")
    page.get_by_role("button", name="换行").tap()
    page.get_by_role("button", name="符号").tap()
    page.tap("[data-sign='？']")
    assert value(page) == "QQ\nabc？"


def test_phrases_belong_to_the_question(page: Page) -> None:
    page.tap("[data-tab=phrases]")
    page.get_by_role("button", name="一直没有解决").tap()
    assert value(page) == "一直没有解决"
    page.tap("#code")
    expect(page.locator("[data-tab=phrases]")).to_have_count(0)


def test_handwriting_is_fetched_when_it_is_wanted(page: Page) -> None:
    page.route("**/hand/pad.js", lambda route: route.fulfill(content_type="text/javascript", body=PAD))
    page.tap("[data-tab=hand]")
    page.locator("#written").tap()
    assert value(page) == "喆"
    page.tap("[data-tab=pinyin]")
    expect(page.locator("#written")).to_have_count(0)
    page.unroute("**/hand/pad.js")


PAD = """export function createPad({ onCharacter }) {
  const element = document.createElement("button");
  Object.assign(element, { id: "written", textContent: "喆", onclick: () => onCharacter("喆") });
  return { element, clear() {}, destroy() { element.remove(); } };
}"""


def test_a_hardware_keyboard_writes_as_ever(page: Page) -> None:
    page.keyboard.type("abc 1")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    assert value(page) == "abc 1\nx"


def test_keys_work_without_touch(page: Page) -> None:
    for letter in "xf":
        page.focus(f'[data-letter="{letter}"]')
        page.keyboard.press("Enter")
    page.focus(".word")
    page.keyboard.press("Space")
    assert value(page) == "信访"


def test_opens_with_a_field_and_closes(page: Page) -> None:
    page.get_by_role("button", name="收起键盘").tap()
    expect(page.locator("#keyboard")).to_be_hidden()
    page.tap("#story")
    expect(page.locator("#keyboard")).to_be_visible()
    page.tap("#plain")
    expect(page.locator("#keyboard")).to_be_hidden()


def test_the_field_is_seen_above_the_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.tap("#code")
    field, keyboard = page.locator("#code").bounding_box(), page.locator("#keyboard").bounding_box()
    page.set_viewport_size({"width": 1080, "height": 1920})
    assert field
    assert keyboard
    assert field["y"] >= 0
    assert field["y"] + field["height"] <= keyboard["y"]


@pytest.mark.parametrize("size", SCREENS)
@pytest.mark.parametrize(
    ("theme", "type_size"), [("normal", "1"), ("normal", "4"), ("elder", "4"), ("contrast", "1"), ("dark", "1")]
)
def test_every_key_is_a_large_target_with_a_name(page: Page, size: str, theme: str, type_size: str) -> None:
    page.set_viewport_size({"width": SCREENS[size].width, "height": SCREENS[size].height})
    page.evaluate(
        "(look) => Object.assign(document.documentElement.dataset, look)", {"theme": theme, "size": type_size}
    )
    touch(page, "woyaofanying")
    for pane in ("pinyin", "number", "phrases"):
        if pane != "pinyin":
            page.tap(f"[data-tab={pane}]")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"keyboard-{size}-{theme}-{type_size}-{pane}.png")
        assert page.evaluate(SMALL) == []
        assert page.evaluate(CUT) == []
        found = Axe().run(page, context="#keyboard").response["violations"]
        assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    page.evaluate("Object.assign(document.documentElement.dataset, { theme: 'normal', size: '1' })")
    page.set_viewport_size({"width": 1080, "height": 1920})
