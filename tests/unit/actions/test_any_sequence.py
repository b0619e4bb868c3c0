"""Whatever is said in whatever order: an answer comes every time, and no good value is lost unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.heard import Heard, heard_in
from actions.services import Services
from petition.draft import SLOTS, check_value
from tests.unit.actions.factories import (
    CLAIM_TO_SUMMARY,
    GROUP,
    REPORT,
    SUGGESTION,
    WAGES,
    Citizen,
    words_of,
)

ANSWERS = (
    "让厂里把工资一次给清", "周桂兰", "我叫周桂兰", "城关街道北门街12号", "13800010001", "1380001000", "0398-2812345", "恒盛箱包厂",
    "清河区工业园", "2026年5月", "2026年13月", "那时候吧", "21000", "十二万六", "好多钱", "没有", "没有找过别的部门", "跳过",
    "张小山、李四海、王五一", "短", "嗯这个嘛", "随便", "今天天气怎么样", "实名", "保密", "应该是两万",
    WAGES, REPORT, SUGGESTION, GROUP, "信访多久有结果？", "你好", "谢谢", "转人工", "算了", "继续", "先放着，以后再填",
    "同意", "好的", "不要保存，删掉",
)  # fmt: skip
BUTTONS = (
    "/affirm", "/skip", "/cancel", "/keep", "/resume", "/handoff", "/help", "/file", "/status", "/correct",
    '/choose{"id": "named"}', '/attach{"id": "photo-1"}', '/ask{"topic": "petition.forms"}',
    '/ask{"topic": "none"}', '/channel{"id": "labour-arbitration"}',
)  # fmt: skip
ASKED_TO_CHANGE = (
    "找过公司，公司说应该是劳务公司给",  # elsewhere than at prior_handling nobody can tell
    "电话说错了，是13900000002", "电话写错了，是1390000002", "把金额改成两万", "名字写错了，我叫方志明", "名字写错了", "不是三千是五千",
    "不是5月是6月", "不是张湾乡，是张汴乡", "改成实名", '/correct{"slot": "phone"}', '/correct{"slot": "narrative"}',
)  # fmt: skip
ASKED_TO_FORGET = (
    "改成匿名",
    "匿名",
    "不想留名字",
    '/choose{"id": "anonymous"}',
    "/deny",
    "不同意",
    "/discard",
    "删掉不要了",
    "取消",
)
# … of which these may end the form with all that it holds
DELETES = ("/deny", "不同意", "/discard", "删掉不要了", "取消", "不要保存，删掉")
NUMBERS = ("13800010001", "13900000002")
NAMES = ("周桂兰", "方志明", "2812345")
FREE_TEXTS = ("narrative", "request", "respondent", "place", "prior_handling")


class Reception:
    """Where citizens come from; says little about itself where a test fails."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def citizen(self) -> Citizen:
        return Citizen(self.services)


@pytest.fixture
def reception(services: Services) -> Reception:
    return Reception(services)


def shows_too_much(citizen: Citizen) -> list[str]:
    """Names, addresses and numbers shown whole; what somebody wrote into a story is shown as written, mobile numbers aside."""
    shown, written = words_of(citizen.replies), str([citizen.draft.get(slot) for slot in FREE_TEXTS])
    return [raw for raw in NUMBERS if raw in shown] + [raw for raw in NAMES if raw in shown and raw not in written]


def good(value: Any) -> bool:
    return value not in (None, "", [], ())


def may_change(citizen: Citizen, asked: str | None, text: str) -> set[str]:
    """The slots that this message may give another value: what was asked for, what is put right, what is added to."""
    if text in ASKED_TO_CHANGE:
        return set(SLOTS)
    told = {"narrative"} if asked == "narrative" else set()
    return {str(asked), "evidence"} | told


def may_vanish(asked: str | None, text: str) -> set[str]:
    """The slots that this message may empty: nobody's, unless the citizen asks for it."""
    if text in DELETES:
        return set(SLOTS)
    return {"name", "address"} if text in ASKED_TO_FORGET else set()


def hold_on_to(citizen: Citizen, text: str, heard: Heard | None = None) -> None:
    """One message, and what must hold afterwards."""
    before, asked = citizen.draft, citizen.asked
    if not citizen.in_form:
        citizen.say("/file")
    elif heard is not None:
        citizen.hear(heard)
    else:
        citizen.say(text)
    assert citizen.replies
    assert all(each.text.strip() for each in citizen.replies)
    assert citizen.in_form == (citizen.asked is not None)
    assert not shows_too_much(citizen)
    if citizen.reply.kind == "receipt":
        return
    after = citizen.draft
    lost = {slot for slot in before if good(before[slot]) and not good(after.get(slot))}
    assert lost <= may_vanish(asked, text), "a value was lost unasked"
    changed = {slot for slot in before if slot not in lost and after.get(slot) != before[slot]}
    assert changed <= may_change(citizen, asked, text) | may_vanish(asked, text), "a value was changed unasked"
    assert len(after.get("evidence") or ()) >= len(before.get("evidence") or ()) or "evidence" in lost


