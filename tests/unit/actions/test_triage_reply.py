"""The reply to a story: row of the guide, why, channels, cost, clock, and three ways on; and what stands behind them."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.channel import how_to
from actions.guide import how_such_things_go
from actions.heard import Heard, heard_in
from actions.intake.listen import keep_hint
from actions.intake.state import Intake
from actions.narrative import advertises, asks, evidence, tells_story, triage_reply
from actions.registry import OUTSIDE
from actions.services import Services
from knowledge.reply import Reply
from petition.matters import Channel, Matter
from petition.triage import NO_HINT, Hint

DISMISSED = "公司上个月突然把我辞退了，干了四年，一分钱补偿都没有"


def triaged(text: str, services: Services, hint: Hint = NO_HINT) -> Reply:
    return triage_reply(Intake(), Heard(text, "complain", 0.9, hint=hint), services)


def button(payload_id: str, **params: str) -> Heard:
    return Heard("", payload_id, 1.0, params=params, button=True)


def test_the_reply_names_the_row_that_hangs_on_the_wall(services: Services) -> None:
    reply = triaged(DISMISSED, services)
    assert "按本局《分领域清单》：辞退、裁员、经济补偿 → 劳动仲裁、劳动监察投诉。" in reply.text
    assert reply.triage
    assert reply.triage["demand"] == "辞退、裁员、经济补偿"
    sheet = how_such_things_go(button("guide", matter=reply.triage["matter"]), services)
    assert reply.triage["demand"] in sheet.text


def test_the_reply_says_sort_why_body_cost_papers_and_clock(services: Services) -> None:
    text = triaged(DISMISSED, services).text
    for part in ("申诉求决", "劳动和社会保障", "第二十七条", "费用：不收费", "仲裁申请书", "1年内"):
        assert part in text
    assert services.office.bodies["labour-arbitration"].phone in text
    assert "不要只等信访结果" in text


def test_what_is_read_aloud_is_shorter_and_has_no_arrow(services: Services) -> None:
    reply = triaged(DISMISSED, services)
    assert reply.speech
    assert len(reply.speech) < len(reply.text) / 2
    assert "→" not in reply.speech
    assert "劳动仲裁" in reply.speech


def test_the_ways_on_and_the_paper_that_the_first_one_asks_for(services: Services) -> None:
    buttons = triaged(DISMISSED, services).buttons or []
    assert [each.payload for each in buttons] == [
        '/channel{"id": "labour-arbitration", "route": "labour-dispute"}',
        "/file",
        '/guide{"matter": "labour"}',
        '/paper{"id": "labour-arbitration"}',
    ]


def test_nothing_in_any_reply_turns_anybody_away(services: Services) -> None:
    for _, demand in services.guides.rows():
        for example in demand.examples[:1]:
            text = triaged(example, services).text
            assert not any(each in text for each in ("不予受理", "不受理", "不归我们", "管不了"))


# --- the ways on ------------------------------------------------------------------------------------------------------------------


def test_how_to_use_a_channel_is_told_from_the_topic_of_the_route(services: Services) -> None:
    usual = how_to(button("channel", id="civil-litigation"), services)
    enforcing = how_to(button("channel", id="civil-litigation", route="award-or-judgment-unpaid"), services)
    assert (usual.topic, enforcing.topic) == ("civil.filing", "civil.enforcement")
    assert "强制执行申请书" in enforcing.text
    assert "2年" in enforcing.text
    assert services.office.bodies["civil-litigation"].phone in usual.text
    assert [each.payload for each in enforcing.buttons or []] == ['/ask{"topic": "civil.enforcement"}', "/file"]


@pytest.mark.parametrize("channel", Channel)
def test_every_channel_tells_something(services: Services, channel: Channel) -> None:
    reply = how_to(button("channel", id=str(channel), route="nowhere"), services)
    assert channel.info.title in reply.text
    assert "{" not in reply.text


@pytest.mark.parametrize("params", [{}, {"id": "nowhere"}])
def test_a_button_without_a_channel_asks_what_happened(services: Services, params: dict[str, str]) -> None:
    assert how_to(button("channel", **params), services).kind == "choice"
    assert how_such_things_go(button("guide", **params), services).kind == "choice"


@pytest.mark.parametrize("matter", Matter)
def test_the_sheet_in_the_conversation_has_every_demand(services: Services, matter: Matter) -> None:
    reply = how_such_things_go(button("guide", matter=str(matter)), services)
    assert all(demand.demand in reply.text for demand in services.guides[matter].demands)
    assert reply.citations
    assert len(reply.speech or "") < 200


# --- a story or a question --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("钱到底卡在哪儿，请帮忙查清补发", False),
        ("账目谁也不知道，要求镇政府责令他们公开", False),
        ("处理意见要求镇里修路，到现在没修，我该找谁？", True),
        ("请求行政机关查处违法行为的信访事项如何处理？", True),
        ("复查要多久", True),
    ],
)
def test_a_story_that_ends_with_a_demand_is_no_question(services: Services, text: str, question: bool) -> None:
    assert asks(Heard(text), services) is question


def test_facts_that_end_in_a_question_without_answer_are_a_story(services: Services) -> None:
    text = "仲裁裁决书2026年6月8日就生效了，判食品厂给我一万二，厂里死活不给，这钱咋要"
    assert tells_story(Heard(text, "ask", 0.8, stated={"amount": 12000, "occurred_on": "2026-06-08"}), services)
    assert not tells_story(Heard("厂里死活不给，这钱咋要", "ask", 0.8, stated={"amount": 1}), services)


@pytest.mark.parametrize(
    ("text", "confidence", "advertisement"),
    [
        ("无抵押贷款，当天放款，加微信详谈", 0.4, True),
        ("出售二手房，精装修，急售", 0.5, True),
        ("出售二手房，精装修，急售", 0.9, False),
        ("我买的二手房漏水，中介不管", 0.5, False),
        ("路灯坏了三个月，要求尽快修好", 0.5, False),
        ("超市卖假酒，不给退钱", 0.5, False),
    ],
)
def test_an_advertisement_is_no_story(services: Services, text: str, confidence: float, advertisement: bool) -> None:
    heard = Heard(text, "complain", confidence)
    assert advertises(heard, services) is advertisement
    replies, _ = OUTSIDE["action_triage"](Tracker("v", {}, {}, [], False, None, {}, None), heard, services)
    assert [reply.kind == "triage" for reply in replies] == [not advertisement]


# --- what the classifier adds -----------------------------------------------------------------------------------------------------


def test_the_hint_travels_from_the_engine() -> None:
    heard = heard_in({"text": "x", "matters": {"rural": 0.81, "land": 0.1}, "types": {"claim": 1.0}})
    assert heard.hint == Hint({"rural": 0.81, "land": 0.1}, {"claim": 1.0})
    assert heard_in({"text": "x"}).hint == NO_HINT


def test_a_sure_matter_speaks_for_a_story_where_people_tell_of_themselves(services: Services) -> None:
    sure = Hint({"rural": 0.95})
    assert evidence(Heard("我们这里他们一直那样", hint=sure), services) > evidence(
        Heard("我们这里他们一直那样"), services
    )
    assert evidence(Heard("这里他们一直那样", hint=sure), services) == evidence(Heard("这里他们一直那样"), services)


def test_the_hint_decides_where_words_do_not(services: Services) -> None:
    text = "他们说好的事一直拖着，我们跑了好多回"
    reply = triaged(text, services, Hint({"veterans": 0.9}, {"claim": 0.9}))
    assert (reply.triage or {})["matter"] == "veterans"


@pytest.mark.parametrize(("later", "kept"), [(0.4, 0.7), (0.9, 0.9)])
def test_of_several_parts_of_a_story_the_surest_hint_is_kept(later: float, kept: float) -> None:
    intake = Intake(opening="厂里不给钱")
    keep_hint(intake, Heard("厂里不给钱", hint=Hint({"labour": 0.7})))
    keep_hint(intake, Heard("让他们把账算清", hint=Hint({"rural": later})))
    assert intake.hint.surest == kept
    again: dict[str, Any] = intake.to_slots()
    assert Intake.from_slots(again).hint == intake.hint


def test_a_story_told_anew_takes_its_hint_along() -> None:
    intake = Intake(opening="第二件事", hint=Hint({"labour": 0.9}))
    keep_hint(intake, Heard("第二件事", hint=Hint({"rural": 0.3})))
    assert intake.hint == Hint({"rural": 0.3})
