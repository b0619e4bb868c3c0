"""A paper is fetched in a real browser: the page, the real public server, the register; what the engine said is given."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from cases.database import create_register
from cases.papers import keep_paper
from tests.e2e.browsers import Browsers, Screen
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import free_port
from tests.e2e.test_page import SECRET, program
from tests.unit.cases.factories import KEY, NOON
from zhilu.downloads import WORD
from zhilu.settings import ROOT, Settings

CONTENT = b"PK\x03\x04 a letter"
NAME = "信访信.docx"


@dataclass(frozen=True)
class House:
    """A running public server and its settings; it waits for no engine."""

    url: str
    settings: Settings

    def keep(self, page: Page) -> str:
        """A letter in the conversation of this page."""
        held = page.evaluate("sessionStorage.getItem('zhilu')")
        register = create_register(self.settings.register_url, KEY)
        try:
            with register.unit_of_work() as uow:
                conversation = json.loads(held)["session"]["conversation"]
                return keep_paper(uow, conversation, "petition-letter", "信访信", CONTENT, now=NOON)
        finally:
            register.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = Settings(var_dir=tmp_path_factory.mktemp("var"), public_port=free_port(), engine_port=free_port())
    environment = {
        "ZHILU_VAR_DIR": str(settings.var_dir),
        "ZHILU_ENGINE_PORT": str(settings.engine_port),
        "ZHILU_PUBLIC_PORT": str(settings.public_port),
        "ZHILU_ENGINE_SECRET": SECRET,
        "ZHILU_REGISTER_KEY": KEY,
        "ZHILU_SOFFICE": "",
        "ZHILU_LOG_LEVEL": "WARNING",
    }
    migrate = [sys.executable, "-m", "zhilu.cli", "db", "migrate"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    url = f"http://127.0.0.1:{settings.public_port}"
    with program(environment, f"{url}/healthz", "bot.serve"):
        yield House(url, settings)


def say_written(page: Page, file: str) -> None:
    """The engine's answer to the next message: a paper."""
    files = [{"id": file, "name": NAME, "media_type": WORD}]
    replies: list[dict[str, Any]] = [{"kind": "answer", "text": "“信访信”写好了。", "files": files}]

    def answer(route: Route) -> None:
        route.fulfill(json={"replies": replies, "elapsed_ms": 1.0})

    page.route("**/messages", answer)
    page.get_by_label("您想说什么").fill("帮我写一份信访信")
    page.get_by_role("button", name="发送").click()


@pytest.fixture
def page(browsers: Browsers, house: House) -> Page:
    opened = browsers.open(Screen(1280, 720), house.url)
    expect(opened.locator(".reply").first).to_be_visible()
    return opened


def test_a_paper_is_downloaded_under_its_chinese_name(page: Page, house: House, tmp_path: Path) -> None:
    say_written(page, house.keep(page))
    with page.expect_download() as caught:
        page.get_by_role("button", name=f"下载 {NAME}").click()
    assert caught.value.suggested_filename == NAME
    caught.value.save_as(tmp_path / "letter")
    assert (tmp_path / "letter").read_bytes() == CONTENT


def test_a_paper_that_is_gone_is_told_below_its_button(page: Page) -> None:
    say_written(page, "gone")
    page.get_by_role("button", name=f"下载 {NAME}").click()
    expect(page.get_by_role("alert")).to_contain_text("请再点一次“帮我写一份”")
