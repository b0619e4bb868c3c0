"""The devices beside the kiosk in a real browser, with the real simulated bridge as its own process and Chromium's own fake camera."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, WebSocket, expect, sync_playwright

from bot.app import create_app
from bot.bootstrap import Services
from bot.engine import Heard, Utterance
from cases import kiosks
from knowledge.reply import Button, Kind, Reply
from tests.contract.api.test_cases_acts import House
from tests.e2e.test_page import CHROMIUM, free_port
from tests.e2e.test_page import pytestmark as pytestmark
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.cases.factories import make_register
from zhilu.kiosks import bridge_token
from zhilu.settings import ROOT

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
NAME, ADDRESS = "马小云", "示例县示例镇河边村三组十二号"
ASKED = {"姓名": "name", "住址": "address", "材料": "evidence", "电话": "phone"}
WORDS = {"name": "您叫什么名字？", "address": "您住在哪里？", "evidence": "有没有材料？", "phone": "您的电话是多少？"}
CARD_NAME, CARD_ADDRESS, CAMERA = "刷身份证，填姓名", "刷身份证，填住址", "拍照片"


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
def serving(folder: Path, **changes: Any) -> Iterator[Hall]:
    engine, bridge_port, port = Asking(), free_port(), free_port()
    services = make_services(folder, engine, kiosk_bridge_port=bridge_port, **changes)
    app = create_app(services)
    running = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server ended"
        time.sleep(0.05)
    yield Hall(f"http://127.0.0.1:{port}", services, engine, folder, bridge_port)
    running.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with serving(tmp_path_factory.mktemp("kiosk")) as here:
        yield here


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """With a camera that shows a moving picture, and nobody to ask whether it may be used."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *camera])
        yield chromium
        chromium.close()


OpenKiosk = Callable[..., Page]


@pytest.fixture
def kiosk(browser: Browser) -> Iterator[OpenKiosk]:
    """A screen of the hall; at the end no page may have complained."""
    opened: list[Any] = []
    complaints: list[str] = []

    def one(hall: Hall, path: str = "/kiosk") -> Page:
        context = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="zh-CN", has_touch=True)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
        page.goto(f"{hall.url}{path}")
        return page

    yield one
    for context in opened:
        context.close()
    assert complaints == []


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
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in grave] == []
    small = page.evaluate(SMALL)
    assert small == []
    if PICTURES:
        page.screenshot(
            path=f"{PICTURES}/devices-{name}.png", caret="initial"
        )  # hiding it sets a style, which the page forbids


SMALL = """() => [...document.querySelectorAll(".device-offer button, .device-dialog button")]
  .filter((each) => each.getBoundingClientRect().height < 72).map((each) => each.outerHTML)"""


def test_a_name_is_read_from_the_card_after_consent_and_into_the_field_only(hall: Hall, kiosk: OpenKiosk) -> None:
    with hall.bridge():
        page = kiosk(hall)
        frames = heard_by(page)
        page.reload()
        asked(page, "姓名")
        heard = len(hall.engine.heard)
        check(page, "offer")
        touch(page, CARD_NAME)
        expect(page.get_by_role("dialog")).to_contain_text("身份证号码和照片不读、不存")
        check(page, "consent")
        assert not any(
            '"read"' in frame for frame in frames
        )  # nothing is asked of the reader before the citizen agreed
        touch(page, "同意，读取")
        expect(page.locator("#field")).to_have_value(NAME)
        expect(page.locator("#screen")).to_contain_text("请看一看对不对")
        check(page, "filled")
        assert len(hall.engine.heard) == heard
        assert '"fields":["name"]' in next(frame for frame in frames if '"read"' in frame)
        assert ADDRESS not in "".join(frames)
        asked(page, "住址")
        touch(page, CARD_ADDRESS)
        touch(page, "同意，读取")
        expect(page.locator("#field")).to_have_value(ADDRESS)


