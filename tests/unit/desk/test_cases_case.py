"""One case: masked until a reason is given, for those alone whom it concerns; notes, files, similar ones, the suggestion."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import update

from cases.attachments import ScanState, store_attachment
from cases.models import Attachment
from petition.stages import Act
from tests.unit.cases import acting
from tests.unit.cases.acting import BUREAU
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, NOON, PHONE, make_filing
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk
from zhilu.images import preview_of


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=NOON + timedelta(days=10))


def photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(written, "PNG")
    return written.getvalue()


def attach(desk: Desk, number: str, content: bytes, kind: str, name: str, scan: ScanState = ScanState.CLEAN) -> str:
    """A file of this case."""
    case_id = stage.case_of(desk, number).id
    with desk.register.unit_of_work() as uow:
        stored = store_attachment(
            uow, desk.services.files, None, content, media_type=kind, name=name, now=NOON, preview=preview_of(content, kind), scan=scan
        )  # fmt: skip
        uow.write(
            lambda: uow.session.execute(
                update(Attachment).where(Attachment.id == stored.id).values(case_id=case_id, conversation_id=None)
            )
        )
    return stored.id


async def test_names_are_masked_and_the_story_is_there(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    assert NARRATIVE in page.text
    assert "马**" in page.text
    assert not any(secret in page.text for secret in (NAME, ADDRESS, PHONE))
    assert ("测试clerk", "read") in stage.noted(desk, number)


async def test_the_clock_is_said_with_its_article(desk: Desk) -> None:
    number = stage.filed(desk)
    words = stage.words_of(await (await desk.sign_in("clerk")).get(f"/cases/{number}"))
    assert "● 还剩5天" in words
    assert "最晚2026年12月6日" in words
    assert "第二十二条" in words


async def test_a_reason_shows_everything_and_stands_in_the_log(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    nothing = await browser.post(f"/cases/{number}/reveal", data={"reason": " "})
    assert nothing.status_code == 422
    assert NAME not in nothing.text
    shown = await browser.post(f"/cases/{number}/reveal", data={"reason": "打电话核实地址"})
    assert all(secret in shown.text for secret in (NAME, ADDRESS, PHONE, "打电话核实地址"))
    assert ("测试clerk", "reveal") in stage.noted(desk, number)


async def test_a_case_of_another_organ_is_the_same_as_none(desk: Desk) -> None:
    number = stage.handled(desk)
    stranger = await desk.sign_in("handler", body="县教育局")
    missing = await stranger.get("/cases/XF-20990101-1")
    for path in ("", "/acts/accept", "/files/x/original", "/files/x/picture/display"):
        answer = await stranger.get(f"/cases/{number}{path}")
        assert (answer.status_code, answer.text) == (404, missing.text), path
    for path, data in (
        ("/reveal", {"reason": "想看一看"}),
        ("/notes", {"text": "x"}),
        ("/acts/reply", {"version": "1"}),
    ):
        assert (await stranger.post(f"/cases/{number}{path}", data=data)).status_code == 404, path
    assert not [who for who, _ in stage.noted(desk, number) if who.startswith("测试handler")]


async def test_a_report_is_there_for_discipline_alone(desk: Desk) -> None:
    number = stage.filed(desk, "r", acting.make_report())
    for role in ("clerk", "head", "supervisor"):
        assert (await (await desk.sign_in(role)).get(f"/cases/{number}")).status_code == 404
    assert "红包" in (await (await desk.sign_in("discipline")).get(f"/cases/{number}")).text


async def test_a_note_is_kept_for_the_staff_and_too_long_a_one_is_not_lost(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get(f"/cases/{number}")
    noted = await stage.fill(browser, page, f"/cases/{number}/notes", text="家里<b>老人</b>要照顾，电话13900000001")
    assert noted.headers["location"] == f"/cases/{number}?told=noted#notes"
    again = (await browser.get(f"/cases/{number}?told=noted")).text
    assert "备注记下了" in again
    assert "家里&lt;b&gt;老人&lt;/b&gt;" in again
    assert "139****0001" in again
    long = await browser.post(f"/cases/{number}/notes", data={"text": "长" * 4001})
    assert long.status_code == 422
    assert "长" * 4001 in long.text
    assert "太长了" in long.text


async def test_similar_cases_are_named_and_the_suggestion_has_its_reason(desk: Desk) -> None:
    one, other = stage.filed(desk, "a"), stage.filed(desk, "b")
    words = (await (await desk.sign_in("clerk")).get(f"/cases/{one}")).text
    assert f'<a href="/cases/{other}">' in words
    assert "分流建议" in words
    assert "《劳动" in words
    assert "这只是建议" in words


async def test_a_picture_is_shown_as_it_was_written_anew_and_the_original_only_downloaded(desk: Desk) -> None:
    number, content = stage.filed(desk), photo()
    attachment = attach(desk, number, content, "image/png", "工资条 <1>.png")
    browser = await desk.sign_in("clerk")
    page = (await browser.get(f"/cases/{number}")).text
    assert "工资条 &lt;1&gt;.png" in page
    assert f"/files/{attachment}/picture/thumbnail" in page
    shown = await browser.get(f"/cases/{number}/files/{attachment}/picture/display")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.content[:2] == b"\xff\xd8"
    taken = await browser.get(f"/cases/{number}/files/{attachment}/original")
    assert taken.content == content
    assert taken.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert taken.headers["content-security-policy"].startswith("sandbox")
    assert taken.headers["content-type"] == "application/octet-stream"
    deeds = [act for _, act in stage.noted(desk, number)]
    assert "read:picture" in deeds
    assert "read:original" in deeds


async def test_a_file_is_reached_through_its_own_case_only(desk: Desk) -> None:
    number, other = stage.filed(desk, "a"), stage.filed(desk, "b")
    attachment = attach(desk, number, b"%PDF-1.4 x", "application/pdf", "a.pdf")
    browser = await desk.sign_in("clerk")
    assert (await browser.get(f"/cases/{other}/files/{attachment}/original")).status_code == 404
    assert (await browser.get(f"/cases/{number}/files/{attachment}/picture/display")).status_code == 404
    assert (await browser.get(f"/cases/{number}/files/{attachment}/picture/%2e%2e")).status_code == 404


@pytest.mark.parametrize("scan", [ScanState.INFECTED, ScanState.UNSCANNED])
async def test_a_file_that_no_scanner_has_passed_is_not_given_out(desk: Desk, scan: ScanState) -> None:
    number = stage.filed(desk)
    attachment = attach(desk, number, b"%PDF-1.4 x", "application/pdf", "a.pdf", scan)
    browser = await desk.sign_in("clerk")
    assert f"{attachment}/original" not in (await browser.get(f"/cases/{number}")).text
    answer = await browser.get(f"/cases/{number}/files/{attachment}/original")
    assert answer.status_code == 409
    assert "病毒检查" in answer.text


async def test_the_history_says_who_did_what_with_which_words(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        case = acting.at_the_desk(uow, make_filing("d"))
        case.do(Act.FORWARD, acting.CLERK, 2, body=BUREAU, reason="请依法办理")
        number = case.case.number
    words = stage.words_of(await (await desk.sign_in("clerk")).get(f"/cases/{number}"))
    assert "2026年11月23日 转送 县人社局 clerk" in words
    assert "附言： 请依法办理" in words


async def test_a_co_handling_organ_reads_and_is_offered_no_act(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        case = acting.at_the_desk(uow, make_filing("d"))
        case.do(Act.DETERMINE_BODY, acting.HEAD, 1, body=BUREAU, how="negotiated", co_handling=["县财政局"])
        case.do(Act.FORWARD, acting.CLERK, 2, body=BUREAU)
        number = case.case.number
    page = await (await desk.sign_in("handler", body="县财政局")).get(f"/cases/{number}")
    assert "协办单位：县财政局" in page.text
    assert "现在没有可以办的" in page.text
