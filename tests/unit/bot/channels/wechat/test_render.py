"""An answer in WeChat: short enough, numbered, with no link and no law torn off."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.wechat.notices import wish_of
from bot.channels.wechat.pieces import LINK, LONGEST, cut, link, size
from bot.channels.wechat.render import Page, Rendered, Renderer
from knowledge.reply import Button, Kind, Reply
from tests.unit.bot.channels.wechat.desk import OFFICE, REPLIES, WORDS
from zhilu.settings import ROOT

BASIS = "依据：《信访工作条例》第三十五条；《民法典》第一千零三十九条。"
ROAD = {"stage": "registered", "stages": [], "rights": []}
RECEIPT = {"number": "QH-20261121-3", "query_code": "7K3M-9QXD-2F4H", "filed_at": "2026-11-21T12:00:00+08:00"}


class EveryPage:
    def to(self, page: Page, subject: str = "") -> str | None:
        return f"https://zhilu.example/h5/{page}?of={subject}"


def rendered(*replies: Reply, **given: object) -> Rendered:
    return Renderer(WORDS).render(replies, **given)  # type: ignore[arg-type]


def texts(answer: Rendered) -> list[str]:
    return [each.text for each in answer.pieces if each.text]


def said(text: str, *buttons: tuple[str, str], kind: Kind = Kind.ANSWER, **fields: object) -> Reply:
    touched = [Button(title=title, payload=payload) for title, payload in buttons]
    return Reply(kind=kind, text=text, buttons=touched or None, **fields)


def test_options_are_numbered_over_the_whole_answer_and_each_stands_there_once() -> None:
    first = said("先答您的问题。", ("怎么走", '/channel{"id": "petition"}'), ("在这里登记", "/file"))
    second = said("回到刚才：请问您的姓名？", ("登记", "/file"), ("跳过", "/skip"), kind=Kind.QUESTION, asks="name")
    answer = rendered(first, second)
    lines = "1. 怎么走\n2. 在这里登记\n3. 跳过\n回复前面的数字，或者直接打字。"
    assert texts(answer) == [f"先答您的问题。\n\n回到刚才：请问您的姓名？\n\n{lines}"]
    assert [each.payload for each in answer.options] == ['/channel{"id": "petition"}', "/file", "/skip"]
    assert answer.asks == "name"


def test_more_than_nine_options_go_on_with_ten() -> None:
    answer = rendered(said("选一个。", *((f"第{each}类", f"/x{each}") for each in range(11))))
    assert "\n10. 第9类\n11. 第10类\n" in texts(answer)[0]


def test_one_option_is_explained_as_one() -> None:
    assert texts(rendered(said("有电话吗？", ("跳过", "/skip"))))[0].endswith("1. 跳过\n回复数字“1”就行。")


def test_options_that_do_not_fit_below_the_last_text_stand_in_a_message_of_their_own() -> None:
    answer = rendered(said("您" * 660, ("同意", "/affirm"), ("不同意", "/deny")))
    assert [size(each) <= LONGEST for each in texts(answer)] == [True, True]
    assert texts(answer)[1].startswith("1. 同意\n2. 不同意")


def test_foreign_mark_up_stays_text() -> None:
    shown = texts(rendered(said('<a href="https://evil.example">领补贴</a>', ("<b>好</b>", "/affirm"))))[0]
    assert "<" not in shown
    assert "领补贴" in shown
    assert "好" in shown


@pytest.mark.parametrize(
    "url", ["http://a.example/", "javascript:alert(1)", 'https://a.example/"><b', "https:///x", "https://a b"]
)
def test_only_clean_https_becomes_a_link(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        link("看", url)


def test_a_receipt_shows_number_and_code_once_and_leads_to_its_page() -> None:
    text = REPLIES.text("receipt", number=RECEIPT["number"], code=RECEIPT["query_code"], on="2026年11月21日", next="")
    answer = rendered(said(text, kind=Kind.RECEIPT, receipt=RECEIPT), links=EveryPage(), notices=True)
    (shown,) = texts(answer)
    assert shown.count("7K3M-9QXD-2F4H") == 1
    assert '<a href="https://zhilu.example/h5/receipt?of=QH-20261121-3">打开网页看回执</a>' in shown
    assert "1. 以后有新情况，在微信里告诉我" in shown
    wish = wish_of(answer.options[0].payload)
    assert wish is not None
    assert (wish.number, wish.query_code) == ("QH-20261121-3", "7K3M-9QXD-2F4H")


def test_notices_are_offered_only_where_the_account_can_send_them() -> None:
    assert rendered(said("登记好了。", kind=Kind.RECEIPT, receipt=RECEIPT)).options == ()


def test_a_summary_keeps_its_lines() -> None:
    summary = "我记下的是这些，请您看一看：\n\n经过：公司从5月起没发工资\n金额：35000元\n\n对就点“确认提交”。"
    assert texts(rendered(said(summary, kind=Kind.SUMMARY))) == [summary]


@pytest.mark.parametrize(("asks", "page"), [("evidence", "upload"), ("narrative", "story"), ("consent", "privacy")])
def test_a_question_leads_to_the_page_that_helps(asks: str, page: str) -> None:
    reply = said("请说。", kind=Kind.QUESTION, asks=asks)
    assert f"https://zhilu.example/h5/{page}" in texts(rendered(reply, links=EveryPage()))[0]
    assert texts(rendered(reply)) == ["请说。"]


def test_a_paper_is_linked_and_without_pages_the_citizen_is_told_where_to_get_it() -> None:
    reply = said("写好了。", files=[{"id": "f1", "name": "申请书.docx", "media_type": "x"}])
    assert "下载“申请书.docx”</a>" in texts(rendered(reply, links=EveryPage()))[0]
    assert OFFICE.address in texts(rendered(reply))[0]


def test_the_picture_of_the_road_comes_after_all_the_text() -> None:
    replies = [said("到“受理”了。", kind=Kind.STATUS, roadmap=ROAD), said("还要办什么？", ("结束查询", "/deny"))]
    answer = Renderer(WORDS, lambda road: b"\x89PNG" + str(road["stage"]).encode()).render(replies)
    assert [each.image for each in answer.pieces] == [b"", b"\x89PNGregistered"]


def test_a_road_that_cannot_be_drawn_costs_nothing_but_the_picture() -> None:
    answer = Renderer(WORDS, lambda road: None).render([said("到“受理”了。", kind=Kind.ROADMAP, roadmap=ROAD)])
    assert texts(answer) == ["到“受理”了。"]


def test_a_reply_that_fits_into_one_message_is_not_torn() -> None:
    answer, summary = "先答您的问题。" * 50, "您说的是这些。" * 60
    assert texts(rendered(said(answer), said(summary, kind=Kind.SUMMARY))) == [answer, summary]
    assert texts(rendered(said("好。"), said(summary, kind=Kind.SUMMARY))) == [f"好。\n\n{summary}"]


def test_nothing_said_is_nothing_sent() -> None:
    assert rendered() == Rendered()


# --- cutting ----------------------------------------------------------------------------------------------------------------------


def test_text_is_cut_at_the_ends_of_sentences() -> None:
    sentence = "办理单位要在六十日内办结，情况复杂的可以延长。"
    pieces = cut(sentence * 60)
    assert len(pieces) == 3
    assert all(each.endswith("。") and size(each) <= LONGEST for each in pieces)
    assert "".join(pieces) == sentence * 60


def test_the_law_stays_with_its_sentence() -> None:
    for before in range(560, 680, 7):
        pieces = cut("先说别的事。" + "啊" * before + "。这一步最晚六十天办完。" + BASIS)
        assert any("这一步最晚六十天办完。" + BASIS in each for each in pieces)


def test_a_link_is_never_in_two() -> None:
    made = link("打开网页看进度", "https://zhilu.example/h5/case?t=" + "x" * 200)
    for before in range(400, 680, 11):
        pieces = cut("啊" * before + "，" + made + "，" + "哦" * 300)
        assert [each for each in pieces if made in each]
        assert all("<a" not in LINK.sub("", each) and size(each) <= LONGEST for each in pieces)


def test_a_sentence_without_an_end_is_cut_at_a_comma() -> None:
    first, second = cut("甲" * 500 + "，" + "乙" * 300)
    assert first == "甲" * 500 + "，"
    assert second == "乙" * 300


WRITTEN = st.text(st.sampled_from("信访人说，。；！?\n 依据：《》（）1.a👨‍👩‍👧é"), max_size=400)
LINKED = st.lists(st.one_of(WRITTEN, st.just(link("看", "https://zhilu.example/h5?a=1;b=。"))), max_size=12)


@given(LINKED, st.integers(60, 200))
@example([" \u200d\u200d\u200d", link("看", "https://zhilu.example/h5?a=1;b=。")], 60)
def test_whatever_is_cut_nothing_is_lost_but_white_space(parts: list[str], most: int) -> None:
    text = "".join(parts)
    pieces = cut(text, most)
    assert all(0 < size(each) <= most for each in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)
    assert sum(len(LINK.findall(each)) for each in pieces) == len(LINK.findall(text))


# --- the texts --------------------------------------------------------------------------------------------------------------------


def test_every_text_of_the_account_is_used_and_none_is_missing() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
    families = ("link.", "kind.", "place.says-", "place.")
    unused = [key for key in WORDS if f'"{key}"' not in code and not key.startswith(families)]
    pages = {key.removeprefix("link.") for key in WORDS if key.startswith("link.")}
    assert unused == ["notify.agreed"] or unused == []
    assert pages <= set(Page)
