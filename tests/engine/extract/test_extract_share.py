"""How much of what citizens say is understood: the share of the table of cases, slot by slot."""

from __future__ import annotations

import pytest
from extract_table import LISTS, TABLE, Share, judged

LEAST = 0.97
LEAST_CASES = 600
SLOTS = {"amount", "occurred_on", "place", "name", "respondent", "phone", "headcount", "prior_handling"}


def test_the_share_right_of_every_slot() -> None:
    total = Share()
    for name in LISTS:
        part = Share()
        for each in judged(name):
            part.add(each)
            total.add(each)
        print(f"\n{name}\n{part}")
    print(f"\ntogether\n{total}")
    assert total.overall >= LEAST
    assert total.all.keys() == SLOTS
    assert {slot: total.share(slot) for slot in SLOTS if total.share(slot) < LEAST} == {}


@pytest.mark.parametrize("name", LISTS)
def test_the_wrong_ones_are_the_ones_marked_with_their_reason(name: str) -> None:
    wrong = {each.text: str(each) for each in judged(name) if not each.right}
    marked = {case["text"]: case["why"] for case in TABLE[name] if case.get("wrong")}
    for text, said in wrong.items():
        print(f"{said}\n    {marked.get(text, 'not marked')}")
    assert wrong.keys() == marked.keys()


def test_the_table_is_large_and_asks_for_nothing_too() -> None:
    cases = [case for name in LISTS for case in TABLE[name]]
    assert len({(case["text"], case.get("asks")) for case in cases}) == len(cases) >= LEAST_CASES
    assert sum(value is None for case in cases for value in case["expect"].values()) >= 100
