"""The kiosk reads aloud and listens, in a real browser: real sound from a program, a microphone that plays a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.app import create_app
from bot.engine import Heard, Utterance
from knowledge.reply import Kind, Reply
from tests.e2e.browsers import HALL, Browsers, chromium
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
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
def with_voice(folder: Path, **voice: Any) -> Iterator[str]:
    services = make_services(folder, Answering(), kiosk_dir=kiosk_dir(folder, **voice), engine_secret="s" * 40)
    with serving(create_app(services)) as url:
        yield url


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with with_voice(tmp_path_factory.mktemp("speech"), **SPEAKING, **HEARING) as url:
        yield url


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone is a file."""
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(wav(2, rate=48_000))
    heard = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with chromium(*heard, f"--use-file-for-fake-audio-capture={spoken}") as opened:
        yield opened


OpenKiosk = Callable[..., Page]


@pytest.fixture
def kiosk(browsers: Browsers, address: str) -> OpenKiosk:
    def one(url: str = address) -> Page:
        page = browsers.open(HALL)
        page.add_init_script(f"({NOTES})()")
        page.goto(f"{url}/kiosk")
        return page

    return one


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
    with with_voice(tmp_path, **missing) as url:
        page = kiosk(url)
        expect(page.locator("#tool-speak")).to_be_hidden()
        ask(page, "多久")
        expect(page.locator("button[data-speak]:visible, [data-listen]")).to_have_count(0)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed (apt: espeak-ng)")
def test_the_voice_of_the_house_is_heard_to_its_end(kiosk: OpenKiosk, tmp_path: Path) -> None:
    with with_voice(tmp_path) as url:
        page = kiosk(url)
        expect(page.locator("#tool-speak")).to_have_attribute("aria-pressed", "false")
        page.locator("#tool-speak").click()
        ended(page, 1)
