"""What can be read in two ways is not guessed: the readings are given, so that the form can ask which."""

from __future__ import annotations

from datetime import date

import pytest

from engine.extract import Problem, doubts, extract, fill, parse_date, read_amount

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("三月或者四月", ("2026-03", "2026-04")),
        ("不是去年就是前年", ("2025", "2024")),
        ("八月十五", ("2026-08-15", "2026-09-25")),
        ("腊月或者正月", ("2026-01/2026-02", "2026-02/2026-03")),
        ("去年3月还是今年3月来着", ("2025-03", "2026-03")),
        ("前几天", ()),
        ("麦收的时候", ()),
    ],
)
def test_an_ambiguous_date(text: str, choices: tuple[str, ...]) -> None:
    result = parse_date(text, TODAY)
    assert (result.value, result.problem, result.choices) == (None, Problem.AMBIGUOUS, choices)
    assert "occurred_on" not in fill(extract(text, TODAY))


@pytest.mark.parametrize(
    ("text", "choices"), [("本金十万利息两万", (100000, 20000, 120000)), ("要么三千要么五千", (3000, 5000))]
)
def test_several_sums_in_an_answer(text: str, choices: tuple[int, ...]) -> None:
    result = read_amount(text)
    assert (result.value, result.problem, result.choices) == (None, Problem.AMBIGUOUS, choices)


def test_a_sum_that_is_put_right_is_no_doubt() -> None:
    assert read_amount("三千，不对，三千五").value == 3500
    assert read_amount("欠了多少啊").problem is Problem.NONE


def test_sums_of_a_story_that_stand_against_each_other() -> None:
    found = extract("工资八千块，社保三千块，加班费两千块，都没给", TODAY)
    assert doubts(found) == {"amount": [8000, 3000, 2000]}
    assert "amount" not in fill(found)
    assert doubts(extract("工资八千块，社保三千块，一共一万一千块", TODAY)) == {}
    assert doubts(extract("欠我八千块", TODAY)) == {}
