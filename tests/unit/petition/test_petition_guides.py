"""The field guides and the triage never disagree."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.guides import load_guides
from petition.guides import Guides
from petition.matters import Matter
from petition.routing import triage
from petition.rules import Rules
from tests.unit.petition.conftest import REPOSITORY


@pytest.fixture(scope="module")
def guides(rules: Rules) -> Guides:
    return load_guides(REPOSITORY / "data" / "guides", rules)


def test_every_matter_has_its_sheet(guides: Guides) -> None:
    assert list(guides.by_matter) == list(Matter)
    for guide in guides.by_matter.values():
        assert guide.title == guide.matter.info.title
        assert 6 <= len(guide.demands) <= 14
        assert len({demand.demand for demand in guide.demands}) == len(guide.demands)


@pytest.mark.parametrize("matter", Matter)
def test_the_triage_sends_every_example_where_its_row_says(matter: Matter, guides: Guides, rules: Rules) -> None:
    for demand in guides[matter].demands:
        assert len(set(demand.examples)) >= 3, demand.demand
        for example in demand.examples:
            found = triage(example, rules)
            assert (found.matter, found.rule) == (matter, demand.route), example
            assert guides.row(matter, found.rule, example) is demand, example


def test_whatever_the_triage_can_find_has_a_row(guides: Guides, rules: Rules) -> None:
    for routes in rules.routes.values():
        for route in routes:
            for matter in route.condition.matters or Matter:
                assert guides.row(matter, route.name, ""), f"{matter} {route.name}"


def test_the_dev_complaints_have_a_row(complaints: list[dict[str, Any]], guides: Guides, rules: Rules) -> None:
    for item in complaints:
        found = triage(item["text"], rules)
        row = guides.row(found.matter, found.rule, item["text"])
        assert row is not None
        assert row.route == found.rule


def test_the_row_is_chosen_by_its_words_and_examples(guides: Guides) -> None:
    texts = {
        "我没签劳动合同": "没签劳动合同、双倍工资",
        "年假一天没休": "加班费、年休假",
        "公司要裁员了": "辞退、裁员、经济补偿",
    }
    for text, demand in texts.items():
        row = guides.row(Matter.LABOUR, "labour-dispute", text)
        assert row
        assert row.demand == demand


def sheets(**row: str) -> list[dict[str, Any]]:
    return [{"matter": "land", "title": "国土资源", "intro": "先调解。", "demands": [{"demand": "地界", **row}]}]


@pytest.mark.parametrize("route", ["nowhere", "labour-dispute"])
def test_a_row_with_a_route_that_cannot_lead_there_is_refused(route: str, rules: Rules) -> None:
    with pytest.raises(ValueError, match=route):
        Guides.from_data(sheets(route=route), {"title": "通用", "intro": "", "demands": []}, rules)
