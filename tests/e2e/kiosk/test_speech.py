"""The kiosk reads aloud and listens, in a real browser: real sound from a program, a microphone that plays a file."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.app import create_app
from bot.engine import Heard, Utterance
from knowledge.reply import Kind, Reply
from tests.e2e.test_page import CHROMIUM, free_port
from tests.e2e.test_page import pytestmark as pytestmark
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.bot.speech.kiosks import HEARING, SPEAKING, kiosk_dir
from tests.unit.bot.speech.voices import wav

SHORT = "一般六十天。"
LONG = "情况复杂的可以延长，最多再加三十天，要书面告诉您理由。" * 8
NOTES = """() => {
  const One = window.Audio;
  window.Audio = function () {
    const [one, root] = [new One(), document.documentElement];
    for (const name of ["playing", "ended"]) one.addEventListener(name, () => { root.dataset.heard = `${root.dataset.heard ?? ""} ${name}`; });
    return one;
  };
}"""


class Answering(FakeEngine):
    """A short answer, or a long one."""

    async def hear(self, utterance: Utterance) -> Heard:
        await super().hear(utterance)
        text = SHORT + LONG if "长" in utterance.text else SHORT
        return Heard((Reply(kind=Kind.ANSWER, text=text, topic="petition.deadlines"),), {}, 1.0)


@contextmanager
def serving(folder: Path, **voice: Any) -> Iterator[str]:
    services = make_services(folder, Answering(), kiosk_dir=kiosk_dir(folder, **voice), engine_secret="s" * 40)
    port = free_port()
    config = uvicorn.Config(create_app(services), host="127.0.0.1", port=port, log_config=None, access_log=False)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server ended"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("speech"), **SPEAKING, **HEARING) as url:
        yield url


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone is a file."""
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(wav(2, rate=48_000))
    heard = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    arguments = ["--no-sandbox", *heard, f"--use-file-for-fake-audio-capture={spoken}"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


OpenKiosk = Callable[..., Page]


@pytest.fixture
def kiosk(browser: Browser, address: str) -> Iterator[OpenKiosk]:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="zh-CN", has_touch=True)
    context.add_init_script(f"({NOTES})()")

    def one(url: str = address) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)) if "speech" in str(error) else None)
        page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
        page.goto(f"{url}/kiosk")
        return page

    yield one
    context.close()
    assert complaints == []


def ask(page: Page, words: str) -> None:
    page.goto(page.url)
    page.locator("#screen").get_by_text("问一问").first.click()
    page.locator("#field").fill(words)
    page.locator("[data-send]").first.click()
    expect(page.locator("#screen")).to_contain_text(SHORT)


def ended(page: Page, times: int) -> None:
    expect(page.locator("html")).to_have_attribute("data-heard", re.compile(rf"^((?: playing)+ ended){{{times}}}"))


def test_the_bar_reads_the_screen_to_its_end_and_a_second_touch_stops_it(kiosk: OpenKiosk) -> None:
    page = kiosk()
    button = page.locator("#tool-speak")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("不念了")
    ended(page, 1)
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_have_text("听一遍")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("html")).not_to_have_attribute("data-heard", re.compile("ended.*ended"))


def test_a_long_answer_is_read_piece_after_piece(kiosk: OpenKiosk) -> None:
    page = kiosk()
    ask(page, "说长一点")
    page.locator("#tool-speak").click()
    ended(page, 3)


def test_another_choice_stops_the_voice(kiosk: OpenKiosk) -> None:
    page = kiosk()
    ask(page, "说长一点")
    button = page.locator("#tool-speak")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator("#tool-home").click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_every_reply_is_read_where_that_is_wanted_until_the_wipe(kiosk: OpenKiosk) -> None:
    page = kiosk()
    page.locator("#tool-look").click()
    switch = page.locator("[data-speak-always]")
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    ended(page, 1)
    page.keyboard.press("Escape")
    ask(page, "多久")
    ended(page, 1)
    page.locator("#tool-end").click()
    expect(page.locator("#screen[data-screen=start][data-session=no]")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_what_is_spoken_stands_in_the_field_and_waits_for_the_citizen(kiosk: OpenKiosk) -> None:
    page = kiosk()
    ask(page, "多久")
    before = page.locator("#screen").get_attribute("data-turn")
    button = page.locator("[data-listen]").first
    button.click()
    expect(button).to_have_text("说完了")
    page.wait_for_timeout(700)  # somebody speaks
    button.click()
    expect(page.locator("#field")).to_have_value("老板拖欠工资")
    expect(button).to_have_text("说话输入")
    expect(page.locator("#screen")).to_have_attribute("data-turn", before or "")


def test_without_engines_no_button_is_left(kiosk: OpenKiosk, tmp_path: Path) -> None:
    missing = {"engine": "command", "command": {"program": ["no-such-program-here"]}}
    with serving(tmp_path, **missing) as url:
        page = kiosk(url)
        expect(page.locator("#tool-speak")).to_be_hidden()
        ask(page, "多久")
        expect(page.locator("button[data-speak]:visible, [data-listen]")).to_have_count(0)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed (apt: espeak-ng)")
def test_the_voice_of_the_house_is_heard_to_its_end(kiosk: OpenKiosk, tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        page = kiosk(url)
        expect(page.locator("#tool-speak")).to_have_attribute("aria-pressed", "false")
        page.locator("#tool-speak").click()
        ended(page, 1)
