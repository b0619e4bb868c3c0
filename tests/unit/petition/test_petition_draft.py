"""Taking a complaint down: order of questions, values, people, masking, filing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petition.draft import (
    SLOTS,
    Filing,
    check_skip,
    check_value,
    masked,
    missing,
    next_slot,
    open_slots,
    questions_left,
)
from petition.errors import InvalidValue, NotComplete, TooManyRepresentatives
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.parties import (
    Confidentiality,
    PartyRole,
    parties_of,
    representatives,
    split_names,
)
from petition.triage import Triage
from petition.values import Reason

TODAY = date(2026, 11, 21)
NAMES = st.text(alphabet="周桂兰何长顺郭敏潘秋生邓丽华田世勇雷建国", min_size=2, max_size=4)


def triage_of(kind: str = "claim", matter: str = "labour") -> Triage:
    branch = Branch.OPINION if kind == "claim" else None
    return Triage(PetitionType(kind), Matter(matter), branch, (Channel.PETITION,), "可以登记。")


def full_draft(**changes: object) -> dict[str, object]:
    return {
        "consent": True, "narrative": "厂里五个月没发工资", "request": "发工资", "name": "周桂兰",
        "address": "青河县城关镇北门街12号", "phone": "13900010001", "amount": 21000,
    } | changes  # fmt: skip


def asked(triage: Triage, **draft: object) -> list[str]:
    """The slots in the order in which they are asked when each is answered in turn."""
    answered, order = dict(draft), []
    while (slot := next_slot(answered, triage)) is not None:
        order.append(slot)
        answered[slot] = "x"
    return order


def test_a_claim_is_asked_in_the_order_of_the_contract() -> None:
    assert asked(triage_of()) == [
        "consent", "narrative", "request", "name", "address", "phone", "respondent", "place", "occurred_on", "amount",
        "prior_handling", "evidence", "confirm",
    ]  # fmt: skip


def test_a_report_decides_about_names_right_after_consent() -> None:
    assert asked(triage_of("report", "discipline"))[:3] == ["consent", "confidentiality", "narrative"]


def test_a_claim_is_asked_about_names_first_and_only_where_the_citizen_raised_it() -> None:
    order = asked(triage_of(), privacy_raised=True)
    assert order[:2] == ["consent", "confidentiality"]
    assert "confidentiality" not in asked(triage_of())


def test_a_group_names_its_representatives_and_a_proxy_whom_they_speak_for() -> None:
    order = asked(triage_of(), headcount=3, for_other=True)
    assert order[3:6] == ["people", "on_behalf_of", "name"]


def test_an_anonymous_citizen_is_asked_neither_name_nor_address() -> None:
    order = asked(triage_of(), confidentiality="anonymous")
    assert not {"name", "address"} & set(order)


@pytest.mark.parametrize(
    ("matter", "expected"), [("labour", True), ("environment", False), ("technology", True), ("justice", False)]
)
def test_a_sum_is_asked_only_where_one_is_usually_at_stake(matter: str, expected: bool) -> None:
    assert ("amount" in asked(triage_of(matter=matter))) is expected


def test_a_suggestion_is_not_asked_what_happened_to_whom() -> None:
    assert not {"respondent", "occurred_on", "amount", "prior_handling"} & set(
        asked(triage_of("suggestion", "housing"))
    )


def test_skipping_works_only_where_it_is_allowed() -> None:
    left = open_slots({}, triage_of(), skipped={"phone", "name"})
    assert "phone" not in left
    assert "name" in left


def test_questions_left_counts_down_to_the_summary() -> None:
    draft = full_draft()
    before = questions_left(draft, triage_of())
    assert questions_left(draft | {"respondent": "恒盛箱包厂"}, triage_of()) == before - 1
    everything = ("respondent", "place", "occurred_on", "prior_handling", "evidence")
    assert questions_left(draft, triage_of(), skipped=everything) == 0
    assert next_slot(draft, triage_of(), skipped=everything) == "confirm"


def test_what_is_missing_are_the_required_slots_only() -> None:
    assert missing({"consent": True, "narrative": "x"}, triage_of()) == ("request", "name", "address")


@pytest.mark.parametrize(
    ("slot", "said", "value"),
    [
        ("phone", "13900010001", "13900010001"),
        ("phone", "66668888", "66668888"),
        ("name", "我姓吴，吴长林", "吴长林"),
        ("name", "名字写错了，我叫方志明，志气的志", "方志明"),
        ("name", "买买提·吐尔逊", "买买提·吐尔逊"),
        ("name", "青河县恒盛箱包有限公司", "青河县恒盛箱包有限公司"),
        ("occurred_on", "2026-03/2026-08", "2026-03/2026-08"),
        ("amount", "21000", 21000),
        ("amount", 12.345, 12.35),
        ("occurred_on", "2026-10-15", "2026-10-15"),
        ("occurred_on", "2026-10", "2026-10"),
        ("phone", "010-66668888", "010-66668888"),
        ("people", "代表是秦小雨、谢芳和卓玛三个人", ("秦小雨", "谢芳", "卓玛")),
        ("confidentiality", "对我的身份保密", "confidential"),
        ("confidentiality", "不用保密，实名", "named"),
        ("confidentiality", "我不留名", "anonymous"),
        ("consent", "同意", True),
        ("prior_handling", "没有", "没有"),
        ("evidence", ["a", "a", "b"], ("a", "b")),
        ("place", "  滨河　公园 ", "滨河 公园"),
        ("phone", "", None),
    ],
)
def test_values_take_their_normal_form(slot: str, said: object, value: object) -> None:
    assert check_value(slot, said, TODAY) == value


@pytest.mark.parametrize(
    ("slot", "said", "reason"),
    [
        ("phone", "1380001", Reason.PHONE_LENGTH),
        ("phone", "没有电话", Reason.PHONE_LENGTH),
        ("phone", "010-123", Reason.PHONE_LENGTH),
        ("phone", "12345678901", Reason.PHONE_PREFIX),
        ("phone", "23345678901", Reason.PHONE_PREFIX),
        ("occurred_on", "2026-13", Reason.DATE_IMPOSSIBLE),
        ("occurred_on", "2026-02-30", Reason.DATE_IMPOSSIBLE),
        ("occurred_on", "1026-02", Reason.DATE_IMPOSSIBLE),
        ("occurred_on", "2026-11-22", Reason.DATE_FUTURE),
        ("occurred_on", "前一阵子", Reason.DATE_AMBIGUOUS),
        ("amount", "0", Reason.AMOUNT_NOT_POSITIVE),
        ("amount", "-5", Reason.AMOUNT_NOT_POSITIVE),
        ("amount", "很多", Reason.AMOUNT_NOT_POSITIVE),
        ("amount", "12000000000", Reason.AMOUNT_TOO_LARGE),
        ("narrative", "投诉", Reason.TEXT_TOO_SHORT),
        ("narrative", "很" * 2001, Reason.TEXT_TOO_LONG),
        ("name", "13900010001", Reason.NAME_IMPLAUSIBLE),
        ("name", "这个要多久", Reason.NAME_IMPLAUSIBLE),
        ("name", "王先生", Reason.NAME_IMPLAUSIBLE),
        ("name", "匿名", Reason.NAME_REQUIRED),
        ("name", "", Reason.NAME_REQUIRED),
        ("people", "、", Reason.NAME_REQUIRED),
        ("address", " ", Reason.NOT_SKIPPABLE),
        ("confidentiality", "随便", Reason.CHOICE_UNKNOWN),
        ("consent", "再想想", Reason.CHOICE_UNKNOWN),
    ],
)
def test_refusals_carry_slot_and_reason(slot: str, said: str, reason: Reason) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_value(slot, said, TODAY)
    assert (refused.value.slot, refused.value.reason) == (slot, reason)


@pytest.mark.parametrize("slot", SLOTS)
def test_required_slots_cannot_be_skipped_and_others_can(slot: str) -> None:
    if SLOTS[slot].skippable:
        check_skip(slot)
    else:
        with pytest.raises(InvalidValue):
            check_skip(slot)


def test_seven_representatives_are_too_many_and_the_count_is_told() -> None:
    with pytest.raises(TooManyRepresentatives) as refused:
        check_value("people", "傅德明、姚三妹、石磊、龚平、韦大庆、左英、康成", TODAY)
    assert refused.value.details["count"] == 7


def test_a_name_with_he_in_it_stays_whole() -> None:
    assert split_names("王芳和李和平") == ("王芳", "李和平")


@given(st.lists(NAMES, max_size=9))
def test_representatives_are_distinct_in_order_and_at_most_five(names: list[str]) -> None:
    distinct = list(dict.fromkeys(names))
    if len(distinct) > 5:
        with pytest.raises(TooManyRepresentatives):
            representatives(names)
    else:
        assert list(representatives([*names, *names])) == distinct


def test_personal_data_is_masked_and_the_rest_is_not() -> None:
    shown = masked(
        full_draft(respondent="恒盛箱包厂", people=("谢芳", "卓玛"), narrative="打13911112222找我", place="")
    )
    assert (shown["name"], shown["phone"], shown["address"]) == ("周**", "139****0001", "青河县城关镇****")
    assert (shown["respondent"], shown["amount"], shown["people"]) == ("恒盛箱包厂", 21000, ["谢**", "卓**"])
    assert shown["narrative"] == "打139****2222找我"
    assert "place" not in shown


@given(
    name=NAMES,
    phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    address=st.text(alphabet="县乡村街路号", min_size=4, max_size=30),
)
def test_a_masked_draft_never_holds_the_whole_value(name: str, phone: str, address: str) -> None:
    shown = masked(
        {"name": name, "phone": phone, "address": address, "on_behalf_of": f"母亲{name}", "narrative": f"电话{phone}"}
    )
    text = str(shown)
    assert phone not in text
    assert address not in text
    assert name not in text


def test_an_incomplete_draft_is_not_filed() -> None:
    with pytest.raises(NotComplete) as refused:
        Filing.from_draft(full_draft(address=None), triage_of(), filing_key="k", surface="kiosk")
    assert refused.value.details == {"slots": ("address",)}


def test_a_filing_carries_the_parties_and_what_was_said() -> None:
    draft = full_draft(headcount=2, people=("周桂兰", "谢芳"), for_other=True, on_behalf_of="母亲康秀英")
    filing = Filing.from_draft(draft, triage_of(), filing_key="k", surface="web")
    assert [(party.role, party.name) for party in filing.parties] == [
        (PartyRole.PETITIONER, "周桂兰"), (PartyRole.REPRESENTATIVE, "周桂兰"), (PartyRole.REPRESENTATIVE, "谢芳"),
        (PartyRole.BENEFICIARY, "母亲康秀英"),
    ]  # fmt: skip
    assert (filing.values["amount"], filing.branch, filing.confidentiality) == (
        21000,
        Branch.OPINION,
        Confidentiality.NAMED,
    )
    assert not {"consent", "headcount", "for_other"} & set(filing.values)


def test_an_anonymous_filing_keeps_no_name_that_was_said_before() -> None:
    filing = Filing.from_draft(full_draft(confidentiality="anonymous"), triage_of(), filing_key="k", surface="web")
    assert filing.parties == parties_of({"confidentiality": "anonymous"}) == ()
    assert "周桂兰" not in str(filing.values)


READ_BY_THE_ENGINE = ("amount", "occurred_on")


def test_every_fact_of_the_personas_is_taken(personas: list[dict[str, Any]]) -> None:
    for persona in personas:
        anonymous = "匿名" in str(persona["facts"].get("name"))
        for slot, sayings in persona["facts"].items():
            for said in sayings:
                if slot not in READ_BY_THE_ENGINE and not (anonymous and slot == "name"):
                    assert check_value(slot, said, TODAY) is not None, (persona["id"], slot)
