"""What the kiosk keeps for the time without a server: the page, the worker, and nothing of anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot.routes import kiosk_offline
from bot.routes.kiosk_offline import make_offline
from tests.unit.bot.factories import FakeEngine, Visitor, make_services, visiting

pytestmark = pytest.mark.asyncio


async def kept_by(visitor: Visitor) -> dict[str, object]:
    """What the worker says that it keeps."""
    first = (await visitor.http.get("/kiosk/sw.js")).text.splitlines()[0]
    kept: dict[str, object] = json.loads(first.removeprefix("const KEPT = ").removesuffix(";"))
    return kept


async def test_the_page_says_who_helps_when_and_with_what(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        shown = (await visitor.http.get("/kiosk/offline")).text
        office = visitor.services.office
    for fact in (office.name, office.phone, office.hours, office.address, "到窗口请带上", "信访事项走的路"):
        assert fact in shown
    assert "系统现在连不上" in shown
    assert re.search(r"\{\w+\}", shown.partition("<template")[0]) is None


async def test_all_that_the_page_needs_is_kept_and_there(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        kept = await kept_by(visitor)
        answer = await visitor.http.get(str(kept["page"]))
        assert answer.status_code == 200
        needed = set(re.findall(r'(?:href|src)="(/[^"]+)"', answer.text))
        for path in list(needed):
            script = (await visitor.http.get(path)).text if path.endswith(".js") else ""
            needed |= set(re.findall(r'from "(/[^"]+)"', script))
        assert isinstance(kept["assets"], list)
        assert needed == set(kept["assets"])
        assert all(path.startswith("/static/") for path in needed)
        policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)


async def test_the_worker_may_look_after_the_kiosk_alone(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        answer = await visitor.http.get("/kiosk/sw.js")
    assert answer.headers["service-worker-allowed"] == "/kiosk"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"


async def test_the_page_and_the_worker_have_nothing_of_a_session(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        before = (await visitor.http.get("/kiosk/offline")).text
        await visitor.http.post("/kiosk/say", data={"text": "我叫马建国", "turn": "1"})
        after = await visitor.http.get("/kiosk/offline")
    assert after.text == before
    assert "set-cookie" not in after.headers


async def test_the_version_changes_with_what_is_kept_and_not_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = make_services(tmp_path, FakeEngine())
    try:
        first, again = make_offline(services), make_offline(services)
        assert first == again
        for each in kiosk_offline.ASSETS:
            (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / each).write_bytes((kiosk_offline.FOLDER / each).read_bytes())
        (tmp_path / kiosk_offline.WORKER).write_text("// the worker", encoding="utf-8")
        (tmp_path / kiosk_offline.ASSETS[0]).write_text("/* other colours */", encoding="utf-8")
        monkeypatch.setattr(kiosk_offline, "FOLDER", tmp_path)
        assert make_offline(services).worker.splitlines()[0] != first.worker.splitlines()[0]
    finally:
        await services.aclose()
