"""Asking where a case stands: the two halves of a receipt, one after the other or together."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from actions.heard import Heard
from actions.memory import Memory
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from knowledge.reply import Reply
from tests.unit.actions.factories import Visit, at_summary, hear, later, recorded


class Asker:
    """Talks inside the status form."""

    def __init__(self, services: Services) -> None:
        self.services, self.client = services, uuid.uuid4().hex
        self.query = StatusQuery()
        self.memory = Memory()
        self.replies: list[Reply] = []
        self.goes_on = True
        self.then: str | None = None

    def say(self, text: str) -> Reply:
        return self.hear(hear(text))

    def hear(self, heard: Heard) -> Reply:
        turn = StatusTurn(self.query, heard, self.services, client=self.client, memory=self.memory)
        self.replies = turn.replies()
        self.memory.hear_in_form(self.replies, self.services.followups.home)
        self.goes_on, self.then = turn.goes_on, turn.then
        return self.replies[-1]

    @property
    def reply(self) -> Reply:
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
    assert asker.goes_on  # what can be done now is offered
    assert "催办" in [each.title for each in reply.buttons or ()]


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


# --- wandering --------------------------------------------------------------------------------------------------------------------


def asked_both_ways(services: Services, slot: str) -> Asker:
    asker = Asker(services)
    asker.say("查进度")
    if slot == "query_code":
        asker.tell(number="QH-20261121-3")
    assert asker.query.asked == slot
    return asker


@pytest.mark.parametrize("slot", ["case_number", "query_code"])
@pytest.mark.parametrize(
    ("text", "words"),
    [("复核是什么意思？", "“复核”"), ("信访多久有结果？", "60日"), ("谢谢", "不客气")],
)
def test_what_is_asked_in_between_is_answered_and_the_same_half_is_asked_again(
    services: Services, slot: str, text: str, words: str
) -> None:
    asker = asked_both_ways(services, slot)
    reply = asker.hear(hear(text) if text in recorded() else Heard(text, "ask", 0.9))
    assert words in asker.replies[0].text
    assert (reply.kind, reply.asks) == ("question", slot)
    assert asker.goes_on
    assert asker.query.tries == 0


def test_a_question_that_leans_on_the_last_answer(services: Services) -> None:
    asker = asked_both_ways(services, "query_code")
    asker.say("信访多久有结果？")
    first = asker.replies[0].topic
    asker.hear(Heard("那不服怎么办？", "out_of_scope", 0.4))
    assert asker.replies[0].topic not in (None, first)
    assert asker.reply.asks == "query_code"


def test_what_was_not_meant_is_followed_by_the_next_candidates(services: Services) -> None:
    asker = asked_both_ways(services, "query_code")
    asker.say("办理期限是多久？")
    asker.hear(Heard("不是这个", "out_of_scope", 0.4))
    other, question = asker.replies
    assert other.kind == "clarify"
    assert "handling.overdue" in (other.alternatives or [])
    assert question.asks == "query_code"


@pytest.mark.parametrize("text", ["没有", "不知道"])
def test_who_has_no_number_has_rejected_nothing(services: Services, text: str) -> None:
    asker = asked_both_ways(services, "case_number")
    asker.say("信访多久有结果？")
    asker.hear(Heard(text, "out_of_scope", 0.4))
    assert "找不到回执可以找工作人员" in asker.reply.text
    assert asker.query.tries == 1


@pytest.mark.parametrize("payload", ['/channel{"id": "labour-arbitration"}', '/guide{"matter": "labour"}'])
def test_a_button_of_an_earlier_reply(services: Services, payload: str) -> None:
    asker = asked_both_ways(services, "query_code")
    assert asker.say(payload).asks == "query_code"
    assert asker.replies[0].kind == "answer"


def test_what_was_answered_in_between_is_remembered_for_the_next_message(new_services: Services) -> None:
    visit = Visit(new_services)
    visit.call("validate_status_form", "/status")
    visit.call("validate_status_form", "信访多久有结果？")
    assert visit.slots["last_topic"] == "petition.deadline-handling"
    assert visit.slots["requested_slot"] == "case_number"
