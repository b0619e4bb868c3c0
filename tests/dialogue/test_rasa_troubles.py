"""The dialogues in which Rasa's own forms are known to go wrong, held with the real engine, action server and public server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.e2e.citizen import Citizen, receipt_in
from tests.e2e.stack import Stack, running_stack

QUESTION = "信访多久有结果？"
TWO_DAYS = 2 * 24 * 60 * 60
# engine.serve, with a clock that goes two days fast
LATER = (
    f"import time, runpy; now = time.time; time.time = lambda: now() + {TWO_DAYS};"
    "runpy.run_module('engine.serve', run_name='__main__', alter_sys=True)"
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def citizen(stack: Stack) -> Iterator[Citizen]:
    with Citizen(stack.base_url) as someone:
        yield someone


def draft(citizen: Citizen) -> dict[str, Any]:
    """What the form holds, as the last question or summary shows it."""
    return next(dict(reply["draft"]) for reply in reversed(citizen.replies) if reply.get("draft"))


def test_9006_an_answer_is_corrected_in_words_and_the_rest_stays(citizen: Citizen) -> None:
    """rasa#9006: to enter something again, a form has to be emptied and begun anew."""
    citizen.fill_in(until="evidence")
    before = draft(citizen)
    citizen.say("电话说错了，是13900000002")
    assert draft(citizen) == before | {"phone": "139****0002"}
    assert citizen.asked == "evidence"
    citizen.fill_in()
    citizen.say("把金额改成两万")
    assert draft(citizen)["amount"] == 20000
    assert citizen.kinds == ["summary"]
    assert receipt_in(citizen.say("/affirm"))


def test_9699_a_correction_of_the_last_answer_takes_back_nothing_else(citizen: Citizen) -> None:
    """rasa#9699: slots cannot be set back without losing what came after."""
    citizen.fill_in(until="address")
    before = draft(citizen)
    citizen.say("名字写错了，我叫方志明")
    assert citizen.asked == "address"
    after = draft(citizen)
    assert after["name"] == "方**"
    assert {slot: after[slot] for slot in before if slot != "name"} == {
        slot: before[slot] for slot in before if slot != "name"
    }


@pytest.mark.parametrize(
    ("slot", "bad"),
    [
        ("phone", "电话写错了，是1390000002"),
        ("occurred_on", "时间写错了，是2026年13月"),
        ("amount", "金额说错了，记不清是多少"),
    ],
)
def test_6958_a_bad_new_value_does_not_wipe_the_good_old_one(citizen: Citizen, slot: str, bad: str) -> None:
    """rasa#6958: the value that validation refuses has already replaced the one that was right."""
    citizen.fill_in()
    before = draft(citizen)
    citizen.say(bad)
    assert draft(citizen) == before
    assert citizen.asked == slot
    citizen.say("/skip")
    assert draft(citizen)[slot] == before[slot]
    citizen.fill_in()
    assert draft(citizen) == before


@pytest.mark.parametrize("slot", ["request", "name", "phone", "place", "amount", "evidence"])
def test_7751_after_a_digression_the_question_stands_once(citizen: Citizen, slot: str) -> None:
    """rasa#7751: a form that is interrupted asks its question before the interruption is answered, and again after."""
    citizen.fill_in(until=slot)
    for _ in range(2):
        citizen.say(QUESTION)
        assert [reply.get("asks") for reply in citizen.replies] == [None, slot]
        assert citizen.kinds[0] in ("answer", "clarify")
        assert citizen.replies[0]["text"].count(citizen.replies[1]["text"]) == 0
    assert citizen.answer() == slot
    assert citizen.asked not in (None, slot)


def test_5091_a_form_left_open_for_two_days_goes_on_where_it_was(stack: Stack, citizen: Citizen) -> None:
    """rasa#5091: after an hour a session ends in the middle of the form, and its answers are gone."""
    citizen.fill_in(until="place")
    before = draft(citizen)
    program = stack._programs["engine"]
    stack.kill("engine")
    stack._programs["engine"] = replace(program, command=(program.command[0], "-c", LATER))
    try:
        stack.start("engine")
        citizen.say(QUESTION)
        assert citizen.asked == "place"
        assert draft(citizen) == before
        citizen.fill_in()
        assert before.items() <= draft(citizen).items()
        assert receipt_in(citizen.say("/affirm"))
    finally:
        stack.kill("engine")
        stack._programs["engine"] = program
        stack.start("engine")
