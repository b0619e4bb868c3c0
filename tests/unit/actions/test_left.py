"""How many questions the form still asks: what the kiosk shows as 「还有3个问题」."""

from __future__ import annotations

from actions.services import Services
from tests.unit.actions.factories import Citizen, at_summary


def test_every_answer_leaves_fewer(citizen: Citizen) -> None:
    first = citizen.say("我要投诉")
    second = citizen.say("同意")
    assert first.left is not None
    assert second.left == first.left - 1


def test_the_last_question_is_the_last_and_the_summary_has_none(services: Services) -> None:
    citizen = at_summary(services)
    skipped = citizen.slots["intake"]["skipped"]
    citizen.slots |= {"requested_slot": "evidence", "evidence": None}
    citizen.slots["intake"]["skipped"] = [each for each in skipped if each != "evidence"]
    assert citizen.say("/help").left == 1
    summary = citizen.say("/skip")
    assert (summary.kind, summary.left) == ("summary", None)


def test_a_question_that_is_put_again_counts_itself(services: Services) -> None:
    citizen = at_summary(services)
    assert citizen.say('/correct{"slot": "phone"}').left == 1
