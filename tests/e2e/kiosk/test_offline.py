"""The kiosk without a server: the process is killed and started again on the same port, in front of a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.browsers import HALL, HALL_WIDE, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import free_port
from tests.e2e.test_page import program, wait_for
from zhilu.settings import ROOT, Settings

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
SECRET = "the engine's secret for the tests of the kiosk"
SCREENS = {"hall": HALL, "wide": HALL_WIDE}
READY = "navigator.serviceWorker.ready.then((one) => new Promise((done) => { const look = () => one.active?.state === 'activated' ? done(1) : setTimeout(look, 50); look(); }))"
REPLACED = """async (old) => {
  while ((await caches.keys()).join() === old.join() || (await caches.keys()).length !== 1) await new Promise((done) => setTimeout(done, 50));
}"""
KEPT = """async () => {
  const names = await caches.keys();
  const lists = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname)));
  return lists.flat().sort();
}"""
ALLOWED = ["/kiosk/offline"] + [
    f"/static/{each}" for each in ("icon.svg", "kiosk/back.js", "kiosk/offline.css", "kiosk/offline.js", "texts.js")
]


@dataclass
class Public:
    """The public server as a process that can be killed and started again on its port."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self, **changes: str) -> None:
        environment = {**os.environ, **self.environment, **changes}
        self.process = subprocess.Popen([sys.executable, "-m", "bot.serve"], cwd=ROOT, env=environment)
        wait_for(f"{self.url}/healthz", self.process)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Public]:
    engine, port = free_port(), free_port()
    environment = {
        "ZHILU_VAR_DIR": str(tmp_path),
        "ZHILU_ENGINE_PORT": str(engine),
        "ZHILU_PUBLIC_PORT": str(port),
        "ZHILU_ENGINE_SECRET": SECRET,
        "ZHILU_LOG_LEVEL": "WARNING",
    }
    migrate = [sys.executable, "-m", "zhilu.cli", "db", "migrate"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    server = Public(f"http://127.0.0.1:{port}", environment)
    gateway = f"http://127.0.0.1:{engine}/webhooks/gateway/"
    with program(environment, gateway, "tests.unit.bot.stand_in", str(engine), SECRET):
        server.start()
        try:
            yield server
        finally:
            server.kill()


def visit(browsers: Browsers, public: Public, size: str = "hall") -> Page:
    """A kiosk whose worker is there."""
    page = browsers.open(SCREENS[size], f"{public.url}/kiosk")
    page.evaluate(READY)
    return page


def check(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/offline-{name}.png")


def office(**changes: Any) -> dict[str, Any]:
    profile: dict[str, Any] = yaml.safe_load(Settings().office_file.read_text(encoding="utf-8"))
    return {**profile, **changes}


@pytest.mark.parametrize("size", list(SCREENS))
def test_a_dead_server_leaves_an_honest_page_and_the_kiosk_comes_back_by_itself(
    public: Public, browsers: Browsers, size: str
) -> None:
    page = visit(browsers, public, size)
    public.kill()
    page.goto(f"{public.url}/kiosk")
    expect(page.get_by_role("heading", level=1)).to_have_text("系统现在连不上")
    expect(page.get_by_role("status")).to_contain_text("屏幕自己会回去")
    expect(page.locator("strong.number")).to_have_text(office()["phone"])
    for fact in (office()["address"], "周一至周五", "到窗口请带上"):
        expect(page.locator("main")).to_contain_text(fact)
    expect(page.locator(".road svg")).to_be_visible()
    check(page, size)
    again = page.get_by_role("button", name="现在再试一次")
    again.tap()
    expect(again).to_be_enabled()
    public.start()
    expect(page.locator(".file-it")).to_be_visible()


def test_a_session_that_loses_its_server_keeps_its_screen_and_goes_on(public: Public, browsers: Browsers) -> None:
    page = visit(browsers, public)
    page.locator(".ask-it").tap()
    page.locator("#field").fill("多少天能答复？")
    public.kill()
    page.locator("#screen [data-send]").first.tap()
    expect(page.locator("#net")).to_contain_text("您写的都还在")
    expect(page.locator("#field")).to_have_value("多少天能答复？")
    public.start()
    expect(page.locator("#screen")).to_contain_text("一般60天")
    expect(page.locator("#net")).to_be_hidden()
    assert page.evaluate(KEPT) == ALLOWED


def test_what_is_kept_follows_the_office(public: Public, browsers: Browsers, tmp_path: Path) -> None:
    page = visit(browsers, public)
    assert page.evaluate(KEPT) == ALLOWED
    public.kill()
    profile = tmp_path / "office.yml"
    profile.write_text(yaml.safe_dump(office(phone="0000-87654321"), allow_unicode=True), encoding="utf-8")
    public.start(ZHILU_OFFICE_FILE=str(profile))
    before = page.evaluate("caches.keys()")
    page.goto(f"{public.url}/kiosk")
    page.evaluate(REPLACED, before)
    public.kill()
    page.goto(f"{public.url}/kiosk")
    expect(page.locator("strong.number")).to_have_text("0000-87654321")


def test_a_session_that_was_wiped_without_a_server_does_not_come_back(public: Public, browsers: Browsers) -> None:
    page = visit(browsers, public)
    page.locator(".ask-it").tap()
    page.locator("#field").fill("多少天能答复？")
    page.locator("#screen [data-send]").first.tap()
    expect(page.locator("#screen")).to_contain_text("一般60天")
    public.kill()
    page.locator("#tool-end").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("系统现在连不上")
    public.start()
    expect(page.locator(".file-it")).to_be_visible()
    expect(page.locator("#screen")).to_have_attribute("data-session", "no")
    assert "zhilu_kiosk" not in {each.get("name") for each in page.context.cookies()}
