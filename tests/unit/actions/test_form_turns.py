"""What may come at any moment: corrections, questions in between, a person, stopping, the same confirmation again."""

from __future__ import annotations

import pytest

from actions.services import Services
from tests.unit.actions.factories import CLAIM, WAGES, Citizen, Visit, at, at_summary, later

REPORTED = "张湾乡民政所所长李建国收贫困户的红包，不给钱就不给办低保，去年3月收了我两千块"


# --- corrections ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["place", "prior_handling", "evidence", "confirm"])
@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("电话说错了，是13900000002", "phone", "13900000002"),
        ("电话最后一位是2不是1", "phone", "13800010002"),
        ("电话尾号不是1，是2", "phone", "13800010002"),
        ("把金额改成两万", "amount", 20000),
        ("名字写错了，我叫方志明", "name", "方志明"),
        ("不是三千是五千", "amount", 5000),
        ("不是5月是6月", "occurred_on", "2026-06"),
    ],
)
def test_a_correction_by_words_changes_one_value(
    services: Services, asked: str, text: str, slot: str, value: object
) -> None:
    citizen = at_summary(services)
    citizen.slots["requested_slot"] = asked
    if asked != "confirm":
        citizen.slots[asked] = None
        citizen.slots["intake"]["skipped"] = []
    before = citizen.draft
    reply = citizen.say(text)
    assert citizen.draft == before | {slot: value, "narrative": citizen.draft["narrative"]}
    assert reply.text.startswith("好，")
    assert "改成" in reply.text.splitlines()[0]
    assert reply.asks == asked


def test_what_is_put_right_before_it_was_asked_for_is_taken(services: Services) -> None:
    citizen = at(services, "respondent", respondent=None, name=None, request="让厂里把工资一次给清")
    reply = citizen.say("名字写错了，我叫方志明")
    assert (citizen.draft["name"], reply.asks) == ("方志明", "respondent")
    assert "respondent" not in citizen.draft


@pytest.mark.parametrize("text", ["不是张湾乡是张汴乡", "不是张湾乡，是张汴乡"])
def test_words_are_exchanged_wherever_they_stand(citizen: Citizen, text: str) -> None:
    citizen.say("我要投诉", "同意", REPORTED, "实名", "请纪委去查他，把钱退给我")
    reply = citizen.say(text)
    assert (citizen.draft["place"], citizen.draft["respondent"]) == ("张汴乡", "张汴乡民政所所长李建国")
    assert "张汴乡民政所" in citizen.draft["narrative"]
    assert "发生地点改成张汴乡" in reply.text
    assert reply.asks == "name"
    assert "name" not in citizen.draft


def test_words_that_stand_in_the_story_alone(citizen: Citizen) -> None:
    citizen.say("我要投诉", "同意", REPORTED, "实名", "请纪委去查他，把钱退给我")
    citizen.slots |= {"place": None, "respondent": None, "requested_slot": "respondent", "name": "方志明"}
    reply = citizen.say("不是张湾乡，是张汴乡")
    assert "张湾乡改成张汴乡" in reply.text
    assert "respondent" not in citizen.draft, "a correction is no answer"


@pytest.mark.parametrize(("text", "reason"), [("电话写错了，是1390000002", "位数不对"), ("名字写错了", "不像姓名")])
def test_a_bad_new_value_never_wipes_the_good_old_one(services: Services, text: str, reason: str) -> None:
    citizen = at_summary(services)
    before = citizen.draft
    reply = citizen.say(text)
    assert citizen.draft == before
    assert reason in reply.text
    assert reply.asks == ("phone" if "电话" in text else "name"), "the slot under correction is asked now"


def test_the_answer_to_that_question_is_the_new_value(services: Services) -> None:
    citizen = at_summary(services)
    citizen.say("名字写错了", "方志明")
    assert citizen.draft["name"] == "方志明"
    assert citizen.asked == "confirm"


def test_a_correction_in_the_words_that_the_summary_recommends(services: Services) -> None:
    citizen = at_summary(services)
    assert "比如“电话错了，是" in citizen.reply.text
    reply = citizen.say("电话错了，是13900000000")
    assert citizen.draft["phone"] == "13900000000"
    assert "联系电话改成139****0000" in reply.text


