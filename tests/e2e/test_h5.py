"""The pages for phones in a real browser at the size of a phone, against the real public server; only the engine is a small class."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from bot.app import create_app
from bot.bootstrap import Services
from bot.engine import Heard, Utterance
from bot.links import Links
from cases.conversations import open_conversation
from cases.models import Attachment, DraftRow
from knowledge.reply import Kind, Reply
from tests.contract.api.test_cases_acts import House
from tests.e2e.browsers import HANDSET, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.bot.photos import photo
from tests.unit.cases.acting import BUREAU
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, PHONE

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
SECRET = "the secret for the tests of the pages for phones"
STORY = "去年腊月起，城东工地就没有发过工资。工头说等甲方结账，一直拖到现在。"
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, textarea, input, .button, .one")]
  .filter((each) => each.checkVisibility() && !each.closest(".skip, .unseen") && !each.matches("[type=radio], [type=hidden], .unseen"))
  .filter((each) => each.getBoundingClientRect().height < 48).map((each) => each.outerHTML.slice(0, 90))"""
SMALL_LETTERS = """() => [...document.querySelectorAll("main *")].filter((each) => each.checkVisibility() && !each.closest("svg"))
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((each) => parseFloat(getComputedStyle(each).fontSize) < 18).map((each) => each.outerHTML.slice(0, 90))"""


class Asking(FakeEngine):
    """Asks on, as the form does."""

    async def hear(self, utterance: Utterance) -> Heard:
        await super().hear(utterance)
        asked = "还有别的材料吗？没有了就说“没有了”。" if utterance.payload else "记下了。您希望怎么解决？"
        return Heard((Reply(kind=Kind.QUESTION, text=asked),), {}, 1.0)


@dataclass
class Server:
    """The address of the public server, and the register behind it."""

    url: str
    services: Services
    house: House

    def link(self, page: str, **subject: str) -> str:
        until = datetime.now(UTC) + timedelta(hours=1)
        return f"{self.url}/h5/go/{page}/{Links(SECRET).make(page, subject, until)}"

    def conversation(self) -> str:
        with self.house.register.unit_of_work() as uow:
            return open_conversation(uow, "web", datetime.now(UTC))[0]

    def count(self, table: Any) -> int:
        with self.house.register.unit_of_work() as uow:
            return int(uow.session.scalar(select(func.count()).select_from(table)) or 0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("h5")
    services = make_services(folder, Asking(), engine_secret=SECRET, lookups_per_minute=1000)
    with serving(create_app(services)) as url:
        house = House(folder)
        yield Server(url, services, house)
        house.register.close()


OpenPhone = Callable[[], Page]


@pytest.fixture
def phone(browsers: Browsers) -> OpenPhone:
    """A phone that nobody has used."""
    return lambda: browsers.open(HANDSET)


def check(page: Page, name: str) -> None:
    """What holds on every page; and its picture."""
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in grave] == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(SMALL_LETTERS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, name)


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/h5-{name}.png")


def sign_in(page: Page, server: Server, days: int, steps: int, path: str = "case") -> str:
    receipt = server.house.file(days, steps)
    page.goto(f"{server.url}/h5/{path}")
    page.get_by_label("编号").fill(receipt.number)
    page.get_by_label("查询码").fill(receipt.query_code)
    page.get_by_role("button", name="查一查").click()
    return receipt.number


