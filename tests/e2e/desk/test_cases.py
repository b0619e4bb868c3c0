"""The case desk in a real browser: a morning's work by keyboard, two people at once, scans, and no fault that axe finds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cases.policy import StaffRole
from tests.e2e.browsers import DESK, Browsers, without_complaint
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
from tests.unit.cases.acting import BUREAU
from tests.unit.cases.factories import NAME, NARRATIVE, NOON
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import PASSWORD, Desk, make_desk
from tests.unit.desk.test_cases_case import photo

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
GRAVE = ("serious", "critical")


@dataclass
class Open:
    """The desk on a port of its own, and browsers before it."""

    desk: Desk
    url: str
    browsers: Browsers

    def sign_in(self, *roles: str, name: str = "", body: str | None = None) -> Page:
        """Somebody's browser, on the queue."""
        account = self.desk.account(*map(StaffRole, roles), name=name, body=body)
        page = self.browsers.open(DESK, f"{self.url}/login")
        page.locator("#login").fill(account.login)
        page.locator("#password").fill(PASSWORD)
        page.locator("form button").first.click()
        page.goto(f"{self.url}/cases")
        return page


@pytest.fixture
def opened(tmp_path: Path, browser: Browser) -> Iterator[Open]:
    desk = make_desk(tmp_path, now=NOON + timedelta(days=12))
    with serving(desk.app, lifespan="off", ws="none") as url, without_complaint(browser) as browsers:
        yield Open(desk, url, browsers)
    desk.services.close()


def check(page: Page, name: str) -> None:
    """No serious finding; a picture where they are wanted."""
    found = Axe().run(page).response["violations"]
    grave = [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found if each["impact"] in GRAVE]
    assert not grave
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True, caret="initial")


def test_a_case_is_found_and_forwarded_by_keyboard_alone(opened: Open) -> None:
    number = stage.filed(opened.desk, "a")
    stage.handled(opened.desk)
    page = opened.sign_in("clerk")
    check(page, "queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{opened.url}/cases/{number}")
    expect(page.get_by_text(NARRATIVE)).to_be_visible()
    check(page, "case")
    page.keyboard.press("a")  # the first act
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent.trim().startsWith('转送')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(BUREAU)
    page.keyboard.press("Enter")
    expect(page.get_by_text("✓ 办好了。")).to_be_visible()
    assert stage.case_of(opened.desk, number).body == BUREAU


def test_names_are_shown_for_a_reason_and_only_then(opened: Open) -> None:
    number = stage.filed(opened.desk, "a")
    page = opened.sign_in("clerk")
    page.goto(f"{opened.url}/cases/{number}")
    expect(page.get_by_text(NAME)).to_have_count(0)
    page.get_by_label("为什么要看").fill("打电话核实")
    page.get_by_role("button", name="显示全部姓名、住址、电话").click()
    expect(page.get_by_role("cell", name=NAME)).to_be_visible()
    check(page, "case-revealed")


def test_two_people_at_once_see_both_and_lose_nothing(opened: Open) -> None:
    number = stage.filed(opened.desk, "a")
    first, second = opened.sign_in("clerk"), opened.sign_in("clerk", name="王芳")
    for page in (first, second):
        page.goto(f"{opened.url}/cases/{number}")
    first.locator("summary", has_text="转送").click()
    first.locator("#forward-body").fill(BUREAU)
    first.locator("#forward-reason").fill("我写了很久的话")
    second.locator("summary", has_text="分类").click()
    second.locator("#classify-matter").select_option("land")
    second.locator("#classify-matter").locator("xpath=ancestor::form").get_by_role("button").click()
    expect(second.get_by_text("✓ 办好了。")).to_be_visible()
    first.locator("#forward-body").press("Enter")
    expect(first.get_by_role("alert")).to_contain_text("别人改过这件事项")
    expect(first.locator("#forward-reason")).to_have_value("我写了很久的话")
    expect(first.get_by_role("row", name="问题类别 劳动和社会保障")).to_contain_text("▲ 变了")
    check(first, "conflict")
    first.get_by_role("button", name="按现在的情况再提交").click()
    expect(first.get_by_text("✓ 办好了。")).to_be_visible()
    case = stage.case_of(opened.desk, number)
    assert (case.body, case.matter) == (BUREAU, "land")


