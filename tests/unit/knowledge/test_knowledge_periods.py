"""A deadline is data, and every text says it by reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.load import KnowledgeError
from tests.unit.knowledge.factories import SAID, base, deadline, entry, write

EXTENDED = deadline(act="extend", **{"from": "handling-limit-end"})


def read(tmp_path: Path, answer: str, *deadlines: dict[str, Any]) -> str:
    """The answer as people read it."""
    return base(tmp_path, entry(answer=answer, deadlines=list(deadlines)))["review.deadline"].answer


def refused(tmp_path: Path, answer: str, *deadlines: dict[str, Any]) -> str:
    """The one problem that keeps such an entry from being loaded."""
    with pytest.raises(KnowledgeError) as caught:
        read(tmp_path, answer, *deadlines)
    (problem,) = caught.value.problems
    line = (tmp_path / "knowledge" / problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert line.startswith(f"  {problem.field}:")
    return problem.message


@pytest.mark.parametrize(
    ("unit", "words"), [("day", "5日"), ("working-day", "5个工作日"), ("month", "5个月"), ("year", "5年")]
)
def test_the_unit_in_words(tmp_path: Path, unit: str, words: str) -> None:
    assert read(tmp_path, f"{SAID}内。", deadline(length=5, unit=unit)) == f"{words}内。"


def test_every_field_is_said(tmp_path: Path) -> None:
    texts = {"details": [SAID], "cost": SAID, "where": SAID, "materials": [f"{SAID}内的答复"], "if_refused": SAID}
    said = base(tmp_path, entry(**texts))["review.deadline"]
    assert list(said.texts())[1:] == ["30日", "30日", "30日", "30日内的答复", "30日"]


def test_the_file_keeps_its_reference(tmp_path: Path) -> None:
    loaded = base(tmp_path, entry(answer=f"{SAID}内。"))
    assert loaded.written["review.deadline"].answer == f"{SAID}内。"


def test_a_change_of_the_data_changes_every_text(tmp_path: Path) -> None:
    said = base(tmp_path, entry(details=[f"过了{SAID}就晚了。"], deadlines=[deadline(length=20)]))["review.deadline"]
    assert list(said.texts()) == ["收到书面答复之日起20日内，可以申请复查。", "过了20日就晚了。"]


def test_one_act_after_two_events(tmp_path: Path) -> None:
    both = deadline(), deadline(length=15, **{"from": "received-review-reply"})
    first, second = (f"{{deadline.request-review@{each['from']}}}" for each in both)
    assert read(tmp_path, f"{first}，{second}", *both) == "30日，15日"
    assert refused(tmp_path, f"{SAID}内。", *both).startswith(f"{SAID} has 2 lengths (30日, 15日)")


def test_one_number_of_several_acts(tmp_path: Path) -> None:
    together = "各{deadline.request-review+extend}。"
    assert read(tmp_path, together, deadline(), EXTENDED) == "各30日。"
    assert "2 lengths" in refused(tmp_path, together, deadline(), {**EXTENDED, "length": 20})


@pytest.mark.parametrize("act", ["{deadline.request-reviw}", "{deadline.request-review@accepted}"])
def test_a_name_that_the_entry_has_not(tmp_path: Path, act: str) -> None:
    assert "the entry has no deadline request-rev" in refused(tmp_path, f"{act}内。", deadline())


@pytest.mark.parametrize(
    "reference", ["{deadlines.request-review}", "{deadline.}", "{deadline.request-review", "{deadline}"]
)
def test_a_reference_that_is_none(tmp_path: Path, reference: str) -> None:
    assert refused(tmp_path, f"期限{reference}", deadline()) == f"{reference} is no {{deadline.act}}"


def test_every_wrong_reference_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, entry(answer="{deadline.one}内。", details=["好。", "{deadline.two}内。"]))
    with pytest.raises(KnowledgeError) as caught:
        base(tmp_path, *[entry(answer="{deadline.one}内。", details=["好。", "{deadline.two}内。"])])
    lines = (folder / "petition/review.yml").read_text(encoding="utf-8").splitlines()
    assert [(each.field, lines[each.line - 1]) for each in caught.value.problems] == [
        ("answer", "  answer: '{deadline.one}内。'"),
        ("details.1", "  - '{deadline.two}内。'"),
    ]
