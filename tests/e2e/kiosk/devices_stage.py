"""The public server that asks for what it is told to, the simulated bridge as a process of its own beside it, and a screen of the hall."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.app import create_app
from bot.bootstrap import Services
from bot.engine import Heard, Utterance
from cases import kiosks
from knowledge.reply import Button, Kind, Reply
from tests.e2e.browsers import HALL, Browsers
from tests.e2e.serving import free_port, serving
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.cases.factories import make_register
from zhilu.kiosks import bridge_token
from zhilu.settings import ROOT

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
NAME, ADDRESS = "马小云", "示例县示例镇河边村三组十二号"
ASKED = {"姓名": "name", "住址": "address", "材料": "evidence", "电话": "phone"}
WORDS = {"name": "您叫什么名字？", "address": "您住在哪里？", "evidence": "有没有材料？", "phone": "您的电话是多少？"}
SMALL = """() => [...document.querySelectorAll(".device-offer button, .device-dialog button")]
  .filter((each) => each.getBoundingClientRect().height < 72).map((each) => each.outerHTML)"""
OpenKiosk = Callable[..., Page]


class Asking(FakeEngine):
    """Asks for what it is told to ask for."""

    async def hear(self, utterance: Utterance) -> Heard:
        await super().hear(utterance)
        asks = next((slot for word, slot in ASKED.items() if word in utterance.text), "phone")
        buttons = (Button(title="没有材料", payload="/deny"),) if asks == "evidence" else None
        return Heard((Reply(kind=Kind.QUESTION, text=WORDS[asks], asks=asks, draft={}, buttons=buttons),), {}, 1.0)


@dataclass
class Beside:
    """The bridge process beside the browser; a line sets its trouble."""

    process: subprocess.Popen[str]
    printed: list[str] = field(default_factory=list)

    def set(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


@dataclass
class Hall:
    """The public server, its engine, and the port where its pages look for a bridge."""

    url: str
    services: Services
    engine: Asking
    folder: Path
    bridge_port: int

    def invite(self, name: str) -> str:
        register = make_register(self.folder)
        with register.unit_of_work() as uow:
            code = kiosks.invite(uow, name, "李四", now=datetime.now(UTC)).code
        register.close()
        return code

    def revoke(self, name: str) -> None:
        register = make_register(self.folder)
        with register.unit_of_work() as uow:
            kiosks.revoke(uow, name, "李四", now=datetime.now(UTC))
        register.close()

    @contextmanager
    def bridge(self, *options: str) -> Iterator[Beside]:
        settings = self.services.settings
        token = bridge_token(settings)
        command = ["-m", "zhilu.cli", "kiosk", "simulate", "--port", str(self.bridge_port), "--token", token]
        command += ["--origin", self.url, "--card", NAME, ADDRESS, *options]
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout
        assert f":{self.bridge_port}" in process.stdout.readline()
        beside = Beside(process)
        reader = threading.Thread(target=lambda: beside.printed.extend(process.stdout or ()), daemon=True)
        reader.start()
        try:
            yield beside
        finally:
            process.terminate()
            process.wait(10)
            reader.join(5)
            for pipe in (process.stdin, process.stdout):
                assert pipe
                pipe.close()


@contextmanager
def running_hall(folder: Path, **changes: Any) -> Iterator[Hall]:
    engine, bridge_port = Asking(), free_port()
    services = make_services(folder, engine, kiosk_bridge_port=bridge_port, **changes)
    with serving(create_app(services)) as url:
        yield Hall(url, services, engine, folder, bridge_port)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with running_hall(tmp_path_factory.mktemp("kiosk")) as here:
        yield here


@pytest.fixture
def kiosk(browsers: Browsers) -> OpenKiosk:
    """A screen of the hall."""

    def one(hall: Hall, path: str = "/kiosk") -> Page:
        return browsers.open(HALL, f"{hall.url}{path}")

    return one


def asked(page: Page, word: str) -> None:
    """The screen on which this is asked."""
    page.evaluate(
        """async (word) => {
      await htmx.ajax("POST", "/kiosk/say", { target: "#screen", swap: "outerHTML",
        values: { text: word, turn: document.getElementById("turn").value } });
    }""",
        word,
    )
    expect(page.locator("#screen h1")).to_have_text(WORDS[ASKED[word]])


def touch(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).tap()


def check(page: Page, name: str) -> None:
    """No grave finding, no small target; and a picture."""
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert not grave, [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in grave]
    small = page.evaluate(SMALL)
    assert not small, small
    if PICTURES:  # hiding the caret sets a style, which the page forbids
        page.screenshot(path=f"{PICTURES}/devices-{name}.png", caret="initial")
