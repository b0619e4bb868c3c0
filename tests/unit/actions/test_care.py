"""Danger is recognised before anything else, what only sounds like it is not, and nothing of the conversation is lost."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.care import Danger, load_care
from actions.care import reply as care_reply
from actions.heard import Heard
from actions.intake.form import FormTurn
from actions.intake.state import Intake
from actions.registry import FORMS, TASKS
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from knowledge.reply import Kind
from tests.unit.actions.factories import DATA, Citizen, Visit, at, at_summary

CASES: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("care_cases.yml").read_text(encoding="utf-8"))
CARE = load_care(DATA / "care.yml")
DANGERS = [text for kind, texts in CASES.items() if kind != "harmless" for text in texts]
SAD = "我不想活了"


def said(text: str, intent: str = "complain") -> Heard:
    return Heard(text=text, intent=intent, confidence=0.9, message_id="m")


@pytest.mark.parametrize("text", DANGERS)
def test_danger_is_recognised(text: str) -> None:
    assert CARE.recognise(text) is not None


@pytest.mark.parametrize("text", CASES["harmless"])
def test_what_only_sounds_like_danger_is_not(text: str) -> None:
    assert CARE.recognise(text) is None


@pytest.mark.parametrize("kind", list(Danger))
def test_the_kind_is_nearly_always_the_one_meant(kind: Danger) -> None:
    right = [CARE.recognise(text) is kind for text in CASES[kind]]
    assert sum(right) >= 0.8 * len(right)


@pytest.mark.parametrize("kind", ["self-harm", "threat"])
def test_what_somebody_means_to_do_is_heard_behind_a_long_grievance(kind: str) -> None:
    grievance = "厂里去年欠我两万块工资，投诉三年了，仲裁判了也不赔，"
    lost = [text for text in CASES[kind] if CARE.recognise(grievance + text) is None]
    assert len(lost) <= 0.03 * len(CASES[kind]), lost


@pytest.mark.parametrize("text", ["", "，。", "○" * 50, "死" * 2000, "我不" * 1000, "*\u200b*", "a b c"])
def test_odd_texts_are_no_danger(text: str) -> None:
    assert CARE.recognise(text) is None


@pytest.mark.parametrize(
    ("kind", "first"),
    [("self-harm", "12356"), ("violence", "110"), ("emergency", "120"), ("threat", "110")],
)
def test_the_reply_begins_with_the_number_and_names_a_person(services: Services, kind: str, first: str) -> None:
    reply = care_reply(Danger(kind), services)
    assert reply.kind == Kind.SAFETY
    assert first in reply.text.split("。")[0]
    assert services.office.phone in reply.text
    assert services.office.address in reply.text
    assert not any(word in reply.text for word in ("违法", "拘留", "处罚", "追究", "后果", "不要这样", "不能这样"))


def test_staff_are_told_without_a_word_of_what_was_said(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    citizen = at(services, "name")
    citizen.hear(said(SAD))
    assert "care: kind=self-harm" in caplog.text
    assert "不想活" not in caplog.text


@pytest.mark.parametrize("slot", ["request", "name", "phone", "consent", "narrative"])
def test_inside_the_form_the_same_question_follows(services: Services, slot: str) -> None:
    citizen = at(services, slot)
    before = dict(citizen.draft)
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "question"]
    assert citizen.reply.asks == citizen.asked == slot
    assert citizen.draft == before


def test_at_the_summary(services: Services) -> None:
    citizen = at_summary(services)
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "summary"]
    assert citizen.asked == "confirm"


def test_while_pausing(services: Services) -> None:
    citizen = at(services, "name")
    citizen.say("算了")
    citizen.hear(said(SAD))
    assert [each.kind for each in citizen.replies] == ["safety", "choice"]
    citizen.say("继续")
    assert citizen.asked == "name"


def test_at_the_opening(services: Services) -> None:
    citizen = Citizen(services)
    citizen.hear(said("我要投诉恒盛箱包厂，欠我五个月工资两万一千块，再不给我就从楼上跳下去"))
    assert [each.kind for each in citizen.replies] == ["safety", "question"]
    assert citizen.asked == "consent"
    assert "恒盛箱包厂" in citizen.intake["opening"]


@pytest.mark.parametrize("asked", [None, "case_number", "query_code"])
def test_in_a_status_query(services: Services, asked: str | None) -> None:
    query = StatusQuery(number="QH-20261121-3" if asked == "query_code" else "", asked=asked)
    turn = StatusTurn(query, said(SAD, "status"), services, client="c")
    assert [each.kind for each in turn.replies()] == ["safety", "question"]
    assert turn.goes_on
    assert query.asked == (asked or "case_number")


@pytest.mark.parametrize("action", sorted(set(TASKS) - set(FORMS)))
def test_outside_a_form_before_every_action(services: Services, action: str) -> None:
    visit = Visit(services)
    replies, events = TASKS[action](visit.tracker("/help"), said(SAD), services)
    assert [each.kind for each in replies] == ["safety"]
    assert list(events) == []


def make_care(folder: Path, **exceptions: Any) -> Any:
    data = {
        "fold": {"樓": "楼"},
        "words": {"me": "我"},
        "look-alikes": ["跳楼价"],
        "exceptions": exceptions,
        "kinds": {"self-harm": [{"name": "jump", "cues": ["<me>要?跳楼"], "unless": list(exceptions)}]},
    }
    path = folder / "care.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return load_care(path)


def test_an_exception_reaches_as_far_as_it_says(tmp_path: Path) -> None:
    text = "去年的事。那时，我要跳楼"
    assert make_care(tmp_path, past={"in": "text", "words": ["去年"]}).recognise(text) is None
    assert make_care(tmp_path, past={"in": "sentence", "words": ["去年"]}).recognise(text)
    assert make_care(tmp_path, past={"in": "sentence", "words": ["那时"]}).recognise(text) is None
    assert make_care(tmp_path, past={"in": "clause", "words": ["那时"]}).recognise(text)


def test_an_exception_is_overruled_in_the_clause_of_the_cue(tmp_path: Path) -> None:
    care = make_care(tmp_path, past={"in": "text", "words": ["去年"], "despite": "现在"})
    assert care.recognise("去年的事，现在我要跳楼")
    assert care.recognise("去年的事，现在没办，我要跳楼") is None


def test_one_way_of_writing(tmp_path: Path) -> None:
    care = make_care(tmp_path)
    assert care.recognise("我 要 跳 樓")
    assert care.recognise("我要*跳*楼")
    assert care.recognise("我要跳楼价") is None


def test_a_long_story_with_danger_in_it_is_taken_and_not_asked_again(services: Services) -> None:
    citizen = at(services, "narrative")
    story = "恒盛箱包厂从五月起没发过工资，一共欠我两万一千块，我真的不想活了"
    replies = FormTurn(Intake.from_slots(citizen.slots), Heard(story), services, surface="web").replies()
    assert [reply.kind for reply in replies] == ["safety", "question"]
    assert replies[-1].asks == "request"
