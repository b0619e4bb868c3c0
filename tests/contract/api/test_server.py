"""Health, figures, description and the headers that every answer carries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cases.database import Register
from tests.contract.api.test_conversations import detail
from tests.unit.bot.factories import visiting

pytestmark = pytest.mark.asyncio

# contract.md: call → (status, fields of the answer)
CALLS = {
    ("post", "/api/conversations"): ("201", {"conversation", "token", "replies"}),
    ("post", "/api/conversations/{conversation}/messages"): ("200", {"replies", "elapsed_ms"}),
    ("post", "/api/conversations/{conversation}/attachments"): ("201", {"attachment", "sha256", "replies"}),
    ("get", "/api/conversations/{conversation}/news"): ("200", {"replies", "with_person"}),
    ("delete", "/api/conversations/{conversation}"): ("204", set()),
    ("get", "/api/cases/{number}"): ("200", {"case", "roadmap"}),
    ("get", "/healthz"): ("200", set()),
    ("get", "/readyz"): ("200", {"engine", "actions", "database"}),
    ("get", "/metrics"): ("200", set()),
}
REPLY = {
    "kind text speech buttons topic alternatives citations triage asks draft receipt roadmap case"
}  # contract.md, "Reply"
KINDS = [
    "greeting",
    "answer",
    "triage",
    "clarify",
    "unknown",
    "choice",
    "question",
    "summary",
    "receipt",
    "status",
    "roadmap",
    "safety",
    "handoff",
    "notice",
]


def fields_of(description: dict[str, Any], content: dict[str, Any]) -> set[str]:
    schema = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return set(description["components"]["schemas"][name]["properties"]) if name else set()


@pytest.mark.parametrize("call", CALLS)
async def test_the_description_has_every_call_of_the_contract(tmp_path: Path, call: tuple[str, str]) -> None:
    async with visiting(tmp_path) as visitor:
        description = (await visitor.http.get("/openapi.json")).json()
    status, fields = CALLS[call]
    answers = description["paths"][call[1]][call[0]]["responses"]
    assert status in answers
    assert fields_of(description, answers[status].get("content", {})) >= fields


async def test_the_description_has_every_field_of_a_reply(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        schemas = (await visitor.http.get("/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["Reply"]["properties"]) >= set(" ".join(REPLY).split())
    assert set(schemas["Kind"]["enum"]) == set(KINDS)


async def test_every_part_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with visiting(tmp_path) as visitor:
        visitor.services.probes["actions"] = visitor.engine.ready  # type: ignore[index]
        ready = await visitor.http.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"engine": "ok", "actions": "ok", "database": "ok"})
        visitor.engine.away = True
        not_ready = await visitor.http.get("/readyz")
        assert not_ready.status_code == 503
        assert not_ready.json() == {"engine": "failed", "actions": "failed", "database": "ok"}
        assert (await visitor.http.get("/healthz")).status_code == 200


async def test_a_register_that_is_away_is_told_in_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(register: Register) -> None:
        raise OSError("disk of 马小云")

    async with visiting(tmp_path) as visitor:
        monkeypatch.setattr(Register, "unit_of_work", fail)
        response = await visitor.http.post("/api/conversations", json={"surface": "web"})
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert "OSError" not in detail(response)


async def test_figures_name_routes_and_never_a_conversation(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        await visitor.say("几天")
        await visitor.http.get("/api/cases/QH-20260101-1")
        await visitor.http.request("BREW", "/coffee")
        figures = (await visitor.http.get("/metrics")).text
        assert (
            'zhilu_requests_total{method="POST",route="/api/conversations/{conversation}/messages",status="200"} 1.0'
            in figures
        )
        assert "zhilu_turn_seconds_count 1.0" in figures
        assert "zhilu_open_conversations 1.0" in figures
        for secret in (visitor.opened["conversation"], "QH-20260101-1", "BREW", "coffee"):
            assert secret not in figures


@pytest.mark.parametrize("path", ["/", "/static/page.css", "/api/cases/x", "/nowhere", "/healthz", "/openapi.json"])
async def test_every_answer_carries_the_security_headers(tmp_path: Path, path: str) -> None:
    async with visiting(tmp_path) as visitor:
        headers = (await visitor.http.get(path)).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "microphone=()" in headers["permissions-policy"]
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/api/conversations", 405)])
async def test_a_wrong_address_is_told_in_chinese(tmp_path: Path, method: str, path: str, status: int) -> None:
    async with visiting(tmp_path) as visitor:
        response = await visitor.http.request(method, path)
    assert response.status_code == status
    assert detail(response)


async def test_the_page_holds_nothing_that_the_policy_would_block(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        page = (await visitor.http.get("/", params={"case": '"><script>alert(1)</script>'})).text
    assert "<script>alert" not in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", page)
    assert re.findall(r"<script[^>]*>([^<]*)", page) == [""]
    assert 'lang="zh-CN"' in page


async def test_the_scripts_hold_no_words_and_make_no_markup() -> None:
    folder = Path(__file__).resolve().parents[3] / "bot" / "static"
    for script in folder.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert not re.search("[\u4e00-\u9fff]", source), script.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), script.name
