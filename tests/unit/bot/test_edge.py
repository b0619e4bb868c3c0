"""The headers of every answer: nothing is kept by a browser but what stands under its hash."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bot.routes import kiosk_words
from tests.unit.bot.kiosk.kiosk_client import standing_at
from zhilu.headers import HEADERS, POLICY


async def test_only_words_under_their_hash_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "words-0123456789abcdef0123.json.gz"
    made.write_bytes(gzip.compress(b"{}"))
    monkeypatch.setattr(kiosk_words, "words_of", lambda settings: made)
    async with standing_at(tmp_path) as kiosk:
        lead = await kiosk.http.get("/kiosk/words")
        words = await kiosk.http.get(lead.headers["location"])
        gone = await kiosk.http.get("/kiosk/words/00000000000000000000.json")
        script = await kiosk.http.get("/static/texts.js")
    assert words.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert [each.headers["cache-control"] for each in (lead, gone, script)] == ["no-store", "no-store", "no-cache"]


async def test_every_page_has_the_headers_of_the_house(tmp_path: Path) -> None:
    async with standing_at(tmp_path) as kiosk:
        health, page = await kiosk.http.get("/healthz"), await kiosk.get(part=False)
    assert {name: health.headers[name] for name in HEADERS} == dict(HEADERS)
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy
    assert all(f"{name} " in policy for name in POLICY)
    assert "unsafe" not in policy
