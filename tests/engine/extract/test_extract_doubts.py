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
        ("12月", ("2025-12", "2024-12")),
        ("12/3", ("2025-12-03", "2024-12-03")),
        ("11月25号", ("2025-11-25", "2024-11-25")),
        ("那年3月", ()),
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


@pytest.mark.parametrize(
    ("story", "readings"),
    [
        ("老板欠我两万工资，我还垫了三千材料费", [20000, 3000, 23000]),
        ("欠我九千块工资还有四百块的饭补", [9000, 400, 9400]),
        ("他要我还五万，其实我只欠三万", [50000, 30000]),
        ("他们说我欠物业费三千二，我算着只有一千八", [3200, 1800]),
        ("工程款八万，他给了三万", [80000, 50000]),
    ],
)
def test_of_two_claims_side_by_side_neither_is_guessed(story: str, readings: list[int]) -> None:
    found = extract(story, TODAY)
    assert doubts(found) == {"amount": readings}
    assert "amount" not in fill(found)


@pytest.mark.parametrize(
    ("story", "claim"),
    [
        ("房子三十万买的，漏水损失两万", 20000),
        ("医药费三万，要求赔偿五万", 50000),
        ("我月薪五千，欠了我一万五", 15000),
        ("工资六千，加班费两千四，总共八千四", 8400),
        ("二十万的工程款现在还欠八万", 80000),
    ],
)
def test_the_price_of_a_thing_a_wage_and_what_is_paid_stand_behind_the_claim(story: str, claim: int) -> None:
    found = extract(story, TODAY)
    assert fill(found)["amount"] == claim
    assert doubts(found) == {}


def test_a_month_still_to_come_this_year_is_asked_with_both_years() -> None:
    found = extract("12月份停的我的低保", TODAY)
    assert "occurred_on" not in fill(found)
    assert doubts(found) == {"occurred_on": ["2025-12", "2024-12"]}
    assert fill(extract("从12月停到今年3月", TODAY))["occurred_on"] == "2025-12/2026-03"
    assert fill(extract("去年10月开的工，12月就停了", TODAY))["occurred_on"] == "2025-10"


def test_the_month_of_that_year_takes_the_year_that_was_named() -> None:
    assert doubts(extract("那年3月他打了我", TODAY)) == {}
    assert "occurred_on" not in fill(extract("那年3月他打了我", TODAY))
    assert [each.value for each in extract("2019年买的房，那年10月该交房", TODAY) if each.entity == "date"] == [
        "2019",
        "2019-10",
    ]
