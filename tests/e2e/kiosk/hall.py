"""A citizen at the touch screen of the hall, before the real servers: touches, the screen's own keyboard, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from tests.e2e.browsers import CHROMIUM, HALL, gather, look_of

MOST_TURNS = 25
Typed = tuple[tuple[str, str], ...]  # what is touched, and what stands in the field then
# Letters of the 拼音 tab lead to the word beside them; "" are signs that stand on keys.
STORY: Typed = (
    ("cunweihuizhanlewojiadedi", "村委会占了我家的地"),
    ("", "，"),
    ("yizhimeiyoudafu", "一直没有答复"),
    ("", "。"),
)
ANSWERS: Mapping[str, Typed] = {
    "narrative": STORY,
    "request": (("yaoqiu", "要求"), ("buchang", "补偿")),
    "respondent": (("cunweihui", "村委会"),),
    "place": (("yunxizhen", "云溪镇"),),
    "occurred_on": (("", "2026年5月"),),
    "amount": (("", "3万元"),),
    "prior_handling": (("meiyou", "没有"),),
    "name": (("meng", "孟"), ("guang", "广"), ("tian", "田")),
    "address": (("chengguanjiedao", "城关街道"), ("", "37号")),
    "phone": (("", "13912340765"),),
}
PRIVATE = ("村委会占了我家的地", "孟广田", "13912340765", "城关街道37号")


def written(slot: str) -> str:
    """What stands in the field in the end."""
    return "".join(words for _, words in ANSWERS[slot])


@dataclass
class Visitor:
    """Somebody who stands at the kiosk, and what the pages there complain of."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def arrive(self) -> None:
        self.page.goto(f"{self.address}/kiosk")
        expect(self.page.locator("#tool-speak[aria-pressed]")).to_be_attached()  # the last part that starts by itself

    @property
    def screen(self) -> Locator:
        return self.page.locator("#screen")

    @property
    def turn(self) -> int:
        return int(self.screen.get_attribute("data-turn") or 0)

    @property
    def asked(self) -> str:
        """The slot whose field is open; empty where a button answers."""
        fields = self.page.locator(".ask > form.say #field")
        return (fields.get_attribute("data-asks") or "") if fields.count() else ""

    @contextmanager
    def next_turn(self) -> Iterator[None]:
        """Until the answer to it is on the screen."""
        before = self.turn
        yield
        self.page.locator(f"#screen:not([data-turn='{before}'])").wait_for()

    def touch(self, title: str) -> None:
        self.page.get_by_role("button", name=title, exact=True).tap()

    def begin(self, choice: str) -> None:
        """One of the four choices."""
        self.page.locator(".four .choice", has=self.page.locator("strong", has_text=choice)).tap()

    def write(self, typed: Typed, place: str = "#field") -> None:
        """By touch on the screen's keyboard alone."""
        self.page.locator(place).tap()
        for letters, words in typed:
            if letters:
                self.spell(letters, words)
            else:
                self.signs(words)
        expect(self.page.locator(place)).to_have_value("".join(words for _, words in typed))

    def spell(self, letters: str, words: str) -> None:
        """On the 拼音 tab: letters, then the word among the candidates."""
        self.tab("pinyin")
        for letter in letters:
            self.page.locator(f'[data-letter="{letter}"]').tap()
        word = self.page.locator("#keyboard .word", has_text=words).and_(
            self.page.get_by_role("button", name=words, exact=True)
        )
        expect(self.page.locator("#keyboard .word")).not_to_have_count(0)
        expect(
            word.or_(self.page.locator("#keyboard [data-act=next]:enabled")).first
        ).to_be_visible()  # its words are there
        while not word.count():
            self.page.locator("#keyboard [data-act=next]").tap()
        word.first.tap()

    def signs(self, signs: str) -> None:
        for sign in signs:
            key = self.page.locator(f'#keyboard [data-sign="{sign}"]')
            if not key.count():
                self.tab("number" if sign.isascii() or sign in "年月日万元号" else "pinyin")
            key.tap()

    def tab(self, pane: str) -> None:
        tab = self.page.locator(f"#keyboard [data-tab={pane}]")
        if tab.get_attribute("aria-pressed") != "true":
            tab.tap()

    def send(self) -> None:
        with self.next_turn():
            self.page.locator("[data-send]").first.tap()

    def answer(self) -> str:
        """The question that stands, by touch; the slot that it was about."""
        slot = self.asked
        if slot:
            self.write(ANSWERS[slot])
            self.send()
        else:
            with self.next_turn():
                self.page.locator(".ask form.choices .choice").first.tap()
        return slot

    def until(self, done: str) -> list[str]:
        """Answers until this stands there; the slots that were asked."""
        slots: list[str] = []
        while not self.page.locator(done).count():
            slots.append(self.answer())
            assert len(slots) < MOST_TURNS, slots
        return slots

    def receipt(self) -> tuple[str, str]:
        number, code = self.page.locator(".slip .code").all_inner_texts()
        return number, code


@contextmanager
def kiosk_with_a_disk(folder: Path) -> Iterator[BrowserContext]:
    """A browser with a profile that can be looked through afterwards."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=CHROMIUM, args=["--no-sandbox"], **look_of(HALL)
        )
        try:
            yield context
        finally:
            context.close()


def visitor(context: BrowserContext, address: str) -> Visitor:
    """At the first screen; a complaint of the page fails the test that looks at `complaints`."""
    one = Visitor(context.new_page(), address)
    gather(context, one.complaints)
    one.arrive()
    return one
