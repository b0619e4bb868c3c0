"""What is understood from the conversation: follow-ups, several questions, terms, rejected answers, numbers of choices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.heard import Heard, Part, heard_in
from actions.registry import TASKS
from actions.services import Services
from cases.review import Question, ReviewKind, questions
from knowledge.outcome import Ranked
from knowledge.reply import Reply
from tests.unit.actions.factories import Citizen, at, hear, message

APPLY, TIME, FREE, AWARD = (
    f"labour.{each}" for each in ("arbitration-apply", "arbitration-time", "arbitration-free", "after-award")
)
DEADLINE, ROADMAP, FORMS, FEES = (f"petition.{each}" for each in ("deadline-handling", "roadmap", "forms", "fees"))


KIOSK = [{"event": "user", "input_channel": "kiosk"}]


def ranking(*topics: str) -> tuple[Ranked, ...]:
    """The first is sure, each further one has a tenth of the one before."""
    return tuple(Ranked(topic, 0.8 / 10**place) for place, topic in enumerate(topics))


class Talk:
    """Says one thing after the other outside a form; between two only the slots are kept, as JSON."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.slots: dict[str, Any] = {}
        self.events: Sequence[Mapping[str, Any]] = ()
        self.replies: list[Reply] = []

    def say(self, text: str, *topics: str, action: str = "action_answer", **more: Any) -> Reply:
        intent = "ask" if action == "action_answer" else "out_of_scope"
        return self.hear(Heard(text, intent, 0.9, topics=ranking(*topics), nearest=0.9, **more), action)

    def touch(self, payload: str, action: str = "action_answer") -> Reply:
        return self.hear(heard_in(message(payload)), action)

    def hear(self, heard: Heard, action: str) -> Reply:
        tracker = Tracker("visitor", dict(self.slots), {"text": heard.text}, KIOSK, False, None, {}, None)
        replies, self.events = TASKS[action](tracker, heard, self.services)
        self.replies = list(replies)
        self.slots |= {each["name"]: each["value"] for each in self.events if each["event"] == "slot"}
        self.slots = json.loads(json.dumps(self.slots))
        return self.replies[-1] if self.replies else Reply(kind="notice", text="")

    def noted(self) -> list[Question]:
        with self.services.register.unit_of_work() as uow:
            return questions(uow)


@pytest.fixture
def talk(services: Services) -> Talk:
    return Talk(services)


@pytest.fixture
def new_talk(new_services: Services) -> Talk:
    return Talk(new_services)


# --- follow-ups -------------------------------------------------------------------------------------------------------------------


def test_questions_that_lean_on_the_answer_follow_one_another(talk: Talk) -> None:
    assert talk.say("劳动仲裁怎么申请", APPLY).topic == APPLY
    duration = talk.say("那要多久？", action="action_unknown")
    assert duration.topic == TIME
    assert "45日" in duration.text
    assert "不收费" in talk.say("要钱吗", "petition.fees").text
    assert "仲裁委员会" in talk.say("去哪儿办", action="action_unknown").text
    assert talk.say("他们不受理呢", action="action_unknown").topic == APPLY
    assert talk.say("不服呢", action="action_unknown").topic == AWARD
    assert talk.slots["last_topic"] == AWARD


def test_a_side_of_the_topic_does_not_lead_away_from_it(talk: Talk) -> None:
    talk.say("劳动仲裁怎么申请", APPLY)
    for question in ("要多久", "要钱吗", "依据呢"):
        talk.say(question, action="action_unknown")
        assert talk.slots["last_topic"] == APPLY


def test_what_the_entry_says_itself_comes_before_other_topics(talk: Talk) -> None:
    talk.say("劳动仲裁怎么申请", APPLY)
    reply = talk.say("要带什么材料")
    assert reply.topic == APPLY
    assert reply.text.startswith("要带的材料：")
    for material in talk.services.knowledge[APPLY].materials:
        assert material.rstrip("。") in reply.text


def test_the_articles_are_told_when_asked_for(talk: Talk) -> None:
    talk.say("信访要多久", DEADLINE)
    reply = talk.say("依据是啥")
    assert "第三十四条" in reply.text
    assert reply.text.count("依据") == 1


def test_a_question_that_names_its_own_matter_is_no_follow_up(talk: Talk) -> None:
    talk.say("劳动仲裁怎么申请", APPLY)
    assert talk.say("行政复议要多久", "reconsideration.decision-time").topic == "reconsideration.decision-time"


def test_without_an_answer_before_a_short_question_speaks_for_itself(talk: Talk) -> None:
    assert talk.say("要钱吗", FEES).topic == FEES
    assert talk.say("要多久", action="action_unknown").kind == "answer"
    assert Talk(talk.services).say("要多久", action="action_unknown").kind == "unknown"


