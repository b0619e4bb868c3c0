"""Doing something with a case: by its form, by law, with four eyes; nothing overwritten, nothing typed lost."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cases.policy import PERMISSIONS, StaffRole
from desk.cases.forms import ActForm, load_forms
from desk.cases.offers import DESK
from petition.lifecycle import LIFECYCLE
from petition.stages import Act, Role, Stage
from tests.unit.cases import acting
from tests.unit.cases.acting import BUREAU, make_report
from tests.unit.cases.factories import NOON, make_filing
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk
from zhilu.settings import ROOT

FORMS = load_forms(ROOT / "data" / "desk" / "acts.yml")
FROM_DETAILS = {
    "consented_on": {"petitioner_consented_on", "other_consented_on"}
}  # what a use case makes of several fields


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=NOON + timedelta(days=7))


def offered(text: str) -> list[str]:
    return re.findall(r'action="/cases/[^/]+/acts/([a-z-]+)"', text)


# --- the file of forms -----------------------------------------------------------------------------------------------------------------


def test_every_act_of_the_staff_has_a_form_with_all_that_the_law_wants_written() -> None:
    for step in LIFECYCLE:
        if step.role is Role.PETITIONER:
            continue
        fields = {each.name for each in FORMS[step.act.value].fields}
        for need in step.needs:
            assert FROM_DETAILS.get(need, {need}) <= fields, f"{step.act}: {need}"


def test_the_file_has_no_form_that_nobody_can_use() -> None:
    assert set(FORMS) == {act.value for act in PERMISSIONS if act is not Act.REGISTER} | set(DESK)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("forward:\n  fields:\n    - {name: a, kind: nothing, label: x}\n", "forward"),
        ("forward:\n  fields:\n    - {name: a, kind: choice, label: x}\n", "from"),
        ("dance:\n  fields: []\n", "label and article"),
        ("forward: {}\n", "fields"),
    ],
)
def test_a_broken_file_says_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "acts.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        load_forms(path)


def test_what_the_law_wants_is_marked_as_required() -> None:
    step = next(each for each in LIFECYCLE if each.act is Act.FORWARD)
    form: ActForm = FORMS["forward"].for_step(step)
    assert [each.name for each in form.fields if each.required] == ["body"]


# --- what is offered -------------------------------------------------------------------------------------------------------------------


async def test_each_is_offered_what_they_may_do_with_its_article_and_last_day(desk: Desk) -> None:
    number = stage.filed(desk)
    clerk = (await (await desk.sign_in("clerk")).get(f"/cases/{number}")).text
    assert {"classify", "forward", "assign", "decline", "allocate"} <= set(offered(clerk))
    assert "accept" not in offered(clerk)
    assert "最晚2026年12月6日办" in clerk
    assert "《信访工作条例》第二十二条第一款" in clerk
    supervisor = (await (await desk.sign_in("supervisor")).get(f"/cases/{number}")).text
    assert offered(supervisor) == ["allocate"]


async def test_an_act_is_done_by_its_form(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    done = await stage.fill(browser, page, f"/cases/{number}/acts/forward", f_body=BUREAU, f_reason="请办理")
    assert done.headers["location"] == f"/cases/{number}?told=done"
    assert (stage.case_of(desk, number).stage, stage.case_of(desk, number).body) == (Stage.FORWARDED, BUREAU)
    assert "请办理" in (await browser.get(f"/cases/{number}")).text


async def test_what_is_missing_is_said_beside_its_field_and_the_rest_is_kept(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    answer = await stage.fill(browser, page, f"/cases/{number}/acts/forward", f_reason="请尽快办理")
    assert answer.status_code == 422
    assert "请尽快办理" in answer.text
    assert 'id="forward-body-wrong"' in answer.text
    assert stage.case_of(desk, number).stage == Stage.REGISTERED


async def test_the_law_refuses_with_its_article(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    page = await browser.get(f"/cases/{number}")
    answer = await stage.fill(browser, page, f"/cases/{number}/acts/extend", f_days="31", f_reason="案情复杂")
    assert answer.status_code == 422
    assert "最多30天（《信访工作条例》第三十四条）" in answer.text
    assert "案情复杂" in answer.text


async def test_a_form_of_somebody_elses_act_is_refused(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("supervisor")
    data = {"version": str(stage.case_of(desk, number).version), "f.body": BUREAU}
    answer = await browser.post(f"/cases/{number}/acts/forward", data=data)
    assert answer.status_code == 422
    assert "按您的身份" in answer.text
    assert stage.case_of(desk, number).stage == Stage.REGISTERED
    assert (await browser.get(f"/cases/{number}/acts/forward")).status_code == 404
    assert (await browser.post(f"/cases/{number}/acts/nothing", data=data)).status_code == 404


# --- two people at once ----------------------------------------------------------------------------------------------------------------


async def test_whoever_comes_second_sees_both_and_overwrites_nothing(desk: Desk) -> None:
    number = stage.filed(desk)
    first, second = await desk.sign_in("clerk"), await desk.sign_in("clerk", name="王芳")
    mine, theirs = await first.get(f"/cases/{number}"), await second.get(f"/cases/{number}")
    await stage.fill(second, theirs, f"/cases/{number}/acts/classify", **{"f_matter": "land"})
    answer = await stage.fill(first, mine, f"/cases/{number}/acts/forward", f_body=BUREAU, f_reason="我写了很久的话")
    assert answer.status_code == 409
    words = stage.words_of(answer)
    assert "问题类别 劳动和社会保障 国土资源 ▲ 变了" in words
    assert "办理阶段 已登记 已登记 没变" in words
    assert "分类" in words
    assert "王芳" in words
    assert "我写了很久的话" in answer.text
    assert stage.case_of(desk, number).stage == Stage.REGISTERED
    agreed = await stage.fill(first, answer, f"/cases/{number}/acts/forward")  # after a look, with what was typed
    assert agreed.status_code == 303
    case = stage.case_of(desk, number)
    assert (case.stage, case.body, case.matter) == (Stage.FORWARDED, BUREAU, "land")


async def test_what_was_typed_for_an_act_that_is_gone_can_still_be_copied(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    await stage.fill(browser, page, f"/cases/{number}/acts/forward", f_body=BUREAU)
    late = await stage.fill(browser, page, f"/cases/{number}/acts/assign", f_body="县信访局", f_reason="我写了很久的话")
    assert late.status_code == 409
    assert "现在不能办了" in late.text
    assert "我写了很久的话" in late.text
    assert "县信访局" in late.text


async def test_a_page_that_was_tampered_with_still_tells_of_the_conflict(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    data = {"version": "99", "seen": "[[", "f.clerk": ""}
    assert (await browser.post(f"/cases/{number}/acts/allocate", data=data)).status_code == 409


# --- four eyes -------------------------------------------------------------------------------------------------------------------------


async def proposed(desk: Desk) -> tuple[str, str]:
    """The number of a case, and the proposal to decline it."""
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    said = {"f_ground": "already-handled", "f_competent_body": BUREAU, "f_reason": "三月份已经受理"}
    answer = await stage.fill(browser, page, f"/cases/{number}/acts/decline", **said)
    assert answer.headers["location"].endswith("told=proposed")
    return number, stage.open_approval(desk, number)


async def test_another_person_reads_the_words_and_approves(desk: Desk) -> None:
    number, approval = await proposed(desk)
    assert stage.case_of(desk, number).stage == Stage.REGISTERED
    head = await desk.sign_in("head")
    words = stage.words_of(await head.get(f"/cases/approvals/{approval}"))
    assert "三月份已经受理" in words
    assert "同一事项已经受理或者正在办理" in words
    answer = await head.post(f"/cases/approvals/{approval}/approve")
    assert answer.headers["location"] == f"/cases/{number}?told=approved"
    assert stage.case_of(desk, number).stage == Stage.DECLINED
    assert (await head.post(f"/cases/approvals/{approval}/approve")).status_code == 404


async def test_whoever_proposed_it_approves_nothing(desk: Desk) -> None:
    number = stage.filed(desk)
    both = await desk.sign_in("clerk", "head")
    page = await both.get(f"/cases/{number}")
    said = {"f_ground": "already-handled", "f_competent_body": BUREAU}
    await stage.fill(both, page, f"/cases/{number}/acts/decline", **said)
    approval = stage.open_approval(desk, number)
    assert "/approve" not in (await both.get(f"/cases/approvals/{approval}")).text
    answer = await both.post(f"/cases/approvals/{approval}/approve")
    assert answer.status_code == 422
    assert "提出的人自己不能批" in answer.text
    assert stage.case_of(desk, number).stage == Stage.REGISTERED


async def test_it_is_refused_or_taken_back(desk: Desk) -> None:
    number, approval = await proposed(desk)
    head = await desk.sign_in("head")
    await head.post(f"/cases/approvals/{approval}/refuse", data={"reason": "应当转送"})
    assert stage.case_of(desk, number).stage == Stage.REGISTERED
    clerk = await desk.sign_in("clerk", name="李四")
    page = await clerk.get(f"/cases/{number}")
    await stage.fill(clerk, page, f"/cases/{number}/acts/decline", f_ground="already-handled", f_competent_body=BUREAU)
    second = stage.open_approval(desk, number)
    assert (await head.post(f"/cases/approvals/{second}/take-back")).status_code == 404
    answer = await clerk.post(f"/cases/approvals/{second}/take-back")
    assert answer.headers["location"] == f"/cases/{number}?told=taken-back"


async def test_a_proposal_of_a_case_that_moved_on_is_void(desk: Desk) -> None:
    number, approval = await proposed(desk)
    clerk = await desk.sign_in("clerk", name="李四")
    page = await clerk.get(f"/cases/{number}")
    await stage.fill(clerk, page, f"/cases/{number}/acts/forward", f_body=BUREAU)
    head = await desk.sign_in("head")
    assert (await head.post(f"/cases/approvals/{approval}/approve")).status_code == 404
    assert stage.case_of(desk, number).stage == Stage.FORWARDED


async def test_strangers_neither_list_nor_read_nor_decide(desk: Desk) -> None:
    number, approval = await proposed(desk)
    stranger = await desk.sign_in("head", body="县教育局")
    assert number not in (await stranger.get("/cases/approvals")).text
    assert (await stranger.get(f"/cases/approvals/{approval}")).status_code == 404
    assert (await stranger.post(f"/cases/approvals/{approval}/approve")).status_code == 404


# --- the acts that have a use case of their own ------------------------------------------------------------------------------------------


async def test_a_case_is_given_to_a_clerk_whom_there_is(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    nobody = await stage.fill(browser, page, f"/cases/{number}/acts/allocate", f_clerk="没有这个人")
    assert nobody.status_code == 422
    assert stage.case_of(desk, number).clerk is None
    await stage.fill(browser, page, f"/cases/{number}/acts/allocate", f_clerk="测试clerk")
    assert stage.case_of(desk, number).clerk == "测试clerk"


async def test_a_repeat_is_merged_by_its_number_and_taken_apart(desk: Desk) -> None:
    main, repeat = stage.filed(desk, "a"), stage.filed(desk, "b")
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{repeat}")
    wrong = await stage.fill(browser, page, f"/cases/{repeat}/acts/merge", f_into="XF-1", f_reason="同一个人同一件事")
    assert wrong.status_code == 422
    assert "没有这个编号" in wrong.text
    await stage.fill(browser, page, f"/cases/{repeat}/acts/merge", f_into=main, f_reason="同一个人同一件事")
    page = await browser.get(f"/cases/{repeat}")
    assert f"已并入{main}" in page.text
    assert "unmerge" in offered(page.text)
    await stage.fill(browser, page, f"/cases/{repeat}/acts/unmerge", f_reason="不是一件事")
    assert stage.case_of(desk, repeat).merged_into is None


async def test_two_cases_are_linked_and_unlinked(desk: Desk) -> None:
    one, other = (
        stage.filed(desk, "a"),
        stage.filed(desk, "b", make_filing("b", values={"narrative": "河边的路灯坏了三个月没人修"})),
    )
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{one}")
    if "unlink" in offered(page.text):  # the machine had seen it
        await stage.fill(browser, page, f"/cases/{one}/acts/unlink", f_other=other)
    await stage.fill(browser, page, f"/cases/{one}/acts/link", f_other=other)
    page = await browser.get(f"/cases/{one}")
    assert f'<a href="/cases/{other}">' in page.text
    await stage.fill(browser, page, f"/cases/{one}/acts/unlink", f_other=other)
    assert f'<a href="/cases/{other}">' not in (await browser.get(f"/cases/{one}")).text


async def test_mediation_begins_with_both_consents_and_ends_with_a_signed_paper(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    page = await browser.get(f"/cases/{number}")
    said = {
        "f_mediator": "镇调解委员会",
        "f_petitioner_consented_on": "2026-11-27",
        "f_other_consented_on": "2026-11-28",
    }
    assert (await stage.fill(browser, page, f"/cases/{number}/acts/refer-mediation", **said)).status_code == 303
    page = await browser.get(f"/cases/{number}")
    assert "正在调解" in page.text
    action = f"/cases/{number}/acts/record-mediation"
    fields = stage.forms_of(page)[action] | {"f.outcome": "agreed"}
    paper = {"f.attachment": ("协议.pdf", b"%PDF-1.4 signed", "application/pdf")}
    missing = await browser.post(action, data=fields, files=paper)
    assert missing.status_code == 422
    assert "已经收到扫描件" in missing.text
    kept = stage.forms_of(missing)[action]
    assert kept["f.attachment"]
    done = await browser.post(action, data=kept | {"f.terms": "十二月底前付清", "f.outcome": "agreed"})
    assert done.status_code == 303
    words = (await browser.get(f"/cases/{number}")).text
    assert "调解达成协议" in words
    assert "协议.pdf" in words


async def test_a_scan_of_another_kind_is_refused_beside_its_field(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    action = f"/cases/{number}/acts/record-mediation"
    fields = stage.forms_of(await browser.get(f"/cases/{number}"))[action]
    answer = await browser.post(action, data=fields, files={"f.attachment": ("a.exe", b"MZ..", "application/pdf")})
    assert answer.status_code == 422
    assert "只收照片" in answer.text


async def test_a_hearing_is_called_called_off_and_held(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    call = f"/cases/{number}/acts/call-hearing"
    said = {"f_begins_on": "2026-11-28", "f_place": "三楼会议室", "f_weight": "complex"}
    for _ in range(2):
        assert (await stage.fill(browser, await browser.get(f"/cases/{number}"), call, **said)).status_code == 303
    page = await browser.get(f"/cases/{number}")
    first, second = dict.fromkeys(re.findall(r'<option value="([0-9a-f-]{36})"', page.text))
    off = f"/cases/{number}/acts/call-off-hearing"
    assert (await stage.fill(browser, page, off, f_hearing=first, f_reason="改期")).status_code == 303
    page = await browser.get(f"/cases/{number}")
    held = await stage.fill(
        browser, page, f"/cases/{number}/acts/hold-hearing", f_hearing=second, f_outcome="双方陈述清楚"
    )
    assert held.status_code == 303
    words = (await browser.get(f"/cases/{number}")).text
    assert "双方陈述清楚" in words
    assert "还没有结束" not in words


async def test_a_hearing_of_another_case_is_not_touched(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    page = await browser.get(f"/cases/{number}")
    answer = await stage.fill(
        browser,
        page,
        f"/cases/{number}/acts/hold-hearing",
        f_hearing="00000000-0000-0000-0000-000000000000",
        f_outcome="x",
    )
    assert answer.status_code == 422
    assert "请从里面选一个" in answer.text


async def test_the_successor_of_an_organ_goes_on(desk: Desk) -> None:
    number = stage.handled(desk)
    browser = await desk.sign_in("head")
    page = await browser.get(f"/cases/{number}")
    said = {"f_body": "县社保局", "f_how": "successor", "f_reason": "机构改革"}
    assert (await stage.fill(browser, page, f"/cases/{number}/acts/succeed", **said)).status_code == 303
    assert stage.case_of(desk, number).body == "县社保局"


async def test_a_claim_is_classified_as_a_whole(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    action = f"/cases/{number}/acts/classify"
    fields = stage.forms_of(await browser.get(f"/cases/{number}"))[action]
    said = fields | {"f.branch": "2", "f.channels": ["labour-arbitration", "labour-inspection"], "f.urgent": "1"}
    assert (await browser.post(action, data=said)).status_code == 303
    case = stage.case_of(desk, number)
    assert (case.branch, case.urgent, case.channels) == (2, True, '["labour-arbitration", "labour-inspection"]')
    assert "导入仲裁程序" in (await browser.get(f"/cases/{number}")).text


async def test_what_becomes_a_report_is_gone_for_the_clerk(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    said = {"f_type": "report", "f_matter": "discipline", "f_branch": ""}
    done = await stage.fill(browser, page, f"/cases/{number}/acts/classify", **said)
    assert "现在归别人办" in (await browser.get(done.headers["location"])).text
    assert stage.case_of(desk, number).type == "report"
    assert (await browser.get(f"/cases/{number}")).status_code == 404


async def test_with_a_report_only_discipline_acts(desk: Desk) -> None:
    number = stage.filed(desk, "r", make_report())
    data = {"version": str(stage.case_of(desk, number).version), "f.body": acting.COMMISSION}
    for role in set(StaffRole) - {StaffRole.DISCIPLINE}:
        browser = await desk.sign_in(role)
        answer = await browser.post(f"/cases/{number}/acts/forward", data=data)
        assert answer.status_code in (403, 404), role
    discipline = await desk.sign_in("discipline")
    accused = await discipline.post(f"/cases/{number}/acts/forward", data=data | {"f.body": acting.ACCUSED})
    assert accused.status_code == 422
    assert stage.case_of(desk, number).stage == Stage.REGISTERED
    assert (await discipline.post(f"/cases/{number}/acts/forward", data=data)).status_code == 303
