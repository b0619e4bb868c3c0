"""A new problem in the middle of a form: one after the other, the other first, or the same thing after all; nothing told is lost."""

from __future__ import annotations

import pytest

from actions.heard import Heard
from actions.services import Services
from tests.unit.actions.factories import GROUP, WAGES, Citizen, at, hear

FIRST, SWITCH, SAME = (f'/choose{{"id": "{each}"}}' for each in ("first", "switch", "same"))
SMOKE = "永发砖厂天天冒黑烟，废气刺鼻，地里的白菜叶子都黑了，晚上臭味熏得睡不着"
OTHER = Heard(SMOKE, stated={"respondent": "永发砖厂"}, intent="complain", confidence=0.9)


def interrupted(services: Services, slot: str = "address") -> Citizen:
    citizen = at(services, slot, request="让厂里把工资一次给清", name="周桂兰")
    citizen.hear(OTHER)
    return citizen


@pytest.mark.parametrize("slot", ["address", "phone", "place", "prior_handling", "evidence"])
def test_it_is_noticed_and_the_citizen_chooses(services: Services, slot: str) -> None:
    citizen = interrupted(services, slot)
    assert citizen.reply.kind == "choice"
    assert [each.payload for each in citizen.reply.buttons or []] == [FIRST, SWITCH, SAME]
    assert slot not in citizen.draft
    assert citizen.draft["narrative"] == WAGES


@pytest.mark.parametrize(
    "text",
    [
        "找过劳动监察大队，他们说厂里没钱，让我们等着，等了两个多月了还是没有工资",  # more of the same matter
        "城关街道北门街12号院三号楼二单元五楼东户，门口有个卖早点的铺子",  # a long answer
        "对面砖厂的黑烟大",  # too short for a story
    ],
)
def test_an_answer_is_no_new_problem(services: Services, text: str) -> None:
    citizen = at(services, "prior_handling", request="让厂里把工资一次给清", name="周桂兰")
    citizen.hear(Heard(text))
    assert citizen.draft["prior_handling"] == text


def test_a_story_where_a_story_is_asked_for_is_the_story(services: Services) -> None:
    citizen = at(services, "request")
    citizen.hear(OTHER)
    assert citizen.draft["request"] == SMOKE


@pytest.mark.parametrize("way", [FIRST, "先把前面这件登记完", "先办完前面那件吧"])
def test_the_first_is_finished_and_the_second_comes_after_it(new_services: Services, way: str) -> None:
    citizen = interrupted(new_services)
    citizen.touch(way) if way.startswith("/") else citizen.hear(Heard(way))
    assert citizen.reply.asks == "address"
    citizen.say("城关街道北门街12号", "13800010001", "没有找过别的部门", "/skip", "/affirm")
    assert [each.kind for each in citizen.replies] == ["receipt", "choice"]
    assert "另外一件事" in citizen.reply.text
    assert not citizen.in_form
    assert "工资" not in str(citizen.draft)
    reply = citizen.touch("/file")
    assert reply.asks == "consent"
    assert (citizen.draft["narrative"], citizen.draft["respondent"]) == (SMOKE, "永发砖厂")
    assert citizen.touch("/affirm").asks == "request"


@pytest.mark.parametrize("way", [SWITCH, "先说刚才这件"])
def test_the_other_way_round_the_first_is_kept_under_its_code(new_services: Services, way: str) -> None:
    citizen = interrupted(new_services)
    citizen.touch(way) if way.startswith("/") else citizen.hear(Heard(way))
    kept, question = citizen.replies
    assert kept.resume
    assert kept.resume["code"].startswith("D-")
    assert question.asks == "consent"
    assert question.triage
    assert question.triage["matter"] == "environment"
    assert citizen.draft["narrative"] == SMOKE
    assert "name" not in citizen.draft, "each complaint is agreed to and signed by itself"


@pytest.mark.parametrize("way", [SAME, "这是同一件事", "是一回事"])
def test_the_same_thing_is_added_to_the_story(services: Services, way: str) -> None:
    citizen = interrupted(services)
    citizen.touch(way) if way.startswith("/") else citizen.hear(Heard(way))
    assert citizen.draft["narrative"] == f"{WAGES}\n{SMOKE}"
    assert citizen.draft["respondent"] == "恒盛箱包厂"
    assert citizen.reply.asks == "address"


@pytest.mark.parametrize(
    "unclear", ["嗯这个嘛", "13800010001", "/skip", "/affirm", '/attach{"id": "photo-1"}', "转人工"]
)
def test_an_unclear_answer_loses_neither(services: Services, unclear: str) -> None:
    citizen = interrupted(services)
    citizen.say(unclear)
    assert citizen.reply.kind == "choice"
    assert citizen.intake["other_story"]["text"] == SMOKE
    assert citizen.draft["narrative"] == WAGES


def test_stopping_is_still_possible_and_leads_back(services: Services) -> None:
    citizen = interrupted(services)
    citizen.say("算了")
    assert [each.payload for each in citizen.reply.buttons or []] == ["/keep", "/discard", "/resume"]
    citizen.say("/resume", "嗯这个嘛")
    assert [each.payload for each in citizen.reply.buttons or []] == [FIRST, SWITCH, SAME]


def test_several_people_are_remembered_with_their_story(services: Services) -> None:
    citizen = at(services, "address", request="让厂里把工资一次给清", name="周桂兰")
    citizen.hear(hear(GROUP))
    citizen.touch(SWITCH)
    assert citizen.intake["marks"]["headcount"] == 23