def heard_by(page: Page) -> list[str]:
    frames: list[str] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(str(frame)))
        socket.on("framesent", lambda frame: frames.append(str(frame)))

    page.on("websocket", watch)
    return frames


def test_who_does_not_agree_types(hall: Hall, kiosk: OpenKiosk) -> None:
    with hall.bridge():
        page = kiosk(hall)
        asked(page, "姓名")
        touch(page, CARD_NAME)
        touch(page, "不读，我自己填")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#field")).to_be_focused()
        expect(page.locator("#field")).to_have_value("")


@pytest.mark.parametrize(
    ("trouble", "words"),
    [("unreadable", "这张卡读不出来"), ("unplugged", "阅读器没有连上"), ("no-card", "没有看到身份证")],
)
def test_a_trouble_is_told_in_words_and_typing_goes_on(hall: Hall, kiosk: OpenKiosk, trouble: str, words: str) -> None:
    with hall.bridge() as beside:
        page = kiosk(hall)
        asked(page, "姓名")
        touch(page, CARD_NAME)
        if trouble == "unplugged":  # while the citizen puts the card on
            beside.set("no-card")
            touch(page, "同意，读取")
            expect(page.get_by_role("dialog")).to_contain_text("请把身份证放在阅读器上")
            check(page, "waiting")
        beside.set(trouble)
        if trouble != "unplugged":
            touch(page, "同意，读取")
        expect(page.get_by_role("dialog")).to_contain_text(words, timeout=30_000)
        check(page, trouble)
        touch(page, "我自己填")
        expect(page.locator("#field")).to_be_focused()


def test_a_slow_reader_can_be_left_at_any_time(hall: Hall, kiosk: OpenKiosk) -> None:
    with hall.bridge("--trouble", "slow") as beside:
        page = kiosk(hall)
        asked(page, "姓名")
        touch(page, CARD_NAME)
        touch(page, "同意，读取")
        touch(page, "不读了")
        expect(page.get_by_role("dialog")).to_have_count(0)
        beside.set("none")
        touch(page, CARD_NAME)
        touch(page, "同意，读取")
        expect(page.locator("#field")).to_have_value(NAME)


def test_a_button_comes_and_goes_with_its_device(hall: Hall, kiosk: OpenKiosk) -> None:
    button = CARD_NAME
    with hall.bridge() as beside:
        page = kiosk(hall)
        asked(page, "姓名")
        expect(page.get_by_role("button", name=button)).to_have_count(1)
        beside.set("unplugged")
        expect(page.get_by_role("button", name=button)).to_have_count(0)
        beside.set("none")
        expect(page.get_by_role("button", name=button)).to_have_count(1)
        asked(page, "电话")
        expect(page.locator(".device-offer")).to_have_count(0)
        asked(page, "姓名")
    expect(page.get_by_role("button", name=button)).to_have_count(0)
    with hall.bridge("--no-reader"):
        page.reload()
        asked(page, "姓名")
        page.wait_for_function("document.querySelectorAll('.device-offer').length === 0")


def test_a_bridge_that_tells_more_than_it_may_is_not_spoken_with_again(hall: Hall, kiosk: OpenKiosk) -> None:
    said = []

    def answer(socket: Any) -> None:
        def hear(frame: str) -> None:
            said.append(frame)
            if '"hello"' in frame:
                socket.send('{"type":"ready","version":1,"devices":["card-reader"]}')
            elif '"read"' in frame:
                socket.send(f'{{"type":"card","id":"r1","name":"{NAME}","number":"000000190001010000"}}')

        socket.on_message(hear)

    page = kiosk(hall)
    page.route_web_socket(f"ws://127.0.0.1:{hall.bridge_port}/", answer)
    page.reload()
    asked(page, "姓名")
    touch(page, CARD_NAME)
    touch(page, "同意，读取")
    expect(page.get_by_role("dialog")).to_contain_text("送来了不该送的内容")
    check(page, "refused")
    touch(page, "我自己填")
    expect(page.locator("#field")).to_have_value("")
    expect(page.get_by_role("button", name=CARD_NAME)).to_have_count(0)
    assert "000000190001010000" not in page.content()


