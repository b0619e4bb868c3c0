"""The actions as Rasa calls them: what they say, which slots they set, and what a domain error becomes."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.heard import Heard, heard_in
from actions.narrative import tells_rather_than_asks
from actions.registry import TASKS, ActionFault, Told, build_executor
from actions.services import Services
from knowledge.outcome import Ranked
from petition import errors
from petition.errors import PetitionError
from tests.unit.actions.factories import REPOSITORY, WAGES_SHORT, Visit, at, message
from zhilu import trace

RAISED: list[PetitionError] = [
    errors.InvalidValue(slot="name", reason="name-required"),
    errors.TooManyRepresentatives(slot="people", reason="too-many-representatives", count=7),
    errors.NotComplete(slots=("name",)),
    errors.NotAllowed(act="reply", stage="registered", citation=None),
    errors.DeadlinePassed(act="review", until="2026-11-01", citation=None),
    errors.TooSoon(),
    errors.AlreadyRated(),
    errors.ApprovalMissing(),
    errors.SamePerson(),
    errors.Conflict(),
    errors.CaseNotFound(),
    errors.LockedOut(retry_after=61),
    errors.DraftNotFound(),
    errors.UnknownConversation(),
]


def all_errors(kind: type[PetitionError] = PetitionError) -> set[type[PetitionError]]:
    own = (each for each in kind.__subclasses__() if each.__module__ == "petition.errors")
    return {kind for each in own for kind in ({each} | all_errors(each))}


@pytest.fixture
def visit(services: Services) -> Visit:
    return Visit(services)


def test_every_action_of_the_domain_has_a_task_and_the_other_way_round(services: Services) -> None:
    domain = yaml.safe_load((REPOSITORY / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(TASKS) == sorted(domain["actions"])
    assert {each.name for each in build_executor(services).list_actions()} == set(TASKS)


def test_every_rule_calls_an_action_that_there_is() -> None:
    domain = yaml.safe_load((REPOSITORY / "domain.yml").read_text(encoding="utf-8"))
    known = {*TASKS, *domain["forms"], "action_listen"}
    for path in (REPOSITORY / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            assert {step["action"] for step in rule["steps"] if "action" in step} <= known


def test_every_slot_that_the_actions_set_is_in_the_domain(services: Services) -> None:
    domain = yaml.safe_load((REPOSITORY / "domain.yml").read_text(encoding="utf-8"))
    citizen = at(services, "name")
    assert citizen.slots.keys() - {"requested_slot", "consent"} <= domain["slots"].keys()


def test_the_examples_raise_every_domain_error() -> None:
    assert {type(each) for each in RAISED} == all_errors()


@pytest.mark.parametrize("error", RAISED, ids=lambda each: each.code)
async def test_a_domain_error_becomes_a_notice_of_the_catalogue(services: Services, error: PetitionError) -> None:
    def refuse(*_: object) -> Any:
        raise error

    dispatcher = CollectingDispatcher()
    events = await Told("action_x", refuse, services).run(dispatcher, Visit(services).tracker("你好"), {})
    (spoken,) = dispatcher.messages
    assert spoken["reply"]["kind"] == "notice"
    assert spoken["text"] == spoken["reply"]["text"]
    assert any("\u4e00" <= each <= "\u9fff" for each in spoken["text"])
    assert "{" not in spoken["text"]
    assert events == []


async def test_a_lock_names_the_minutes(services: Services) -> None:
    def refuse(*_: object) -> Any:
        raise errors.LockedOut(retry_after=61)

    dispatcher = CollectingDispatcher()
    await Told("action_x", refuse, services).run(dispatcher, Visit(services).tracker("你好"), {})
    assert "过2分钟再试" in dispatcher.messages[0]["text"]


async def test_a_fault_is_the_engines_to_report(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    said = "周桂兰说的话"

    def fail(*_: object) -> Any:
        raise ValueError(said)

    caplog.set_level(logging.DEBUG)
    with pytest.raises(ActionFault, match=r"^ValueError$"):
        await Told("action_x", fail, services).run(CollectingDispatcher(), Visit(services).tracker("你好"), {})
    assert "fault in action_x: ValueError" in caplog.text
    assert "周桂兰" not in caplog.text


async def test_what_an_action_logs_has_the_id_of_the_message(services: Services) -> None:
    found: list[str] = []

    def look(*_: object) -> Any:
        found.append(trace.current())
        return [], []

    tracker = Visit(services).tracker("你好")
    for given in ("0123456789ab", "a line\nof somebody", None):
        tracker.latest_message["metadata"] = {"trace": given}
        await Told("action_x", look, services).run(CollectingDispatcher(), tracker, {})
    assert found[0] == "0123456789ab"
    assert all(re.fullmatch("[0-9a-f]{12}", each) for each in found)
    assert len(set(found)) == 3


async def test_a_turn_is_uttered_whole_and_logs_nothing_personal(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    citizen = at(services, "name", request="让厂里把工资一次给清")
    tracker = Tracker("v", citizen.slots, message("周桂兰"), [], False, None, {}, None)
    dispatcher = CollectingDispatcher()
    events = await Told("validate_intake_form", TASKS["validate_intake_form"], services).run(dispatcher, tracker, {})
    (spoken,) = dispatcher.messages
    assert spoken["reply"]["asks"] == "address"
    assert spoken["reply"]["draft"]["name"] == "周**"
    assert {"name": "name", "value": "周桂兰"}.items() <= dict(events[1]).items()
    assert "周桂兰" not in caplog.text


# --- one action after the other ---------------------------------------------------------------------------------------------------


def test_a_story_is_triaged_and_the_button_files_that_story(visit: Visit) -> None:
    (reply,) = visit.call("action_triage", WAGES_SHORT)
    assert reply.kind == "triage"
    (question,) = visit.call("validate_intake_form", "/file")
    assert question.asks == "consent"
    visit.call("validate_intake_form", "/affirm")
    assert visit.slots["narrative"] == WAGES_SHORT
    assert visit.reply.asks == "request"


def test_a_wish_said_after_the_story_does_not_lose_the_story(visit: Visit) -> None:
    visit.call("action_triage", WAGES_SHORT)
    visit.call("action_triage", "那我要投诉")
    assert (visit.replies, visit.follow_up) == ([], "intake_form")
    visit.call("validate_intake_form", "那我要投诉")
    visit.call("validate_intake_form", "同意")
    assert visit.slots["narrative"] == WAGES_SHORT


@pytest.mark.parametrize("text", ["恒盛箱包厂欠我五个月工资不给，找了好多趟都没用，我要你们给登记反映", "我要投诉"])
def test_a_wish_to_file_starts_the_form(visit: Visit, text: str) -> None:
    visit.call("action_triage", text)
    assert (visit.replies, visit.follow_up) == ([], "intake_form")


def test_a_question_taken_for_a_story_is_answered(visit: Visit) -> None:
    (reply,) = visit.call("action_triage", "信访多久有结果？")
    assert reply.topic == "petition.deadline-handling"
    assert visit.slots["last_topic"] == "petition.deadline-handling"


@pytest.mark.parametrize("action", ["action_answer", "action_unknown"])
def test_a_story_taken_for_something_else_is_triaged(visit: Visit, action: str) -> None:
    (reply,) = visit.call(action, "恒发公司拖欠工资三万五千元", topics=(), nearest=0.0)
    assert reply.kind == "triage"


def test_the_form_is_closed_with_the_receipt(services: Services, visit: Visit) -> None:
    visit.slots = at(services, "confirm").slots
    visit.slots |= {"request": "把工资给清", "name": "周桂兰", "address": "城关街道北门街12号"}
    visit.slots["intake"] |= {"filing_key": "visit-1"}
    (reply,) = visit.call("validate_intake_form", "/affirm")
    assert reply.kind == "receipt"
    assert visit.slots["requested_slot"] is None
    assert visit.slots["name"] is None
    (again,) = visit.call("action_confirm", "/affirm")
    assert again.receipt == reply.receipt


def test_yes_without_a_filing_offers_help(visit: Visit) -> None:
    (reply,) = visit.call("action_confirm", "好的")
    assert reply.kind == "greeting"
    assert not reply.receipt


# --- a draft kept for later -------------------------------------------------------------------------------------------------------


def kept(services: Services) -> Visit:
    visit = Visit(services)
    visit.slots = at(services, "name", request="让厂里把工资一次给清").slots
    visit.call("validate_intake_form", "算了")
    visit.call("validate_intake_form", "/keep")
    assert visit.slots["requested_slot"] is None
    return visit


def test_kept_is_resumed(services: Services) -> None:
    visit = kept(services)
    visit.call("action_resume", "接着上次的")
    assert visit.follow_up == "intake_form"
    (question,) = visit.call("validate_intake_form", "接着上次的")
    assert question.asks == "name"


def test_nothing_kept_is_said(visit: Visit) -> None:
    (reply,) = visit.call("action_resume", "接着上次的")
    assert "没有没填完的内容" in reply.text
    (reply,) = visit.call("action_discard", "/discard")
    assert "没有没填完的内容" in reply.text


def test_kept_before_consent_can_be_resumed_too(visit: Visit) -> None:
    for text in (WAGES_SHORT, "算了", "/keep"):
        visit.call("validate_intake_form", text)
    assert "接着上次的" in visit.reply.text
    visit.call("action_resume", "接着上次的")
    assert visit.follow_up == "intake_form"
    (question,) = visit.call("validate_intake_form", "接着上次的")
    assert question.asks == "consent"
    visit.call("validate_intake_form", "同意")
    assert visit.slots["narrative"] == WAGES_SHORT


def test_deleting_what_was_kept(services: Services) -> None:
    visit = kept(services)
    (reply,) = visit.call("action_discard", "/discard")
    assert "都删掉了" in reply.text
    assert "工资" not in json.dumps(visit.slots, ensure_ascii=False)


def test_cancelling_outside_the_form_deletes_nothing_unasked(services: Services) -> None:
    visit = kept(services)
    before = dict(visit.slots)
    (reply,) = visit.call("action_discard", "取消")
    assert [each.payload for each in reply.buttons or []] == ["/keep", "/discard", "/resume"]
    assert {**visit.slots, "candidates": None} == {**before, "candidates": None}


def test_keeping_what_is_kept(services: Services) -> None:
    visit = kept(services)
    (reply,) = visit.call("action_unknown", "/keep")
    assert "给您留着了" in reply.text


def test_a_new_story_beside_a_kept_draft_asks_first(services: Services) -> None:
    visit = kept(services)
    (reply,) = visit.call("action_triage", "恒发公司拖欠工资三万五千元")
    assert reply.kind == "choice"
    assert visit.slots["respondent"] == "恒盛箱包厂"


def test_material_before_the_complaint_is_filed_with_it(visit: Visit) -> None:
    (reply,) = visit.call("action_attach", '/attach{"id": "photo-1"}')
    assert reply.kind == "choice"
    visit.call("action_attach", '/attach{"id": "photo-2"}')
    visit.call("validate_intake_form", "/file")
    assert visit.slots["evidence"] == ["photo-1", "photo-2"]


# --- the status form --------------------------------------------------------------------------------------------------------------


def test_a_status_query_ends_clean(visit: Visit) -> None:
    visit.call("validate_status_form", "查进度")
    assert visit.slots["requested_slot"] == "case_number"
    visit.call("validate_status_form", "QH-20261121-9")
    assert (visit.slots["requested_slot"], visit.slots["case_number"]) == ("query_code", "QH-20261121-9")
    visit.call("validate_status_form", "不查了")
    visit.call("validate_status_form", "算了")
    assert visit.slots["requested_slot"] is None
    assert visit.slots["case_number"] is None


def test_filing_out_of_a_status_query(visit: Visit) -> None:
    visit.call("validate_status_form", "查进度")
    visit.call("validate_status_form", "/file")
    assert visit.follow_up == "intake_form"
    assert visit.slots["requested_slot"] is None


# --- what was heard ---------------------------------------------------------------------------------------------------------------


def test_a_button_is_its_name_and_its_values() -> None:
    heard = heard_in(message('/choose{"id": "named"}'), {"client": "kiosk-1"})
    assert (heard.text, heard.intent, heard.params, heard.client) == ("", "choose", {"id": "named"}, "kiosk-1")
    assert heard.is_button("choose")
    assert not heard.is_button("affirm")


def test_typed_text_is_no_button_and_its_first_value_counts() -> None:
    entities = [{"entity": "amount", "value": 3}, {"entity": "amount", "value": 5}]
    heard = heard_in({"text": "三块五块", "intent": None, "entities": entities})
    assert (heard.entities, heard.params, heard.button) == ({"amount": 3}, {}, False)
    assert heard_in({}).text == ""


@pytest.mark.parametrize(
    ("complaint", "stated", "story"),
    [(0.2, {}, True), (0.01, {}, False), (0.0, {f"slot{number}": 1 for number in range(9)}, True)],
)
def test_a_statement_that_is_as_likely_a_complaint_is_a_story(
    services: Services, complaint: float, stated: dict[str, int], story: bool
) -> None:
    heard = Heard(
        "厂里从去年五月起就没给我发过一分钱工资", "ask", 0.6, topics=(Ranked("petition.fees", 0.5),),
        complaint=complaint, stated=stated,
    )  # fmt: skip
    assert tells_rather_than_asks(heard, services) is story
    question = replace(heard, text="厂里从去年五月起没发工资，我该怎么办？")
    assert not tells_rather_than_asks(question, services)
