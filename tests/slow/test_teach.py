"""The assistant is taught for real: new words, a training in the background, the comparison, and a kiosk that answers them after the
publication and no longer after the way back. About six minutes of a quiet machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.policy import StaffRole
from tests.e2e.browsers import browser as browser
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.desk.office import Office, an_office, turned
from tests.e2e.stack import running_stack

TOPIC, ANSWER = "60日期限适用范围", "60日只管申诉求决里第（六）项"
# As nobody has asked before: the assistant can't know them, and the form takes them for words that are new.
WORDS = ("艄公摇橹递的折子几时见回响", "摇橹递上去的折子有没有个准日子", "艄公的折子等到哪天算头")
PATIENCE = 30 * 60_000.0  # ms: a machine that does other work trains slowly


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Office]:
    with running_stack(tmp_path_factory.mktemp("teach")) as stack, an_office(stack, browser) as office:
        office.account("zhou", "周编写", StaffRole.AUTHOR)
        office.account("wu", "吴审核", StaffRole.APPROVER)
        yield office


def test_new_words_are_answered_after_the_publication_and_not_after_the_way_back(office: Office) -> None:
    kiosk = office.citizen()
    assert ANSWER not in answer_to(kiosk)
    propose(office)
    approver = office.sign_in("wu", to="/teaching/changes")
    approve(approver)
    train(office, approver)
    assert ANSWER not in answer_to(kiosk)  # trained, but nobody has published it
    publish(approver)
    assert ANSWER in answer_to(kiosk)
    assert WORDS[0] in patch(approver)
    take_back(approver)
    assert ANSWER not in answer_to(kiosk)


def answer_to(kiosk: Page) -> str:
    """What the kiosk says to the first of the words, in one conversation all the time."""
    if not kiosk.locator(".ask-it").is_visible():
        kiosk.locator("#tool-home").click()
    kiosk.locator(".ask-it").click()
    kiosk.locator("#field").fill(WORDS[0])
    turned(kiosk, kiosk.locator("#screen [data-send]").first)
    return kiosk.locator("#screen > .one").inner_text()  # without what was said before


def propose(office: Office) -> None:
    author = office.sign_in("zhou", to="/teaching/phrasings/new")
    author.locator("#topic").fill(TOPIC)
    author.locator("#phrasings").fill("\n".join(WORDS))
    author.get_by_role("button", name="提出来").click()
    expect(author.get_by_role("status").filter(has_text="已经提出来了")).to_be_visible()


def approve(approver: Page) -> None:
    approver.get_by_role("link", name=TOPIC).click()
    approver.get_by_role("button", name="同意", exact=True).click()
    expect(approver.get_by_role("status").filter(has_text="同意了")).to_be_visible()


def train(office: Office, approver: Page) -> None:
    """In the background, and the page says how far it is."""
    office.go(approver, "/teaching/releases")
    approver.get_by_role("button", name="训练").click()
    expect(approver.locator("#how-far")).to_be_visible()
    expect(approver.locator(".mark", has_text=re.compile("训练好了|没有成功"))).to_be_visible(timeout=PATIENCE)
    expect(approver.locator(".mark").first).to_have_text("训练好了，等着决定")
    expect(approver.get_by_role("heading", name="和现在的助手比")).to_be_visible()
    expect(approver.get_by_role("row", name=re.compile(f"^{WORDS[0]}.*答对"))).to_be_visible()


def publish(approver: Page) -> None:
    if (seen := approver.locator("[name=seen]")).count():
        seen.check()
    approver.get_by_role("button", name="发布").click()
    expect(approver.get_by_role("status").filter(has_text="助手已经用上新的")).to_be_visible(timeout=120_000)


def patch(approver: Page) -> str:
    with approver.expect_download() as download:
        approver.get_by_role("link", name="下载补丁").click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def take_back(approver: Page) -> None:
    approver.get_by_role("row", name=re.compile("已经发布")).get_by_role("link").click()
    approver.get_by_role("button", name="退回").click()
    expect(approver.get_by_role("status").filter(has_text="助手正在用原来的")).to_be_visible(timeout=120_000)