def test_a_case_is_declined_with_a_second_pair_of_eyes(opened: Open) -> None:
    number = stage.filed(opened.desk, "a")
    clerk, head = opened.sign_in("clerk"), opened.sign_in("head")
    clerk.goto(f"{opened.url}/cases/{number}")
    clerk.locator("summary", has_text="不予受理").click()
    clerk.locator("#decline-ground").select_option("already-handled")
    clerk.locator("#decline-competent_body").fill(BUREAU)
    clerk.get_by_role("button", name="提出：不予受理").click()
    expect(clerk.get_by_text("等另一人审批后生效")).to_be_visible()
    head.goto(f"{opened.url}/cases")
    head.get_by_role("link", name="等审批1项").click()
    check(head, "approvals")
    head.get_by_role("link", name="看内容").click()
    expect(head.get_by_text("同一事项已经受理或者正在办理")).to_be_visible()
    check(head, "approval")
    head.get_by_role("button", name="批准", exact=True).click()
    expect(head.get_by_text("已批准，今天生效。")).to_be_visible()
    assert stage.case_of(opened.desk, number).stage == "declined"


def test_rows_are_chosen_and_forwarded_together(opened: Open) -> None:
    numbers = [stage.filed(opened.desk, key) for key in "abc"]
    page = opened.sign_in("clerk")
    for _ in numbers[:2]:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_label("选中的转送给").fill(BUREAU)
    page.get_by_role("button", name="下一步").click()
    check(page, "bulk")
    page.get_by_role("button", name="确认转送").click()
    expect(page.get_by_role("status").filter(has_text="转送了2件")).to_be_visible()
    check(page, "bulk-done")
    assert sorted(stage.case_of(opened.desk, each).stage for each in numbers) == [
        "forwarded",
        "forwarded",
        "registered",
    ]


def test_more_rows_come_behind_the_last_one(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.routes.cases.ROWS", 2)
    for key in "abcde":
        stage.filed(opened.desk, key)
    page = opened.sign_in("clerk")
    rows = page.locator("tr[data-row]")
    for count in (4, 5):
        page.get_by_role("link", name="再看后面的").click()
        expect(rows).to_have_count(count)
    expect(page.get_by_role("link", name="再看后面的")).to_have_count(0)
    texts = page.locator("[data-open]").all_text_contents()
    assert len(set(texts)) == 5


def test_a_letter_with_its_scan_becomes_a_case(opened: Open, tmp_path: Path) -> None:
    scan = tmp_path / "信.png"
    scan.write_bytes(photo())
    page = opened.sign_in("clerk")
    page.get_by_role("link", name="登记来信、来访、来电").click()
    page.locator("#narrative").fill(NARRATIVE)
    page.locator("#request").fill("请付清拖欠的工资")
    page.locator("#name").fill(NAME)
    page.locator("#address").fill("河边村三组十二号")
    page.get_by_role("button", name="按规则看属于哪一类").click()
    expect(page.locator("#matter")).to_have_value("labour")
    if page.locator("#branch").input_value() == "":
        page.locator("#branch").select_option("6")
    check(page, "enter")
    page.locator("#scans").set_input_files(scan)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="登记好了")).to_be_visible()
    check(page, "entered")
    page.get_by_role("link", name="打开这件事项").click()
    picture = page.get_by_role("img", name="附件图片：信.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.complete && each.naturalWidth > 0")
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载原件").click()
    assert taken.value.path().read_bytes() == photo()


def test_a_narrow_window_still_shows_all_of_a_case(opened: Open) -> None:
    number = stage.handled(opened.desk)
    page = opened.sign_in("handler", body=BUREAU)
    page.set_viewport_size({"width": 700, "height": 900})
    page.goto(f"{opened.url}/cases/{number}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check(page, "case-narrow")
