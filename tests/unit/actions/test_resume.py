"""Kept here, taken up there: what the citizen is told, what a code in a message does, and what is left where."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker

from actions.heard import Heard
from actions.registry import TASKS
from actions.resume import code_in
from actions.services import Services
from cases.lockout import MOST_MISSES
from knowledge.reply import Reply
from petition.errors import LockedOut
from tests.unit.actions.factories import REPOSITORY, at, filed, later, message, words_of

FORM, STATUS = "validate_intake_form", "validate_status_form"
WRONG = "D-2222-2222"


class Talk:
    """A conversation: its messages go where Rasa would lead them, also on from one action to the next."""

    def __init__(self, services: Services, name: str, client: str = "", surface: str = "web") -> None:
        self.services, self.name, self.client, self.surface = services, name, client or name, surface
        self.slots: dict[str, Any] = {}
        self.replies: list[Reply] = []
        self.form = ""

    def say(self, text: str, intent: str = "out_of_scope", **values: Any) -> Reply:
        """Typed text, of which the engine would have understood this; the last reply."""
        action = self.form or {"resume": "action_resume", "file": FORM}.get(intent, "action_unknown")
        return self.run(action, {"text": text, "intent": {"name": intent, "confidence": 0.9}, **values})

    def touch(self, payload: str) -> Reply:
        spoken = message(payload)
        actions = {"file": FORM, "status": STATUS, "keep": "action_unknown", "cancel": "action_discard"}
        intent = spoken["intent"]["name"]
        return self.run(self.form or actions.get(intent, f"action_{intent}"), spoken)

    def run(self, action: str, spoken: Mapping[str, Any]) -> Reply:
        heard = self.heard_in(spoken)
        replies, events = TASKS[action](self.tracker(spoken), heard, self.services)
        self.replies = list(replies)
        for event in events:
            if event["event"] == "slot":
                self.slots[event["name"]] = json.loads(json.dumps(event["value"]))
            elif event["event"] == "user":
                spoken = {"text": event["text"], **event["parse_data"]}
        self.form = action if action in (FORM, STATUS) and self.slots.get("requested_slot") else ""
        then = next((event["name"] for event in events if event["event"] == "followup"), None)
        return self.run(FORM if then == "intake_form" else str(then), spoken) if then else self.replies[-1]

    def heard_in(self, spoken: Mapping[str, Any]) -> Heard:
        button = spoken["text"].startswith("/")
        values = {each["entity"]: each["value"] for each in spoken.get("entities", [])}
        return Heard(
            "" if button else spoken["text"],
            spoken["intent"]["name"],
            0.9,
            params=values if button else {},
            whole=spoken.get("whole", {}),
            button=button,
            client=self.client,
            conversation=self.name,
            surface=self.surface,
        )

    def tracker(self, spoken: Mapping[str, Any]) -> Tracker:
        return Tracker(self.name, dict(self.slots), dict(spoken), [], False, None, {}, None)

    @property
    def draft(self) -> str:
        return json.dumps(self.slots, ensure_ascii=False)


def code_of(reply: Reply) -> str:
    assert reply.resume
    assert reply.resume["code"] in reply.text
    return str(reply.resume["code"])


def kept(services: Services, name: str = "kiosk", slot: str = "name", **whose: str) -> tuple[Talk, str]:
    """Somebody who told the wage story, was asked for this slot, and keeps the draft for later."""
    talk = Talk(services, name, **whose)
    talk.slots = at(services, slot, request="让厂里把工资一次给清").slots
    talk.form = FORM
    talk.touch("/cancel")
    return talk, code_of(talk.touch("/keep"))


@pytest.fixture
def phone(services: Services) -> Talk:
    return Talk(services, "phone")


def test_the_code_its_last_day_and_the_way_to_another_device_are_said(services: Services) -> None:
    talk, code = kept(services)
    (reply,) = talk.replies
    assert re.fullmatch(r"D(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert reply.resume == {"code": code, "until": "2026-12-21"}
    assert "2026年12月21日" in reply.text
    assert "换一部手机" in reply.text
    assert code not in str(reply.speech)
    assert talk.slots["requested_slot"] is None


@pytest.mark.parametrize("words", ["接着上次的 {}", "接着上次的，续填码{}", "我的续填码是{}", "{}", "{}。"])
def test_a_code_goes_on_anywhere(services: Services, phone: Talk, words: str) -> None:
    _, code = kept(services)
    question = phone.say(words.format(code))
    assert (question.asks, "我们接着来" in question.text) == ("name", True)
    assert phone.slots["respondent"] == "恒盛箱包厂"
    assert phone.slots["request"] == "让厂里把工资一次给清"


def test_without_a_code_a_new_conversation_asks_for_it(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    asked = phone.say("接着上次的", "resume")
    assert (asked.kind, asked.asks) == ("question", "resume_code")
    assert "没有续填码" in [each.title for each in asked.buttons or []]
    question = phone.say(code.removeprefix("D-").replace("-", "").lower())
    assert question.asks == "name"


def test_where_the_channel_knows_who_writes_no_code_is_asked_for(services: Services) -> None:
    kept(services, "wechat-1", client="follower", surface="wechat")
    question = Talk(services, "wechat-2", "follower", "wechat").say("接着上次的", "resume")
    assert (question.asks, "我们接着来" in question.text) == ("name", True)
    for somebody_else in (Talk(services, "wechat-3", "another", "wechat"), Talk(services, "web", "follower")):
        assert somebody_else.say("接着上次的", "resume").asks == "resume_code"


@pytest.mark.parametrize("way", ["/resume", "我没有编码", "忘了"])
def test_who_has_no_code_is_told_why_and_what_to_do(phone: Talk, way: str) -> None:
    asked = phone.say("接着上次的", "resume")
    button = next(each.payload for each in asked.buttons or [] if each.title == "没有续填码")
    said = phone.touch(button) if way == "/resume" else phone.say(way)
    assert "怕别人看到" in said.text
    assert {"/file", "/handoff"} <= {each.payload for each in said.buttons or []}


def test_half_a_code_is_asked_for_again(phone: Talk) -> None:
    phone.say("接着上次的", "resume")
    assert "不全" in phone.say("D-7K3M-9Q").text
    assert "没有找到" in phone.say("7K3M-9QXD").text  # still asked: the D is not needed


def test_a_wrong_and_an_expired_code_are_answered_alike(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    wrong = phone.say(f"接着上次的 {WRONG}", "resume").text
    phone.services = later(services, days=31)
    assert phone.say(f"接着上次的 {code}", "resume").text == wrong
    assert "没有找到" in wrong
    assert "intake" not in phone.slots or not phone.slots.get("narrative")


def test_guessing_is_locked_out(services: Services) -> None:
    guesser = Talk(services, "guesser")
    for number in range(MOST_MISSES):
        guesser.say(f"D-3333-333{number}")
    _, code = kept(services)
    with pytest.raises(LockedOut):
        guesser.say(code)
    assert Talk(services, "neighbour").say(code).asks == "name"


def test_something_else_after_the_question_for_the_code_is_heard_as_what_it_is(phone: Talk) -> None:
    phone.say("接着上次的", "resume")
    assert phone.say("那你们几点下班").asks != "resume_code"
    assert phone.touch("/file").asks == "consent"


@pytest.mark.parametrize(
    "text",
    [
        "合同编号D-2026-0012的那个工程，公司一直拖着不给我们结账，已经两年了",
        "我的车牌是AB12CD34，被人划了",
        "20261121",
        "D-7K3M",
    ],
)
def test_what_only_looks_like_a_code_is_none(services: Services, text: str) -> None:
    assert code_in(Heard(text, "complain"), services) == ""


def test_here_it_goes_on_without_a_code(services: Services) -> None:
    talk, _ = kept(services)
    assert talk.say("接着上次的", "resume").asks == "name"


def test_what_was_done_on_the_phone_is_there_at_the_kiosk(services: Services, phone: Talk) -> None:
    kiosk, code = kept(services)
    phone.say(code)
    phone.say("周桂兰", whole={"name": "周桂兰"})
    answered = phone.slots["requested_slot"]
    assert kiosk.say("接着上次的", "resume").asks == answered
    assert kiosk.slots["name"] == phone.slots["name"]


def test_kept_again_it_has_the_same_code(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    phone.say(code)
    phone.touch("/cancel")
    assert code_of(phone.touch("/keep")) == code


def test_two_drafts_have_two_codes(services: Services) -> None:
    assert kept(services, "one")[1] != kept(services, "two")[1]


def test_nothing_told_is_nothing_to_keep(phone: Talk) -> None:
    phone.touch("/file")
    phone.touch("/cancel")
    said = phone.touch("/keep")
    assert (said.resume, "没有没填完的内容" in said.text) == (None, True)


# --- its end ----------------------------------------------------------------------------------------------------------------------


def test_filed_on_the_phone_it_is_filed_once_and_the_kiosk_shows_the_receipt(services: Services, phone: Talk) -> None:
    kiosk = Talk(services, "kiosk")
    citizen = at(services, "confirm", name="周桂兰", address="城关街道北门街12号", request="让厂里把工资一次给清")
    kiosk.slots, kiosk.form = citizen.slots, FORM
    kiosk.touch("/cancel")
    code = code_of(kiosk.touch("/keep"))
    phone.say(code)
    while phone.slots["requested_slot"] != "confirm":
        phone.touch("/skip")
    receipt = phone.touch("/affirm")
    assert filed(services, receipt).matter == "labour"
    again = kiosk.say("接着上次的", "resume")
    assert again.receipt == receipt.receipt
    assert kiosk.form == ""
    assert "没有找到" in Talk(services, "third").say(code).text


def test_deleted_at_the_kiosk_it_is_gone_everywhere(services: Services) -> None:
    kiosk, code = kept(services)
    assert [each.payload for each in kiosk.touch("/cancel").buttons or []] == ["/keep", "/discard", "/resume"]
    assert Talk(services, "still there").say(code).asks == "name"
    said = kiosk.touch("/discard")
    assert "都删掉了" in said.text
    assert "工资" not in kiosk.draft
    assert "没有找到" in Talk(services, "phone").say(code).text


def test_deleted_elsewhere_is_said_and_a_new_one_can_begin(services: Services, phone: Talk) -> None:
    kiosk, code = kept(services)
    phone.say(code)
    phone.touch("/cancel")
    phone.touch("/discard")
    assert "已经没有了" in kiosk.say("接着上次的", "resume").text
    assert "工资" not in kiosk.draft
    assert kiosk.touch("/file").asks == "consent"


def test_expired_is_said_before_a_new_form_begins(services: Services) -> None:
    kiosk, _ = kept(services)
    kiosk.services = later(services, days=31)
    question = kiosk.touch("/file")
    assert "已经没有了" in kiosk.replies[0].text
    assert question.asks == "consent"
    assert "工资" not in kiosk.draft


def test_deleting_by_code_asks_once(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    choice = phone.say(f"把{code}删了，不要了", "discard")
    assert [each.payload for each in choice.buttons or []] == ["/keep", "/discard", "/resume"]
    assert "都删掉了" in phone.touch("/discard").text
    assert "没有找到" in Talk(services, "third").say(code).text


# --- a code in the middle of something --------------------------------------------------------------------------------------------


def test_a_code_in_a_status_query_leaves_the_query(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    phone.touch("/status")
    assert phone.form == STATUS
    assert phone.say(f"接着上次的 {code}", "resume").asks == "name"
    assert phone.slots["case_number"] is None


def test_a_code_at_the_first_question_of_a_form_opens_its_draft(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    phone.touch("/file")
    assert phone.say(code).asks == "name"


def test_a_code_in_the_middle_of_another_complaint_loses_neither(services: Services) -> None:
    _, code = kept(services)
    other = Talk(services, "other")
    other.slots, other.form = at(services, "request").slots, FORM
    before = dict(other.slots)
    replies = other.say(code) and other.replies
    assert "正在填一件事" in replies[0].text
    assert replies[-1].asks == "request"
    assert before.items() <= other.slots.items()
    assert Talk(services, "third").say(code).asks == "name"


def test_a_wrong_code_in_the_form_asks_the_same_question(phone: Talk) -> None:
    phone.touch("/file")
    assert phone.say(WRONG).asks == "consent"
    assert "没有找到" in phone.replies[0].text


def test_danger_beside_a_code_is_heard_first(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    assert phone.say(f"接着上次的 {code}，我不想活了", "resume").kind == "safety"


def test_a_code_is_not_kept_among_the_questions_for_review(services: Services, phone: Talk) -> None:
    _, code = kept(services)
    phone.say(f"接着上次的 {code}", "resume")
    assert code not in json.dumps(phone.slots.get("candidates"))


def test_no_reply_shows_more_of_the_draft_than_its_own_conversation(services: Services, phone: Talk) -> None:
    kiosk = Talk(services, "kiosk")
    kiosk.slots = at(services, "place", name="周桂兰", phone="13800010001", address="城关街道北门街12号").slots
    kiosk.form = FORM
    kiosk.touch("/cancel")
    phone.say(code_of(kiosk.touch("/keep")))
    shown = words_of(phone.replies)
    assert "周桂兰" not in shown
    assert "13800010001" not in shown


def test_a_form_is_never_lost_by_time(services: Services) -> None:
    """Rasa begins no new session however long nothing is said, and the form asks the same question then."""
    domain = yaml.safe_load((REPOSITORY / "domain.yml").read_text(encoding="utf-8"))
    assert domain["session_config"] == {"session_expiration_time": 0, "carry_over_slots_to_new_session": True}
    talk = Talk(services, "slow")
    talk.slots, talk.form = at(services, "name", request="让厂里把工资一次给清").slots, FORM
    talk.services = later(services, days=400)
    assert talk.say("周桂兰", whole={"name": "周桂兰"}).asks == "address"