def test_a_triage_is_something_to_lean_on(talk: Talk) -> None:
    heard = hear("恒盛箱包厂从2026年5月起欠我五个月工资，一共两万一千块，一直不给")
    triage = talk.hear(heard, "action_triage")
    assert triage.kind == "triage"
    reply = talk.say("那要多久", action="action_unknown")
    assert reply.kind == "answer"
    assert str(reply.topic).startswith("labour.")


def test_said_again_said_shorter_and_what_else(talk: Talk) -> None:
    first = talk.say("信访要多久", DEADLINE)
    assert talk.say("再说一遍").text == first.text
    short = talk.say("没听懂，说简单点")
    assert short.text.startswith(talk.services.knowledge[DEADLINE].answer)
    assert len(short.text) < len(first.text)
    more = talk.say("还有呢")
    assert more.alternatives
    assert talk.say("第一个").topic == more.alternatives[0]


def test_what_nobody_found_is_said_with_whom_to_ask(talk: Talk) -> None:
    talk.say("噪声谁管", "environment.noise")
    reply = talk.say("要多久", action="action_unknown")
    assert reply.kind == "unknown"
    assert "没有查到" in reply.text
    assert "0000-12345678" in reply.text


def test_every_aspect_of_every_topic_has_words_without_holes(services: Services) -> None:
    for entry in services.knowledge:
        for question in (
            "要多久",
            "几天内",
            "要钱吗",
            "去哪儿",
            "要带啥",
            "不服呢",
            "依据呢",
            "说简单点",
            "还有呢",
            "怎么办",
        ):
            talk = Talk(services)
            talk.slots["last_topic"] = entry.id
            reply = talk.say(question, action="action_help")
            assert reply.text, (entry.id, question)
            assert "{" not in reply.text, (entry.id, question)
            assert "。。" not in reply.text, (entry.id, question)


# --- several questions ------------------------------------------------------------------------------------------------------------


def parts(*pairs: tuple[str, str], sure: float = 0.8) -> tuple[Part, ...]:
    return tuple(Part(text, (Ranked(topic, sure),), 0.9) for text, topic in pairs)


def test_two_questions_get_two_answers_in_their_order(talk: Talk) -> None:
    talk.say("信访要钱吗？几天给答复？", FEES, DEADLINE, parts=parts(("信访要钱吗", FEES), ("几天给答复", DEADLINE)))
    assert [each.topic for each in talk.replies] == [FEES, DEADLINE]
    assert talk.slots["last_topic"] == DEADLINE


def test_the_second_question_may_lean_on_the_first(talk: Talk) -> None:
    talk.say("劳动仲裁怎么申请，要多久？", APPLY, parts=parts(("劳动仲裁怎么申请", APPLY), ("要多久", FORMS)))
    assert [each.topic for each in talk.replies] == [APPLY, TIME]


def test_a_question_is_understood_beside_the_others(talk: Talk) -> None:
    """「去哪个法院」 alone is rather about private disputes."""
    court = Part("去哪个法院", (Ranked("civil.where-sue", 0.5), Ranked("admin.court", 0.3)), 0.9)
    split = (*parts(("告政府要在多久之内", "admin.deadline")), court)
    topics = tuple(
        Ranked(topic, score)
        for topic, score in (("admin.court", 0.4), ("admin.deadline", 0.3), ("civil.where-sue", 0.06))
    )
    talk.hear(
        Heard("告政府要在多久之内？去哪个法院？", "ask", 0.9, topics=topics, nearest=0.9, parts=split), "action_answer"
    )
    assert [each.topic for each in talk.replies] == ["admin.deadline", "admin.court"]


@pytest.mark.parametrize(
    "split",
    [
        parts(("信访要钱吗", FEES), ("不清楚的", DEADLINE), sure=0.1),
        parts(("信访要钱吗", FEES), ("去信访收费吗", FEES)),
        parts(("信访要钱吗", FEES), ("跟这句没关系的", "consumer.fraud")),
        parts(("去信访收费吗", FEES), ("要不要交钱", FEES)),
        parts(("信访要钱吗", FEES)),
    ],
)
def test_in_doubt_a_message_is_one_question(talk: Talk, split: tuple[Part, ...]) -> None:
    talk.say("信访要钱吗？不知道呢？", FEES, DEADLINE, parts=split)
    assert [each.topic for each in talk.replies] == [FEES]


# --- terms ------------------------------------------------------------------------------------------------------------------------


def test_a_term_is_explained(talk: Talk) -> None:
    reply = talk.say("支付令是什么意思", action="action_unknown")
    assert (reply.kind, reply.topic) == ("answer", "labour.payment-order")
    assert reply.text.startswith("“支付令”：")
    assert reply.citations


