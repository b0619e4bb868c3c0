"""A citizen at the public API: opens a conversation, says things, touches buttons, fills the form in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx

Reply = dict[str, Any]
MOST_TURNS = 30
ANSWERS: Mapping[str, str] = {
    "consent": "/affirm",
    "confidentiality": '/choose{"id": "named"}',
    "narrative": "我在青禾砖厂做搬运，2026年5月到8月的工资老板孟广田一直拖着没有给，找了他五次都说没钱。",
    "request": "要求青禾砖厂把拖欠的工资付清",
    "name": "司马青禾",
    "address": "清河区柳树巷37号2单元",
    "phone": "13912340765",
    "respondent": "青禾砖厂",
    "place": "清河区城关街道",
    "occurred_on": "2026年5月到8月",
    "amount": "三万二千六百元",
    "prior_handling": "没有",
    "evidence": "/skip",
}
# What must not be found outside: in a log, in a database file, after DELETE.
PRIVATE = ("司马青禾", "13912340765", "柳树巷37号", "搬运", "孟广田", "拖欠的工资付清", "青禾砖厂")


class Citizen:
    """One conversation; `last` is the latest response, `replies` what it said. Use it in a with statement."""

    def __init__(self, base_url: str, surface: str = "web", timeout: float = 30) -> None:
        self.http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=False)
        self.last = self.http.post("/api/conversations", json={"surface": surface})
        body = self.last.json()
        self.id: str = body["conversation"]
        self.headers = {"Authorization": f"Bearer {body['token']}"}
        self.replies: list[Reply] = body["replies"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def post(self, body: Mapping[str, str]) -> httpx.Response:
        """One message as it is; httpx.TransportError where no answer comes."""
        self.last = self.http.post(f"/api/conversations/{self.id}/messages", json=dict(body), headers=self.headers)
        self.replies = self.last.json().get("replies", [])
        return self.last

    def say(self, words: str) -> list[Reply]:
        """Text, or a button where it begins with a slash; what the assistant replies."""
        body = {"payload": words} if words.startswith("/") else {"text": words}
        response = self.post({**body, "message_id": uuid.uuid4().hex})
        assert response.status_code == 200, response.text
        return self.replies

    @property
    def asked(self) -> str | None:
        """The slot that the next message is expected to answer."""
        return next((str(reply["asks"]) for reply in reversed(self.replies) if reply.get("asks")), None)

    @property
    def kinds(self) -> list[str]:
        return [str(reply["kind"]) for reply in self.replies]

    def answer(self, answers: Mapping[str, str] = ANSWERS) -> str:
        """Answer the question that stands; the slot that it was about."""
        slot = self.asked
        assert slot, f"nothing is asked: {self.replies}"
        self.say(answers.get(slot, "/skip"))
        return slot

    def fill_in(self, until: str = "confirm", answers: Mapping[str, str] = ANSWERS) -> list[str]:
        """Start the form where it is not open, and answer until this slot is asked; the slots that were asked before."""
        if self.asked is None:
            self.say("/file")
        slots: list[str] = []
        while self.asked != until:
            slots.append(self.answer(answers))
            assert len(slots) < MOST_TURNS, f"never asked for {until}: {slots}"
        return slots

    def close(self) -> int:
        """DELETE the conversation; the status."""
        return self.http.delete(f"/api/conversations/{self.id}", headers=self.headers).status_code


def receipt_in(replies: list[Reply]) -> tuple[str, str] | None:
    """Number and query code, where a receipt is shown."""
    for reply in replies:
        if reply.get("receipt"):
            return reply["receipt"]["number"], reply["receipt"]["query_code"]
    return None
