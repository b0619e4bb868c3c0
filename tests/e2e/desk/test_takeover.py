"""接手, in three browsers: a citizen at the kiosk or on the page and two clerks, against the real public server and the real desk; only the
engine is a small class."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.app import create_app
from bot.engine import Heard, Utterance
from cases import handovers, takeover
from cases.database import Register, create_register
from cases.handovers import HandoverKind, open_handover
from cases.policy import StaffRole
from cases.staff import accounts
from desk.app import create_desk
from desk.bootstrap import bootstrap
from knowledge.reply import Kind, Reply
from tests.e2e.browsers import DESK, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
from tests.unit.bot.factories import FakeEngine, make_services, make_settings
from tests.unit.cases.factories import KEY, make_url

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
PASSWORD = "a password of the tests"
DRAFT = {"narrative": "老板拖了我三个月工资，一共两万五。", "name": "周**", "amount": 25000}
OpenPage = Callable[[str], Page]


class FlaggingEngine(FakeEngine):
    """Opens a flag where a person is asked for, as actions/handover.py does."""

    register: Register

    async def hear(self, utterance: Utterance) -> Heard:
        if utterance.payload != "/handoff" and "不想活" not in utterance.text:
            return await super().hear(utterance)
        kind = HandoverKind.ASKED if utterance.payload else HandoverKind.SELF_HARM
        now = datetime.now(UTC)
        with self.register.unit_of_work() as uow:
            open_handover(uow, utterance.conversation, kind, surface=utterance.surface, now=now)
            takeover.keep_draft(uow, utterance.conversation, DRAFT, report=False, now=now)
        return Heard((Reply(kind=Kind.HANDOFF, text="已经告诉工作人员，请等一等。"),), {}, 1.0)


@dataclass
class House:
    """Where citizens come, and where staff work."""

    public: str
    desk: str
    register: Register


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("takeover")
    engine = FlaggingEngine()
    public = make_services(folder, engine)
    register = engine.register = create_register(make_url(folder), KEY)
    with register.unit_of_work() as uow:
        for login, name in (("li", "李接谈"), ("wang", "王接谈")):
            made, password = accounts.make(uow, login, name, {StaffRole.CLERK}, by="测试", now=datetime.now(UTC))
            accounts.change_password(uow, made.id, password, PASSWORD, now=datetime.now(UTC))
    staff, soon = create_desk(bootstrap(make_settings(folder))), {"timeout_graceful_shutdown": 2}
    with serving(create_app(public), **soon) as url, serving(staff, **soon) as desk:
        yield House(url, desk, register)
    register.close()


@pytest.fixture
def opened(browsers: Browsers) -> OpenPage:
    """A browser of its own at an address."""
    return partial(browsers.open, DESK)


def sign_in(opened: OpenPage, house: House, login: str = "li") -> Page:
    page = opened(f"{house.desk}/login?to=/takeover")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.goto(f"{house.desk}/takeover")
    expect(page.get_by_role("heading", name="接手谈话")).to_be_visible()
    return page


def clean(page: Page, name: str) -> None:
    """No serious fault for people who do not see or do not use a mouse; a picture where a folder is named."""
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"takeover-{name}.png"), full_page=True)


def empty(house: House) -> None:
    with house.register.unit_of_work() as uow:
        for flag in handovers.waiting(uow):
            handovers.close(uow, flag.id, datetime.now(UTC))


def send(clerk: Page, words: str) -> None:
    clerk.get_by_label("回他的话").fill(words)
    clerk.get_by_label("回他的话").press("Enter")
    expect(clerk.locator("#said li.me").last).to_contain_text(words)


def test_a_talk_with_somebody_on_the_page(opened: OpenPage, house: House) -> None:
    empty(house)
    clerk, colleague = sign_in(opened, house), sign_in(opened, house, "wang")
    clerk.get_by_role("button", name="打开提醒声").click()
    expect(clerk.locator("#alarm-state")).to_contain_text("提醒声开着")
    rung = int(clerk.locator("body").get_attribute("data-rung") or 0)
    citizen = opened(house.public)
    citizen.get_by_role("button", name="找工作人员").click()
    expect(clerk.locator("#alarm-live")).to_have_text("有1个人在等")
    expect(clerk).to_have_title(re.compile("（1）有人在等"))
    assert int(clerk.locator("body").get_attribute("data-rung") or 0) > rung
    expect(clerk.locator("#waiting")).to_contain_text("三个月工资")
    clean(clerk, "waiting")
    clerk.get_by_role("button", name="接过来").click()
    expect(clerk.get_by_text("25,000元")).to_be_visible()
    expect(citizen.get_by_role("log")).to_contain_text("工作人员来了")
    expect(colleague.locator("#waiting")).to_contain_text("李接谈在接")
    expect(colleague.get_by_role("button", name="接过来")).to_have_count(0)
    citizen.get_by_role("textbox").fill("<b>我的工资</b>")
    citizen.get_by_role("button", name="发送").click()
    expect(clerk.locator("#said li.them")).to_contain_text("<b>我的工资</b>")
    send(clerk, "您在哪个厂？")
    expect(citizen.get_by_role("log")).to_contain_text("您在哪个厂？")
    expect(clerk.locator("#unread")).to_have_text("您说的他都收到了。")
    clerk.get_by_role("searchbox", name="找现成的话").fill("接待大厅")
    clerk.locator("#canned li", has_text="请到接待大厅来").get_by_role("button").click()
    expect(clerk.get_by_label("回他的话")).to_have_value(re.compile("这件事当面说更清楚"))
    expect(clerk.locator("#said li.me")).to_have_count(2)
    clerk.reload()
    expect(clerk.get_by_label("回他的话")).to_have_value(re.compile("这件事当面说更清楚"))
    clean(clerk, "talk")
    clerk.get_by_role("button", name="就这样").click()
    expect(clerk.locator("#waiting")).to_contain_text("您手上没有谈话")
    expect(citizen.get_by_role("log")).to_contain_text("下面由助手接着帮您")
    citizen.get_by_role("textbox").fill("你好")
    citizen.get_by_role("button", name="发送").click()
    expect(citizen.get_by_role("log")).to_contain_text("我听到了：你好")
    if PICTURES:
        citizen.screenshot(path=str(Path(PICTURES) / "takeover-citizen.png"), full_page=True)


def test_every_page_of_the_desk_says_who_waits(opened: OpenPage, house: House) -> None:
    empty(house)
    clerk = sign_in(opened, house)
    clerk.goto(f"{house.desk}/account")
    expect(clerk.locator("#waits")).to_be_hidden()
    opened(house.public).get_by_role("button", name="找工作人员").click()
    clerk.wait_for_timeout(1000)
    clerk.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")  # comes back to this tab
    expect(clerk.locator("#waits")).to_contain_text("1")
    expect(clerk.locator("#live")).to_have_text("有1个人在等")
    expect(clerk).to_have_title(re.compile(r"^\(1\) "))
    clean(clerk, "elsewhere")
    clerk.goto(f"{house.desk}/cases")
    expect(clerk.locator("#waits")).to_contain_text("1")
    expect(clerk.locator("#live")).to_be_empty()  # said once, not on every page


def test_somebody_in_danger_at_the_kiosk(opened: OpenPage, house: House) -> None:
    empty(house)
    clerk = sign_in(opened, house)
    kiosk = opened(f"{house.public}/kiosk")
    start_talk(kiosk, "工资要不回来，我不想活了")
    expect(clerk.locator("#alarm-live")).to_contain_text("有1个人可能有危险，请马上接")
    expect(clerk.locator("#waiting")).to_contain_text("可能轻生")
    clean(clerk, "danger")
    clerk.get_by_role("button", name="接过来").click()
    expect(kiosk.locator("#talk")).to_contain_text("工作人员来了")
    send(clerk, "您先坐下，我马上过来")
    expect(kiosk.locator("#talk")).to_contain_text("您先坐下，我马上过来")
    clerk.get_by_role("radio", name="谈完了").check()
    clerk.get_by_role("button", name="就这样").click()
    expect(clerk.get_by_role("alert").filter(has_text="请先确认人已经有人照看")).to_be_visible()
    clerk.get_by_role("radio", name="谈完了").check()
    clerk.get_by_role("checkbox", name="人已经有人照看").check()
    clerk.get_by_role("button", name="就这样").click()
    expect(kiosk.locator("#talk")).to_contain_text("工作人员谈完了，已经离开")


def start_talk(kiosk: Page, words: str) -> None:
    """Type on the kiosk's own page and send."""
    kiosk.locator(".file-it").click()
    kiosk.locator("#field").fill(words)
    kiosk.locator("#screen [data-send]").first.click()
