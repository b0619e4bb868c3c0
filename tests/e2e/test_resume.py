"""Kept in one conversation, filed from another, through all three servers; and the housekeeping behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from cases.attachments import AttachmentFiles
from tests.e2e.citizen import PRIVATE, Citizen, Reply, receipt_in
from tests.e2e.database import cases_in, files_with, mentions, rows
from tests.e2e.stack import Stack
from tests.e2e.waiting import soon
from zhilu.jobs import House, Schedule, open_house

PNG = b"\x89PNG\r\n\x1a\n" + b"a photo of the wage list" * 40


def hand_in(citizen: Citizen) -> str:
    path = f"/api/conversations/{citizen.id}/attachments"
    response = citizen.http.post(path, files={"file": ("工资条.png", PNG)}, headers=citizen.headers)
    assert response.status_code == 201, response.text
    attachment: str = response.json()["attachment"]
    return attachment


def keep(citizen: Citizen) -> Reply:
    """Stop, and keep what was told; the code with what the page shows of it."""
    citizen.say("先不弄了")
    assert citizen.kinds == ["choice"]
    citizen.say("/keep")
    resume: Reply = citizen.replies[0]["resume"]
    return resume


def in_days(stack: Stack, days: int) -> None:
    """The housekeeping of a day to come."""
    moment = datetime.now(UTC) + timedelta(days=days)
    with open_house(stack.settings) as house:
        Schedule(House(house.register, house.files, house.erasures, house.retention, lambda: moment)).run_due()


def test_kept_at_the_kiosk_and_filed_from_the_phone_with_its_photo(stack: Stack, citizen: Citizen) -> None:
    before = cases_in(stack)
    with Citizen(stack.base_url, "kiosk") as kiosk:
        kiosk.fill_in(until="address")
        photo = hand_in(kiosk)
        known = kiosk.replies[-1].get("draft") or {}
        resume = keep(kiosk)
        assert resume["qr"].startswith("data:image/svg+xml")
        assert resume["code"] in kiosk.replies[0]["text"]
        assert kiosk.close() == 204
        assert not mentions(stack.register, kiosk.id)
        assert not mentions(stack.tracker, kiosk.id)

    citizen.say("接着上次的")
    assert citizen.asked == "resume_code"
    citizen.say(f"接着上次的，续填码{resume['code']}")
    assert citizen.asked == "address"
    assert known.items() <= citizen.replies[-1]["draft"].items()
    assert not {"narrative", "request", "name"} & set(citizen.fill_in())
    receipt = receipt_in(citizen.say("/affirm"))
    assert receipt
    assert cases_in(stack) == before + 1
    filed = rows(stack.register, "SELECT case_id FROM attachments WHERE id = ?", photo)
    assert filed == rows(stack.register, "SELECT id FROM cases WHERE number = ?", receipt[0])
    assert rows(stack.register, "SELECT id FROM drafts") == []


def test_the_code_alone_opens_it_and_a_wrong_one_says_so(stack: Stack, citizen: Citizen) -> None:
    with Citizen(stack.base_url) as somebody:
        somebody.fill_in(until="name")
        code = keep(somebody)["code"]
        citizen.say("D-2222-2222")
        assert "没有找到" in citizen.replies[0]["text"]
        citizen.say(code)
        assert citizen.asked == "name"
        assert somebody.say("接着上次的")[-1]["asks"] == "name"  # here, too, and without the code
        for words in (*PRIVATE, code):
            assert files_with(stack.settings.var_dir, words) == [], words
            assert words not in stack.log("public") + stack.log("actions") + stack.log("engine")


def test_deleting_takes_one_confirmation_and_the_stored_copy_too(stack: Stack, citizen: Citizen) -> None:
    citizen.fill_in(until="name")
    code = keep(citizen)["code"]
    citizen.say("算了")
    assert citizen.kinds == ["choice"]
    citizen.say("/discard")
    assert "都删掉了" in citizen.replies[0]["text"]
    with Citizen(stack.base_url) as other:
        other.say(f"接着上次的 {code}")
        assert "没有找到" in other.replies[0]["text"]


def test_the_housekeeping_deletes_what_is_over_and_nothing_else(stack: Stack, citizen: Citizen) -> None:
    with Citizen(stack.base_url) as somebody:
        somebody.fill_in(until="address")
        photo = hand_in(somebody)
        code = keep(somebody)["code"]
        assert somebody.close() == 204
    files = AttachmentFiles(stack.settings.var_dir / "attachments")
    in_days(stack, 29)
    assert files.path(photo).exists()
    assert citizen.say(code)[-1]["asks"] == "address"
    assert citizen.close() == 204
    in_days(stack, 32)
    assert rows(stack.register, "SELECT id FROM drafts") == []
    assert not files.path(photo).exists()


def test_an_abandoned_conversation_is_forgotten_as_if_it_had_been_ended(stack: Stack, citizen: Citizen) -> None:
    citizen.fill_in(until="address")
    in_days(stack, 29)
    assert citizen.say("/help")
    in_days(stack, 32)
    stack.kill("public")  # it keeps promises every minute, and when it starts
    stack.start("public")
    soon(lambda: not mentions(stack.tracker, citizen.id) and not mentions(stack.register, citizen.id))
    assert citizen.post({"text": "还在吗"}).status_code == httpx.codes.UNAUTHORIZED
