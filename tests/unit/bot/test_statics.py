"""Scripts and styles are packed on their way, once, and only for whoever takes it."""

from __future__ import annotations

from pathlib import Path

from tests.unit.bot.kiosk.kiosk_client import standing_at
from zhilu.settings import ROOT

SCRIPT = "/static/vendor/htmx-2.0.7/htmx.min.js"
ORIGINAL = (ROOT / "bot" / SCRIPT.lstrip("/")).read_bytes()


async def test_a_script_is_packed_for_a_browser_and_plain_for_others(tmp_path: Path) -> None:
    async with standing_at(tmp_path) as kiosk:
        packed = await kiosk.http.get(SCRIPT, headers={"Accept-Encoding": "gzip"})
        plain = await kiosk.http.get(SCRIPT, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(ORIGINAL) / 2
    assert packed.content == plain.content == ORIGINAL
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert {each.headers["vary"] for each in (packed, plain)} == {"Accept-Encoding"}


async def test_what_a_browser_has_is_not_sent_again(tmp_path: Path) -> None:
    async with standing_at(tmp_path) as kiosk:
        first = await kiosk.http.get(SCRIPT, headers={"Accept-Encoding": "gzip"})
        again = await kiosk.http.get(
            SCRIPT, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["etag"]}
        )
        changed = await kiosk.http.get(SCRIPT, headers={"Accept-Encoding": "gzip", "If-None-Match": '"other"'})
    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert again.content == b""


async def test_other_files_and_missing_ones_are_as_they_were(tmp_path: Path) -> None:
    async with standing_at(tmp_path) as kiosk:
        licence = await kiosk.http.get("/static/vendor/htmx-2.0.7/LICENSE", headers={"Accept-Encoding": "gzip"})
        missing = await kiosk.http.get("/static/none.js", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in licence.headers
    assert missing.status_code == 404