def test_a_topic_that_says_what_it_is_answers_itself(talk: Talk) -> None:
    reply = talk.say("什么是信访", "petition.what")
    assert reply.topic == "petition.what"
    assert reply.text == talk.touch('/ask{"topic": "petition.what"}').text


def test_what_does_that_mean_explains_the_words_of_the_answer(talk: Talk) -> None:
    talk.say("复核找谁", "review.verify-deadline")
    reply = talk.say("什么意思", action="action_unknown")
    assert reply.kind == "answer"
    assert reply.text.count("“") >= 2
    assert "“信访”" not in reply.text
    assert reply.topic == "review.verify-deadline"
    for button in reply.buttons or []:
        explained = talk.touch(button.payload)
        assert explained.text.startswith(f"“{button.title}”：")


def test_a_word_that_is_no_term_is_left_to_the_topics(talk: Talk) -> None:
    assert talk.say("番茄炒蛋是什么", action="action_unknown").kind == "unknown"


# --- old names --------------------------------------------------------------------------------------------------------------------


def test_an_old_body_gets_its_present_name_where_it_is_looked_for(talk: Talk) -> None:
    sought = talk.say("去哪里找劳动局告老板欠薪", "labour.inspection")
    assert sought.text.startswith("您说的劳动局，现在叫人力资源和社会保障局。\n")
    told = talk.say("劳动局多久查完", "labour.inspection-time")
    assert "现在叫" not in told.text


# --- rejected ---------------------------------------------------------------------------------------------------------------------


def test_a_rejected_answer_brings_the_next_candidates_then_a_person(new_talk: Talk) -> None:
    new_talk.say("信访要多久", DEADLINE, ROADMAP, FORMS, FEES)
    choice = new_talk.say("不是这个", action="action_unknown")
    assert choice.kind == "clarify"
    assert choice.alternatives == [ROADMAP, FORMS, FEES]
    last = new_talk.say("都不是", action="action_unknown")
    assert last.kind == "unknown"
    assert next(each.payload for each in last.buttons or []) == "/handoff"
    assert "0000-12345678" in last.text
    kinds = {each.kind for each in new_talk.noted()}
    assert ReviewKind.REJECTED in kinds


def test_a_candidate_is_taken_by_its_number(talk: Talk) -> None:
    talk.say("信访要多久", DEADLINE, ROADMAP, FORMS)
    talk.say("答非所问", action="action_unknown")
    assert talk.say("第二个", action="action_unknown").topic == FORMS


def test_new_words_are_answered_without_what_was_rejected(talk: Talk) -> None:
    talk.say("信访要多久", DEADLINE, ROADMAP)
    reply = talk.say("不对，我问的是怎么提", DEADLINE, FORMS, action="action_unknown")
    assert reply.topic == FORMS
    alone = parts(("劳动仲裁要多久", TIME))
    assert talk.say("不是，我问的是劳动仲裁要多久", DEADLINE, parts=alone).topic == TIME


@pytest.mark.parametrize("text", ["不是这个", "都不是", "不对"])
def test_nothing_is_rejected_where_nothing_was_said(talk: Talk, text: str) -> None:
    assert talk.say(text, action="action_unknown").kind == "unknown"
    assert "弄明白" not in talk.replies[-1].text


# --- choosing ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["第二个", "2", "二", "选2", "第2个吧", "后面那个"])
def test_a_choice_is_taken_by_number_or_place(talk: Talk, said: str) -> None:
    talk.slots["candidates"] = {
        "choices": [
            {"title": "甲", "payload": f'/ask{{"topic": "{FEES}"}}'},
            {"title": "乙", "payload": f'/ask{{"topic": "{FORMS}"}}'},
        ]
    }
    assert talk.say(said, action="action_unknown").topic == FORMS


def test_a_choice_is_taken_by_its_words(talk: Talk) -> None:
    reply = talk.say("信访要多久", DEADLINE)
    button = (reply.buttons or [])[0]
    assert f'"{talk.say(f"{button.title}。", FEES).topic}"' in button.payload


@pytest.mark.parametrize("said", ["第九个", "12345", "7", "2026年"])
def test_a_number_that_is_no_choice_is_none(talk: Talk, said: str) -> None:
    talk.say("信访要多久", DEADLINE)
    assert talk.say(said, action="action_unknown").kind == "unknown"


def test_a_form_is_opened_as_by_its_button(talk: Talk) -> None:
    talk.hear(hear("恒盛箱包厂从2026年5月起欠我五个月工资，一共两万一千块，一直不给"), "action_triage")
    talk.say("第二个", action="action_unknown")
    assert [(each["event"], each.get("text") or each.get("name")) for each in talk.events[:2]] == [
        ("user", "/file"),
        ("followup", "intake_form"),
    ]


