"""Pictures of every screen of the kiosk, and what is wrong with them, taken from a server that runs.

    python scripts/kiosk_screenshots.py http://127.0.0.1:8000 docs/screenshots/kiosk

Walks through the kiosk as a citizen does, in normal, elder, contrast and wheelchair form, on both screens of docs/kiosk.md. It files
made-up complaints, so never point it at the register of an office. Beside the pictures it says what is too small, cut, too wide or
refused by axe-core; it ends with 1 where it says anything.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FORMS = {
    "normal": "normal.1.full",
    "elder": "elder.2.full",
    "contrast": "contrast.1.full",
    "wheelchair": "normal.1.low",
    "dark": "dark.1.full",
    "largest": "normal.4.full",
}
SHOWN = ("normal", "elder", "contrast", "wheelchair")
SIZES = {"portrait": (1080, 1920), "landscape": (1366, 768)}
ANSWERS = {
    "narrative": "去年腊月起，城东工地就没有发过工资。工头说等甲方结账，一直拖到现在。",
    "request": "请付清拖欠的工资三万五千块",
    "name": "马大山",
    "address": "清河区石桥镇柳林村3组",
    "phone": "13900000001",
    "respondent": "城东建筑公司",
    "place": "城东工地",
    "occurred_on": "去年腊月",
    "amount": "三万五千块",
    "prior_handling": "没有",
}
SECONDS = 20_000
EDGE = 12
SETTLED = "() => !document.querySelector('.htmx-request') && document.fonts.status === 'loaded'"
WRONG = """() => {
  const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".skip, .unseen, [hidden]") && each.getClientRects().length;
  const open = document.querySelector("dialog[open]");
  const within = (each) => !open || open.contains(each);
  const name = (each) => each.tagName.toLowerCase() + "." + (each.getAttribute("class") || each.id) + " " + (each.textContent || "").trim().slice(0, 24);
  const all = [...document.querySelectorAll("body *")].filter((each) => shown(each) && within(each));
  const found = [];
  for (const each of all.filter((each) => each.matches("a, button, summary, textarea, input:not([type=hidden], [type=file], [type=radio]), label.choice"))) {
    const box = (each.querySelector(":scope > .box") || each).getBoundingClientRect();
    if (Math.min(box.width, box.height) < 71.5) found.push("small target " + Math.round(box.width) + "x" + Math.round(box.height) + " " + name(each));
    if (document.documentElement.dataset.reach === "low" && innerHeight > innerWidth && box.bottom > 0 && box.top < innerHeight / 2 - 1 && !each.closest(".road, main > .one, dialog"))
      found.push("out of reach " + name(each));
  }
  for (const each of all.filter((each) => !each.closest("svg") && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))) {
    if (parseFloat(getComputedStyle(each).fontSize) < 22) found.push("small letters " + getComputedStyle(each).fontSize + " " + name(each));
    if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline" && each.clientWidth) found.push("cut " + name(each));
  }
  for (const each of [document.documentElement, document.querySelector("main"), open].filter(Boolean))
    if (each.scrollWidth > each.clientWidth + 1) found.push("too wide " + each.tagName + " " + each.scrollWidth + " > " + each.clientWidth);
  const choices = all.filter((each) => each.matches("main .choices .choice"));
  if (choices.length > 6) found.push(choices.length + " choices at once");
  return [...new Set(found)];
}"""


@dataclass
class Camera:
    """One citizen at one kiosk; `said` collects what is wrong."""

    page: Page
    url: str
    form: str
    size: str
    only: str
    axe: bool
    said: list[str] = field(default_factory=list)
    pictures: dict[str, Image.Image] = field(default_factory=dict)
    papers: dict[str, Image.Image] = field(default_factory=dict)
    receipt: tuple[str, str] = ("", "")

    def take(self, name: str) -> None:
        """A picture at half the size, and a look at what is wrong."""
        self.settle()
        where = f"{name} {self.size} {self.form}"
        self.said += [f"{where}: {each}" for each in self.page.evaluate(WRONG)]
        if self.axe:
            grave = [
                each
                for each in Axe().run(self.page).response["violations"]
                if each["impact"] in ("serious", "critical")
            ]
            self.said += [
                f"{where}: axe {each['id']} {node['html'][:110]}" for each in grave for node in each["nodes"][:3]
            ]
        if self.only in name:
            picture = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
            self.pictures[name] = picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)

    def paper(self, name: str) -> None:
        """What the printer gets, once: 80 mm are 302 px."""
        if (self.form, self.size) != ("normal", "portrait") or self.only not in name:
            return
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": 302, "height": 400})
        self.papers[name] = Image.open(io.BytesIO(self.page.screenshot(full_page=True))).convert("RGB")
        self.page.emulate_media(media="screen")
        width, height = SIZES[self.size]
        self.page.set_viewport_size({"width": width, "height": height})

    def settle(self) -> None:
        self.page.wait_for_function(SETTLED, timeout=SECONDS)
        self.page.wait_for_timeout(250)

    def touch(self, selector: str) -> None:
        self.page.locator(selector).first.click(timeout=SECONDS)
        self.settle()

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")
        self.settle()

    def say(self, text: str) -> None:
        self.page.locator("#field").first.fill(text)
        self.touch("form.say [data-send], form.say .send")

    def close(self) -> None:
        """Put away what lies over the screen."""
        self.page.keyboard.press("Escape")
        self.settle()


def walk(camera: Camera) -> None:
    """Every screen once."""
    camera.go("/kiosk")
    camera.take("start")
    for step in (sheets, asking, filing, looking_up, road):
        step(camera)


def sheets(camera: Camera) -> None:
    for name in ("look", "person"):
        camera.touch(f"#tool-{name}")
        camera.take(name)
        camera.close()


def asking(camera: Camera) -> None:
    camera.touch(".ask-it")
    camera.take("ask")
    camera.say("信访多少天给答复")
    camera.take("answer")


def filing(camera: Camera) -> None:
    """The form to its receipt; pictures of the questions that look different."""
    camera.touch("#tool-home")
    camera.touch(".file-it")
    for _ in range(40):
        if camera.page.locator("main.receipt").count():
            break
        answer(camera)
    camera.take("receipt")
    camera.paper("slip-paper")
    codes = camera.page.locator(".slip dd.code").all_inner_texts()
    camera.receipt = (codes[0], codes[1])


def answer(camera: Camera) -> None:
    page = camera.page
    box = page.locator(".ask form.say [data-asks]:not([data-asks=''])")
    asks = box.first.get_attribute("data-asks") or "" if box.count() and box.first.is_visible() else ""
    title = page.locator("#question").inner_text() if page.locator("#question").count() else ""
    if asks in ("narrative", "phone"):
        camera.take(f"form-{asks}")
    elif not asks:
        camera.take({"consent": "form-consent"}.get(kind_of(title), f"form-{kind_of(title)}"))
    if asks:
        camera.say(ANSWERS.get(asks, "没有"))
    elif page.locator(".ask .choices .choice.main").count():
        camera.touch(".ask .choices .choice.main")
    else:
        camera.touch(".ask .choices .choice")


def kind_of(title: str) -> str:
    """What is asked by touch, from the words of the question."""
    words = {
        "同意": "consent",
        "看一看": "summary",
        "材料": "evidence",
        "证据": "evidence",
        "公开": "confidentiality",
    }
    return next((kind for word, kind in words.items() if word in title), "choice")


def looking_up(camera: Camera) -> None:
    camera.go("/kiosk/status")
    camera.take("status")
    number, code = camera.receipt
    camera.page.locator("#number").fill(number)
    camera.page.locator("#code").fill(code)
    camera.touch(".look-up .send")
    camera.take("case")


def road(camera: Camera) -> None:
    camera.go("/kiosk/roadmap")
    camera.take("roadmap-case")
    camera.touch(".road svg a:has(.stage.now)")
    camera.take("stage-case")
    camera.close()
    camera.go("/kiosk/roadmap?whole=true")
    camera.take("roadmap")
    camera.paper("roadmap-paper")
    for name in ("replied", "branch-2"):
        camera.touch(f".road svg a[href*='/{name}']")
        camera.take(f"stage-{name}")
        camera.close()
    camera.page.evaluate(
        "document.getElementById('idle-seconds').textContent = '30'; document.getElementById('idle').showModal()"
    )
    camera.take("idle")


def cameras(browser: Browser, asked: argparse.Namespace) -> Iterator[Camera]:
    for size, (width, height) in SIZES.items():
        for form, look in FORMS.items():
            if asked.forms and form not in asked.forms.split(",") or asked.size not in size:
                continue
            if not asked.forms and form not in SHOWN:
                continue
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", has_touch=True)
            context.add_cookies([{"name": "zhilu_kiosk_look", "value": look, "url": f"{asked.url}/kiosk"}])
            page = context.new_page()
            page.on("pageerror", lambda error: print("script:", error, file=sys.stderr))
            yield Camera(page, asked.url, form, size, asked.only, asked.axe)
            context.close()


def beside(pictures: list[Image.Image], across: int) -> Image.Image:
    """The forms of one screen on one sheet, in few colours."""
    width, height = pictures[0].size
    across = min(across, len(pictures))
    down = -(-len(pictures) // across)
    sheet = Image.new("RGB", (across * (width + EDGE) - EDGE, down * (height + EDGE) - EDGE), "#777777")
    for at, picture in enumerate(pictures):
        sheet.paste(picture, (at % across * (width + EDGE), at // across * (height + EDGE)))
    return sheet.quantize(96)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("url")
    parser.add_argument("folder")
    parser.add_argument("--forms", default="", help=f"of {','.join(FORMS)}; without it the four of the handbook")
    parser.add_argument("--size", default="", choices=["", *SIZES])
    parser.add_argument("--only", default="", help="pictures whose name has this in it")
    parser.add_argument("--no-axe", dest="axe", action="store_false")
    asked = parser.parse_args()
    Path(asked.folder).mkdir(parents=True, exist_ok=True)
    return show(asked, walk)


def show(asked: argparse.Namespace, way: Callable[[Camera], None]) -> int:
    wrong: list[str] = []
    taken: dict[tuple[str, str], list[Image.Image]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium") or "/usr/bin/chromium")
        for camera in cameras(browser, asked):
            try:
                way(camera)
            finally:
                wrong += camera.said
            for name, picture in camera.pictures.items():
                taken.setdefault((name, camera.size), []).append(picture)
            for name, paper in camera.papers.items():
                paper.quantize(16).save(Path(asked.folder) / f"{name}.png", optimize=True)
        browser.close()
    for (name, size), pictures in taken.items():
        beside(pictures, 4 if size == "portrait" else 2).save(Path(asked.folder) / f"{name}-{size}.png", optimize=True)
    print("\n".join(wrong) or "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
