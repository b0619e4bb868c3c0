"""A complaint from the opening to the receipt and back: through all three servers, seen from outside."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.e2e.citizen import ANSWERS, PRIVATE, Citizen, receipt_in
from tests.e2e.database import cases_in, files_with, mentions, parts_of, rows, whole
from tests.e2e.stack import NAMES, Stack
from tests.e2e.waiting import soon

PNG = b"\x89PNG\r\n\x1a\n" + b"a photo of the wage list" * 40


def look_up(citizen: Citizen, number: str, code: str) -> httpx.Response:
    return citizen.http.get(f"/api/cases/{number}", headers={"X-Query-Code": code})


def attach(citizen: Citizen, content: bytes, name: str = "工资条.png") -> httpx.Response:
    return citizen.http.post(
        f"/api/conversations/{citizen.id}/attachments", files={"file": (name, content)}, headers=citizen.headers
    )


def file_one(citizen: Citizen) -> tuple[str, str]:
    """Number and query code of a new case."""
    citizen.fill_in()
    receipt = receipt_in(citizen.say("/affirm"))
    assert receipt, citizen.replies
    return receipt


def test_a_complaint_is_taken_down_filed_and_found_again(stack: Stack, citizen: Citizen) -> None:
    before = cases_in(stack)
    asked = citizen.fill_in()
    assert asked[0] == "consent"
    assert {"narrative", "request", "name", "address"} <= set(asked)
    (summary,) = citizen.replies
    assert summary["kind"] == "summary"
    assert summary["triage"]["matter"] == "labour"
    assert summary["draft"]["amount"] == 32600
    assert "139****0765" in summary["text"]
    assert ANSWERS["phone"] not in citizen.last.text
    assert cases_in(stack) == before

    receipt = receipt_in(citizen.say("/affirm"))
    assert receipt
    assert citizen.replies[0]["receipt"]["qr"].startswith("data:image/")
    assert cases_in(stack) == before + 1
    number, code = receipt
    found = look_up(citizen, number, code)
    assert found.status_code == 200
    assert found.json()["case"]["number"] == number
    assert found.json()["case"]["stage"] == "registered"
    assert found.json()["roadmap"]["stage"] == "registered"
    assert parts_of(stack, number) == whole(summary["draft"])


def test_the_case_is_found_in_conversation_too(citizen: Citizen, stack: Stack) -> None:
    number, code = file_one(citizen)
    with Citizen(stack.base_url) as someone_later:
        someone_later.say("/status")
        someone_later.say(number)
        someone_later.say(code)
        assert someone_later.kinds == ["status"]
        assert someone_later.replies[0]["case"]["number"] == number


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(citizen: Citizen) -> None:
    number, code = file_one(citizen)
    wrong_code = look_up(citizen, number, "2222-2222-2222")
    unknown_number = look_up(citizen, "QH-20200101-999", code)
    assert wrong_code.status_code == unknown_number.status_code == 404
    assert wrong_code.json() == unknown_number.json()
    assert look_up(citizen, number, code).status_code == 200


def test_confirming_again_shows_the_same_receipt_and_files_nothing(stack: Stack, citizen: Citizen) -> None:
    receipt = file_one(citizen)
    before = cases_in(stack)
    assert receipt_in(citizen.say("/affirm")) == receipt
    assert cases_in(stack) == before


def test_two_confirmations_at_the_same_moment_file_one_case(stack: Stack, citizen: Citizen) -> None:
    citizen.fill_in()
    before = cases_in(stack)

    def confirm(message_id: str) -> httpx.Response:
        body = {"payload": "/affirm", "message_id": message_id}
        path = f"/api/conversations/{citizen.id}/messages"
        return httpx.post(f"{stack.base_url}{path}", json=body, headers=citizen.headers, trust_env=False)

    with ThreadPoolExecutor(2) as pool:
        receipts = {receipt_in(each.json()["replies"]) for each in pool.map(confirm, ("first", "second"))}
    assert len(receipts) == 1
    assert None not in receipts
    assert cases_in(stack) == before + 1


def test_a_digression_in_the_form_is_answered_and_the_question_put_again(citizen: Citizen) -> None:
    citizen.fill_in(until="address")
    citizen.say("信访多久有结果？")
    assert citizen.kinds[0] == "answer"
    assert citizen.replies[0]["citations"]
    assert citizen.asked == "address"


def test_a_photo_is_kept_sealed_and_goes_with_the_case(stack: Stack, citizen: Citizen) -> None:
    citizen.fill_in(until="evidence")
    taken = attach(citizen, PNG)
    assert taken.status_code == 201
    assert taken.json()["sha256"] == hashlib.sha256(PNG).hexdigest()
    citizen.replies = taken.json()["replies"]
    citizen.fill_in()
    receipt = receipt_in(citizen.say("/affirm"))
    assert receipt
    owner = "SELECT number, conversation_id FROM cases JOIN attachments ON case_id = cases.id WHERE attachments.id = ?"
    assert rows(stack.register, owner, taken.json()["attachment"]) == [(receipt[0], None)]
    assert files_with(stack.settings.var_dir, "photo of the wage list") == []


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"MZ\x90\x00 a program", 422), (b"<html>", 422), (b"", 422), (PNG + bytes(10 * 1024 * 1024), 413)],
    ids=["program", "html", "empty", "too large"],
)
def test_what_is_no_photo_document_or_recording_is_refused(
    stack: Stack, citizen: Citizen, content: bytes, status: int
) -> None:
    refused = attach(citizen, content, "工资条.png")
    assert refused.status_code == status
    assert refused.json()["detail"]
    assert rows(stack.register, "SELECT id FROM attachments WHERE conversation_id = ?", citizen.id) == []


def test_deleting_a_conversation_leaves_nothing_of_it(stack: Stack, citizen: Citizen) -> None:
    before = cases_in(stack)
    files = set((stack.settings.var_dir / "attachments").rglob("*"))
    citizen.fill_in(until="evidence")
    assert attach(citizen, PNG).status_code == 201
    assert mentions(stack.tracker, citizen.id)
    assert mentions(stack.register, citizen.id)

    assert citizen.close() == 204
    assert not mentions(stack.tracker, citizen.id)
    assert not mentions(stack.register, citizen.id)
    assert set((stack.settings.var_dir / "attachments").rglob("*")) == files
    assert cases_in(stack) == before
    assert citizen.close() == 401
    assert citizen.post({"text": "还在吗"}).status_code == 401


def test_what_was_filed_survives_the_deletion_of_its_conversation(stack: Stack, citizen: Citizen) -> None:
    number, code = file_one(citizen)
    assert citizen.close() == 204
    assert not mentions(stack.tracker, citizen.id)
    assert not mentions(stack.register, citizen.id)
    assert look_up(citizen, number, code).status_code == 200


def test_a_deletion_while_the_engine_is_down_is_made_good(stack: Stack, citizen: Citizen) -> None:
    citizen.fill_in(until="address")
    stack.kill("engine")
    assert citizen.close() == 204
    assert not mentions(stack.register, citizen.id)
    assert mentions(stack.tracker, citizen.id)
    stack.start("engine")
    stack.kill("public")  # it keeps its promises every minute, and when it starts
    stack.start("public")
    soon(lambda: not mentions(stack.tracker, citizen.id))


def test_the_files_on_disk_hold_no_word_that_was_said(stack: Stack, citizen: Citizen) -> None:
    number, _ = file_one(citizen)
    with Citizen(stack.base_url) as someone_in_the_form:
        someone_in_the_form.fill_in()
        assert files_with(stack.settings.var_dir, number)  # the search finds what is there
        for words in PRIVATE:
            assert files_with(stack.settings.var_dir, words) == [], words


def test_no_log_line_holds_a_name_a_phone_or_the_story(stack: Stack, citizen: Citizen) -> None:
    """Faults write the longest log lines, so the filing meets one of each server that can fail behind the public one."""
    citizen.fill_in(until="address")
    for name in ("actions", "engine"):
        stack.kill(name)
        citizen.say(ANSWERS["address"])
        assert citizen.kinds == ["notice"]
    stack.start("actions", "engine")
    citizen.say(ANSWERS["address"])
    citizen.fill_in()
    receipt = receipt_in(citizen.say("/affirm"))
    assert receipt
    for name in NAMES:
        log = stack.log(name)
        assert log
        leaked = [
            line for line in log.splitlines() if any(words in line for words in (*PRIVATE, receipt[1], citizen.id))
        ]
        assert leaked == [], name
