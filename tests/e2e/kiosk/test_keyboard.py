"""The touch keyboard in a real browser, by touch and by mouse: what stands first, what is written, what is forgotten."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.kiosk.keyboard_stage import running_stage
from tests.e2e.test_page import browser as browser
from tests.e2e.test_page import pytestmark as pytestmark

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")
SIZES = {"portrait": (1080, 1920), "landscape": (1366, 768)}
SMALL = """() => [...document.querySelectorAll(".keyboard button")].filter((each) => each.checkVisibility())
  .filter((each) => each.offsetWidth < 72 || each.offsetHeight < 72).map((each) => each.outerHTML)"""
CUT = """() => [...document.querySelectorAll(".keyboard button")].filter((each) => each.checkVisibility() && !each.closest("[data-own]"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth
    || each.getBoundingClientRect().bottom > innerHeight + 1).map((each) => each.outerHTML)"""

WHOLE = {
    "nihao": "你好", "ninhao": "您好", "xinfang": "信访", "xinfangju": "信访局", "fanying": "反映", "tousu": "投诉", "jubao": "举报",
    "fucha": "复查", "fuhe": "复核", "dafu": "答复", "shouli": "受理", "chaiqian": "拆迁", "zhengdi": "征地", "buchang": "补偿",
    "buchangkuan": "补偿款", "cunweihui": "村委会", "gongzi": "工资", "qianxin": "欠薪", "tuoqian": "拖欠", "gongdi": "工地",
    "baogongtou": "包工头", "nongmingong": "农民工", "gongshang": "工伤", "shebao": "社保", "dibao": "低保", "wuye": "物业",
    "wuyefei": "物业费", "kaifashang": "开发商", "fangchanzheng": "房产证", "zhaijidi": "宅基地", "fayuan": "法院",
    "paichusuo": "派出所", "zhongcai": "仲裁", "laodongzhongcai": "劳动仲裁", "lvshi": "律师", "hetong": "合同", "qiantiao": "欠条",
    "shouju": "收据", "niming": "匿名", "wushui": "污水", "zaoyin": "噪音", "yajin": "押金", "tuikuan": "退款", "zhengyue": "正月",
    "zhangbianxiang": "张汴乡", "yunxizhen": "云溪镇", "chengguanjiedao": "城关街道",
}  # fmt: skip
SHORT = {
    "xf": "信访", "xfj": "信访局", "cwh": "村委会", "bck": "补偿款", "tqgz": "拖欠工资", "ldzc": "劳动仲裁", "kfs": "开发商",
    "pcs": "派出所", "nmg": "农民工", "bgt": "包工头", "xinf": "信访", "nih": "你好", "cunwh": "村委会", "tuoqgz": "拖欠工资", "chaiq": "拆迁",
    "bcankuan": "补偿款", "wuyf": "物业费",
}  # fmt: skip
BLURRED = {
    "zangdan": "账单", "zanyong": "占用", "cunzang": "村长", "pinguo": "苹果", "buchankuan": "补偿款", "laodonzhongcai": "劳动仲裁",
    "loushui": "漏水", "lvsi": "律师",  "sangfang": "上访",  "minzenju": "民政局", "chengbaodi": "承包地",
}  # fmt: skip
SENTENCES = {
    "woyaofanying": "我要反映",
    "cunweihuizhanlewojiadedi": "村委会占了我家的地",
    "tuoqianwodegongzi": "拖欠我的工资",
    "yizhimeiyoudafu": "一直没有答复",
    "fangziloushui": "房子漏水",
    "dibaobeitingle": "低保被停了",
    "gongsibuqianhetong": "公司不签合同",
    "wozhuzaixiangxia": "我住在乡下",
    "xi'an": "西安",
}
FIRST = {typed: words for typed, words in (WHOLE | SHORT | BLURRED | SENTENCES).items() if words}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_stage(tmp_path_factory.mktemp("keyboard")) as url:
        yield url


@pytest.fixture(scope="module")
def kiosk(browser: Browser, address: str) -> Iterator[Page]:
    """One kiosk for all: the words are read once; a test begins with an empty page."""
    width, height = SIZES["portrait"]
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True, locale="zh-CN")
    page = context.new_page()
    page.goto(address)
    page.tap("#story")
    page.evaluate("keyboard.loading")
    yield page
    context.close()


@pytest.fixture
def page(kiosk: Page) -> Iterator[Page]:
    complaints: list[str] = []
    heard = lambda error: complaints.append(str(error))  # noqa: E731
    kiosk.on("pageerror", heard)
    kiosk.evaluate(
        "() => { forgetWords(); heard.length = 0; document.querySelectorAll('input, textarea').forEach((each) => each.value = '') }"
    )
    kiosk.tap("#story")
    yield kiosk
    kiosk.remove_listener("pageerror", heard)
    assert not complaints


def touch(page: Page, letters: str) -> None:
    for letter in letters:
        page.tap("[data-act=separate]" if letter == "'" else f'[data-letter="{letter}"]')


def first(page: Page) -> str:
    return page.locator(".word").first.inner_text()


def choose(page: Page, words: str) -> None:
    page.locator(".word", has_text=words).and_(page.get_by_role("button", name=words, exact=True)).tap()


def value(page: Page, field: str = "#story") -> str:
    return page.input_value(field)


def test_what_petitioners_type_stands_first(page: Page) -> None:
    found: dict[str, Any] = page.evaluate(
        "(all) => Object.fromEntries(all.map((typed) => [typed, keyboard.ime.candidates(typed)[0].text]))", list(FIRST)
    )
    assert len(FIRST) >= 60
    assert {typed: words for typed, words in found.items() if words != FIRST[typed]} == {}


def test_what_sounds_alike_comes_after_what_is_spelt_so(page: Page) -> None:
    texts = page.evaluate("(typed) => keyboard.ime.candidates(typed).map((each) => each.text)", "lan")
    assert texts.index("蓝") < texts.index("南")


def test_rare_characters_of_names_are_there(page: Page) -> None:
    rare = {"zhe": "喆", "kun": "堃", "rong": "镕", "yan": "䶮", "xin": "鑫", "jing": "菁", "hong": "𬭎"}
    missing = page.evaluate(
        "(rare) => Object.entries(rare).filter(([typed, one]) => !keyboard.ime.candidates(typed).some(({ text }) => text === one))",
        rare,
    )
    assert missing == []


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


def test_part_of_what_is_typed_may_be_chosen_and_the_rest_goes_on(page: Page) -> None:
    touch(page, "nihao")
    choose(page, "你")
    assert value(page) == "你"
    assert page.locator(".typed").inner_text() == "hao"
    page.tap("[data-act=space]")
    assert value(page) == "你好"
    expect(page.locator(".note")).to_contain_text("拼音")


def test_what_was_put_together_is_known_until_the_end_of_the_session(page: Page) -> None:
    touch(page, "kunrong")
    before = first(page)
    for part in ("坤", "容"):
        choose(page, part)
    touch(page, "kunrong")
    assert first(page) == "坤容" != before
    page.evaluate("forgetWords()")
    page.tap("#story")
    touch(page, "kunrong")
    assert first(page) == before


def test_more_words_are_on_the_next_page(page: Page) -> None:
    touch(page, "shi")
    shown = page.locator(".word:visible").all_inner_texts()
    page.get_by_role("button", name="更多的字").tap()
    assert not set(shown) & set(page.locator(".word:visible").all_inner_texts())
    page.get_by_role("button", name="前面的字").tap()
    assert page.locator(".word:visible").all_inner_texts() == shown


def test_surnames_come_first_where_a_name_is_asked(page: Page) -> None:
    page.tap("#name")
    for typed, surnames in {"lu": "卢陆鲁路", "wang": "王汪", "xu": "徐许", "wei": "魏韦卫"}.items():
        touch(page, typed)
        assert first(page) in surnames
        page.tap("[data-act=clear]")


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


def test_without_words_it_says_so_and_letters_still_go(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/kiosk/words*", lambda route: route.abort())
    page.goto(address)
    page.click("#story")
    expect(page.locator(".note")).to_contain_text("字库没有打开")
    page.click('[data-letter="a"]')
    page.click("[data-act=space]")
    assert value(page) == "a"
    page.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("theme", "type_size"), [("normal", "1"), ("normal", "4"), ("elder", "4"), ("contrast", "1"), ("dark", "1")]
)
def test_every_key_is_a_large_target_with_a_name(page: Page, size: str, theme: str, type_size: str) -> None:
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
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
