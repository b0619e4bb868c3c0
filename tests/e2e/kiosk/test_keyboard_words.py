"""The words of the touch keyboard in a real browser: what stands first, what may be chosen, what is forgotten."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.browsers import DESK, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.keyboard_stage import address as address
from tests.e2e.kiosk.keyboard_stage import choose, first, touch, value
from tests.e2e.kiosk.keyboard_stage import kiosk as kiosk
from tests.e2e.kiosk.keyboard_stage import page as page

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


def test_without_words_it_says_so_and_letters_still_go(browsers: Browsers, address: str) -> None:
    page = browsers.open(DESK)
    page.route("**/kiosk/words*", lambda route: route.abort())
    page.goto(address)
    page.click("#story")
    expect(page.locator(".note")).to_contain_text("字库没有打开")
    page.click('[data-letter="a"]')
    page.click("[data-act=space]")
    assert value(page) == "a"