def test_at_the_summary_by_buttons(services: Services) -> None:
    citizen = at_summary(services)
    which = citizen.touch("/correct")
    payloads = [each.payload for each in which.buttons or []]
    assert '/correct{"slot": "phone"}' in payloads
    assert '/correct{"slot": "consent"}' not in payloads
    assert citizen.touch('/correct{"slot": "phone"}').asks == "phone"
    assert citizen.say("我的电话是13900000002").kind == "summary"
    assert citizen.draft["phone"] == "13900000002"


def test_no_at_the_summary_asks_what_is_wrong(services: Services) -> None:
    citizen = at_summary(services)
    assert "您要改哪一项" in citizen.say("不是").text
    assert "您要改哪一项" in citizen.say("修改").text
    assert citizen.in_form


def test_signing_can_be_changed_both_ways(services: Services) -> None:
    citizen = at_summary(services)
    assert "没法给您书面答复" in citizen.say("改成匿名").text
    assert not {"name", "address"} & citizen.draft.keys()
    assert citizen.say("改成实名").asks == "name"
    assert citizen.draft["confidentiality"] == "named"


def test_a_story_told_anew_replaces_the_first_one(citizen: Citizen) -> None:
    first = "恒盛箱包厂欠我五个月工资不给，找了好多趟都没用，我要你们给登记反映"
    citizen.say(first, "同意", '/correct{"slot": "narrative"}', WAGES)
    assert citizen.draft["narrative"] == WAGES
    assert first not in str(citizen.slots)


def test_an_answer_in_free_words_is_no_correction(services: Services) -> None:
    citizen = at(services, "prior_handling", prior_handling=None)
    answer = "找过公司，公司说应该是劳务公司给"
    citizen.say(answer)
    assert citizen.draft["prior_handling"] == answer
    assert citizen.draft["respondent"] == "恒盛箱包厂"


# --- in between -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", ["consent", "narrative", "request", "name", "phone", "amount", "evidence", "confirm"])
def test_a_question_in_between_is_answered_and_the_same_slot_asked_again(services: Services, slot: str) -> None:
    citizen = at(services, slot)
    before = citizen.draft
    citizen.say("信访多久有结果？")
    answer, again = citizen.replies
    assert (answer.kind, answer.topic) == ("answer", "petition.deadline-handling")
    assert answer.citations
    assert not answer.buttons, "inside the form nothing leads away"
    assert again.asks == citizen.asked == slot
    assert citizen.draft == before


def test_the_button_of_a_topic_and_of_a_channel_in_between(services: Services) -> None:
    citizen = at(services, "place")
    citizen.touch('/ask{"topic": "petition.deadline-handling"}')
    assert [each.kind for each in citizen.replies] == ["answer", "question"]
    citizen.touch('/channel{"id": "labour-arbitration"}')
    assert "劳动人事争议仲裁委员会" in citizen.replies[0].text
    assert citizen.reply.asks == "place"


@pytest.mark.parametrize("text", ["你好", "谢谢", "你们能做什么"])
def test_small_talk_keeps_the_question(services: Services, text: str) -> None:
    citizen = at(services, "name")
    citizen.say(text)
    assert [each.asks for each in citizen.replies] == [None, "name"]


def test_a_person_is_named_and_the_form_stays(services: Services) -> None:
    citizen = at(services, "name")
    for way in ("转人工", "/handoff"):
        citizen.say(way)
        assert [each.kind for each in citizen.replies] == ["handoff", "question"]
        assert "0000-12345678" in citizen.replies[0].text
        assert citizen.asked == "name"


# --- stopping ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["/cancel", "算了", "取消"])
def test_stopping_asks_once_what_shall_become_of_it(services: Services, way: str) -> None:
    citizen = at(services, "name")
    before = citizen.draft
    choice = citizen.say(way)
    assert choice.kind == "choice"
    assert [each.payload for each in choice.buttons or []] == ["/keep", "/discard", "/resume"]
    assert citizen.draft == before
    assert citizen.in_form


