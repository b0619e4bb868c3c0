"""A citizen answers a numbered option in their own way."""

from __future__ import annotations

import pytest

from bot.channels.wechat.options import Offered, Option, choice

FEW = (Option("同意", "/affirm"), Option("不同意", "/deny"), Option("找工作人员", "/handoff"))
MANY = tuple(Option(f"第{'甲乙丙丁戊己庚辛壬癸子丑'[each]}类", f"/{each + 1}") for each in range(12))


@pytest.mark.parametrize(
    "text",
    ["1", "１", "一", "①", "1.", "1。", " 1 ", "1、", "(1)", "（一）", "1️⃣", "第一个", "第1个", "第一", "第一项", "选1", "选一", "选择1",
     "我选1", "我选第一个", "回复1", "答1", "要第一个", "1吧", "同意", "同意。", "「同意」", "1. 同意", "1同意", "1、同意！", "01"],
)  # fmt: skip
def test_many_ways_to_choose_the_first(text: str) -> None:
    assert choice(text, FEW) == "/affirm"


@pytest.mark.parametrize("text", ["3", "三", "第三个", "最后一个", "找工作人员", "选3。", "3.找工作人员"])
def test_many_ways_to_choose_the_last(text: str) -> None:
    assert choice(text, FEW) == "/handoff"


@pytest.mark.parametrize(
    ("text", "payload"), [("10", "/10"), ("十", "/10"), ("第十一个", "/11"), ("十二", "/12"), ("２", "/2")]
)
def test_more_than_nine(text: str, payload: str) -> None:
    assert choice(text, MANY) == payload


@pytest.mark.parametrize(
    "text",
    ["4", "0", "零", "十", "", "。", "1.5", "1-2", "1万", "3月15号", "2个人", "一万二", "1号", "我不同意这个说法", "2. 同意", "13900000001",
     "第一次是去年", "二十", "一一", "１２", "/deny", "local:{}"],
)  # fmt: skip
def test_what_is_no_choice_is_said_as_it_stands(text: str) -> None:
    assert choice(text, FEW) is None


def test_without_options_nothing_is_chosen() -> None:
    assert choice("1", ()) is None
    assert choice("最后一个", ()) is None


def test_a_touch_of_a_menu_message_counts_before_its_words() -> None:
    assert choice("随便什么", FEW, menu_id="2") == "/deny"
    assert choice("同意", FEW, menu_id="999999999999") == "/affirm"
    assert choice("同意", FEW, menu_id="x") == "/affirm"


def test_two_options_of_one_name_are_told_apart_by_number_only() -> None:
    options = (Option("张湾乡", "/a"), Option("张湾乡", "/b"))
    assert choice("张湾乡", options) is None
    assert choice("2", options) == "/b"


def test_what_stood_open_is_kept_whole() -> None:
    offered = Offered((Option("“对”", 'local:{"do": "say", "text": "我说\\n的"}'),), "place")
    assert Offered.of_json(offered.as_json()) == offered


@pytest.mark.parametrize(
    ("text", "payload"), [("是的", "/yes"), ("嗯", "/yes"), ("错了", "/no"), ("不是。", "/no"), ("是的，不过", None)]
)
def test_yes_and_no_in_other_words(text: str, payload: str | None) -> None:
    assert choice(text, (Option("对", "/yes"), Option("不对", "/no"))) == payload


def test_yes_is_no_answer_to_other_options() -> None:
    assert choice("是的", FEW) is None
