"""Every slot: what it takes, what it refuses and why, and whether it can be left out."""

from __future__ import annotations

import pytest

from actions.services import Services
from petition.draft import SLOTS
from tests.unit.actions.factories import Citizen, at

LONG_ENOUGH = "恒盛箱包厂从2026年5月起欠我五个月工资，一共两万一千块，一直不给"
MARKED = {
    "people": {"marks": {"headcount": 3}},
    "on_behalf_of": {"marks": {"for_other": True}},
    "confidentiality": {"marks": {"privacy_raised": True}},
}
EMPTY = ("amount", "occurred_on", "respondent")  # what the story of `at` has told already


def asked_for(services: Services, slot: str) -> Citizen:
    citizen = at(services, slot, **{slot: None})
    citizen.slots["intake"] |= MARKED.get(slot, {})
    return citizen


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("narrative", LONG_ENOUGH, LONG_ENOUGH),
        ("request", "让厂里把工资一次给清", "让厂里把工资一次给清"),
        ("name", "周桂兰", "周桂兰"),
        ("name", "我叫周桂兰", "周桂兰"),
        ("address", "城关街道北门街12号", "城关街道北门街12号"),
        ("phone", "13800010001", "13800010001"),
        ("phone", "我的电话是13900000002", "13900000002"),
        ("phone", "0398-2812345", "0398-2812345"),
        ("respondent", "恒盛箱包厂", "恒盛箱包厂"),
        ("place", "清河区工业园", "清河区工业园"),
        ("occurred_on", "2026年5月", "2026-05"),
        ("occurred_on", "去年3月", "2025-03"),
        ("amount", "21000", 21000),
        ("amount", "十二万六", 126000),
        ("amount", "应该是两万", 20000),
        ("prior_handling", "没有", "没有"),
        ("prior_handling", "打过一次环保电话，说会来看，没来", "打过一次环保电话，说会来看，没来"),
        ("people", "张小山、李四海、王五一", ["张小山", "李四海", "王五一"]),
        ("on_behalf_of", "我母亲王桂英", "我母亲王桂英"),
        ("confidentiality", "实名", "named"),
        ("confidentiality", "保密", "confidential"),
        ("confidentiality", "实名，但要保密", "confidential"),
        ("confidentiality", '/choose{"id": "named"}', "named"),
        ("evidence", '/attach{"id": "photo-1"}', ["photo-1"]),
    ],
)
def test_a_good_answer_is_taken_and_the_next_question_comes(
    services: Services, slot: str, text: str, value: object
) -> None:
    citizen = asked_for(services, slot)
    reply = citizen.say(text)
    assert citizen.draft[slot] == value
    assert reply.kind == "question"
    assert reply.asks != slot


@pytest.mark.parametrize(
    ("slot", "text", "reason"),
    [
        ("narrative", "短", "太短"),
        ("request", "短", "太短"),
        ("name", "今天天气怎么样", "不像姓名"),
        ("address", "短", "太短"),
        ("phone", "1380001000", "位数不对"),
        ("phone", "12345678901", "好像不对"),
        ("phone", "好多钱", "位数不对"),
        ("respondent", "短", "太短"),
        ("place", "短", "太短"),
        ("occurred_on", "2026年13月", "没有这个日期"),
        ("occurred_on", "2027年5月", "还没到"),
        ("occurred_on", "那时候吧", "没听明白"),
        ("amount", "好多钱", "没听出是多少钱"),
        ("amount", "金额是0元", "没听出是多少钱"),
        ("on_behalf_of", "短", "太短"),
        ("confidentiality", "随便", "没听明白您选哪一个"),
        ("people", "张三、李四、王五、赵六、孙七、周八、吴九", "最多5人，您说了7个人"),
    ],
)
def test_a_bad_answer_is_refused_with_the_reason_and_asked_again(
    services: Services, slot: str, text: str, reason: str
) -> None:
    citizen = asked_for(services, slot)
    reply = citizen.say(text)
    assert reason in reply.text.splitlines()[0]
    assert reply.asks == slot
    assert slot not in citizen.draft


