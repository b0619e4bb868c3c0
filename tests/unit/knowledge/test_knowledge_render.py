"""An entry as it is read, and as it is heard."""

from __future__ import annotations

from typing import Any

from knowledge.entry import Entry
from knowledge.periods import rendered
from knowledge.render import answer_reply, answer_text, basis, merged
from knowledge.reply import Button, Kind, Reply
from tests.unit.knowledge.factories import SAID, citation, entry, office


def made(**changes: Any) -> Entry:
    return rendered(Entry.model_validate(entry(**changes)))


def test_the_whole_text() -> None:
    text = answer_text(
        made(
            answer=f"{SAID}内复查。",
            details=["找上一级。", "带上答复。"],
            cost="不收费",
            where="上一级机关",
            materials=["处理意见书", "申请"],
            if_refused="打电话问。",
        )
    )
    assert text.splitlines() == [
        "30日内复查。",
        "· 找上一级。",
        "· 带上答复。",
        "费用：不收费",
        "去哪里：上一级机关",
        "带什么：处理意见书、申请",
        "办不成怎么办：打电话问。",
        "依据：《信访工作条例》第三十五条",
    ]


def test_nothing_is_said_of_what_is_not_known() -> None:
    unverified = made(unverified=True, citations=[], deadlines=[], details=[], answer="没能核实，请打{office.phone}。")
    assert answer_text(unverified) == "没能核实，请打{office.phone}。"


def cited(*citations: dict[str, Any]) -> Entry:
    return made(citations=list(citations))


CIVIL_CODE = {"law": "minfadian-2020", "title": "中华人民共和国民法典", "effective_from": "2021-01-01"}


def test_clauses_of_an_article_are_merged() -> None:
    citations = cited(
        citation(23, clause="第一款、第二款"),
        citation(1039, **CIVIL_CODE),
        citation(44),
        citation(23, clause="第四款"),
        citation(23, clause="第二款"),
    ).citations
    assert (
        basis(citations) == "《信访工作条例》第二十三条第一款、第二款、第四款，第四十四条；《民法典》第一千零三十九条"
    )
    assert [(each.law, each.article) for each in merged(citations)] == [
        ("xinfang-gongzuo-tiaoli-2022", 23),
        ("minfadian-2020", 1039),
        ("xinfang-gongzuo-tiaoli-2022", 44),
    ]


def test_the_whole_article_swallows_its_clauses() -> None:
    assert basis(cited(citation(20, clause="第一款"), citation(20)).citations) == "《信访工作条例》第二十条"
    assert basis(cited(citation(20), citation(20, clause="第三款")).citations) == "《信访工作条例》第二十条"


def test_the_reply_of_the_contract() -> None:
    buttons = [Button(title="复核", payload="/ask")]
    reply = answer_reply(cited(citation(35, clause="第一款"), citation(35)), office(), ("review.recheck",), buttons)
    assert reply.as_dict() == {
        "kind": "answer",
        "text": reply.text,
        "speech": reply.speech,
        "buttons": [{"title": "复核", "payload": "/ask"}],
        "topic": "review.deadline",
        "alternatives": ["review.recheck"],
        "citations": [
            {
                "law": "xinfang-gongzuo-tiaoli-2022",
                "title": "信访工作条例",
                "article": 35,
                "clause": "",
                "checked_on": "2026-11-21",
                "effective_from": "2022-05-01",
            }
        ],
    }


def test_speech_is_short_and_has_no_list_marks() -> None:
    reply = answer_reply(made(answer="复查。", details=["一。", "二。", "打{office.phone}。"], cost="不收费"), office())
    assert reply.speech == "复查。 一。 二。"
    assert "0000-12345678" in reply.text


def test_deadlines_are_heard_as_they_are_read() -> None:
    reply = answer_reply(made(details=[f"这{SAID}不停。"]), office())
    assert reply.speech == "收到书面答复之日起30日内，可以申请复查。 这30日不停。"


def test_a_reply_leaves_out_what_does_not_apply() -> None:
    assert Reply(kind=Kind.NOTICE, text="好").as_dict() == {"kind": "notice", "text": "好"}
