"""Notices at the desk: what they say as the law asks, from the form to the archive, and who gets which."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from docx import Document
from docx.document import Document as Word

from cases.actors import Actor
from cases.acts import citizen
from cases.acts.staff_view import staff_view
from cases.database import UnitOfWork
from cases.policy import StaffRole
from desk.notices import making
from desk.notices.facts import Known, facts_of
from desk.notices.kinds import Kind, Kinds, NoticeError, load_kinds
from knowledge.check_laws import LONGEST_COPY, wrong
from knowledge.laws import Laws
from knowledge.office import load_office
from knowledge.wording import shared_runs
from petition.citation import chinese_number
from petition.days import china_day
from petition.matters import Branch, PetitionType
from petition.parties import Confidentiality
from petition.stages import Act
from tests.unit.cases.acting import (
    BOSS,
    BUREAU,
    CITY,
    CLERK,
    COMMISSION,
    DISCIPLINE,
    HANDLER,
    HEAD,
    PROVINCE,
    RECHECKER,
    REVIEWER,
    SUPERVISOR,
    at_the_desk,
    day,
    handled,
    make_report,
    on,
)
from tests.unit.cases.acting import Desk as Life
from tests.unit.cases.factories import ADDRESS, NAME, PHONE, VALUES, make_filing
from tests.unit.desk.factories import Desk, make_desk
from tests.unit.knowledge.factories import REPOSITORY, SHARED

PAPERS = REPOSITORY / "data" / "desk" / "papers"
OFFICE_FILE = REPOSITORY / "data" / "office" / "sample.yml"
BLANK = "＿＿＿＿"
NO_PDF = {"soffice": ""}
TYPED = {
    "facts": "经查，工资确实没有发。\n公司有考勤表可以证明。",
    "opinion": "责令公司十日内付清。",
    "basis": "《保障农民工工资支付条例》第三条",
    "higher": "市人社局（市民中心2号楼）",
    "advice": "立即告知信访人。",
    "found": "已经过了期限。",
    "feedback_by": "2027-02-01",
    "report_by": "2027-01-15",
    "demand": "查清后报结果。",
    "reason": "案情复杂",
    "addressee": "",
}


def kinds() -> Kinds:
    return load_kinds(PAPERS)


def said(kind: Kind, typed: dict[str, str]) -> str:
    """The text of a paper, its tables too."""
    return text_of(making.render(kind, typed, making.fixed("XF-20261121-1", "XF受告〔2026〕1号")))


def text_of(docx: bytes) -> str:
    paper: Word = Document(BytesIO(docx))
    rows = [" ".join(cell.text for cell in row.cells) for table in paper.tables for row in table.rows]
    foot = [line.text for section in paper.sections for line in section.footer.paragraphs]
    return "\n".join([*(line.text for line in paper.paragraphs), *rows, *foot])


# --- lives of a case: what has to have happened, and who issues ----------------------------------------------------------------------


def sent(uow: UnitOfWork, act: Act = Act.FORWARD) -> Life:
    life = at_the_desk(uow)
    life.do(act, CLERK, 2, body=BUREAU, reason="请调查核实后反馈。")
    return life


def assigned(uow: UnitOfWork) -> Life:
    return sent(uow, Act.ASSIGN)


def declined(uow: UnitOfWork) -> Life:
    life = at_the_desk(uow)
    life.agree(
        Act.DECLINE, CLERK, HEAD, 2, ground="already-handled", competent_body="省人社厅", reason="同一件事正在办理。"
    )
    return life


def guided(uow: UnitOfWork) -> Life:
    life = at_the_desk(uow, make_filing(branch=Branch.ARBITRATION))
    life.do(Act.GUIDE, CLERK, 2, channel="labour-arbitration", reason="请带工资条。")
    return life


def extended(uow: UnitOfWork) -> Life:
    life = handled(uow)
    life.agree(Act.EXTEND, HANDLER, BOSS, 40, days=20, reason="还要等鉴定结果。")
    return life


def answered(uow: UnitOfWork) -> Life:
    life = handled(uow)
    life.do(Act.REPLY, HANDLER, 20, received_on=on(20), outcome="refuse", text="不予支持加班费的请求。")
    return life


def reviewed(uow: UnitOfWork) -> Life:
    life = answered(uow)
    citizen.request_review(uow, life.citizen, body=CITY, reason="加班有记录。", now=day(25))
    life.do(Act.REVIEW, REVIEWER, 30, received_on=on(30), text="维持原处理意见。")
    return life


def rechecked(uow: UnitOfWork) -> Life:
    life = reviewed(uow)
    citizen.request_recheck(uow, life.citizen, body=PROVINCE, reason="还是不服。", now=day(35))
    life.do(Act.RECHECK, RECHECKER, 50, text="维持复查意见。")
    return life


def supervised(uow: UnitOfWork) -> Life:
    life = sent(uow)
    life.do(Act.SUPERVISE, SUPERVISOR, 20, reason="过了十五日没有告知。")
    return life


LIVES: dict[str, tuple[Callable[[UnitOfWork], Life], Actor, str]] = {
    "receipt": (at_the_desk, CLERK, "clerk"),
    "acceptance": (handled, HANDLER, "handler"),
    "declining": (declined, CLERK, "clerk"),
    "guidance": (guided, CLERK, "clerk"),
    "forwarding": (sent, CLERK, "clerk"),
    "assignment": (assigned, CLERK, "clerk"),
    "extension": (extended, HANDLER, "handler"),
    "opinion": (answered, HANDLER, "handler"),
    "review": (reviewed, REVIEWER, "reviewer"),
    "recheck": (rechecked, RECHECKER, "rechecker"),
    "supervision": (supervised, SUPERVISOR, "supervisor"),
    "reminder": (sent, SUPERVISOR, "supervisor"),
}


MORE = {"supervision": ("head",), "reminder": ("clerk", "head")}  # who else may do the act


def first(uow: UnitOfWork, life: Life, kind: Kind, actor: Actor, number: int = 55) -> dict[str, str]:
    """What stands in the form at first."""
    view = staff_view(uow, life.id, actor, now=day(number), reason="文书")
    known = Known(view, actor, load_office(OFFICE_FILE), china_day(day(number)), uow.holidays)
    return making.at_first(kind, facts_of(known, kind.after), view.seen.track)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=day(55), **NO_PDF)


# --- what is shipped ------------------------------------------------------------------------------------------------------------------


def test_every_kind_of_the_issue_is_there_and_fits_its_template() -> None:
    assert list(kinds()) == list(LIVES)


@pytest.mark.skipif(not (SHARED / "laws").is_dir(), reason="the statute texts are not here")
def test_what_is_cited_is_in_the_laws_and_the_words_are_ours() -> None:
    laws = Laws(SHARED / "laws")
    for kind in kinds().values():
        assert [each for citation in kind.citations for each in wrong(citation, laws)] == [], kind.id
        words = (kind.template.with_suffix(".yml")).read_text(encoding="utf-8")
        for citation in kind.citations:
            statute = laws[citation.law].articles[citation.article]
            assert list(shared_runs(words, statute, LONGEST_COPY + 1)) == [], kind.id


def test_every_article_that_a_notice_names_is_among_its_citations() -> None:
    for kind in kinds().values():
        named = set(
            re.findall(
                r"第([一二三四五六七八九十百]+)条",
                kind.template.with_suffix(".yml").read_text("utf-8").split("fields:")[1],
            )
        )
        assert named <= {chinese_number(each.article) for each in kind.citations}, kind.id


def test_a_field_that_the_template_does_not_print_is_told(tmp_path: Path) -> None:
    for path in PAPERS.glob("*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / "extension.yml"
    path.write_text(path.read_text("utf-8").replace("says:", "  more: {title: 更多}\nsays:"), "utf-8")
    with pytest.raises(NoticeError, match=r"extension: extension\.docx has no place for more"):
        load_kinds(tmp_path)


# --- what they say --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(LIVES))
def test_every_notice_is_filled_from_the_case_and_complete_once_typed(desk: Desk, name: str) -> None:
    kind, (live, actor, _) = kinds()[name], LIVES[name]
    with desk.register.unit_of_work() as uow:
        typed = first(uow, live(uow), kind, actor, 21 if name in ("supervision", "reminder") else 55)
    missing = {each for each, field in kind.fields.items() if field.required and not typed[each]}
    assert missing <= {"facts", "basis", "advice", "feedback_by", "report_by"}, "the register knows it"
    paper = said(kind, typed | {each: TYPED[each] for each in missing})
    assert BLANK not in paper
    assert "{" not in paper
    assert kind.title in paper
    assert (NAME if kind.to == "petitioner" else BUREAU) in paper
    assert "XF-20261121-1" in paper


def test_the_handling_opinion_has_what_article_32_and_35_ask_for(desk: Desk) -> None:
    kind = kinds()["opinion"]
    with desk.register.unit_of_work() as uow:
        typed = first(uow, answered(uow), kind, HANDLER)
    assert (typed["facts"], typed["basis"]) == ("", ""), "nobody concludes for the clerk"
    paper = said(kind, typed | {each: TYPED[each] for each in ("facts", "basis", "higher")})
    parts = [
        "一、投诉请求",
        str(VALUES["request"]),
        "二、事实和理由",
        "考勤表",
        "三、处理意见",
        "不予支持",
        "四、法律法规依据",
        "第三条",
        "五、不服本意见怎么办",
    ]
    assert [paper.index(each) for each in parts] == sorted(paper.index(each) for each in parts)
    assert "自收到本意见书之日起30日内，向市人社局（市民中心2号楼）请求复查（《信访工作条例》第三十五条）" in paper
    assert f"{BUREAU}（盖章）" in paper
    assert "收件人签名" in paper


def test_the_dates_are_those_of_the_periods(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        typed = first(uow, extended(uow), kinds()["extension"], HANDLER)
    assert typed["old_due"] == on(5 + 60).isoformat()
    assert typed["new_due"] == on(5 + 60 + 20).isoformat()
    paper = said(kinds()["extension"], typed)
    assert "延长20日" in paper
    assert making.spelt(on(85)) in paper


@pytest.mark.parametrize(
    ("kind", "branch", "wanted", "unwanted"),
    [
        (PetitionType.CLAIM, Branch.OPINION, "60日内办结", "第三十一条第（五）项"),
        (PetitionType.CLAIM, Branch.DUTY, "第三十一条第（五）项", "60日"),
        (PetitionType.SUGGESTION, None, "研究论证", "60日"),
    ],
)
def test_an_acceptance_says_the_way_of_its_own_track(
    desk: Desk, kind: PetitionType, branch: Branch | None, wanted: str, unwanted: str
) -> None:
    with desk.register.unit_of_work() as uow:
        life = at_the_desk(uow, make_filing(type=kind, branch=branch))
        life.do(Act.FORWARD, CLERK, 2, body=BUREAU)
        life.do(Act.ACCEPT, HANDLER, 5)
        paper = said(kinds()["acceptance"], first(uow, life, kinds()["acceptance"], HANDLER))
    assert wanted in paper
    assert unwanted not in paper


def test_an_organ_does_not_get_a_name_that_is_to_be_kept_back(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        life = at_the_desk(uow, make_filing(confidentiality=Confidentiality.CONFIDENTIAL))
        life.do(Act.FORWARD, CLERK, 2, body=BUREAU)
        typed = first(uow, life, kinds()["forwarding"], CLERK)
    assert "要求保密" in typed["petitioner"]
    assert not {NAME, ADDRESS, PHONE} & set(typed.values())


def test_a_slip_of_a_report_promises_no_fifteen_days(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        life = at_the_desk(uow, make_report())
        life.do(Act.FORWARD, DISCIPLINE, 2, body=COMMISSION)
        typed = first(uow, life, kinds()["forwarding"], DISCIPLINE)
    assert "15日" not in typed["duties"]
    assert "不得让被检举的人员、单位知道" in typed["duties"]
    assert typed["basis"] == "第二十二条第二款"


def test_what_somebody_types_stays_text() -> None:
    kind = kinds()["extension"]
    evil = "{{ 7*7 }} <w:br/> {% for x in y %} & \x07"
    paper = said(kind, dict.fromkeys(kind.fields, "") | {"reason": evil, "addressee": "{number}"})
    assert "{{ 7*7 }} <w:br/> {% for x in y %} & " in paper
    assert "{number}：" in paper


# --- at the desk ----------------------------------------------------------------------------------------------------------------------


def live(desk: Desk, make: Callable[[UnitOfWork], Life]) -> tuple[str, str]:
    with desk.register.unit_of_work() as uow:
        life = make(uow)
        return life.id, life.case.number


def form_of(page: str) -> dict[str, str]:
    """The fields of a form as a browser would send them back."""
    given = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page))
    given |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page))
    given.pop("q", None)
    return given


async def opened(browser: httpx.AsyncClient, number: str, kind: str, query: str = "") -> dict[str, str]:
    answer = await browser.get(f"/cases/{number}/notices/new/{kind}{query}")
    assert answer.status_code == 200, answer.text
    return form_of(answer.text)


async def test_a_clerk_issues_reissues_and_fetches_a_notice(desk: Desk) -> None:
    _, number = live(desk, answered)
    browser = await desk.sign_in("handler", body=BUREAU)
    page = (await browser.get(f"/cases/{number}/notices")).text
    assert "信访事项处理意见书" in page
    assert "信访事项转送单" not in page
    form = await opened(browser, number, "opinion")
    assert form["f-addressee"] == NAME
    form |= {"f-facts": TYPED["facts"], "f-basis": TYPED["basis"], "f-opinion": "改过的处理意见"}
    made = await browser.post(f"/cases/{number}/notices/new/opinion", data=form)
    assert made.status_code == 303, made.text
    listed = (await browser.get(made.headers["location"])).text
    assert "已经开出：XF处〔2027〕1号" in listed
    assert "和开出时一样" in listed
    link = re.search(r'href="(/cases/[^"]+/word)"', listed)
    assert link is not None
    paper = await browser.get(link[1])
    assert "改过的处理意见" in text_of(paper.content)
    assert "XF处〔2027〕1号" in text_of(paper.content)

    again = await opened(browser, number, "opinion", f"?replaces={link[1].split('/')[-2]}")
    assert again["f-opinion"] == "改过的处理意见"
    await browser.post(f"/cases/{number}/notices/new/opinion", data=again)
    listed = (await browser.get(f"/cases/{number}/notices")).text
    assert "已由XF处〔2027〕2号代替" in listed
    assert len(re.findall(r"/word\"", listed)) == 2


async def test_what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost(desk: Desk) -> None:
    _, number = live(desk, answered)
    browser = await desk.sign_in("handler", body=BUREAU)
    form = await opened(browser, number, "opinion") | {"f-facts": "我写的事实", "f-issued_on": "明天"}
    answer = await browser.post(f"/cases/{number}/notices/new/opinion", data=form)
    assert answer.status_code == 422
    assert form_of(answer.text)["f-facts"] == "我写的事实"
    assert set(re.findall(r'id="e-([a-z_]+)"', answer.text)) == {"basis", "issued_on"}
    assert "还没有开过文书" in (await browser.get(f"/cases/{number}/notices")).text


async def test_a_case_that_moved_on_meanwhile_is_told_and_nothing_typed_is_lost(desk: Desk) -> None:
    case_id, number = live(desk, handled)
    browser = await desk.sign_in("handler", body=BUREAU)
    form = await opened(browser, number, "acceptance") | {"f-request": "我改的请求"}
    with desk.register.unit_of_work() as uow:
        Life(uow, case_id, "").do(Act.HOLD_HEARING, HANDLER, 20, days=1)
    answer = await browser.post(f"/cases/{number}/notices/new/acceptance", data=form)
    assert answer.status_code == 409
    assert form_of(answer.text)["f-request"] == "我改的请求"
    assert (await browser.post(f"/cases/{number}/notices/new/acceptance", data=form_of(answer.text))).status_code == 303


async def test_pressing_twice_issues_once(desk: Desk) -> None:
    _, number = live(desk, handled)
    browser = await desk.sign_in("handler", body=BUREAU)
    form = await opened(browser, number, "acceptance")
    for _ in range(2):
        assert (await browser.post(f"/cases/{number}/notices/new/acceptance", data=form)).status_code == 303
    assert "XF受告〔2027〕2号" not in (await browser.get(f"/cases/{number}/notices")).text


async def test_a_preview_has_no_number_and_is_not_kept(desk: Desk) -> None:
    _, number = live(desk, handled)
    browser = await desk.sign_in("handler", body=BUREAU)
    form = await opened(browser, number, "acceptance")
    draft = await browser.post(f"/cases/{number}/notices/new/acceptance/preview", data=form)
    assert "（草稿，没有编号）" in text_of(draft.content)
    assert "还没有开过文书" in (await browser.get(f"/cases/{number}/notices")).text


@pytest.mark.parametrize("name", list(LIVES))
async def test_each_notice_is_offered_to_whoever_may_do_its_act_and_to_nobody_else(desk: Desk, name: str) -> None:
    make, actor, role = LIVES[name]
    _, number = live(desk, make)
    for each in ("clerk", "handler", "reviewer", "rechecker", "supervisor", "head"):
        browser = await desk.sign_in(StaffRole(each), body=actor.body, name=each)
        answer = await browser.get(f"/cases/{number}/notices/new/{name}")
        assert (answer.status_code == 200) == (each == role or each in MORE.get(name, ())), f"{each} {name}"
        assert answer.status_code in (200, 403)


async def test_no_other_organ_and_no_clerk_of_a_report_finds_it(desk: Desk) -> None:
    _, number = live(desk, handled)
    with desk.register.unit_of_work() as uow:
        report = at_the_desk(uow, make_report()).case.number
    other = await desk.sign_in("handler", body=CITY)
    assert (await other.get(f"/cases/{number}/notices")).status_code == 404
    clerk = await desk.sign_in("clerk")
    assert (await clerk.get(f"/cases/{report}/notices")).status_code == 404
    discipline = await desk.sign_in("discipline")
    assert "信访事项登记回执" in (await discipline.get(f"/cases/{report}/notices")).text


async def test_filling_a_form_in_is_a_reveal_in_the_log(desk: Desk) -> None:
    _, number = live(desk, handled)
    browser = await desk.sign_in("handler", body=BUREAU)
    await opened(browser, number, "acceptance")
    auditor = await desk.sign_in("auditor")
    assert "reveal" in (await auditor.get(f"/audit?number={number}")).text


def test_today_is_a_day() -> None:
    assert making.spelt(date(2026, 11, 21)) == "2026年11月21日"