def every_value_is_in_normal_form(citizen: Citizen) -> None:
    for slot, value in citizen.draft.items():
        again = check_value(slot, value, citizen.services.today())
        assert (list(again) if isinstance(again, tuple) else again) == value
        assert slot in SLOTS


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.integers(0, len(CLAIM_TO_SUMMARY)),
    texts=st.lists(st.sampled_from(ANSWERS + BUTTONS + ASKED_TO_CHANGE + ASKED_TO_FORGET), min_size=1, max_size=14),
)
def test_no_sequence_raises_falls_silent_or_forgets(reception: Reception, steps: int, texts: list[str]) -> None:
    citizen = reception.citizen()
    citizen.say("/file", *CLAIM_TO_SUMMARY[1:steps])
    for text in texts:
        hold_on_to(citizen, text)
        every_value_is_in_normal_form(citizen)


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    opening=st.sampled_from(("我要投诉", "我想提个建议", WAGES, REPORT, GROUP, "/file")),
    texts=st.lists(st.sampled_from((*ANSWERS, "/affirm", "/skip")), min_size=10, max_size=25),
)
def test_no_opening_either(reception: Reception, opening: str, texts: list[str]) -> None:
    citizen = reception.citizen()
    for text in (opening, "/affirm", *texts):
        hold_on_to(citizen, text)
        every_value_is_in_normal_form(citizen)


ASKED_AGAIN = (
    "narrative",
    "request",
    "name",
    "address",
    "phone",
    "respondent",
    "place",
    "occurred_on",
    "amount",
    "prior_handling",
)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(slot=st.sampled_from(ASKED_AGAIN), texts=st.lists(st.sampled_from((*ANSWERS, *BUTTONS)), min_size=1, max_size=3))
def test_a_value_that_is_asked_for_again_is_never_emptied(reception: Reception, slot: str, texts: list[str]) -> None:
    """「修改」 at the summary, and then whatever: a bad answer, a skip, a question."""
    citizen = reception.citizen()
    citizen.say(*CLAIM_TO_SUMMARY)
    for text in (f'/correct{{"slot": "{slot}"}}', *texts):
        hold_on_to(citizen, text)
        every_value_is_in_normal_form(citizen)


INTENTS = (
    "ask",
    "complain",
    "greet",
    "thanks",
    "help",
    "out_of_scope",
    "status",
    "correct",
    "skip",
    "cancel",
    "affirm",
    "deny",
)
DATES = ("2026-05", "2026-03/2026-08", "2027-01", "2026-02-30", "neulich")
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "amount": st.sampled_from([21000, 0.5, -3, 0, 10**12]),
    "occurred_on": st.sampled_from(DATES),
    "phone": st.sampled_from(["13900000002", "0398-2812345", "123"]),
    "name": st.sampled_from(["方志明", "哪个"]),
    "names": st.lists(st.sampled_from(["张小山", "李四海", "王五一"]), max_size=7),
}
PROBLEMS = {
    "occurred_on_problem": st.sampled_from(["ambiguous", "future", "impossible"]),
    "phone_problem": st.just("length"),
    "occurred_on_choices": st.lists(st.sampled_from(DATES), min_size=2, max_size=4),
    "amount_problem": st.just("ambiguous"),
    "amount_choices": st.just([3000, 5000]),
}
STATED = {**{slot: VALUES[slot] for slot in ("amount", "occurred_on", "phone", "name")}, "place": st.just("张汴乡")}
TYPED = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda text: text.strip() and not text.startswith("/")
)
HEARD = st.builds(
    lambda text, intent, confidence, stated, whole, tail, doubts: {
        "text": text,
        "intent": {"name": intent, "confidence": confidence},
        "intent_ranking": [{"name": intent, "confidence": confidence}],
        "stated": stated,
        "doubts": doubts,
        "readings": {"whole": whole, **({"tail": {**tail, "text": text}} if tail else {})},
        "message_id": "m",
    },
    TYPED,
    st.sampled_from(INTENTS),
    st.floats(0, 1),
    st.fixed_dictionaries({}, optional=STATED),
    st.fixed_dictionaries({}, optional={**VALUES, **PROBLEMS}),
    st.fixed_dictionaries({}, optional=VALUES),
    st.fixed_dictionaries({}, optional={"amount": st.just([6000, 2400])}),
)


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.integers(1, len(CLAIM_TO_SUMMARY)), messages=st.lists(HEARD, min_size=1, max_size=12))
def test_nothing_is_lost_whatever_the_engine_hears(
    reception: Reception, steps: int, messages: list[dict[str, Any]]
) -> None:
    """Any words, taken for anything, with values good and bad read out of them."""
    citizen = reception.citizen()
    citizen.say("/file", *CLAIM_TO_SUMMARY[1:steps])
    for each in messages:
        hold_on_to_what_is_good(citizen, heard_in(each))
        every_value_is_in_normal_form(citizen)


def hold_on_to_what_is_good(citizen: Citizen, heard: Heard) -> None:
    """Words that nobody chose may mean to change or to delete; else what was there stays."""
    before, asked, words = citizen.draft, citizen.asked, citizen.services.dialogue
    if not citizen.in_form:
        citizen.say("/file")
        return
    citizen.hear(heard)
    assert citizen.replies
    assert all(each.text.strip() for each in citizen.replies)
    assert citizen.in_form == (citizen.asked is not None)
    if not citizen.in_form or heard.intent in ("correct", "deny", "cancel") or words.says("correct", heard.text):
        return
    lost = {slot for slot in before if good(before[slot]) and not good(citizen.draft.get(slot))}
    assert not lost
    assert {slot for slot in before if citizen.draft[slot] != before[slot]} <= {asked}
