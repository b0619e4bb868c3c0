"""The look-up on the page in a real browser, against the real public server and a real register; no engine is needed for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cases.acts import act
from cases.database import create_register
from cases.file import Receipt, file_petition
from cases.models import Case
from petition.stages import Act
from tests.e2e.browsers import Browsers, Screen
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import free_port
from tests.e2e.test_page import button, program
from tests.unit.cases.acting import BUREAU, CLERK, HANDLER
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, OFFICE, PHONE, make_filing
from zhilu.settings import ROOT, Settings

SCREENS = {"desk": Screen(1280, 800), "phone": Screen(390, 844)}
PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
STEPS: tuple[tuple[Act, int], ...] = ((Act.FORWARD, 30), (Act.ACCEPT, 28), (Act.HANDLE, 27), (Act.REPLY, 5))


class House:
    """The server's address, and what staff do behind it."""

    def __init__(self, url: str, folder: Path) -> None:
        settings = Settings(var_dir=folder)
        self.url = url
        self.register = create_register(settings.register_url, settings.secret("register_key"))

    def file(self, key: str, days: int, steps: int = 0) -> Receipt:
        """A claim filed so many days ago, with the first steps of staff."""
        now = datetime.now(UTC)
        with self.register.unit_of_work() as uow:
            receipt = file_petition(uow, make_filing(key), office=OFFICE, now=now - timedelta(days=days))
            case = uow.session.scalars(select(Case.id).where(Case.number == receipt.number)).one()
            uow.rollback()
            for what, ago in STEPS[:steps]:
                said = {Act.FORWARD: {"body": BUREAU}, Act.REPLY: {"outcome": "refuse"}}.get(what, {})
                who = CLERK if what is Act.FORWARD else HANDLER
                act(uow, case, what, who, details=said, now=now - timedelta(days=ago))
        return receipt


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    public, folder = free_port(), tmp_path_factory.mktemp("var")
    environment = {"ZHILU_VAR_DIR": str(folder), "ZHILU_PUBLIC_PORT": str(public), "ZHILU_LOG_LEVEL": "WARNING"}
    migrate = [sys.executable, "-m", "zhilu.cli", "db", "migrate"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    url = f"http://127.0.0.1:{public}"
    with program(environment, f"{url}/healthz", "bot.serve"):
        made = House(url, folder)
        yield made
        made.register.close()


def look_up(browsers: Browsers, house: House, receipt: Receipt, size: str) -> Page:
    page = browsers.open(SCREENS[size], f"{house.url}/?case={receipt.number}")
    page.get_by_label("查询码").fill(receipt.query_code)
    button(page, "查一查").click()
    expect(page.locator("#lookup-answer .road")).to_be_visible()
    return page


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


@pytest.mark.parametrize("size", SCREENS)
def test_the_case_its_road_and_an_act(browsers: Browsers, house: House, size: str) -> None:
    receipt = house.file(f"answered-{size}", 33, 4)
    page = look_up(browsers, house, receipt, size)
    answer = page.get_by_role("region", name="办理进度", exact=True)
    expect(answer).to_contain_text(f"谁在办：{BUREAU}")
    expect(answer.locator(".road .now")).to_contain_text("▶ 您在这里")
    expect(answer.locator(".road .now")).to_contain_text("已答复")
    expect(answer.locator(".road .next").first).to_contain_text("最晚")
    expect(answer).to_contain_text("处理意见书已出具")
    expect(answer).to_contain_text("《信访工作条例》第三十五条")
    expect(page.get_by_label("查询码")).to_be_hidden()
    expect(page.get_by_label("查询码")).to_have_value("")
    expect(answer.locator(".rights .act").first).to_have_text("申请复查")
    for secret in (NAME, ADDRESS, PHONE, NARRATIVE, receipt.query_code):
        assert secret not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    keep(page, f"status-{size}")
    page.locator(".road .now").scroll_into_view_if_needed()
    keep(page, f"status-road-{size}")
    button(page, "申请复查").click()
    dialog = page.get_by_role("dialog", name="申请复查")
    expect(dialog).to_contain_text("收不回来")
    keep(page, f"status-review-{size}")
    button(page, "先不办").click()
    expect(dialog).to_have_count(0)
    button(page, "申请复查").click()
    page.get_by_label("为什么（可以不写）").fill("没有说清楚工资怎么算")
    button(page, "现在申请复查").click()
    expect(answer.locator(".told")).to_contain_text("复查申请交上去了")
    expect(answer.locator(".road .now")).to_contain_text("复查中")
    assert "没有说清楚" not in page.content()


def test_a_late_office_is_told_in_words_and_a_reminder_that_is_refused_says_why(
    browsers: Browsers, house: House
) -> None:
    page = look_up(browsers, house, house.file("late", 40), "phone")
    answer = page.locator("#lookup-answer")
    expect(answer.locator(".clock")).to_contain_text("已经超过")
    expect(answer.locator(".late")).to_contain_text("第四十条")
    keep(page, "status-late-phone")
    for said in ("催办记下了", "起可以催"):
        button(page, "催办").click()
        button(page, "现在催办").click()
        expect(page.get_by_text(said)).to_be_visible()
    button(page, "先不办").click()
    button(page, "有别的事要问").click()
    expect(page.locator("#lookup-answer")).to_be_hidden()
    assert "已经超过" not in page.locator("#lookup-answer").inner_html()


def test_material_a_rating_and_text_messages(browsers: Browsers, house: House) -> None:
    page = look_up(browsers, house, house.file("material", 31, 3), "desk")
    told = page.locator("#lookup-answer .told")
    button(page, "补充材料").click()
    page.get_by_label("要补充的话").fill("考勤表在我手里")
    page.get_by_label("照片、PDF、录音（最多4份）").set_input_files(
        {"name": "考勤表.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(64)}
    )
    button(page, "交上去").click()
    expect(told).to_contain_text("收到了")
    button(page, "评价").click()
    page.get_by_label("信访部门").check()
    page.get_by_label("基本满意").check()
    button(page, "交评价").click()
    expect(told).to_contain_text("评价记下了")
    button(page, "发短信告诉我").click()
    page.get_by_label("手机号码").fill("12345")
    page.get_by_label("我同意用这个号码收通知").check()
    button(page, "同意，留下号码").click()
    expect(page.get_by_role("alert").filter(has_text="位数")).to_be_visible()
    page.get_by_label("手机号码").fill(PHONE)
    button(page, "同意，留下号码").click()
    expect(told).to_contain_text("发短信")
    assert PHONE not in page.content()
    button(page, "不要再发短信").click()
    expect(told).to_contain_text("号码删掉了")


def test_after_a_while_the_case_is_wiped(browsers: Browsers, house: House) -> None:
    receipt = house.file("left", 3)
    page = browsers.open(SCREENS["phone"], f"{house.url}/healthz")
    page.clock.install()
    page.goto(f"{house.url}/?case={receipt.number}")
    page.get_by_label("查询码").fill(receipt.query_code)
    button(page, "查一查").click()
    expect(page.locator("#lookup-answer .road")).to_be_visible()
    page.clock.run_for(601_000)
    expect(page.get_by_text("已经清掉")).to_be_visible()
    expect(page.locator(".road")).to_have_count(0)
