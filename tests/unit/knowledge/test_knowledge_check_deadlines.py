"""Every deadline stands once, is said, and has one name and one length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.check import check
from tests.unit.knowledge.factories import SAID, base, deadline, entry, second

POSTED = deadline(act="keep-posted", length=15, **{"from": "notice-posted"})


def found(tmp_path: Path, *entries: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.field.split(".", 2)[2], each.message) for each in check(base(tmp_path, *entries))]


def fields(tmp_path: Path, *entries: dict[str, Any]) -> list[str]:
    return [field for field, _ in found(tmp_path, *entries)]


def test_a_second_name_for_an_act_or_an_event(tmp_path: Path) -> None:
    wrong = [deadline(act="apply-review"), deadline(**{"from": "receipt-of-written-reply"})]
    said = "{deadline.apply-review}，{deadline.request-review}"
    assert fields(tmp_path, entry(answer=said, deadlines=wrong)) == ["deadlines.0.act", "deadlines.1.from"]


@pytest.mark.parametrize("number", ["30日", "30天", "三十日", "这30日", "30 日"])
def test_a_number_that_stands_twice(tmp_path: Path, number: str) -> None:
    assert found(tmp_path, entry(details=[f"过了{number}就晚了。"])) == [
        ("details.0", "30日 stands twice; write {deadline.request-review}")
    ]


def test_another_number_may_be_written_out(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(details=["拘留5日。", "130日。", "30个工作日。", "30人。"])) == []


def test_working_days_written_as_days(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(details=["30日内。"], deadlines=[deadline(unit="working-day")])) == ["details.0"]


def test_a_period_that_only_has_the_same_number(tmp_path: Path) -> None:
    assert fields(tmp_path, entry(details=["拘留30日。"], coincides=["30日"])) == []
    assert fields(tmp_path, entry(coincides=["30日"])) == ["coincides.0"]
    assert fields(tmp_path, entry(details=["拘留5日。"], coincides=["5日"])) == ["coincides.0"]


def test_a_deadline_that_no_text_says(tmp_path: Path) -> None:
    assert found(tmp_path, entry(answer="期限不长。")) == [("deadlines.0", "no text says {deadline.request-review}")]
    unsaid = deadline(**{"from": "received-review-reply"})
    said = "{deadline.request-review@received-written-reply}内。"
    assert fields(tmp_path, entry(answer=said, deadlines=[deadline(), unsaid])) == ["deadlines.1"]


def test_one_reference_says_all_deadlines_that_it_names(tmp_path: Path) -> None:
    both = [deadline(), deadline(**{"from": "received-review-reply"})]
    assert fields(tmp_path, entry(answer=f"{SAID}内。", deadlines=both)) == []


def test_a_minimum_is_said_as_one(tmp_path: Path) -> None:
    said = "{deadline.keep-posted}"
    assert (
        fields(tmp_path, entry(answer=f"要公布不少于{said}。", details=[f"{said}从公布算。"], deadlines=[POSTED])) == []
    )
    assert fields(tmp_path, entry(answer=f"公布{said}。", deadlines=[POSTED])) == ["deadlines.0"]
    assert fields(tmp_path, entry(answer=f"公布至少{said}，{said}以内撤下。", deadlines=[POSTED])) == ["answer"]


def test_what_is_no_minimum_is_not_said_as_one(tmp_path: Path) -> None:
    assert found(tmp_path, entry(answer=f"至少{SAID}。")) == [("answer", f"{SAID} is no minimum")]
    assert fields(tmp_path, entry(answer=f"超过{SAID}就晚了。")) == []


def test_a_minimum_beside_a_limit_of_the_same_length(tmp_path: Path) -> None:
    both = [POSTED, deadline(length=15)]
    assert fields(tmp_path, entry(answer=f"公布不少于{{deadline.keep-posted}}，{SAID}内复查。", deadlines=both)) == []


def test_one_act_has_one_length(tmp_path: Path) -> None:
    assert found(tmp_path, entry(), second(deadlines=[deadline(length=15)])) == [
        ("deadlines.0", "elsewhere request-review has 30 day")
    ]
