"""Letters, visits and calls: the citizen's own case with its scans, entered once however often it is sent."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from cases.attachments import AttachmentFiles
from cases.ciphers import Ciphers
from cases.models import Attachment, Case
from cases.policy import Compartment
from cases.track import track
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, NOON, PHONE
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk
from tests.unit.desk.test_cases_case import photo

LETTER = {
    "door": "letter", "received_on": "2026-11-20", "type": "claim", "matter": "labour", "branch": "6", "confidentiality": "named",
    "name": NAME, "address": ADDRESS, "phone": PHONE, "narrative": NARRATIVE, "request": "请付清拖欠的工资",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=NOON + timedelta(days=1))


async def send(browser: httpx.AsyncClient, files: Any = None, **said: str) -> httpx.Response:
    """The form as it is opened, filled in and sent."""
    fields = stage.forms_of(await browser.get("/cases/enter"))["/cases/enter"]
    return await browser.post("/cases/enter", data={**fields, **LETTER, **said}, files=files or {"scans": ("", b"")})


def receipt_in(page: httpx.Response) -> tuple[str, str]:
    number, code = re.findall(r'<code class="password">([^<]+)</code>', page.text)
    return number, code


def cases_in(desk: Desk) -> int:
    with desk.register.unit_of_work() as uow:
        return uow.session.scalar(select(func.count()).select_from(Case)) or 0


async def test_it_is_the_citizens_own_case_with_a_code_that_is_shown_once(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    number, code = receipt_in(await send(browser))
    with desk.register.unit_of_work() as uow:
        seen = track(uow, number, code, client="c", now=desk.services.clock())
    case = stage.case_of(desk, number)
    assert (seen.number, case.door, case.entered_by, case.surface) == (number, "letter", "测试clerk", "desk")
    assert case.due_on.isoformat() == "2026-12-05"  # 15 days from the day it came (第二十二条)
    assert code not in (await browser.get(f"/cases/{number}")).text


async def test_a_scan_goes_with_it_and_is_shown_to_the_clerk(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    files = [("scans", ("信 1.png", photo(), "image/png")), ("scans", ("信 2.pdf", b"%PDF-1.4 x", "application/pdf"))]
    number, _ = receipt_in(await send(browser, files))
    page = (await browser.get(f"/cases/{number}")).text
    assert "信 1.png" in page
    assert "信 2.pdf" in page
    assert page.count("/picture/thumbnail") == 1


async def test_sent_twice_it_is_one_case_with_the_same_receipt(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    fields = stage.forms_of(await browser.get("/cases/enter"))["/cases/enter"] | LETTER
    first = receipt_in(await browser.post("/cases/enter", data=fields))
    assert receipt_in(await browser.post("/cases/enter", data=fields)) == first
    assert cases_in(desk) == 1


async def test_all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    answer = await send(browser, phone="12", name="", branch="", received_on="2027-01-01", request="退还押金")
    assert answer.status_code == 422
    for field in ("phone", "name", "branch", "received_on"):
        assert f'id="{field}-wrong"' in answer.text, field
    assert "退还押金" in answer.text
    assert NARRATIVE in answer.text
    assert cases_in(desk) == 0


async def test_an_anonymous_letter_needs_no_name_and_keeps_none(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    number, _ = receipt_in(await send(browser, confidentiality="anonymous"))
    assert "匿名，没有留姓名" in (await browser.get(f"/cases/{number}")).text
    shown = await browser.post(f"/cases/{number}/reveal", data={"reason": "核对来信"})
    assert NAME not in shown.text


async def test_a_visit_of_more_than_five_representatives_is_refused(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    people = "\n".join(["王一", "王二", "王三", "王四", "王五", "王六"])
    answer = await send(browser, door="visit", people=people)
    assert answer.status_code == 422
    assert "最多5个（《信访工作条例》第二十条第三款）" in answer.text


async def test_the_rules_suggest_and_the_clerk_decides(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    blank = {"type": "", "matter": "", "branch": ""}
    answer = await send(browser, step="suggest", **blank)
    chosen = stage.forms_of(answer)["/cases/enter"]
    assert chosen["type"] == "claim"
    assert chosen["matter"] == "labour"
    assert "按规则看" in answer.text
    assert cases_in(desk) == 0
    assert (await send(browser, step="suggest", narrative="", request="")).status_code == 422


@pytest.mark.parametrize(
    ("content", "told"), [(b"MZ program", "只收照片"), (b"%PDF-" + b"x" * (10 * 1024 * 1024), "不能超过10MB")]
)
async def test_a_file_that_is_none_of_ours_is_refused_and_nothing_is_registered(
    desk: Desk, content: bytes, told: str
) -> None:
    browser = await desk.sign_in("clerk")
    answer = await send(browser, [("scans", ("a.pdf", content, "application/pdf"))])
    assert answer.status_code == 422
    assert told in answer.text
    assert cases_in(desk) == 0


async def test_a_report_in_a_letter_is_sealed_for_discipline_with_its_scans(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    answer = await send(
        browser, [("scans", ("信.png", photo(), "image/png"))], type="report", matter="discipline", branch=""
    )
    number, _ = receipt_in(answer)
    assert (await browser.get(f"/cases/{number}")).status_code == 404
    with desk.register.unit_of_work() as uow:
        attachment = uow.session.scalars(select(Attachment.id)).one()
    files: AttachmentFiles = desk.services.files
    ciphers: Ciphers = desk.register.ciphers
    assert files.compartment(attachment) is Compartment.DISCIPLINE
    assert files.read(ciphers, attachment) == photo()


async def test_a_large_scan_never_lies_unsealed_on_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **more: object) -> None:
        raise AssertionError("a temporary file was opened")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    browser = await desk.sign_in("clerk")
    content = b"%PDF-" + b"x" * (3 * 1024 * 1024)
    receipt_in(await send(browser, [("scans", ("a.pdf", content, "application/pdf"))]))


async def test_only_the_registering_office_enters(desk: Desk) -> None:
    browser = await desk.sign_in("clerk", body="县人社局")
    assert (await send(browser)).status_code == 422
    assert cases_in(desk) == 0
