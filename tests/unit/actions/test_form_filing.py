"""Whole filings, from the wish to the receipt and to what the register holds."""

from __future__ import annotations

import re

import pytest

from actions.heard import Heard
from actions.services import Services
from cases.attachments import store_attachment
from cases.conversations import open_conversation
from cases.evidence import seal_evidence
from cases.originals import read_original
from cases.policy import NotPermitted
from petition.errors import NotComplete
from petition.matters import Matter, PetitionType
from tests.unit.actions.factories import (
    CLAIM,
    CLAIM_TO_SUMMARY,
    FOR_MOTHER,
    GROUP,
    REPORT,
    SUGGESTION,
    WAGES,
    Citizen,
    at_summary,
    filed,
    words_of,
)
from tests.unit.cases.acting import CLERK, DISCIPLINE

SEVEN = "张小山、李四海、王五一、赵六合、孙七星、周八方、吴九州"
THREE = "张小山、李四海、王五一"
RAW = ("周桂兰", "13800010001", "北门街12号", "张小山", "潘秋生", "方志明")


def test_a_claim_is_asked_slot_by_slot_and_filed(citizen: Citizen, services: Services) -> None:
    asked = [citizen.say(text).asks for text in CLAIM_TO_SUMMARY]
    assert asked == [
        "consent", "narrative", "request", "place", "name", "address", "phone", "prior_handling", "evidence", "confirm",
    ]  # fmt: skip
    assert citizen.draft["amount"] == 21000
    assert (citizen.draft["occurred_on"], citizen.draft["respondent"]) == ("2026-05", "恒盛箱包厂")
    summary = citizen.reply
    assert summary.kind == "summary"
    assert summary.triage
    assert (summary.triage["matter"], summary.triage["type"]) == ("labour", "claim")
    assert "1年内申请" in summary.text  # the clock of labour arbitration runs on
    receipt = citizen.touch("/affirm")
    assert receipt.kind == "receipt"
    assert receipt.receipt
    assert receipt.receipt["filed_at"].startswith("2026-11-21T10:00")
    assert receipt.receipt["number"] in receipt.text
    assert receipt.receipt["query_code"] in receipt.text
    assert receipt.receipt["query_code"] not in str(receipt.speech)
    view = filed(services, receipt)
    assert (view.type, view.matter) == (PetitionType.CLAIM, Matter.LABOUR)


def test_after_filing_nothing_of_the_draft_is_left(citizen: Citizen) -> None:
    citizen.say(*CLAIM_TO_SUMMARY, "/affirm")
    assert not citizen.in_form
    assert citizen.draft == {}
    assert not any(raw in str(citizen.slots) for raw in (*RAW, "工资"))
    assert citizen.intake["filed_key"]


def test_the_wish_with_the_story_opens_the_form_and_says_what_was_heard(citizen: Citizen) -> None:
    reply = citizen.say("恒盛箱包厂欠我五个月工资不给，找了好多趟都没用，我要你们给登记反映")
    assert reply.asks == "consent"
    assert "反映的是恒盛箱包厂" in reply.text
    assert reply.triage
    assert reply.triage["matter"] == "labour"
    assert citizen.touch("/affirm").asks == "request"
    assert citizen.reply.triage is None, "the triage is told once"


def test_a_report_is_asked_first_how_far_names_are_shown(citizen: Citizen) -> None:
    citizen.say("我要匿名举报张湾乡民政所所长李建国收了贫困户的红包，不给钱就不给办低保")
    assert [each.title for each in citizen.say("同意").buttons or []] == ["实名", "实名，但要保密", "匿名"]
    assert citizen.asked == "confidentiality"


def test_a_confidential_report_with_its_story(citizen: Citizen, services: Services) -> None:
    assert citizen.say("我要投诉", "同意", REPORT).asks == "confidentiality"
    assert citizen.say("实名，但要保密").asks == "request"
    citizen.say("请纪委去查他，把钱退给我", "方志明", "城关街道北门街12号", "跳过", "没有", "跳过")
    assert "署名方式：实名并保密" in citizen.reply.text
    view = filed(services, citizen.touch("/affirm"))
    assert (view.type, view.matter) == (PetitionType.REPORT, Matter.DISCIPLINE)


def test_the_material_of_a_report_opens_for_the_discipline_role_alone_from_its_filing_on(services: Services) -> None:
    with services.register.unit_of_work() as uow:
        conversation, _ = open_conversation(uow, "web", services.now())
        about = {"media_type": "image/png", "name": "照片.png", "now": services.now()}
        photo = store_attachment(uow, services.files, conversation, b"x", **about).id
    citizen = Citizen(services)
    citizen.say("我要投诉", "同意", REPORT)
    citizen.hear(Heard("", "attach", 1.0, params={"id": photo}, button=True))
    citizen.touch('/choose{"id": "anonymous"}')
    citizen.say("请纪委去查他，把钱退给我", "跳过", "没有")
    filed(services, citizen.touch("/affirm"))
    with services.register.unit_of_work() as uow:
        assert seal_evidence(uow, services.files) == 0, "nothing is left for the job"
        with pytest.raises(NotPermitted):
            read_original(uow, services.files, photo, CLERK, now=services.now())
        assert read_original(uow, services.files, photo, DISCIPLINE, now=services.now()).content == b"x"


def test_an_anonymous_report_is_not_asked_for_name_and_address(citizen: Citizen, services: Services) -> None:
    citizen.say("我要投诉", "同意", REPORT)
    told = citizen.touch('/choose{"id": "anonymous"}')
    assert "没法给您书面答复" in told.text
    asked = [citizen.say(text).asks for text in ("请纪委去查他，把钱退给我", "跳过", "没有", "跳过")]
    assert asked == ["phone", "prior_handling", "evidence", "confirm"]
    assert "署名方式：匿名" in citizen.reply.text
    assert filed(services, citizen.touch("/affirm")).type is PetitionType.REPORT


