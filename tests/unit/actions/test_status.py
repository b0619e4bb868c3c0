"""Asking where a case stands: the two halves of a receipt, one after the other or together."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from actions.heard import Heard
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from knowledge.reply import Reply
from tests.unit.actions.factories import at_summary, hear, later


class Asker:
    """Talks inside the status form."""

    def __init__(self, services: Services) -> None:
        self.services, self.client = services, uuid.uuid4().hex
        self.query = StatusQuery()
        self.replies: list[Reply] = []
        self.goes_on = True
        self.then: str | None = None

    def say(self, text: str) -> Reply:
        return self.hear(hear(text))

    def hear(self, heard: Heard) -> Reply:
        turn = StatusTurn(self.query, heard, self.services, client=self.client)
        self.replies = turn.replies()
        self.goes_on, self.then = turn.goes_on, turn.then
        return self.replies[-1]

    def tell(self, *, number: str = "", code: str = "") -> Reply:
        """A message with these halves, as the engine reads them."""
        entities = {name: value for name, value in (("case_number", number), ("query_code", code)) if value}
        return self.hear(replace(hear("查进度"), text=f"{number} {code}", entities=entities))


@pytest.fixture
def receipt(services: Services) -> dict[str, str]:
    reply = at_summary(services).touch("/affirm")
    assert reply.receipt
    return reply.receipt


@pytest.fixture
def asker(services: Services) -> Asker:
    return Asker(services)


def test_both_halves_in_one_message(asker: Asker, receipt: dict[str, str]) -> None:
    reply = asker.tell(number=receipt["number"], code=receipt["query_code"])
    assert reply.kind == "status"
    assert reply.case
    assert (reply.case["number"], reply.case["stage"]) == (receipt["number"], "registered")
    assert reply.case["days_left"] == 15
    assert "最晚到2026年12月6日，还有15天" in reply.text
    assert reply.roadmap
    assert reply.roadmap["stage"] == "registered"
    assert not asker.goes_on


def test_one_half_after_the_other(asker: Asker, receipt: dict[str, str]) -> None:
    assert asker.say("查进度").asks == "case_number"
    reply = asker.tell(number=receipt["number"])
    assert reply.asks == "query_code"
    assert "查询码" in reply.text
    heard = replace(hear("7K3M-9QXD-2F4H"), entities={}, whole={"query_code": receipt["query_code"].replace("-", "")})
    assert asker.hear(heard).kind == "status"


def test_an_overdue_case_is_called_late(services: Services, receipt: dict[str, str]) -> None:
    asker = Asker(later(services, days=20))
    reply = asker.tell(number=receipt["number"], code=receipt["query_code"])
    assert "本该在2026年12月6日之前办好，已经过了5天" in reply.text
    assert reply.case
    assert reply.case["days_left"] == -5


@pytest.mark.parametrize("number", ["QH-20261121-1", "QH-20261121-99999"])
def test_a_wrong_code_and_an_unknown_number_sound_the_same(asker: Asker, receipt: dict[str, str], number: str) -> None:
    asker.say("查进度")
    asker.tell(number=number, code="AAAA-BBBB-CCCC")
    assert [each.kind for each in asker.replies] == ["notice", "question"]
    assert "没有查到" in asker.replies[0].text
    assert asker.replies[1].asks == "case_number"
    assert asker.goes_on


def test_five_misses_lock_the_client_for_a_while(services: Services, receipt: dict[str, str]) -> None:
    asker = Asker(services)
    for turn in range(5):
        asker.tell(number=f"QH-20261121-77{turn}", code="AAAA-BBBB-CCCC")
    reply = asker.tell(number=receipt["number"], code=receipt["query_code"])
    assert "过15分钟再试" in reply.text
    assert not asker.goes_on
    soon = Asker(later(services, minutes=14, seconds=30))
    soon.client = asker.client
    assert "过1分钟再试" in soon.tell(number=receipt["number"], code=receipt["query_code"]).text
    after = Asker(later(services, minutes=16))
    after.client = asker.client
    assert after.tell(number=receipt["number"], code=receipt["query_code"]).kind == "status"


def test_the_minutes_to_wait_are_never_too_few(services: Services, receipt: dict[str, str]) -> None:
    asker = Asker(services)
    for turn in range(5):
        asker.tell(number=f"QH-20261121-88{turn}", code="AAAA-BBBB-CCCC")
    soon = Asker(later(services, minutes=12, seconds=40))
    soon.client = asker.client
    assert "过3分钟再试" in soon.tell(number=receipt["number"], code=receipt["query_code"]).text


@pytest.mark.parametrize(
    ("text", "topic"),
    [("复查和复核有什么区别？", "review.verify-deadline"), ('/ask{"topic": "petition.forms"}', "petition.forms")],
)
def test_a_question_in_between(asker: Asker, text: str, topic: str) -> None:
    asker.say("查进度")
    asker.say(text)
    assert (asker.replies[0].kind, asker.replies[0].topic) == ("answer", topic)
    assert asker.replies[1].asks == "case_number"
    assert asker.goes_on


@pytest.mark.parametrize("text", ["算了", "/cancel", "/deny"])
def test_stopping(asker: Asker, text: str) -> None:
    asker.say("查进度")
    assert "先不查了" in asker.say(text).text
    assert not asker.goes_on


def test_who_has_no_number_is_told_how_it_looks_and_then_whom_to_ask(asker: Asker) -> None:
    asker.say("查进度")
    assert "QH-20261121-3" in asker.say("没有编号").text
    asker.say("没有编号")
    assert asker.say("没有编号").kind == "handoff"
    assert not asker.goes_on


@pytest.mark.parametrize("text", ["转人工", "/handoff"])
def test_a_person(asker: Asker, text: str) -> None:
    asker.say("查进度")
    assert asker.say(text).kind == "handoff"


@pytest.mark.parametrize(
    ("text", "then"), [("/file", "intake_form"), ("/resume", "action_resume"), ("我要投诉", "intake_form")]
)
def test_something_else_is_handed_on(asker: Asker, text: str, then: str) -> None:
    asker.say("查进度")
    turn = StatusTurn(asker.query, hear(text), asker.services, client=asker.client)
    assert turn.replies() == []
    assert (turn.goes_on, turn.then) == (False, then)


def test_no_half_of_a_receipt_is_repeated_in_an_answer(asker: Asker, receipt: dict[str, str]) -> None:
    reply = asker.tell(number=receipt["number"], code=receipt["query_code"])
    assert receipt["query_code"] not in str(reply.as_dict())
