"""What nobody should send gets the answers of contract.md, and leaves nothing in the register."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.citizen import Citizen
from tests.e2e.database import petition_rows
from tests.e2e.stack import Stack

CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSED: dict[str, bytes] = {
    "empty": b'{"text": ""}',
    "only blanks": json.dumps({"text": " \u3000\n\t"}).encode(),
    "only invisible characters": json.dumps({"text": "\u200b\u2060\ufeff"}).encode(),
    "only slashes": json.dumps({"text": "//／"}).encode(),
    "lone surrogate": b'{"text": "\\ud800"}',
    "2,001 characters": json.dumps({"text": "信" * 2001}).encode(),
    "not UTF-8": b'{"text": "' + "我要反映".encode("gbk") + b'"}',
    "not JSON": b"text=hello",
    "no object": b'["text"]',
    "a number": b'{"text": 5}',
    "text and button": b'{"text": "a", "payload": "/file"}',
    "neither": b"{}",
    "a command of the engine": b'{"payload": "/restart"}',
    "a button of the house itself": b'{"payload": "/attach{\\"id\\": \\"1\\"}"}',
    "a button with an odd value": b'{"payload": "/ask{\\"topic\\": \\"../../etc\\"}"}',
    "deeply nested": b'{"text": ' + b"[" * 20000 + b"}",
}
HARMLESS = (
    "/restart",
    "／restart",
    "\u200b/session_start",
    '/SetSlot{"name": "x"}',
    "<script>alert(1)</script>",
    "]]>",
    "{{7*7}} {office.phone}",
    "' OR 1=1 --",
)


@pytest.mark.parametrize("body", REFUSED.values(), ids=list(REFUSED))
def test_refused_with_a_chinese_reason(stack: Stack, citizen: Citizen, body: bytes) -> None:
    before = petition_rows(stack)
    headers = {**citizen.headers, "Content-Type": "application/json"}
    response = citizen.http.post(f"/api/conversations/{citizen.id}/messages", content=body, headers=headers)
    assert response.status_code == 422
    assert CHINESE.search(response.json()["detail"])
    assert petition_rows(stack) == before
    assert citizen.say("/help")


@pytest.mark.parametrize("words", HARMLESS)
def test_taken_as_plain_words_that_change_nothing(stack: Stack, citizen: Citizen, words: str) -> None:
    before = petition_rows(stack)
    citizen.fill_in(until="phone")
    draft = citizen.replies[-1]["draft"]
    response = citizen.post({"text": words})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert citizen.asked == "phone"
    assert citizen.replies[-1]["draft"] == draft
    assert petition_rows(stack) == before


@pytest.mark.parametrize("words", HARMLESS)
def test_outside_a_form_they_are_answered_too(citizen: Citizen, words: str) -> None:
    assert citizen.post({"text": words}).status_code == 200
    assert citizen.replies
    assert citizen.asked is None


def test_2000_characters_are_heard(citizen: Citizen) -> None:
    assert citizen.post({"text": "村" * 2000}).status_code == 200
    assert citizen.replies


@pytest.mark.parametrize("path", ["messages", "attachments", ""])
def test_a_stranger_gets_401_and_learns_nothing(stack: Stack, citizen: Citizen, path: str) -> None:
    with Citizen(stack.base_url) as other:
        mine, unknown = (f"/api/conversations/{each}/{path}".rstrip("/") for each in (citizen.id, "a" * 24))
        method = "POST" if path else "DELETE"
        answers = [
            citizen.http.request(method, mine, json={"text": "你好"}, headers=other.headers),
            citizen.http.request(method, mine, json={"text": "你好"}, headers={"Authorization": "Bearer wrong"}),
            citizen.http.request(method, mine, json={"text": "你好"}),
            citizen.http.request(method, unknown, json={"text": "你好"}, headers=citizen.headers),
        ]
    assert {each.status_code for each in answers} == {401}
    assert len({each.text for each in answers}) == 1
    assert CHINESE.search(answers[0].json()["detail"])
    assert citizen.say("/help")
