"""带到手机上, in two browsers: the screen of the hall and a phone, against the real public server; only the engine is a small class."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.app import create_app
from tests.contract.api.test_cases_acts import House
from tests.e2e.browsers import HALL, HALL_WIDE, HANDSET, Browsers, Screen
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
from tests.unit.bot.factories import make_services
from tests.unit.bot.kiosk.forms import ASKS_MORE, TOLD, FormEngine

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in


@dataclass
class Server:
    """The address of the public server, and the register behind it."""

    url: str
    house: House


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("carry")
    services = make_services(folder, FormEngine(folder), lookups_per_minute=1000)
    with serving(create_app(services)) as url:
        house = House(folder)
        yield Server(url, house)
        house.register.close()


def tell(kiosk: Page, server: Server) -> None:
    kiosk.goto(f"{server.url}/kiosk")
    kiosk.locator(".file-it").tap()
    kiosk.locator("#field").fill(TOLD)
    kiosk.locator("#screen [data-send]").first.tap()
    expect(kiosk.locator("#question")).to_contain_text(ASKS_MORE)


def carry(kiosk: Page) -> str:
    """Touch the button, which a wide screen shows once the keyboard is put away; the code that the sheet shows."""
    if kiosk.locator("#field").count():
        kiosk.locator("#keyboard [data-act=close]").tap()
    kiosk.locator("#screen [data-carry]").first.tap()
    shown = kiosk.locator("#sheet .carry-code")
    expect(shown).to_be_visible()
    return shown.inner_text().strip()


def check(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in grave] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, name)


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/carry-{name}.png")


@pytest.mark.parametrize("size", [HALL, HALL_WIDE], ids=["hall", "wide"])
def test_a_draft_goes_from_the_hall_to_the_phone(server: Server, browsers: Browsers, size: Screen) -> None:
    kiosk, phone = browsers.open(size), browsers.open(HANDSET)
    tell(kiosk, server)
    code = carry(kiosk)
    expect(kiosk.locator("#sheet img.carry-qr")).to_be_visible()
    expect(kiosk.locator("#sheet [role=timer]")).to_contain_text(re.compile(r"还能用9分5\d秒"))
    check(kiosk, f"sheet-{size[0]}")
    phone.goto(f"{server.url}/h5/carry#{code}")
    expect(phone.get_by_label("机器屏幕上的码")).to_have_value(code)
    assert code not in phone.url
    check(phone, "phone")
    phone.get_by_role("button", name="在这部手机上打开").tap()
    expect(phone.locator("#log .reply").last).to_contain_text(ASKS_MORE)
    assert "resume" not in phone.url
    keep(phone, "phone-draft")
    expect(kiosk.locator("#screen")).to_contain_text("已经在手机上打开了")
    assert TOLD not in kiosk.content()
    check(kiosk, f"gone-{size[0]}")
    kiosk.go_back()
    expect(kiosk.get_by_text(TOLD)).to_have_count(0)
    kiosk.goto(f"{server.url}/kiosk")
    expect(kiosk.locator(".file-it")).to_be_visible()
    expect(kiosk.locator("#screen")).to_have_attribute("data-session", "no")


def test_closing_the_sheet_goes_on_in_the_hall(server: Server, browsers: Browsers) -> None:
    kiosk, phone = browsers.open(HALL), browsers.open(HANDSET)
    tell(kiosk, server)
    code = carry(kiosk)
    kiosk.locator("#sheet .close").tap()
    expect(kiosk.locator("#sheet")).to_be_hidden()
    expect(kiosk.locator("#question")).to_contain_text(ASKS_MORE)
    phone.goto(f"{server.url}/h5/carry#{code}")
    phone.get_by_role("button", name="在这部手机上打开").tap()
    expect(phone.get_by_role("alert")).to_contain_text("用不了")
    check(phone, "phone-refused")


def test_a_case_opens_on_the_phone_by_typing_the_code(server: Server, browsers: Browsers) -> None:
    kiosk, phone = browsers.open(HALL), browsers.open(HANDSET)
    receipt = server.house.file(12, 2)
    kiosk.goto(f"{server.url}/kiosk/status")
    kiosk.locator("[name=number]").fill(receipt.number)
    kiosk.locator("#screen [name=code]").fill(receipt.query_code)
    kiosk.locator("#screen form button.main").first.tap()
    code = carry(kiosk)
    assert receipt.query_code not in kiosk.content()
    keep(kiosk, "sheet-case")
    phone.goto(f"{server.url}/h5/carry")
    phone.get_by_label("机器屏幕上的码").fill(code.lower())
    phone.get_by_role("button", name="在这部手机上打开").tap()
    expect(phone.locator(".card .code")).to_have_text(receipt.number)
    assert receipt.number not in phone.url
    expect(kiosk.locator("#sheet")).to_contain_text("已经在手机上打开了")
    keep(kiosk, "sheet-taken")
    kiosk.locator("#sheet .close").tap()
    expect(kiosk.locator("#screen")).to_contain_text(receipt.number)


def test_the_wipe_leaves_the_code_to_whoever_took_it_along(server: Server, browsers: Browsers) -> None:
    kiosk, phone = browsers.open(HALL), browsers.open(HANDSET)
    tell(kiosk, server)
    code = carry(kiosk)
    kiosk.evaluate("import('/static/kiosk/kiosk.js').then((kiosk) => kiosk.end())")
    expect(kiosk.locator(".file-it")).to_be_visible()
    phone.goto(f"{server.url}/h5/carry#{code}")
    phone.get_by_role("button", name="在这部手机上打开").tap()
    expect(phone.locator("#log .reply").last).to_contain_text(ASKS_MORE)
