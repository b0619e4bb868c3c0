"""What the extractor says of a message besides its entities, as it travels to the actions."""

from __future__ import annotations

import datetime
from typing import Any, Dict

from rasa.shared.nlu.training_data.message import Message

from engine.components.entities import RuleEntityExtractor, readings

TODAY = datetime.date(2026, 11, 21)


def output(text: str) -> Dict[str, Any]:
    extractor = RuleEntityExtractor(RuleEntityExtractor.get_default_config())
    (message,) = extractor.process([Message({"text": text})])
    told: Dict[str, Any] = message.as_dict(only_output_properties=True)
    return told


def test_sums_of_which_none_is_the_whole_travel_as_doubts_with_what_they_make_together() -> None:
    told = output("工资六千块，押金两千四百块，都没给")
    assert told["doubts"] == {"amount": [6000, 2400, 8400]}
    assert "amount" not in told["stated"]


def test_a_message_without_doubts_has_none() -> None:
    told = output("老板欠我工资两万元")
    assert told["stated"]["amount"] == 20000
    assert "doubts" not in told


def test_an_answer_that_can_be_read_in_several_ways_carries_its_readings() -> None:
    whole = readings("三月或者四月", TODAY)["whole"]
    assert whole["occurred_on_problem"] == "ambiguous"
    assert whole["occurred_on_choices"] == ["2026-03", "2026-04"]
    assert "occurred_on" not in whole
    whole = readings("要么三千要么五千", TODAY)["whole"]
    assert (whole["amount_problem"], whole["amount_choices"]) == ("ambiguous", [3000, 5000])
    assert "amount" not in whole


def test_so_does_a_correction() -> None:
    tail = readings("时间改成三月或者四月", TODAY)["tail"]
    assert tail["occurred_on_choices"] == ["2026-03", "2026-04"]


def test_a_plain_answer_has_neither_problem_nor_choices() -> None:
    whole = readings("两万元", TODAY)["whole"]
    assert whole["amount"] == 20000
    assert not {"amount_problem", "amount_choices"} & whole.keys()
