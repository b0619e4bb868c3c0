"""Questions outside a form, stories without a wish, and how to use a channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.answer import answer, guess
from actions.channel import how_to
from actions.heard import Heard
from actions.intake.state import Intake
from actions.narrative import triage_reply
from actions.services import Services
from knowledge.outcome import Ranked
from petition.matters import Channel
from tests.unit.actions.factories import WAGES_SHORT, hear

DEADLINE, ROADMAP, FORMS = "petition.deadline-handling", "petition.roadmap", "petition.forms"


def ranked(*scores: float, nearest: float = 0.9) -> Heard:
    topics = tuple(Ranked(topic, score) for topic, score in zip((DEADLINE, ROADMAP, FORMS), scores, strict=False))
    return replace(hear("信访要多久"), topics=topics, nearest=nearest)


def test_a_clear_question_gets_one_cited_answer(services: Services) -> None:
    reply = answer(hear("信访多久有结果？"), services)
    assert (reply.kind, reply.topic) == ("answer", DEADLINE)
    assert "60日" in reply.text or "六十日" in reply.text or "60天" in reply.text
    assert reply.citations
    assert {"law", "title", "article", "checked_on", "effective_from"} <= reply.citations[0].keys()
    assert reply.buttons
    assert all(each.payload.startswith('/ask{"topic"') for each in reply.buttons)


def test_two_likely_topics_are_a_choice(services: Services) -> None:
    reply = answer(ranked(0.07, 0.068, 0.065), services)
    assert reply.kind == "clarify"
    assert reply.alternatives == [DEADLINE, ROADMAP, FORMS]
    assert [each.payload for each in reply.buttons or []] == [
        f'/ask{{"topic": "{each}"}}' for each in reply.alternatives
    ]
    assert [each.title for each in reply.buttons or []] == [services.labels[each] for each in reply.alternatives]


@pytest.mark.parametrize("heard", [ranked(0.03), ranked(0.9, nearest=0.1), ranked()])
def test_what_is_not_known_is_said_with_what_can_be_done(services: Services, heard: Heard) -> None:
    for reply in (answer(heard, services), guess(heard, services)):
        assert reply.kind == "unknown"
        assert "0000-12345678" in reply.text
        assert not reply.topic
        assert [each.payload for each in reply.buttons or []][-3:] == [
            "/file",
            f'/ask{{"topic": "{ROADMAP}"}}',
            "/handoff",
        ]


def test_beside_what_is_not_known_stand_two_topics_that_are_not_far(services: Services) -> None:
    near = [each.payload for each in answer(ranked(0.045, 0.04, 0.035), services).buttons or []]
    assert near[:2] == [f'/ask{{"topic": "{DEADLINE}"}}', f'/ask{{"topic": "{ROADMAP}"}}']
    assert near[2] == "/file"
    for far in (ranked(0.02, 0.01), ranked(0.06, 0.04, nearest=0.1)):
        assert next(each.payload for each in answer(far, services).buttons or []) == "/file"


def test_what_is_rather_none_of_our_business_is_not_guessed_at(services: Services) -> None:
    heard = ranked(0.075, 0.07)
    assert answer(replace(heard, foreign=0.4), services).kind == "clarify"
    for say in (answer, guess):
        assert say(replace(heard, foreign=0.46), services).kind == "unknown"
    assert answer(replace(ranked(0.5, 0.09), foreign=0.5), services).kind == "answer"


def test_nobody_is_answered_about_the_kitchen(services: Services) -> None:
    assert guess(hear("你会做饭吗"), services).kind == "unknown"


def test_the_button_of_a_topic_needs_no_ranking(services: Services) -> None:
    assert answer(hear(f'/ask{{"topic": "{FORMS}"}}'), services).topic == FORMS
    assert answer(hear('/ask{"topic": "no.such-topic"}'), services).kind == "unknown"


def test_a_topic_that_is_gone_from_the_knowledge_is_no_answer(services: Services) -> None:
    heard = replace(ranked(), topics=(Ranked("gone.topic", 0.9),), nearest=0.9)
    assert answer(heard, services).kind == "unknown"


def test_every_answer_has_a_text_without_holes(services: Services) -> None:
    for entry in services.knowledge:
        reply = answer(hear(f'/ask{{"topic": "{entry.id}"}}'), services)
        assert reply.kind == "answer"
        assert "{" not in reply.text
        assert "{" not in str(reply.speech)


# --- stories ----------------------------------------------------------------------------------------------------------------------


def test_a_story_gets_its_channel_its_clock_and_three_ways_on(services: Services) -> None:
    reply = triage_reply(Intake(), hear(WAGES_SHORT), services)
    assert reply.kind == "triage"
    assert reply.triage
    assert (reply.triage["type"], reply.triage["matter"]) == ("claim", "labour")
    assert reply.triage["slots"]["amount"] == 21000
    assert "清河区劳动" in reply.text
    assert "1年内申请" in reply.text
    assert reply.citations
    payloads = [each.payload for each in reply.buttons or []]
    assert payloads == [
        '/channel{"id": "labour-inspection", "route": "wage-arrears"}', "/file",
        '/guide{"matter": "labour"}', '/paper{"id": "wage-list"}',
    ]  # fmt: skip


def test_a_decision_of_an_authority_names_the_sixty_days(services: Services) -> None:
    reply = triage_reply(
        Intake(),
        hear("镇里征了我家四亩二分菜地，2026年7月给的补偿安置决定每亩才三万，地上的大棚一分没算，村里也没开过会"),
        services,
    )
    assert "60日内申请" in reply.text


def test_a_story_does_not_show_a_number(services: Services) -> None:
    heard = hear("我叫马小云，电话13900000001，恒发公司从去年8月起拖欠我工资三万五千元，我要投诉")
    shown = str(triage_reply(Intake(), heard, services).as_dict())
    assert "13900000001" not in shown
    assert "马小云" not in shown


def test_a_word_is_no_story(services: Services) -> None:
    reply = triage_reply(Intake(), hear("工资"), services)
    assert reply.kind == "choice"
    assert [each.payload for each in reply.buttons or []] == ["/file"]


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_says_where_and_leads_into_the_form(services: Services, channel: Channel) -> None:
    reply = how_to(hear(f'/channel{{"id": "{channel}"}}'), services)
    assert reply.kind == "answer"
    assert channel.info.title in reply.text
    assert "电话" in reply.text
    assert "/file" in [each.payload for each in reply.buttons or []]


def test_a_channel_nobody_knows_is_asked_back(services: Services) -> None:
    assert how_to(hear('/channel{"id": "no-such"}'), services).kind == "choice"