def photos(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": photo((800, 600))} for name in names]


def test_a_stage_that_is_touched_in_the_drawing_opens(server: Server, phone: OpenPhone) -> None:
    page = phone()
    page.goto(f"{server.url}/h5/roadmap")
    check(page, "roadmap")
    page.get_by_role("link", name="第5步，已答复").tap()
    stage = page.locator("#stage-replied")
    expect(stage).to_contain_text("《信访工作条例》第三十五条")
    expect(stage.get_by_text("要多久")).to_be_visible()
    check(page, "roadmap-stage")


def test_the_road_works_by_keyboard(server: Server, phone: OpenPhone) -> None:
    page = phone()
    page.goto(f"{server.url}/h5/roadmap")
    page.get_by_role("link", name="第1步，已登记").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stage-registered summary")).to_be_focused()
    expect(page.locator("#stage-registered").get_by_text("要多久")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#stage-registered").get_by_text("要多久")).to_be_hidden()


def test_a_case_with_its_clock_its_receipt_and_a_rating(server: Server, phone: OpenPhone) -> None:
    page = phone()
    page.goto(f"{server.url}/h5/case")
    check(page, "ask")
    number = sign_in(page, server, 30, 3)
    expect(page.locator(".clock")).to_contain_text("还有")
    expect(page.get_by_text(f"谁在办：{BUREAU}")).to_be_visible()
    expect(page.locator(".stages [aria-current=step]")).to_contain_text("▶ 您在这里")
    check(page, "case")
    for secret in (NAME, ADDRESS, PHONE, NARRATIVE):
        assert secret not in page.content()
    assert number not in page.url
    page.locator(".road").scroll_into_view_if_needed()
    keep(page, "case-road")
    page.get_by_role("link", name="看回执").click()
    expect(page.locator(".slip")).to_contain_text(number)
    check(page, "receipt")
    page.get_by_role("link", name="看进度和期限").click()
    page.get_by_role("link", name="评价").click()
    page.get_by_label("信访部门").check()
    page.get_by_label("基本满意").check()
    check(page, "rating")
    page.get_by_role("button", name="交评价").click()
    expect(page.get_by_role("status")).to_contain_text("评价记下了")
    page.get_by_role("button", name="看完了，清掉").click()
    expect(page.get_by_label("查询码")).to_have_value("")
    page.go_back()
    expect(page.get_by_text(number)).to_have_count(0)


def test_a_late_office_is_told_in_words_and_reminded(server: Server, phone: OpenPhone) -> None:
    page = phone()
    sign_in(page, server, 45, 0)
    expect(page.locator(".clock")).to_contain_text("已经超过")
    check(page, "case-late")
    page.get_by_role("button", name="催办").click()
    expect(page.get_by_role("status")).to_contain_text("催办记下了")
    page.get_by_role("button", name="催办").click()
    expect(page.get_by_role("alert")).to_contain_text("起可以催")


def test_a_wrong_code_is_told_in_words(server: Server, phone: OpenPhone) -> None:
    page = phone()
    page.goto(f"{server.url}/h5/case")
    page.get_by_label("编号").fill("XF20260101-0001")
    page.get_by_label("查询码").fill("AAAA-BBBB-CCCC")
    page.get_by_label("查询码").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("没有查到")
    expect(page.get_by_label("编号")).to_have_value("XF20260101-0001")
    check(page, "ask-wrong")


def test_many_photos_in_an_order_one_lost_on_the_way(server: Server, phone: OpenPhone) -> None:
    page, tries = phone(), 0

    def lose_the_second(route: Route) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/h5/files", lose_the_second)
    before = server.count(Attachment)
    page.goto(server.link("upload", conversation=server.conversation()))
    assert re.fullmatch(r".*/h5/upload", page.url)
    page.get_by_label("选照片和材料").set_input_files(photos("工资条.jpg", "考勤表.jpg", "合同.jpg", "重复.jpg"))
    items = page.locator("#queue li")
    expect(items).to_have_count(4)
    expect(page.locator("#queue canvas")).to_have_count(4)
    page.get_by_role("button", name="第3份往前挪").click()
    expect(items.nth(1)).to_contain_text("合同.jpg")
    page.get_by_role("button", name="第4份不要了").click()
    expect(items).to_have_count(3)
    check(page, "upload")
    page.get_by_role("button", name="开始传").click()
    expect(items.nth(1)).to_contain_text("没有传上")
    expect(page.locator("#state")).to_contain_text("传好2份，一共3份")
    page.locator("#trouble").scroll_into_view_if_needed()
    check(page, "upload-lost")
    page.get_by_role("button", name="第2份再传一次").click()
    done = page.get_by_role("region", name="都传好了")
    expect(done).to_contain_text("还有别的材料吗")
    expect(done).to_be_focused()
    check(page, "upload-done")
    assert server.count(Attachment) == before + 3


def test_a_story_is_kept_while_it_is_written_and_belongs_to_one_phone(server: Server, phone: OpenPhone) -> None:
    page, link = phone(), server.link("story", conversation=server.conversation())
    page.goto(link)
    field = page.get_by_label("事情经过")
    expect(field).to_be_enabled()
    field.fill(STORY)
    expect(page.get_by_role("status")).to_contain_text("存好了")
    check(page, "story")
    field.press("End")
    field.press_sequentially("还有十二个人也没拿到钱。")
    page.goto(f"{server.url}/h5/privacy")  # left at once: what was typed last is kept all the same
    page.goto(f"{server.url}/h5/story")
    expect(field).to_have_value(re.compile("十二个人也没拿到钱"))
    other = phone()
    other.goto(link)
    expect(other.get_by_role("alert")).to_contain_text("别的手机")
    expect(other.get_by_label("事情经过")).to_have_value("")
    check(other, "story-elsewhere")
    page.get_by_role("button", name="写好了，发出去").click()
    expect(page.get_by_role("region", name="发出去了")).to_contain_text("您希望怎么解决")
    check(page, "story-done")
    assert server.count(DraftRow) == 0
    page.reload()
    expect(field).to_have_value("")


def test_the_privacy_notice_a_dead_link_and_a_paper(server: Server, phone: OpenPhone) -> None:
    page = phone()
    page.goto(f"{server.url}/h5/privacy")
    check(page, "privacy")
    page.goto(f"{server.url}/h5/go/upload/nothing")
    check(page, "gone")
    page.goto(server.link("paper", conversation=server.conversation(), file="x"))
    check(page, "paper")
