"""Before the real servers: a complete complaint without a pointer, each reply in the accessibility tree, and axe-core on every screen."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from bot.kiosk.pages import THEMES
from tests.e2e.browsers import HALL, Browsers
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.kiosk.hall import MOST_TURNS, Visitor, visitor, written
from tests.e2e.stack import Stack
from tests.e2e.waiting import soon

LOOK = """async (themes) => {
  const found = [];
  for (const theme of themes) {
    document.documentElement.dataset.theme = theme;
    const rules = theme === themes[0] ? {} : { runOnly: ["color-contrast"] };
    for (const { id, impact, nodes } of (await axe.run({ ...rules, resultTypes: ["violations"] })).violations)
      if (["serious", "critical"].includes(impact)) found.push([theme, id, nodes[0].html]);
  }
  document.documentElement.dataset.theme = themes[0];
  return found;
}"""
MOST_TABS = 60
FOCUSED = "document.activeElement?.innerText?.trim() ?? ''"


@pytest.fixture
def context(browsers: Browsers) -> BrowserContext:
    return browsers.context(HALL, reduced_motion="reduce")  # colours that are half-way are nobody's colours


# --- without a pointer ---------------------------------------------------------------------------------------------------------------


def tab_to(page: Page, words: str) -> None:
    for _ in range(MOST_TABS):
        if page.evaluate(FOCUSED).startswith(words):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {words}")


def press(one: Visitor, words: str) -> None:
    """Tab to what begins with these words, Enter, and the next turn."""
    with one.next_turn():
        tab_to(one.page, words)
        one.page.keyboard.press("Enter")


def answer_by_keys(one: Visitor) -> None:
    """The field has the focus already; a field of one line is sent by Enter."""
    expect(one.page.locator("#field")).to_be_focused()
    one.page.keyboard.type(written(one.asked))
    if one.page.locator("textarea#field").count():
        press(one, "填好了，下一步")
    else:
        with one.next_turn():
            one.page.keyboard.press("Enter")


def announced(cdp: CDPSession) -> str:
    """What the accessibility tree has under its polite status."""
    nodes: dict[str, Any] = {node["nodeId"]: node for node in cdp.send("Accessibility.getFullAXTree")["nodes"]}
    return "".join(words(nodes, node) for node in nodes.values() if is_live(node))


def hear(cdp: CDPSession, told: str) -> None:
    """Wait for it: the tree follows the page a little later."""
    soon(lambda: told in announced(cdp))


def is_live(node: dict[str, Any]) -> bool:
    told = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
    return bool(node.get("role", {}).get("value") == "status" and told.get("live") == "polite")


def words(nodes: dict[str, Any], node: dict[str, Any]) -> str:
    own = node["name"]["value"] if node.get("role", {}).get("value") == "StaticText" else ""
    return own + "".join(words(nodes, nodes[child]) for child in node.get("childIds", ()) if child in nodes)


def test_a_complaint_by_keys_alone_and_every_reply_is_announced(context: BrowserContext, stack: Stack) -> None:
    one = visitor(context, stack.base_url)
    cdp = context.new_cdp_session(one.page)
    press(one, "我要反映")
    turns = 0
    while not one.page.locator(".ask.summary").count():
        expect(one.page.locator("#live")).not_to_be_empty()
        question = one.page.locator("#question").inner_text()
        hear(cdp, question)
        if one.asked:
            answer_by_keys(one)
        else:
            press(one, one.page.locator(".ask form.choices .choice").first.inner_text())
        turns += 1
        assert turns < MOST_TURNS
    expect(one.page.locator("#live")).to_contain_text("确认提交")
    hear(cdp, "确认提交")
    press(one, "确认提交")
    expect(one.page.locator("#live")).to_contain_text("登记好了")
    hear(cdp, "登记好了")
    number, code = one.receipt()
    assert code not in announced(cdp)
    tab_to(one.page, "办完了，结束")
    one.page.keyboard.press("Enter")
    expect(one.screen).to_have_attribute("data-session", "no")
    assert number not in one.page.content()
    assert one.complaints == []


# --- axe-core ------------------------------------------------------------------------------------------------------------------------


class Findings:
    """Serious and critical ones, by screen and theme."""

    def __init__(self, one: Visitor) -> None:
        self.one, self.screens = one, 0
        self.found: list[list[str]] = []
        self.load()

    def load(self) -> None:
        """It stays: screens come into the same page."""
        self.one.page.evaluate(Axe().axe_script)

    def look(self, screen: str) -> None:
        """Everything in the first theme, the colours in the others."""
        self.screens += 1
        self.found += [[screen, *each] for each in self.one.page.evaluate(LOOK, list(THEMES))]

    def sheet(self, screen: str, opener: str) -> None:
        self.one.page.locator(opener).first.tap()
        expect(self.one.page.locator("#sheet")).to_be_visible()
        self.look(screen)
        self.one.touch("关上")
        expect(self.one.page.locator("#sheet")).to_be_hidden()


def test_axe_finds_nothing_grave_on_any_screen_in_any_theme(context: BrowserContext, stack: Stack) -> None:
    one = visitor(context, stack.base_url)
    findings = Findings(one)
    before_filing(one, findings)
    number, code = filing(one, findings)
    afterwards(one, findings, number, code)
    assert findings.screens >= 18
    assert findings.found == []
    assert one.complaints == []


def before_filing(one: Visitor, findings: Findings) -> None:
    findings.look("start")
    findings.sheet("look", "#tool-look")
    one.begin("问一问")
    expect(one.page.locator("#field")).to_be_visible()
    findings.look("ask")
    one.page.locator("#field").fill("信访多久有结果")
    one.send()
    findings.look("answer")
    findings.sheet("person", "#tool-person")
    one.page.locator("#tool-home").tap()
    expect(one.page.locator(".four")).to_be_visible()


def filing(one: Visitor, findings: Findings) -> tuple[str, str]:
    with one.next_turn():
        one.begin("我要反映")
    findings.look("consent")
    with one.next_turn():
        one.touch("同意")
    one.page.locator("#field").tap()
    expect(one.page.locator("#keyboard .word").first).to_be_attached()
    findings.look("narrative with the keyboard")
    while not one.page.locator(".ask.summary").count():
        if one.asked == "phone":
            one.page.locator("#field").tap()
            findings.look("a number with the keyboard")
        step(one, findings)
    findings.look("summary")
    with one.next_turn():
        one.touch("有地方要改")
    findings.look("what to correct")
    with one.next_turn():
        one.touch("联系电话")
    findings.sheet("ending", "#tool-end")
    one.page.locator("#field").fill(written("phone"))
    one.send()
    with one.next_turn():
        one.touch("确认提交")
    findings.look("receipt")
    findings.sheet("carry", "[data-carry]")
    return one.receipt()


def step(one: Visitor, findings: Findings) -> None:
    if one.asked:
        one.page.locator("#field").fill(written(one.asked))
        one.send()
        return
    findings.look("evidence")
    with one.next_turn():
        one.page.locator(".ask form.choices .choice").first.tap()


def afterwards(one: Visitor, findings: Findings, number: str, code: str) -> None:
    one.page.locator("#tool-home").tap()
    findings.look("start of somebody")
    one.page.locator(".four .status-it").tap()
    one.page.locator("#number").fill(number)
    one.page.locator("#code").fill("AAAA-BBBB-CCCC")
    one.touch("查一查")
    expect(one.page.locator("#screen .notice[role=alert]")).to_be_visible()
    findings.look("status")
    one.page.locator("#code").fill(code)
    one.touch("查一查")
    expect(one.page.locator("h1")).to_have_text("现在：已登记")
    findings.look("case")
    one.page.get_by_role("link", name="领导接访").tap()
    expect(one.page.locator("h1")).to_have_text("领导接访")
    findings.look("reception")
    one.page.get_by_role("link", name="回到这件事的进度").tap()
    one.page.get_by_role("link", name="看这件事的路线图").tap()
    expect(one.page.locator(".road")).to_contain_text("您在这里")
    findings.look("road of the case")
    findings.sheet("a stage", ".road a")
    one.page.get_by_role("link", name="看整张路线图").tap()
    expect(one.page.locator(".road")).not_to_contain_text("您在这里")
    findings.look("whole road")
    one.page.evaluate("document.getElementById('idle').showModal()")
    findings.look("idle")
    one.page.goto(f"{one.address}/kiosk/register")
    findings.load()
    findings.look("register")