# --- inside the form --------------------------------------------------------------------------------------------------------------


def inside(citizen: Citizen, text: str, *topics: str) -> list[Reply]:
    citizen.hear(Heard(text, "ask", 0.9, topics=ranking(*topics), nearest=0.9))
    return citizen.replies


def test_a_term_is_explained_inside_the_form(services: Services) -> None:
    citizen = at(services, "name")
    told, question = inside(citizen, "复核是什么意思")
    assert told.text.startswith("“复核”：")
    assert question.asks == "name"


def test_a_follow_up_inside_the_form_leans_on_the_digression(services: Services) -> None:
    talk = Talk(services)
    talk.slots = at(services, "name").slots
    form = "validate_intake_form"
    assert talk.hear(Heard("劳动仲裁怎么申请？", "ask", 0.9, topics=ranking(APPLY), nearest=0.9), form).asks == "name"
    assert talk.slots["last_topic"] == APPLY
    talk.hear(Heard("那要多久？", "ask", 0.4, nearest=0.9), form)
    assert [talk.replies[0].topic, talk.replies[-1].asks] == [TIME, "name"]


def test_an_answer_of_the_form_is_no_follow_up(services: Services) -> None:
    talk = Talk(services)
    talk.slots = at(services, "request").slots | {"last_topic": APPLY}
    reply = talk.hear(Heard("我不满意他们的处理，要求把工资给我", "complain", 0.9), "validate_intake_form")
    assert talk.slots["request"]
    assert reply.asks != "request"


@pytest.mark.parametrize(
    ("said", "kept"), [("第二个", "confidential"), ("3", "anonymous"), ("实名，但要保密", "confidential")]
)
def test_one_of_several_is_chosen_by_its_number_inside_the_form_too(services: Services, said: str, kept: str) -> None:
    talk = Talk(services)
    talk.slots = at(services, "confidentiality", privacy_raised=True).slots
    talk.hear(Heard(said, "out_of_scope", 0.9), "validate_intake_form")
    assert talk.slots["confidentiality"] == kept


def test_a_number_stays_a_number_where_one_is_asked_for(services: Services) -> None:
    talk = Talk(services)
    talk.slots = at(services, "amount").slots
    talk.hear(Heard("2", "out_of_scope", 0.9, whole={"amount": 2}), "validate_intake_form")
    assert talk.slots["amount"] == 2


# --- staff and citizens -----------------------------------------------------------------------------------------------------------


def test_a_citizens_topic_goes_before_one_of_the_clerks_that_is_about_as_likely(talk: Talk) -> None:
    def asked(second: float) -> str | None:
        topics = (Ranked("staff.extension-approval", 0.5), Ranked("handling.overdue", second))
        return talk.hear(Heard("延期谁批准", "ask", 0.9, topics=topics, nearest=0.9), "action_answer").topic

    assert asked(0.45) == "handling.overdue"
    assert asked(0.3) == "staff.extension-approval"


# --- what is noted ----------------------------------------------------------------------------------------------------------------


def test_an_unanswered_question_is_kept_without_its_speaker(new_talk: Talk) -> None:
    text = "我叫马小云，电话13900000001，帮我买张票"
    heard = replace(Heard(text, "out_of_scope", 0.9), stated={"name": "马小云", "phone": "13900000001"})
    assert new_talk.hear(heard, "action_unknown").kind == "unknown"
    (kept,) = new_talk.noted()
    assert kept.kind is ReviewKind.UNKNOWN
    assert kept.surface == "kiosk"
    assert "买张票" in kept.text
    assert "马小云" not in kept.text
    assert "13900000001" not in kept.text


def test_a_choice_that_nobody_took_is_noted(new_talk: Talk) -> None:
    doubtful = (Ranked(DEADLINE, 0.07), Ranked(ROADMAP, 0.069))
    new_talk.hear(Heard("那个信访的事呢", "ask", 0.9, topics=doubtful, nearest=0.9), "action_answer")
    assert new_talk.replies[-1].kind == "clarify"
    new_talk.say("信访要钱吗", FEES)
    assert [(each.kind, each.text) for each in new_talk.noted()] == [(ReviewKind.NOT_TAKEN, "那个信访的事呢")]
    assert new_talk.noted()[0].topics[0][0] == DEADLINE


def test_a_choice_that_is_taken_is_not(new_talk: Talk) -> None:
    doubtful = (Ranked(DEADLINE, 0.07), Ranked(ROADMAP, 0.069))
    new_talk.hear(Heard("那个信访的事呢", "ask", 0.9, topics=doubtful, nearest=0.9), "action_answer")
    new_talk.say("第一个", action="action_unknown")
    assert new_talk.replies[-1].topic == DEADLINE
    assert new_talk.noted() == []