@pytest.mark.parametrize("unclear", ["嗯这个嘛", "好的", "13800010001", "不要保存，删掉", "/skip", "/affirm", "/deny"])
def test_an_unclear_answer_deletes_nothing(services: Services, unclear: str) -> None:
    citizen = at(services, "name")
    before = citizen.draft
    assert citizen.say("算了", unclear).kind == "choice"
    assert citizen.draft == before
    assert citizen.in_form


def test_not_to_delete_is_not_to_delete(services: Services) -> None:
    citizen = at(services, "name")
    before = citizen.draft
    citizen.say("算了", "千万别删")
    assert citizen.draft == before


@pytest.mark.parametrize("way", ["/discard", "删掉不要了"])
def test_deleting_leaves_nothing(services: Services, way: str) -> None:
    citizen = at(services, "name")
    assert "都删掉了" in citizen.say("算了", way).text
    assert citizen.draft == {}
    assert "工资" not in str(citizen.slots)
    assert not citizen.in_form


@pytest.mark.parametrize("way", ["/resume", "继续"])
def test_going_on_puts_the_same_question(services: Services, way: str) -> None:
    citizen = at(services, "name")
    reply = citizen.say("算了", way)
    assert reply.asks == "name"
    assert "我们接着来" in reply.text


@pytest.mark.parametrize("way", ["/keep", "先放着，以后再填"])
def test_what_is_kept_is_taken_up_where_it_stopped(services: Services, way: str) -> None:
    citizen = at(services, "name", request="让厂里把工资一次给清")
    before = citizen.draft
    assert "给您留着了" in citizen.say("算了", way).text
    assert not citizen.in_form
    assert citizen.draft == before
    reply = citizen.say("接着上次的")
    assert reply.asks == "name"
    assert citizen.draft == before


def test_material_that_comes_while_the_choice_is_open_is_kept(services: Services) -> None:
    citizen = at(services, "name")
    reply = citizen.say("算了", '/attach{"id": "photo-1"}')
    assert reply.kind == "choice"
    assert citizen.draft["evidence"] == ["photo-1"]


# --- confirming -------------------------------------------------------------------------------------------------------------------


def test_the_same_confirmation_again_shows_the_same_receipt(services: Services) -> None:
    citizen = at_summary(services)
    first = citizen.say("确认")
    visit = Visit(later(services, minutes=2))
    visit.slots = citizen.slots
    (second,) = visit.call("action_confirm", "/affirm")
    assert second.receipt == first.receipt
    assert second.receipt


def test_a_confirmation_lost_on_the_way_files_once(services: Services) -> None:
    citizen = at_summary(services)
    before = dict(citizen.slots)
    first = citizen.touch("/affirm")
    citizen.slots = before
    assert citizen.touch("/affirm").receipt == first.receipt


def test_a_second_petition_gets_its_own_number(new_services: Services) -> None:
    first, second = at_summary(new_services).touch("/affirm"), at_summary(new_services).touch("/affirm")
    assert first.receipt
    assert second.receipt
    assert (first.receipt["number"], second.receipt["number"]) == ("QH-20261121-1", "QH-20261121-2")


@pytest.mark.parametrize("text", ["好的", "对", "是", "确认"])
def test_a_plain_yes_files(services: Services, text: str) -> None:
    assert at_summary(services).say(text).kind == "receipt"


@pytest.mark.parametrize("text", ["嗯这个嘛", "随便", "工资"])
def test_anything_else_files_nothing(services: Services, text: str) -> None:
    citizen = at_summary(services)
    assert citizen.say(text).kind == "summary"
    assert "请看看上面对不对" in citizen.reply.text
    assert citizen.in_form


@pytest.mark.parametrize(
    ("title", "kinds"), [("确认提交", "receipt"), ("有地方要改", "question"), ("先不交了", "choice")]
)
def test_a_button_can_be_typed(services: Services, title: str, kinds: str) -> None:
    citizen = at_summary(services)
    assert title in [each.title for each in citizen.reply.buttons or []]
    assert citizen.say(title).kind == kinds


def test_the_button_opens_the_form(citizen: Citizen) -> None:
    assert citizen.touch("/file").asks == "consent"
    citizen.say(*CLAIM[1:])
    assert citizen.asked == "prior_handling"