@pytest.mark.parametrize("slot", [each.id for each in SLOTS.values() if each.skippable])
@pytest.mark.parametrize("way", ["/skip", "跳过", "不知道"])
def test_what_is_not_required_can_be_left_out(services: Services, slot: str, way: str) -> None:
    citizen = asked_for(services, slot)
    reply = citizen.say(way)
    assert reply.asks != slot
    assert slot not in citizen.draft
    assert slot in citizen.intake["skipped"]


@pytest.mark.parametrize("slot", [each.id for each in SLOTS.values() if each.required and each.id != "confirm"])
def test_what_is_required_cannot(services: Services, slot: str) -> None:
    citizen = asked_for(services, slot)
    reply = citizen.touch("/skip")
    assert reply.asks == slot
    assert slot not in citizen.intake["skipped"]
    assert "匿名" in reply.text if slot == "name" else "不能跳过" in reply.text


def test_a_question_offers_to_skip_exactly_where_one_can(services: Services) -> None:
    offered = {slot: asked_for(services, slot).say("/help").buttons or [] for slot in SLOTS if slot != "confirm"}
    skippable = {slot for slot, buttons in offered.items() if any(each.payload == "/skip" for each in buttons)}
    assert skippable == {each.id for each in SLOTS.values() if each.skippable}


def test_other_words_after_two_failures_and_a_person_after_three(services: Services) -> None:
    citizen = asked_for(services, "phone")
    first, second, third = (citizen.say("1380001000") for _ in range(3))
    assert "留个电话好联系您" in first.text
    assert "手机是11位数字，座机请带上区号" in second.text
    assert "/handoff" not in [each.payload for each in second.buttons or []]
    assert [each.payload for each in third.buttons or []] == ["/skip", "/handoff"]


def test_the_count_of_failures_ends_with_a_good_answer(services: Services) -> None:
    citizen = asked_for(services, "phone")
    citizen.say("1380001000", "1380001000", "13800010001")
    assert "phone" not in citizen.intake["attempts"]


@pytest.mark.parametrize("text", ["嗯这个嘛", "随便", "工资"])
def test_only_a_plain_yes_is_consent(citizen: Citizen, text: str) -> None:
    citizen.say("我要投诉")
    reply = citizen.say(text)
    assert reply.asks == "consent"
    assert "consent" not in citizen.draft


@pytest.mark.parametrize("no", ["/deny", "不同意"])
def test_consent_refused_keeps_nothing(citizen: Citizen, no: str) -> None:
    citizen.say("我叫马小云，电话13900000001，恒发公司从去年8月起拖欠我工资三万五千元，我要投诉")
    assert citizen.draft["phone"] == "13900000001"
    reply = citizen.say(no)
    assert "不收您的任何信息" in reply.text
    assert not citizen.in_form
    assert citizen.draft == {}
    assert not any(raw in str(citizen.slots) for raw in ("马小云", "13900000001", "恒发"))


@pytest.mark.parametrize(
    "payload", ["/help", "/status", "/file", '/choose{"id": "named"}', "/keep", "/resume", "/deny"]
)
@pytest.mark.parametrize("slot", ["place", "name", "amount"])
def test_a_button_from_elsewhere_answers_nothing(services: Services, slot: str, payload: str) -> None:
    citizen = asked_for(services, slot)
    reply = citizen.touch(payload)
    assert reply.asks == slot
    assert "回到刚才" in reply.text
    assert slot not in citizen.draft


@pytest.mark.parametrize(("slot", "text"), [("evidence", "没有材料"), ("evidence", "没证据"), ("phone", "没有手机")])
def test_to_have_none_is_to_leave_it_out(services: Services, slot: str, text: str) -> None:
    citizen = asked_for(services, slot)
    assert citizen.say(text).asks != slot
    assert slot not in citizen.draft
    assert slot in citizen.intake["skipped"]


def test_told_material_is_no_material(services: Services) -> None:
    citizen = asked_for(services, "evidence")
    assert citizen.say("有合同和照片").asks == "evidence"
    assert "有材料就发给我" in citizen.say("有合同和照片").text
    assert "evidence" not in citizen.draft
