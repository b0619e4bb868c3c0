"""The devices beside the kiosk in a real browser, with the real simulated bridge as its own process: card reader and printer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.contract.api.test_cases_acts import House
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.devices_stage import ADDRESS, NAME, Hall, OpenKiosk, asked, check, touch
from tests.e2e.kiosk.devices_stage import hall as hall
from tests.e2e.kiosk.devices_stage import kiosk as kiosk

CARD_NAME, CARD_ADDRESS = "刷身份证，填姓名", "刷身份证，填住址"


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
