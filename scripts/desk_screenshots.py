"""Pictures of every page of the desk, and what is wrong with them, from a desk of its own with made-up cases.

    python scripts/desk_screenshots.py docs/screenshots/desk [--only NAME] [--look WIDTHxHEIGHT …]

Fills a register in a temporary folder (cases/synthetic.py), signs made-up people in and opens page after page. Beside the pictures it says
what is wider than the window, cut, too small to touch, or refused by axe-core, at each size of SIZES; it ends with 1 where it says anything.
`--look` keeps pictures at other sizes as well, for looking at them.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import select

from cases import notes, receptions, review, takeover, taking, teaching
from cases import teaching_releases as releases
from cases.actors import Actor
from cases.acts import act
from cases.conversations import open_conversation
from cases.database import UnitOfWork
from cases.handovers import HandoverKind, open_handover
from cases.models import Case
from cases.policy import StaffRole
from cases.review import ReviewKind
from cases.staff import accounts, views
from cases.synthetic import fill
from cases.teaching import ChangeKind
from desk.teaching.compare import Judged, Verdict, load_questions, report
from petition.days import china_day
from petition.stages import Act, Stage
from tests.e2e.browsers import CHROMIUM
from tests.e2e.serving import serving
from tests.unit.desk.factories import PASSWORD, Desk, make_desk

SIZES = ((1366, 768), (1920, 1080), (1024, 768))
TALLEST = 1500  # of a picture; a page that goes on is cut there
COLOURS = 128
CASES = 600
DAYS = 240
SEED = 7
EVERYBODY = {
    "li": ("李接谈", (StaffRole.CLERK,), False),
    "wang": ("王科长", (StaffRole.HEAD, StaffRole.CLERK), False),
    "ma": ("马办理", (StaffRole.HANDLER,), True),
    "zhou": ("周编写", (StaffRole.AUTHOR,), False),
    "wu": ("吴审核", (StaffRole.APPROVER,), False),
    "guan": ("管系统", (StaffRole.ADMIN, StaffRole.CLERK), False),
    "shen": ("沈审计", (StaffRole.AUDITOR,), False),
}
TOPIC = "route.sixty-days-scope"
ASKED = (
    ("交上去石沉大海咋整", ReviewKind.UNKNOWN, 4), ("材料交上去石沉大海了怎么办", ReviewKind.UNKNOWN, 2),
    ("举报信也要等六十天吗", ReviewKind.REJECTED, 3), ("路灯不亮归谁管", ReviewKind.NOT_TAKEN, 1),
)  # fmt: skip
DRAFT = {"narrative": "2024年修路占了我家一亩二分承包地，补偿款一直没有给。", "name": "马**", "amount": 40000}
SETTLED = "() => !document.querySelector('.htmx-request') && document.fonts.status === 'loaded'"
WRONG = """() => {
  const shown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".skip, .unseen, [hidden], .scroll, datalist") && each.getClientRects().length;
  const name = (each) => each.tagName.toLowerCase() + "." + (each.getAttribute("class") || each.id) + " " + (each.textContent || "").trim().slice(0, 24);
  const all = [...document.querySelectorAll("body *")].filter(shown);
  const found = [];
  for (const each of all.filter((each) => each.matches("button, summary, textarea, select, input:not([type=hidden], [type=checkbox], [type=radio]), a.button, nav a, .hit"))) {
    const box = each.getBoundingClientRect();
    if (Math.min(box.width, box.height) < 31.5) found.push("small target " + Math.round(box.width) + "x" + Math.round(box.height) + " " + name(each));
  }
  for (const each of all) {
    const box = each.getBoundingClientRect();
    if (box.right > innerWidth + 1 && !each.matches("table *")) found.push("over the edge " + Math.round(box.right) + " " + name(each));
    if (each.matches("button, .button, .mark, th, td, h1, h2, p, summary") && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline" && each.clientWidth) found.push("cut " + name(each));
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push("too wide " + document.documentElement.scrollWidth);
  return [...new Set(found)].slice(0, 6);
}"""


@dataclass
class Camera:
    """Browsers of the staff; `said` collects what is wrong."""

    url: str
    browser: Browser
    folder: Path
    only: str
    look: tuple[tuple[int, int], ...]
    pages: dict[str, Page] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def of(self, login: str) -> Page:
        """Somebody who has signed in, on the size of SIZES that comes first."""
        if login not in self.pages:
            page = self.browser.new_context(viewport=size(SIZES[0]), locale="zh-CN").new_page()
            page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
            page.goto(f"{self.url}/login")
            page.locator("#login").fill(login)
            page.locator("#password").fill(PASSWORD)
            page.locator("form button").first.click()
            page.locator(".me").wait_for()
            self.pages[login] = page
        return self.pages[login]

    def take(self, name: str, login: str, path: str, do: Callable[[Page], object] = lambda page: None) -> None:
        """A page, perhaps after something was done on it."""
        if self.only not in name:
            return
        page = self.of(login)
        page.goto(f"{self.url}{path}")
        do(page)
        self.shoot(name, page)

    def shoot(self, name: str, page: Page) -> None:
        for each in SIZES + self.look:
            page.set_viewport_size(size(each))
            page.wait_for_function(SETTLED)
            page.wait_for_timeout(300)
            self.said += [f"{name} {each[0]}: {one}" for one in page.evaluate(WRONG)]
            if each == SIZES[0]:
                self.save(page, self.folder / f"{name}.png")
            elif each in self.look:
                self.save(page, self.folder / f"{name}-{each[0]}.png")
        page.set_viewport_size(size(SIZES[0]))
        grave = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
        self.said += [f"{name}: axe {each['id']} {each['nodes'][0]['html'][:110]}" for each in grave]

    def save(self, page: Page, path: Path) -> None:
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def size(given: tuple[int, int]) -> ViewportSize:
    return ViewportSize(width=given[0], height=given[1])


# --- what is there ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What the pages are about."""

    number: str
    replied: str
    handover: str
    taken: str
    release: str
    reception: str


def prepare(desk: Desk) -> Found:
    """Cases with lives, people, two who wait, questions, and a training that is done."""
    random.seed(SEED)
    now = desk.services.clock()
    with desk.register.unit_of_work() as uow:
        fill(uow, CASES, now=now, days=DAYS)
        number, organ = a_case(desk, Stage.HANDLING)
        replied, _ = a_case(desk, Stage.REPLIED, organ)
    for login, (name, roles, outside) in EVERYBODY.items():
        desk.account(*roles, name=name, login=login, body=organ if outside else None)
    with desk.register.unit_of_work() as uow:
        handler = Actor("马办理", frozenset({StaffRole.HANDLER}), organ)
        case_id = uow.session.scalars(select(Case.id).where(Case.number == number)).one()
        notes.add_note(uow, case_id, "已经和信访人通过电话，约好下周一到现场看。", handler, now=now)
        act(uow, case_id, Act.EXTEND, handler, details={"reason": "要等测绘结果。"}, days=15, now=now)
        keep_views(uow, now)
        handover, taken = talks(uow, now)
        release = lessons(desk, uow, now)
        reception = reception_days(desk, uow, now)
    return Found(number, replied, handover, taken, release, reception)


def a_case(desk: Desk, stage: Stage, body: str | None = None) -> tuple[str, str]:
    """The latest one of a claim of 第（六）项 in this stage, and whose it is."""
    with desk.register.unit_of_work() as uow:
        wanted = (
            select(Case.number, Case.body)
            .where(Case.stage == stage.value, Case.branch == 6)
            .order_by(Case.filed_at.desc())
        )
        number, organ = uow.session.execute(wanted.where(Case.body == body) if body else wanted).first() or ("", "")
        return number, organ or ""


def keep_views(uow: UnitOfWork, now: datetime) -> None:
    """Two lists that somebody looks at every morning."""
    clerk = next(each for each in accounts.all_accounts(uow) if each.login == "li")
    for name, query in (("快到期的工资", "matter=labour&due=5"), ("还没有经办人", "clerk=-")):
        views.keep(uow, clerk.id, name, query, now=now)


def talks(uow: UnitOfWork, now: datetime) -> tuple[str, str]:
    """Somebody who waits, somebody in danger, and somebody who is talked with; the ids of the first and the last."""
    found = []
    for kind, minutes, draft in (("asked", 6, DRAFT), ("self-harm", 1, None), ("asked", 25, DRAFT)):
        conversation, _ = open_conversation(uow, "kiosk", now - timedelta(minutes=minutes))
        since = now - timedelta(minutes=minutes)
        flag, _ = open_handover(uow, conversation, HandoverKind(kind), surface="kiosk", now=since)
        if draft:
            takeover.keep_draft(uow, conversation, draft, report=False, now=since)
        found.append((conversation, flag))
    (_, waits), _, (conversation, taken) = found
    taking.take(uow, taken, "李接谈", frozenset({StaffRole.CLERK}), "工作人员来了，正在看您说的事。", now)
    takeover.hear(uow, conversation, "我家的地在柳林村，修路占的。", now)
    takeover.say(uow, taken, "李接谈", "您手里有土地承包合同吗？", now)
    takeover.hear(uow, conversation, "有，合同和存折都带来了。", now)
    return waits, taken


def reception_days(desk: Desk, uow: UnitOfWork, now: datetime) -> str:
    """Today's with three in the queue, and two to come; the id of today's."""
    clerk = Actor("李接谈", frozenset({StaffRole.CLERK}))
    plans = (
        (0, "08:00", "18:00", "李副县长", 8),
        (7, "09:00", "11:30", "王县长", 6),
        (14, "14:30", "17:30", "赵副县长", 8),
    )
    made = [
        receptions.add_day(
            uow,
            desk.services.office.id,
            receptions.Plan(china_day(now) + timedelta(days=days), starts, ends, leader, "一楼接访室", seats),
            clerk,
            now=now - timedelta(days=20),
        )
        for days, starts, ends, leader, seats in plans
    ]
    for name, phone in (("周桂兰", "13900000001"), ("吴大勇", "13900000002"), ("郑小平", "13900000003")):
        receptions.book_at_window(uow, receptions.Visitor(name, phone), made[0], clerk, now=now - timedelta(days=1))
    return made[0]


def lessons(desk: Desk, uow: UnitOfWork, now: datetime) -> str:
    """Questions, a proposal that waits, and a training that is done and compared; the id of that."""
    for text, kind, times in ASKED:
        for _ in range(times):
            review.note(uow, kind, text, [(TOPIC, 0.04)], surface="kiosk", today=china_day(now))
    content = {"texts": ["六十天没给说法咋办", "两个月了还没有处理意见正常吗"], "questions": []}
    first = teaching.propose(uow, ChangeKind.PHRASING, TOPIC, content, by="周编写", now=now)
    teaching.decide(uow, first.id, approved=True, by="吴审核", now=now)
    release = releases.begin(uow, by="吴审核", now=now - timedelta(minutes=5))
    releases.trained(uow, release.id, "0" * 64, compared(desk), now=now)
    content = {"texts": ["举报信也要等六十天吗"], "questions": []}
    teaching.propose(uow, ChangeKind.PHRASING, TOPIC, content, by="周编写", now=now)
    return release.id


def compared(desk: Desk) -> dict[str, Any]:
    """A comparison as it looks: made up, three better and one worse."""
    asked = load_questions(desk.services.settings.eval_dir)
    right = [Judged(Verdict.RIGHT, min(each.topics, default=TOPIC)) for each in asked]
    before, after = list(right), list(right)
    for place in (3, 40, 80):
        before[place] = Judged(Verdict.OFFERED, TOPIC)
    after[120] = Judged(Verdict.WRONG, TOPIC)
    return report(asked, before, after, ())


# --- the round ------------------------------------------------------------------------------------------------------------------------


def opened(page: Page, title: str) -> None:
    """The form of an act, open."""
    page.locator("details.act summary", has_text=title).first.click()


def revealed(page: Page) -> None:
    page.locator("#reason").fill("打电话核实")
    page.locator("#reason").press("Enter")
    page.get_by_role("status").first.wait_for()


def write(page: Page) -> None:
    """The opinion, filled in and issued."""
    for name, words in (("facts", "经查，情况属实。"), ("basis", "《土地管理法》第四十八条"), ("opinion", "由责任单位在三十日内付清。"), ("higher", "示例市人民政府")):  # fmt: skip
        if not page.locator(f"#f-{name}").input_value():
            page.locator(f"#f-{name}").fill(words)


def issue(page: Page) -> None:
    write(page)
    page.locator("form.card button").last.click()
    page.get_by_role("status").first.wait_for()


def chosen(page: Page) -> None:
    """Three rows and an organ, on to the page that asks once more."""
    page.locator("#organ").fill("示例县民政局")
    for each in page.locator("input[name=case]").all()[:3]:
        each.check()
    page.locator(".bulk button").click()
    page.locator("h1").wait_for()


def typed(page: Page) -> None:
    page.locator("#ask").press_sequentially("对答复不服")
    page.locator("#hits .hit").first.wait_for()
    page.wait_for_timeout(400)


def second_factor(page: Page) -> None:
    """Nobody's secret in a picture of the manual: the code is struck out."""
    page.evaluate("document.querySelector('main code').textContent = 'XXXX XXXX XXXX XXXX'")
    page.evaluate("document.querySelector('main img').style.filter = 'blur(6px)'")


def looked(page: Page) -> None:
    page.locator("#topic").fill(page.locator("#topics option").nth(30).get_attribute("value") or "")
    page.locator("#phrasings").fill("交上去石沉大海咋整")
    page.locator("[value=look]").click()
    page.locator("#preview").wait_for()


def round_of(camera: Camera, found: Found) -> None:
    """Every page of the desk."""
    case = f"/cases/{found.number}"
    camera.take("queue", "li", "/cases")
    camera.take("queue-filtered", "li", "/cases?due=5&matter=labour")
    camera.take("bulk", "li", "/cases?stage=registered", chosen)
    camera.take("case", "ma", case)
    camera.take("case-act", "ma", case, lambda page: opened(page, "答复"))
    camera.take("case-revealed", "ma", case, revealed)
    camera.take("enter", "li", "/cases/enter")
    camera.take("approvals", "wang", "/cases/approvals")
    camera.take("approval", "ma", "/cases/approvals", lambda page: page.get_by_role("link", name="看内容").click())
    camera.take("notice-write", "ma", f"/cases/{found.replied}/notices/new/opinion", write)
    camera.take("notices", "ma", f"/cases/{found.replied}/notices/new/opinion", issue)
    camera.take("search-empty", "li", "/search")
    camera.take("search", "li", "/search", typed)
    camera.take("hand-over", "li", f"/search/hit/topic/{TOPIC}/hand-over")
    camera.take("takeover", "li", "/takeover")
    camera.take("takeover-talk", "li", f"/takeover/{found.taken}")
    camera.take("receptions", "li", "/receptions")
    camera.take("reception", "li", f"/receptions/{found.reception}")
    camera.take("figures", "wang", "/figures")
    camera.take("teaching", "zhou", "/teaching")
    camera.take("teaching-phrasings", "zhou", "/teaching/phrasings/new", looked)
    camera.take("teaching-topic", "zhou", "/teaching/topics/new")
    camera.take("teaching-changes", "wu", "/teaching/changes")
    camera.take("teaching-change", "wu", "/teaching/changes", lambda page: page.locator("main table a").first.click())
    camera.take("teaching-releases", "wu", "/teaching/releases")
    camera.take("teaching-release", "wu", f"/teaching/releases/{found.release}")
    camera.take("accounts", "guan", "/accounts")
    camera.take("kiosks", "guan", "/kiosks")
    camera.take("telegram-bound", "guan", "/telegram/bound")
    camera.take("audit", "shen", "/audit")
    camera.take("account", "li", "/account")
    camera.take("telegram", "li", "/telegram")
    camera.take("password", "li", "/account/password")
    camera.take("second-factor", "li", "/account/second-factor", second_factor)
    camera.take("refused", "shen", "/accounts")
    if camera.only in "login":
        page = camera.browser.new_context(viewport=size(SIZES[0]), locale="zh-CN").new_page()
        page.goto(f"{camera.url}/login")
        camera.shoot("login", page)


def main() -> int:
    given = argparse.ArgumentParser(description="pictures of the desk")
    given.add_argument("folder", type=Path)
    given.add_argument("--only", default="")
    given.add_argument("--look", nargs="*", default=(), type=lambda text: tuple(map(int, text.split("x"))))
    args = given.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as var:
        desk = make_desk(Path(var), now=datetime.now(UTC))
        found = prepare(desk)
        with serving(desk.app, timeout_graceful_shutdown=1) as url, sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox"], env={**os.environ, "LANGUAGE": "zh_CN"}
            )
            camera = Camera(url, browser, args.folder, args.only, tuple(args.look))
            round_of(camera, found)
            browser.close()
    print("\n".join(camera.said) or "nothing wrong was found")
    return 1 if camera.said else 0


if __name__ == "__main__":
    sys.exit(main())
