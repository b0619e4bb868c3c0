"""What stays on the screen of what was said."""

from __future__ import annotations

import pytest

from bot.kiosk.masking import as_text, bubble, button_title, rows, told
from knowledge.reply import Reply


def question(asks: str, **draft: object) -> Reply:
    return Reply.model_validate({"kind": "question", "text": "？", "asks": asks, "draft": draft})


@pytest.mark.parametrize(
    ("said", "asked", "after", "shown"),
    [
        ("13900000001", question("phone"), question("place", phone="139****0001"), "联系电话：139****0001"),
        ("我叫马小云", question("name"), question("name"), "姓名（名称）：****"),
        ("同意", question("consent"), question("name", consent=True), "同意"),
        ("查询码K5HG-RY7B-AWEJ", None, question("name"), "查询码****"),
        ("D-7K3M-9QXD", None, question("name"), "****"),
        ("我的电话13900000001", None, question("name"), "我的电话139****0001"),
        ("长" * 60, None, question("name"), "已记下（60个字）"),
        ("王强打我", question("narrative"), question("request", narrative="王强打我"), "事实和理由：已记下（4个字）"),
    ],
)
def test_the_bubble_of_the_citizen(said: str, asked: Reply | None, after: Reply, shown: str) -> None:
    assert bubble(said, asked, [after]) == shown


def test_values_as_people_write_them() -> None:
    draft = {"occurred_on": "2026-03/2026-08", "amount": 35000, "evidence": ["a", "b"], "consent": True}
    assert [(row.slot, row.value) for row in rows(draft)] == [
        ("occurred_on", "2026年3月至2026年8月"),
        ("amount", "35000元"),
        ("evidence", "2份"),
    ]
    assert as_text("occurred_on", "2026-10-15") == "2026年10月15日"


def test_a_code_that_was_shown_once_does_not_stay() -> None:
    receipt = Reply.model_validate({"kind": "receipt", "text": "查询码：7K2M", "speech": "登记好了。", "receipt": {}})
    assert told(receipt.model_copy(update={"receipt": {"query_code": "7K2M"}})) == "登记好了。"


def test_the_words_on_a_button_stand_for_the_touch() -> None:
    reply = Reply.model_validate({"kind": "choice", "text": "？", "buttons": [{"title": "跳过", "payload": "/skip"}]})
    assert (button_title("/skip", [reply]), button_title("/deny", [reply])) == ("跳过", "")