def test_a_suggestion_is_not_asked_who_did_what_when(citizen: Citizen, services: Services) -> None:
    citizen.say("我想提个建议", "同意", SUGGESTION)
    asked = [
        citizen.say(text).asks for text in ("在北门街路口装红绿灯", "方志明", "城关街道北门街12号", "跳过", "跳过")
    ]
    assert asked == ["name", "address", "phone", "evidence", "confirm"]
    assert filed(services, citizen.touch("/affirm")).type is PetitionType.SUGGESTION


@pytest.mark.parametrize("asked", ["name", "address"])
@pytest.mark.parametrize("words", ["匿名", "不想留名字", "我不留名字"])
def test_no_name_given_means_anonymous_and_what_it_costs(citizen: Citizen, asked: str, words: str) -> None:
    citizen.say(*CLAIM[: CLAIM.index("周桂兰") + (asked == "address")])
    assert citizen.asked == asked
    reply = citizen.say(words)
    assert "没法给您书面答复" in reply.text
    assert reply.asks == "phone"
    assert "name" not in citizen.draft
    assert citizen.draft["confidentiality"] == "anonymous"


def test_a_group_names_at_most_five(citizen: Citizen, services: Services) -> None:
    citizen.say(GROUP, "同意", "请环保部门去查，叫它装好设备再开工")
    assert citizen.asked == "people"
    refused = citizen.say(SEVEN)
    assert "代表最多5人，您说了7个人" in refused.text
    assert refused.asks == "people"
    assert "people" not in citizen.draft
    assert citizen.say(THREE).asks == "place"
    assert citizen.draft["people"] == ["张小山", "李四海", "王五一"]
    citizen.say("石桥镇潘家沟村口", "潘秋生", "石桥镇潘家沟村三组", "跳过", "打过一次环保电话，说会来看，没来", "跳过")
    assert "代表：张**、李**、王**" in citizen.reply.text
    assert filed(services, citizen.touch("/affirm")).matter is Matter.ENVIRONMENT


def test_for_somebody_else(citizen: Citizen, services: Services) -> None:
    citizen.say(FOR_MOTHER, "同意", "退还押金三万元", "方志明", "城关街道北门街12号", "跳过", "养老院", "没有", "跳过")
    assert citizen.draft["on_behalf_of"] == "我母亲王桂英"
    assert "替谁反映：我母**" in citizen.reply.text
    assert filed(services, citizen.touch("/affirm")).type is PetitionType.CLAIM


def test_no_reply_shows_a_whole_name_phone_or_address(citizen: Citizen) -> None:
    citizen.say(*CLAIM_TO_SUMMARY, "/correct", "名字写错了，我叫方志明", "电话说错了，是13900000002", "/affirm")
    shown = words_of(citizen.said)
    assert not [raw for raw in (*RAW, "13900000002") if raw in shown]
    assert "138****0001" in shown
    assert "139****0002" in shown


def test_a_number_told_in_the_story_is_masked_in_the_draft(citizen: Citizen) -> None:
    citizen.say("我叫马小云，电话13900000001，恒发公司从去年8月起拖欠我工资三万五千元，我要投诉", "同意")
    assert citizen.draft["phone"] == "13900000001"
    assert (citizen.reply.draft or {})["phone"] == "139****0001"
    assert "13900000001" not in words_of(citizen.said)


def test_material_is_kept_for_the_case(citizen: Citizen) -> None:
    citizen.say(*CLAIM)
    asked = citizen.asked
    assert citizen.touch('/attach{"id": "photo-1"}').asks == asked
    citizen.say("清河区工业园", "没有")
    assert citizen.asked == "confirm", "who has sent material is not asked for it"
    citizen.touch('/attach{"id": "photo-2"}')
    assert citizen.draft["evidence"] == ["photo-1", "photo-2"]
    assert "证据材料：2份" in citizen.reply.text


def test_material_at_its_question_leads_on(citizen: Citizen) -> None:
    citizen.say(*CLAIM_TO_SUMMARY[:-1])
    assert citizen.touch('/attach{"id": "photo-1"}').kind == "summary"


def test_what_is_missing_is_never_filed(services: Services) -> None:
    citizen = at_summary(services)
    citizen.slots["address"] = None
    with pytest.raises(NotComplete):
        citizen.touch("/affirm")


def test_the_summary_says_what_was_left_out_once(citizen: Citizen) -> None:
    citizen.say(*CLAIM[:-1], "跳过", "跳过", "跳过", "跳过")
    citizen.say('/correct{"slot": "phone"}', "跳过")
    assert re.findall("联系电话", citizen.reply.text) == ["联系电话"]


def test_the_bare_wish_is_not_part_of_the_story(citizen: Citizen) -> None:
    citizen.say("我要投诉", "同意", WAGES)
    assert citizen.draft["narrative"] == WAGES


def test_a_short_beginning_of_the_story_is(citizen: Citizen) -> None:
    citizen.say("老板欠我工资不给", "同意", WAGES)
    assert citizen.draft["narrative"] == f"老板欠我工资不给\n{WAGES}"


def test_the_same_material_sent_twice_is_one(citizen: Citizen) -> None:
    citizen.say(*CLAIM, '/attach{"id": "photo-1"}', '/attach{"id": "photo-1"}')
    assert citizen.draft["evidence"] == ["photo-1"]
