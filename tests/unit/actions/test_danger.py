"""A danger is answered with numbers and a person, staff are told, and nothing of the conversation is lost."""

from __future__ import annotations

import logging
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from actions.danger import reply as danger_reply
from actions.heard import Heard
from actions.intake.form import FormTurn
from actions.intake.state import Intake
from actions.registry import FORMS, TASKS
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from cases.handovers import Flag, waiting
from knowledge.care import Danger
from knowledge.reply import Kind
from tests.unit.actions.factories import Citizen, Visit, at, at_summary

SAD = "我不想活了"
TOLD = "已经告诉工作人员"


def said(text: str, intent: str = "complain", conversation: str = "c1") -> Heard:
    return Heard(text, intent, 0.9, message_id="m", conversation=conversation, surface="kiosk")


def flags(services: Services) -> list[Flag]:
    with services.register.unit_of_work() as uow:
        return waiting(uow)


@pytest.mark.parametrize(
    ("kind", "first"),
    [("self-harm", "12356"), ("violence", "110"), ("emergency", "120"), ("threat", "110")],
)
def test_the_reply_begins_with_the_number_and_names_a_person(services: Services, kind: str, first: str) -> None:
    reply = danger_reply(Danger(kind), said(SAD), services)
    assert reply.kind == Kind.SAFETY
    assert first in reply.text.split("。")[0]
    assert services.office.phone in reply.text
    assert services.office.address in reply.text
    assert TOLD in reply.text
    assert not any(word in reply.text for word in ("违法", "拘留", "处罚", "追究", "后果", "不要这样", "不能这样"))


def test_staff_find_a_flag_and_the_log_has_no_word_of_what_was_said(
    new_services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    at(new_services, "name").hear(said(SAD))
    (flag,) = flags(new_services)
    assert (flag.conversation, flag.kind, flag.surface) == ("c1", "self-harm", "kiosk")
    assert f"handover: kind=self-harm id={flag.id}" in caplog.text
    assert "不想活" not in caplog.text


def test_a_second_danger_opens_no_second_flag(new_services: Services) -> None:
    citizen = at(new_services, "name")
    citizen.hear(said(SAD))
    citizen.hear(said("有人拿刀冲进来了"))
    assert len(flags(new_services)) == 1


def test_a_register_that_is_away_does_not_spoil_the_reply(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    def away() -> Any:
        raise OperationalError("select", {}, Exception(SAD))

    reply = danger_reply(Danger.SELF_HARM, said(SAD), replace(services, register=SimpleNamespace(unit_of_work=away)))
    assert "12356" in reply.text
    assert TOLD not in reply.text
    assert "not written: OperationalError" in caplog.text
    assert "不想活" not in caplog.text


@pytest.mark.parametrize("way", ["outside", "form", "status"])
def test_who_asks_for_a_person_is_flagged_wherever_they_are(new_services: Services, way: str) -> None:
    heard = replace(said("", "handoff"), button=True)
    if way == "outside":
        replies, _ = TASKS["action_handoff"](Visit(new_services).tracker("/handoff"), heard, new_services)
    elif way == "form":
        replies = FormTurn(
            Intake.from_slots(at(new_services, "name").slots), heard, new_services, surface="w"
        ).replies()
    else:
        replies = StatusTurn(StatusQuery(asked="case_number"), heard, new_services, client="c").replies()
    assert "记下您要找人" in next(iter(replies)).text
    assert [flag.kind for flag in flags(new_services)] == ["asked"]


@pytest.mark.parametrize("slot", ["request", "name", "phone", "consent", "narrative"])
def test_inside_the_form_the_same_question_follows(services: Services, slot: str) -> None:
    citizen = at(services, slot)
    before = dict(citizen.draft)
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "question"]
    assert "您说的都留着" in citizen.replies[0].text
    assert citizen.reply.asks == citizen.asked == slot
    assert citizen.draft == before


def test_at_the_summary(services: Services) -> None:
    citizen = at_summary(services)
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "summary"]
    assert citizen.asked == "confirm"


def test_while_pausing(services: Services) -> None:
    citizen = at(services, "name")
    citizen.say("算了")
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "choice"]
    citizen.say("继续")
    assert citizen.asked == "name"


def test_at_the_opening(services: Services) -> None:
    citizen = Citizen(services)
    citizen.hear(said("我要投诉恒盛箱包厂，欠我五个月工资两万一千块，再不给我就从楼上跳下去"))
    assert [each.kind for each in citizen.replies] == ["safety", "question"]
    assert citizen.asked == "consent"
    assert "恒盛箱包厂" in citizen.intake["opening"]


@pytest.mark.parametrize("asked", [None, "case_number", "query_code"])
def test_in_a_status_query(services: Services, asked: str | None) -> None:
    query = StatusQuery(number="QH-20261121-3" if asked == "query_code" else "", asked=asked)
    turn = StatusTurn(query, said(SAD, "status"), services, client="c")
    assert [each.kind for each in turn.replies()] == ["safety", "question"]
    assert turn.goes_on
    assert query.asked == (asked or "case_number")


def test_a_status_query_keeps_the_number_that_came_with_the_danger(services: Services) -> None:
    heard = replace(said("QH-20261121-3 查了三次都没动静，我不想活了"), entities={"case_number": "QH-20261121-3"})
    query = StatusQuery(asked="case_number")
    replies = StatusTurn(query, heard, services, client="c").replies()
    assert [each.kind for each in replies] == ["safety", "question"]
    assert query.number == "QH-20261121-3"
    assert replies[-1].asks == "query_code"


@pytest.mark.parametrize("action", sorted(set(TASKS) - set(FORMS)))
def test_outside_a_form_before_every_action(services: Services, action: str) -> None:
    visit = Visit(services)
    replies, events = TASKS[action](visit.tracker("/help"), said(SAD), services)
    assert [each.kind for each in replies] == ["safety"]
    assert list(events) == []


def test_a_long_story_with_danger_in_it_is_taken_and_not_asked_again(services: Services) -> None:
    citizen = at(services, "narrative")
    story = "恒盛箱包厂从五月起没发过工资，一共欠我两万一千块，我真的不想活了"
    intake = Intake.from_slots(citizen.slots)
    replies = FormTurn(intake, said(story), services, surface="web").replies()
    assert [reply.kind for reply in replies] == ["safety", "question"]
    assert replies[-1].asks == "request"
    assert "两万一千块" in str(intake.draft["narrative"])
