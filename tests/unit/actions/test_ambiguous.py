"""What can be read in two ways is asked, not guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actions.choose import spelled_out
from actions.heard import Heard, heard_in
from actions.intake.another import heard_again, story_of
from actions.intake.state import Intake
from actions.services import Services
from bot.payloads import clean_payload
from knowledge.reply import Reply
from tests.unit.actions.factories import Citizen, at

MARCH = {"occurred_on_problem": "ambiguous", "occurred_on_choices": ["2026-03", "2025-03"]}
STORY = "恒盛箱包厂工资欠了六千块，加班费欠了两千四百块，找了好几次都不给"
TWO_SUMS = Heard(STORY, "complain", 0.9, stated={"respondent": "恒盛箱包厂"}, doubts={"amount": [6000, 2400]})


def answer(text: str, **whole: Any) -> Heard:
    return Heard(text, "complain", 0.3, whole=whole)


def payloads(reply: Reply) -> list[str]:
    return [each.payload for each in reply.buttons or []]


def titles(reply: Reply) -> list[str]:
    return [each.title for each in reply.buttons or [] if each.payload.startswith("/choose")]


def asked_when(services: Services, **given: Any) -> Citizen:
    """Asked for the date, has given one that can be read in two ways."""
    citizen = at(services, "occurred_on", **{"occurred_on": None, **given})
    citizen.hear(answer("三月份", **MARCH))
    return citizen


def told_two_sums(services: Services) -> Citizen:
    citizen = Citizen(services)
    citizen.say("我要投诉", "同意")
    citizen.hear(TWO_SUMS)
    return citizen


def test_a_date_with_two_readings_is_asked_with_a_button_for_each(services: Services) -> None:
    citizen = asked_when(services)
    assert "您说的是2026年3月，还是2025年3月？" in citizen.reply.text
    assert titles(citizen.reply) == ["2026年3月", "2025年3月"]
    assert citizen.reply.asks == "occurred_on"
    assert "occurred_on" not in citizen.draft


def test_it_is_no_miss(services: Services) -> None:
    citizen = asked_when(services)
    for _ in range(4):
        citizen.hear(answer("三月份", **MARCH))
    assert citizen.intake["attempts"] == {}
    assert "/handoff" not in payloads(citizen.reply)


def test_a_touched_reading_is_taken(services: Services) -> None:
    citizen = asked_when(services)
    sent = clean_payload(payloads(citizen.reply)[1])
    reply = citizen.touch(sent)
    assert citizen.draft["occurred_on"] == "2025-03"
    assert reply.asks != "occurred_on"
    assert citizen.intake["doubts"] == {}


def test_so_is_a_period(services: Services) -> None:
    citizen = at(services, "occurred_on", occurred_on=None)
    periods = ["2026-01/2026-02", "2026-02/2026-03"]
    citizen.hear(answer("腊月或者正月", occurred_on_problem="ambiguous", occurred_on_choices=periods))
    assert titles(citizen.reply) == ["2026年1月至2026年2月", "2026年2月至2026年3月"]
    citizen.touch(clean_payload(payloads(citizen.reply)[0]))
    assert citizen.draft["occurred_on"] == "2026-01/2026-02"


def test_so_is_one_that_is_said(services: Services) -> None:
    citizen = asked_when(services)
    citizen.say("去年3月")
    assert citizen.draft["occurred_on"] == "2025-03"
    assert citizen.intake["doubts"] == {}


@pytest.mark.parametrize(("said", "value"), [("第二个", "2025-03"), ("2026年3月", "2026-03"), ("前面那个", "2026-03")])
def test_a_reading_can_be_named_by_its_number_or_its_words(services: Services, said: str, value: str) -> None:
    citizen = asked_when(services)
    citizen.hear(spelled_out(answer(said), Intake.from_slots(citizen.slots), services))
    assert citizen.draft["occurred_on"] == value


def test_a_number_in_answer_to_a_sum_is_a_number(services: Services) -> None:
    citizen = at(services, "amount", amount=None)
    citizen.hear(answer("要么三千要么五千", amount_problem="ambiguous", amount_choices=[3000, 5000]))
    citizen.hear(spelled_out(answer("2", amount=2), Intake.from_slots(citizen.slots), services))
    assert citizen.draft["amount"] == 2


@pytest.mark.parametrize("touched", ['/choose{"id": "2024-03"}', '/choose{"id": "named"}', "/choose"])
def test_a_button_that_was_not_offered_is_taken_for_nothing(services: Services, touched: str) -> None:
    citizen = asked_when(services)
    reply = citizen.touch(touched)
    assert reply.asks == "occurred_on"
    assert "occurred_on" not in citizen.draft
    assert titles(reply) == ["2026年3月", "2025年3月"]


def test_the_reading_before_the_story(services: Services) -> None:
    """A date that somewhere in the same words looks certain does not settle what the answer leaves open."""
    citizen = at(services, "occurred_on", occurred_on=None)
    citizen.hear(Heard("去年3月还是今年3月来着", stated={"occurred_on": "2025-03"}, whole=MARCH))
    assert "还是" in citizen.reply.text
    assert "occurred_on" not in citizen.draft


def test_the_good_old_value_stays_until_one_is_chosen(services: Services) -> None:
    citizen = at(services, "place", occurred_on="2026-05")
    citizen.touch('/correct{"slot": "occurred_on"}')
    citizen.hear(answer("三月份", **MARCH))
    assert citizen.draft["occurred_on"] == "2026-05"
    citizen.touch(payloads(citizen.reply)[0])
    assert citizen.draft["occurred_on"] == "2026-03"


def test_a_correction_with_two_readings_asks_which(services: Services) -> None:
    citizen = at(services, "place", occurred_on="2026-05")
    citizen.hear(Heard("时间改成三月", "correct", 0.9, tail={**MARCH, "text": "三月"}))
    assert "您说的是2026年3月，还是2025年3月？" in citizen.reply.text
    assert citizen.draft["occurred_on"] == "2026-05"
    assert citizen.intake["attempts"] == {}
    citizen.touch(payloads(citizen.reply)[1])
    assert citizen.draft["occurred_on"] == "2025-03"


def test_readings_that_cannot_be_are_not_offered(services: Services) -> None:
    citizen = at(services, "occurred_on", occurred_on=None)
    choices = ["2026-03", "2027-03", "2025-03"]
    citizen.hear(answer("三月", occurred_on_problem="ambiguous", occurred_on_choices=choices))
    assert titles(citizen.reply) == ["2026年3月", "2025年3月"]


@pytest.mark.parametrize("choices", [[], ["2026-03", "2027-03"], ["2026-03", "2026-04", "2026-05", "2026-06"]])
def test_what_leaves_no_choice_is_asked_as_before(services: Services, choices: list[str]) -> None:
    citizen = at(services, "occurred_on", occurred_on=None)
    citizen.hear(answer("那阵子", occurred_on_problem="ambiguous", occurred_on_choices=choices))
    assert "没听明白" in citizen.reply.text
    assert titles(citizen.reply) == []
    assert citizen.intake["attempts"] == {"occurred_on": 1}


def test_three_sums_in_an_answer(services: Services) -> None:
    citizen = at(services, "amount", amount=None)
    citizen.hear(answer("八千、三千、两千", amount_problem="ambiguous", amount_choices=[8000, 3000, 2000]))
    assert "您说了8000元、3000元，还是2000元？" in citizen.reply.text
    citizen.hear(answer("一万三", amount=13000))
    assert citizen.draft["amount"] == 13000


def test_two_sums_of_a_story_are_asked_about_and_none_is_taken(services: Services) -> None:
    citizen = told_two_sums(services)
    assert "amount" not in citizen.draft
    assert "金额是" not in citizen.reply.text
    citizen.say("让厂里把工资一次给清")
    assert citizen.asked == "amount"
    assert "您说了6000元，还是2400元？" in citizen.reply.text
    assert "牵涉多少钱" not in citizen.reply.text
    assert "/skip" in payloads(citizen.reply)
    citizen.hear(answer("八千四", amount=8400))
    assert citizen.draft["amount"] == 8400
    assert citizen.intake["doubts"] == {}


def test_a_sum_told_later_settles_it(services: Services) -> None:
    citizen = told_two_sums(services)
    citizen.hear(Heard("让厂里把八千四百块钱一次给清", "complain", 0.9, stated={"amount": 8400}))
    assert citizen.draft["amount"] == 8400
    assert citizen.intake["doubts"] == {}


def test_doubts_reach_the_form_from_the_engine_and_wait_with_a_story() -> None:
    heard = heard_in({"text": STORY, "doubts": {"amount": [6000, 2400]}})
    assert heard.doubts == {"amount": [6000, 2400]}
    assert heard_again(json.loads(json.dumps(story_of(heard)))).doubts == heard.doubts