def test_a_paper_is_photographed_looked_at_and_handed_in(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    asked(page, "材料")
    check(page, "camera-offer")
    touch(page, CAMERA)
    expect(page.locator("dialog video")).to_be_visible()
    check(page, "camera-preview")
    touch(page, "拍")
    expect(page.get_by_role("img", name="刚拍的照片")).to_be_visible()
    touch(page, "重拍")
    expect(page.locator("dialog video")).to_be_visible()
    touch(page, "拍")
    check(page, "camera-photo")
    with page.expect_request("**/kiosk/attach") as sent, page.expect_response("**/kiosk/attach") as answered:
        touch(page, "用这张")
    assert "multipart/form-data" in sent.value.headers["content-type"]
    assert answered.value.status == 200
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_a_camera_there_is_only_the_file(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    page.add_init_script("navigator.mediaDevices.enumerateDevices = async () => []")
    page.reload()
    asked(page, "材料")
    expect(page.locator("form.evidence")).to_be_visible()
    expect(page.get_by_role("button", name=CAMERA)).to_have_count(0)


def test_a_camera_that_does_not_open_leads_to_the_file(hall: Hall, kiosk: OpenKiosk) -> None:
    page = kiosk(hall)
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotReadableError'); }"
    )
    page.reload()
    asked(page, "材料")
    touch(page, CAMERA)
    expect(page.get_by_role("dialog")).to_contain_text("摄像头打不开")
    with page.expect_file_chooser():
        touch(page, "选一个照片文件")


def test_a_number_for_the_reception_day_stands_on_the_screen_and_on_paper_where_a_printer_is(
    hall: Hall, kiosk: OpenKiosk
) -> None:
    house = House(hall.folder)
    receipt = house.file()
    house.reception()
    house.register.close()
    with hall.bridge("--no-reader") as beside:
        page = kiosk(hall, "/kiosk/status")
        page.get_by_label("编号").fill(receipt.number)
        page.get_by_label("查询码").fill(receipt.query_code)
        page.locator("[data-send]").tap()
        page.get_by_role("link", name="领导接访").tap()
        page.get_by_role("button", name="还剩").first.tap()
        expect(page.locator(".ticket-number")).to_have_text("1号")
        touch(page, "打印号票")
        expect(page.locator("[data-ticket]")).to_contain_text("打好了")
        check(page, "ticket")
        beside.set("no-paper")
        touch(page, "打印号票")
        expect(page.locator("[data-ticket]")).to_contain_text("没有纸了。请记住屏幕上的号：1号")
        beside.set("unplugged")
        expect(page.get_by_role("button", name="打印号票")).to_have_count(0)
        expect(page.locator(".ticket-number")).to_have_text("1号")
    assert "1" in {line.strip() for line in beside.printed}


def test_staff_register_the_machine_by_touch_and_can_take_it_back(
    kiosk: OpenKiosk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(tmp_path_factory.mktemp("required"), kiosk_registration="required") as hall:
        page = kiosk(hall)
        expect(page.get_by_role("heading", name="这台机器还没有登记")).to_be_visible()
        check(page, "not-registered")
        page.get_by_label("登记码").fill("K-0000-0000")
        touch(page, "登记这台机器")
        expect(page.get_by_role("alert")).to_contain_text("登记码不对")
        page.get_by_label("登记码").fill(hall.invite("大厅1号机"))
        touch(page, "登记这台机器")
        expect(page.get_by_role("heading", name="这台机器已经登记：大厅1号机")).to_be_visible()
        check(page, "registered")
        page.get_by_role("link", name="开始使用").tap()
        expect(page.locator("#screen")).to_have_attribute("data-screen", "start")
        assert "zhilu_kiosk_device" not in page.evaluate("document.cookie")
        hall.revoke("大厅1号机")
        page.get_by_role("link", name="首页").tap()
        expect(page.get_by_role("heading", name="这台机器还没有登记")).to_be_visible()
