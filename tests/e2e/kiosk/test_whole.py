"""A whole visit at the kiosk by touch alone, before the real servers: ask, file, digress, correct, print, look up, leave nothing behind."""

from __future__ import annotations

import io
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from pypdf import PdfReader

from knowledge.office import load_office
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.database import files_with, parts_of
from tests.e2e.kiosk.hall import PRIVATE, Typed, Visitor, kiosk_with_a_disk, visitor, written
from tests.e2e.kiosk.leftovers import conversations, in_the_browser, on_the_disk, tracked
from tests.e2e.stack import NAMES, Stack

QUESTION: Typed = (("xinfang", "信访"), ("duojiu", "多久"), ("you", "有"), ("jieguo", "结果"))
OTHER_PHONE: Typed = (("", "13912340766"),)
MASKED, OTHER_MASKED = "139****0765", "139****0766"
PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")


@dataclass
class Visit:
    """What was seen on the way."""

    one: Visitor
    context: BrowserContext
    profile: Path
    conversation: str = ""
    slots: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    number: str = ""
    code: str = ""

    def see(self, name: str, place: str) -> None:
        self.seen[name] = self.one.page.locator(place).first.inner_text()


@pytest.fixture(scope="module")
def visit(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    profile, before = tmp_path_factory.mktemp("profile"), conversations(stack)
    with kiosk_with_a_disk(profile) as context:
        visit = Visit(visitor(context, stack.base_url), context, profile)
        ask(visit)
        file(visit)
        (visit.conversation,) = conversations(stack) - before
        yield visit
        assert visit.one.complaints == []


def ask(visit: Visit) -> None:
    visit.one.begin("问一问")
    visit.one.write(QUESTION)
    visit.one.send()
    visit.see("answer", ".card")
    visit.one.page.locator("#tool-home").tap()
    expect(visit.one.page.locator("h1")).to_have_text("您好，您想办什么？")


def file(visit: Visit) -> None:
    one = visit.one
    with one.next_turn():
        one.begin("我要反映")
    visit.slots += one.until("[data-asks=request]")
    one.write(QUESTION)
    one.send()
    visit.see("digression", ".card")
    visit.see("question", "#question")
    visit.slots += one.until(".ask.summary")
    visit.see("summary", ".ask.summary")
    correct(visit)
    with one.next_turn():
        one.touch("确认提交")
    visit.number, visit.code = one.receipt()


def correct(visit: Visit) -> None:
    one = visit.one
    for title in ("有地方要改", "联系电话"):
        with one.next_turn():
            one.touch(title)
    one.write(OTHER_PHONE)
    one.send()
    visit.see("corrected", ".ask.summary")


def test_a_question_is_answered_with_its_article(visit: Visit) -> None:
    assert "60日" in visit.seen["answer"]
    assert "依据：《信访工作条例》" in visit.seen["answer"]


def test_a_complaint_is_filed_by_the_touch_keyboard_alone(visit: Visit, stack: Stack) -> None:
    assert {"narrative", "request", "name", "address", "phone"} <= set(visit.slots)
    for slot in ("narrative", "request", "place"):
        assert written(slot) in visit.seen["summary"]
    assert MASKED in visit.seen["summary"]
    assert "13912340765" not in visit.seen["summary"]
    assert parts_of(stack, visit.number)["parties"] == 1


def test_a_question_in_between_leaves_the_form_where_it_was(visit: Visit) -> None:
    assert "60日" in visit.seen["digression"]
    assert "怎么解决" in visit.seen["question"]


def test_a_value_is_put_right(visit: Visit) -> None:
    assert OTHER_MASKED in visit.seen["corrected"]
    assert MASKED not in visit.seen["corrected"]


def test_the_printed_slip_says_what_is_needed_and_nothing_personal(visit: Visit, stack: Stack) -> None:
    visit.one.touch("打印回执")
    pdf = PdfReader(io.BytesIO(visit.one.page.pdf(prefer_css_page_size=True)))
    assert len(pdf.pages) == 1
    assert round(float(pdf.pages[0].mediabox.width) / 72 * 25.4) == 80
    text = unicodedata.normalize("NFKC", "".join(pdf.pages[0].extract_text().split()))  # some fonts give radicals
    for told in (visit.number, visit.code, load_office(stack.settings.office_file).phone, "下一步", "2026年"):
        assert told in text
    for words in (*PRIVATE, "孟", MASKED, OTHER_MASKED, "村委会", "云溪镇", "补偿"):
        assert words not in text
    if PICTURES:
        Path(PICTURES, "slip.pdf").write_bytes(visit.one.page.pdf(prefer_css_page_size=True))


def test_the_case_is_found_with_number_and_code_and_stands_on_the_road(visit: Visit) -> None:
    one = visit.one
    one.page.locator("#tool-home").tap()
    one.page.locator(".four .status-it").tap()
    one.write((("", visit.number),), "#number")
    one.write((("", visit.code),), "#code")
    one.touch("查一查")
    expect(one.page.locator("h1")).to_have_text("现在：已登记")
    expect(one.screen).to_contain_text(visit.number)
    expect(one.page.locator("#tool-speak")).to_be_enabled()
    one.page.get_by_role("link", name="看这件事的路线图").tap()
    expect(one.page.locator(".road")).to_contain_text("您在这里")
    one.page.locator(".road a").first.tap()
    expect(one.page.locator("#sheet")).to_contain_text("您的事已经登记")


def test_after_the_end_nothing_is_left_anywhere(visit: Visit, stack: Stack) -> None:
    """In the browser, on its disk, in the tracker store, in the files and logs of the servers; before it, some of it was there."""
    one, secrets = visit.one, (*PRIVATE, "13912340766", visit.code)
    assert all(words in tracked(stack, visit.conversation) for words in (PRIVATE[0], "孟广田", "13912340766"))
    assert visit.number in in_the_browser(visit.context, one.page)
    if one.page.locator("#sheet").is_visible():
        one.touch("关上")
    one.page.locator("#tool-end").tap()
    expect(one.screen).to_have_attribute("data-session", "no")
    for _ in range(2):
        left = in_the_browser(visit.context, one.page)
        assert [words for words in (*secrets, visit.number) if words in left] == []
        one.page.go_back()
    assert visit.context.cookies() == []
    assert visit.conversation not in conversations(stack)
    assert tracked(stack, visit.conversation) == ""
    for words in secrets:
        assert files_with(stack.settings.var_dir, words) == []
        assert [name for name in NAMES if words in stack.log(name)] == []
    visit.context.close()
    assert on_the_disk(visit.profile, *secrets) == []
