"""Asking in the middle of the form where an earlier case stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.heard import Heard
from actions.services import Services
from tests.unit.actions.factories import Citizen, at_summary, hear

NUMBER, WISH = "QH-20261121-1", Heard("我上次反映的那件办到哪了", "status", 0.9)


def filed(services: Services) -> dict[str, str]:
    citizen = at_summary(services)
    citizen.say("确认提交")
    receipt = citizen.reply.receipt
    assert receipt
    return {"case_number": receipt["number"], "query_code": receipt["query_code"]}


@pytest.mark.parametrize("heard", [WISH, Heard(NUMBER, "complain", 0.4, entities={"case_number": NUMBER})])
@pytest.mark.parametrize("asked", ["request", "name", "place"])
def test_a_wish_or_a_number_alone_is_told_what_it_takes(services: Services, heard: Heard, asked: str) -> None:
    citizen = at_summary(services)
    citizen.slots["requested_slot"] = asked
    before = citizen.draft
    citizen.hear(heard)
    assert "编号和查询码一起发给我" in citizen.replies[0].text
    assert citizen.replies[-1].asks == asked
    assert citizen.draft == before


def test_both_halves_show_the_case_and_the_question_stays(services: Services) -> None:
    halves = filed(services)
    citizen = at_summary(services)
    citizen.hear(Heard(" ".join(halves.values()), "status", 0.9, entities=halves))
    assert citizen.replies[0].kind == "status"
    assert citizen.replies[0].case
    assert citizen.replies[-1].asks == "confirm"


def test_a_wrong_code_is_refused_like_elsewhere(services: Services) -> None:
    halves = filed(services) | {"query_code": "7K3M-9QXD-2F4H"}
    citizen = at_summary(services)
    citizen.hear(Heard(" ".join(halves.values()), "status", 0.9, entities=halves))
    assert citizen.replies[0].kind == "notice"
    assert citizen.replies[-1].asks == "confirm"


def test_an_earlier_case_is_an_answer_where_it_is_asked_for(services: Services) -> None:
    citizen = Citizen(services)
    citizen.slots = dict(at_summary(services).slots, requested_slot="prior_handling", prior_handling=None)
    citizen.hear(replace(hear("没有"), text=f"登记过，{NUMBER}", intent="complain", entities={"case_number": NUMBER}))
    assert NUMBER in str(citizen.draft["prior_handling"])


def test_a_story_that_names_a_case_is_a_story(services: Services) -> None:
    citizen = at_summary(services)
    citizen.slots["requested_slot"] = "narrative"
    story = f"去年登记过{NUMBER}，答复说给我修路，到今天路还是烂的，下雨天车都出不去，孩子上学要绕五里地"
    citizen.hear(Heard(story, "complain", 0.9, entities={"case_number": NUMBER}))
    assert story in citizen.draft["narrative"]
