"""Whatever is said in whatever order: an answer comes every time, and no good value is lost unasked."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.services import Services
from petition.draft import SLOTS, check_value
from tests.unit.actions.factories import CLAIM_TO_SUMMARY, GROUP, REPORT, SUGGESTION, WAGES, Citizen, words_of

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


def hold_on_to(citizen: Citizen, text: str) -> None:
    """One message, and what must hold afterwards."""
    before, asked = citizen.draft, citizen.asked
    citizen.say(text if citizen.in_form else "/file")
    assert citizen.replies
    assert all(each.text.strip() for each in citizen.replies)
    assert citizen.in_form == (citizen.asked is not None)
    assert not shows_too_much(citizen)
    filed = citizen.reply.kind == "receipt"
    if filed or text in ASKED_TO_FORGET or text in ASKED_TO_CHANGE:
        return
    lost = {slot for slot in before if citizen.draft.get(slot) != before[slot]}
    assert lost <= {asked, "evidence"}, "a value was lost unasked"
    assert len(citizen.draft.get("evidence", ())) >= len(before.get("evidence", ()))


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
