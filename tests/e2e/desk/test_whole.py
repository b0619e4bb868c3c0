"""The desk as a whole, in Chromium before the real servers: the first start, search, a case from its filing to the printed opinion, a second
pair of eyes, a conversation of the kiosk, and what is taught, up to the training."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pypdf import PdfReader

from cases.policy import StaffRole
from cases.staff.accounts import FIRST
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.citizen import ANSWERS, Citizen, receipt_in
from tests.e2e.desk.office import PASSWORD, Office, act, an_office, enter, turned
from tests.e2e.stack import Stack

BUREAU, CITY = "县自然资源局", "市自然资源局"
STORY = {
    **ANSWERS,
    "narrative": "2024年3月镇政府修路占了我家一亩二分承包地，说好的补偿款到现在一分没给，找过村里三次。",
    "request": "要求按标准把补偿款付清",
    "respondent": "云溪镇政府",
    "place": "云溪镇柳林村",
    "occurred_on": "2024年3月",
    "amount": "四万元",
}
FACTS = "经查，2024年3月修路占用承包地一亩二分属实，补偿款没有发放。"
OPINION = "由云溪镇政府在2026年12月31日前按标准付清补偿款。"
NEW_WORDS = "信访件交上去石沉大海咋整"
TOPIC = "60日期限适用范围"


@pytest.fixture(scope="module")
def office(stack: Stack, browser: Browser) -> Iterator[Office]:
    with an_office(stack, browser) as office:
        office.account("li", "李接谈", StaffRole.CLERK)
        office.account("wang", "王科长", StaffRole.HEAD)
        office.account("ma", "马办理", StaffRole.HANDLER, body=BUREAU)
        office.account("zhou", "周编写", StaffRole.AUTHOR)
        office.account("wu", "吴审核", StaffRole.APPROVER)
        yield office


def file(stack: Stack) -> tuple[str, str]:
    """A complaint at the kiosk's own door; its number and query code."""
    with Citizen(stack.base_url, "kiosk") as citizen:
        citizen.fill_in(answers=STORY)
        receipt = receipt_in(citizen.say("/affirm"))
        citizen.close()
    assert receipt
    return receipt


def done(page: Page) -> None:
    expect(page.get_by_text("✓ 办好了。")).to_be_visible()


# --- the first start --------------------------------------------------------------------------------------------------------------


def test_the_first_password_works_once_and_makes_the_first_accounts(office: Office) -> None:
    kept = office.stack.settings.first_password_file
    login, password = kept.read_text(encoding="ascii").split()
    assert (login, kept.stat().st_mode & 0o077) == (FIRST, 0)
    admin = office.sign_in(login, password, "/accounts")
    change_password(admin, password)
    assert not kept.exists()
    enter(admin, login, PASSWORD)
    office.go(admin, "/accounts")
    make_account(admin)
    given = admin.locator("code.password").inner_text()
    other = office.sign_in("chen", given, "/search")
    change_password(other, given)
    enter(other, "chen", given)
    expect(other.get_by_role("alert")).to_contain_text("不对")
    enter(other, "chen", PASSWORD)
    expect(other.get_by_role("link", name="账号", exact=True)).to_have_count(0)
    expect(other.get_by_role("link", name="查规定")).to_be_visible()


def change_password(page: Page, old: str) -> None:
    expect(page.get_by_text("这是第一次登录")).to_be_visible()
    page.locator("#old").fill(old)
    page.locator("#new").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="改密码").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def make_account(page: Page) -> None:
    form = page.locator("section[aria-labelledby=add] form")
    form.locator("#login").fill("chen")
    form.locator("#name").fill("陈接谈")
    form.get_by_label("接谈员").check()
    form.get_by_role("button", name="新账号").click()


# --- search ---------------------------------------------------------------------------------------------------------------------------


def test_an_answer_is_found_as_one_types_and_copied_with_its_article(office: Office) -> None:
    clerk = office.sign_in("li", to="/cases")
    clerk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk.keyboard.press("/")
    clerk.keyboard.type("对答复")
    clerk.keyboard.press("Enter")
    clerk.locator("#ask").press_sequentially("不服", delay=20)
    expect(clerk.locator("#found [data-q='对答复不服']")).to_be_visible()
    first, second = (clerk.locator("#hits .hit").nth(each) for each in (0, 1))
    clerk.keyboard.press("ArrowDown")  # the first is shown beside the list already
    expect(second).to_be_focused()
    clerk.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    expect(clerk.locator("#detail article")).to_have_attribute("data-of", first.get_attribute("data-of") or "")
    clerk.keyboard.press("c")
    expect(clerk.locator(".copied")).to_have_text("已复制")
    copied = clerk.evaluate("navigator.clipboard.readText()")
    assert "30日" in copied
    assert "《信访工作条例》第三十" in copied


def test_an_old_slow_answer_never_stands_over_a_newer_one(office: Office) -> None:
    clerk, held = office.sign_in("li", to="/search"), list[Route]()
    slow = "听证"

    def hold(route: Route) -> None:
        wanted = f"q={slow}" in unquote(route.request.url)
        held.append(route) if wanted else route.continue_()

    clerk.route("**/search/hits?*", hold)
    clerk.locator("#ask").fill(slow)
    clerk.wait_for_timeout(200)
    clerk.locator("#ask").fill("复核")
    expect(clerk.locator("#found [data-q='复核']")).to_be_visible()
    assert held
    for each in held:
        each.fulfill(body=f"<div class='panes' data-q='{slow}' data-count='0'>旧的</div>", content_type="text/html")
    clerk.locator("#ask").press_sequentially("期限")
    expect(clerk.locator("#found [data-q='复核期限']")).to_be_visible()
    expect(clerk.locator("#found")).not_to_contain_text("旧的")


# --- cases ----------------------------------------------------------------------------------------------------------------------------


def test_a_case_goes_from_the_kiosk_to_the_printed_opinion_and_its_citizen_sees_it(office: Office) -> None:
    number, code = file(office.stack)
    clerk = office.sign_in("li", to=f"/cases/{number}")
    act(clerk, "分类", matter="land", type="claim", branch="6")
    done(clerk)
    act(clerk, "转送", body=BUREAU)
    done(clerk)
    handler = office.sign_in("ma", to=f"/cases/{number}")
    for title in ("受理", "开始办理"):
        act(handler, title)
        done(handler)
    act(handler, "答复", outcome="support", text=OPINION)
    done(handler)
    handler.get_by_role("link", name="文书").click()
    text = issued(handler)
    for words in (
        number[-4:],
        "处理意见书",
        FACTS,
        OPINION,
        "《土地管理法》第四十八条",
        BUREAU,
        CITY,
        "30日",
        "司马青禾",
    ):
        assert squeezed(words) in text
    kiosk = look_up(office, number, code)
    expect(kiosk.locator("h1")).to_have_text("现在：已答复")
    for words in ("已转送有权处理的单位", "您的事项已受理", "处理意见书已出具", BUREAU):
        expect(kiosk.locator("#screen")).to_contain_text(words)


def issued(page: Page) -> str:
    """The opinion is written and issued; the text of the PDF that lies in the archive."""
    page.get_by_role("link", name="信访事项处理意见书").click()
    page.locator("#f-facts").fill(FACTS)
    page.locator("#f-basis").fill("《土地管理法》第四十八条")
    page.locator("#f-higher").fill(CITY)
    expect(page.locator("#f-opinion")).to_have_value(OPINION)
    page.get_by_role("button", name="开出、编号、存档").click()
    expect(page.get_by_role("status").filter(has_text="已经开出")).to_be_visible()
    expect(page.get_by_text("PDF：和开出时一样")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    return squeezed("".join(each.extract_text() for each in pdf.pages))


def squeezed(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(text.split()))


def look_up(office: Office, number: str, code: str) -> Page:
    """The citizen at the kiosk, with what stands on the slip."""
    kiosk = office.citizen()
    kiosk.locator(".status-it").click()
    kiosk.locator("#number").fill(number)
    kiosk.locator("#code").fill(code)
    kiosk.locator("#screen [data-send]").click()
    return kiosk


def test_a_case_is_declined_by_two_and_its_citizen_learns_why(office: Office) -> None:
    number, code = file(office.stack)
    clerk, head = office.sign_in("li", to=f"/cases/{number}"), office.sign_in("wang", to=f"/cases/{number}")
    act(clerk, "不予受理", ground="already-handled", competent_body=BUREAU)
    expect(clerk.get_by_text("等另一人审批后生效")).to_be_visible()
    clerk.get_by_role("link", name="不予受理").first.click()
    expect(clerk.get_by_role("button", name="批准", exact=True)).to_have_count(0)
    head.reload()
    head.get_by_role("link", name="不予受理").first.click()
    head.get_by_role("button", name="批准", exact=True).click()
    expect(head.get_by_text("已批准，今天生效。")).to_be_visible()
    kiosk = look_up(office, number, code)
    expect(kiosk.locator("h1")).to_have_text("现在：不予受理")
    expect(kiosk.locator("#screen")).to_contain_text("理由已书面告知您")


# --- a conversation ---------------------------------------------------------------------------------------------------------------


def test_a_conversation_of_the_kiosk_is_taken_over_and_given_back(office: Office) -> None:
    clerk, kiosk = office.sign_in("li", to="/takeover"), office.citizen()
    tell(kiosk, "我家承包地的补偿款一直没有给")
    kiosk.locator("#tool-person").click()
    row = clerk.locator("#waiting li", has_text="承包地的补偿款")
    row.get_by_role("button", name="接过来").first.click()
    expect(kiosk.locator("#talk")).to_contain_text("工作人员来了")
    answer = clerk.get_by_label("回他的话")
    answer.fill("您的地在哪个村？")
    answer.press("Enter")
    expect(kiosk.locator("#talk")).to_contain_text("您的地在哪个村？")
    clerk.get_by_role("button", name="就这样").click()
    expect(clerk.locator("#waiting")).to_contain_text("您手上没有谈话")
    expect(kiosk.locator("#talk")).to_contain_text("下面由助手接着帮您")


def tell(kiosk: Page, words: str) -> None:
    """The story, behind what is asked before it."""
    turned(kiosk, kiosk.locator(".file-it"))
    while not kiosk.locator("#field[data-asks=narrative]").is_visible():
        turned(kiosk, kiosk.locator(".ask form.choices .choice").first)
    kiosk.locator("#field").fill(words)
    turned(kiosk, kiosk.locator("#screen [data-send]").first)


# --- teaching -------------------------------------------------------------------------------------------------------------------------


def test_a_new_phrasing_is_proposed_seen_and_approved_by_another(office: Office) -> None:
    author = office.sign_in("zhou", to="/teaching/phrasings/new")
    author.locator("#topic").fill(TOPIC)
    author.locator("#phrasings").fill(NEW_WORDS)
    author.get_by_role("button", name="看看效果").click()
    expect(author.locator(".says")).to_contain_text(NEW_WORDS)
    expect(author.locator(".answers")).to_contain_text("60日")
    author.get_by_role("button", name="提出来").click()
    expect(author.get_by_role("status").filter(has_text="已经提出来了")).to_be_visible()
    approver = office.sign_in("wu", to="/teaching/changes")
    approver.get_by_role("link", name=TOPIC).click()
    expect(approver.locator(".answers")).to_contain_text("60日")
    approver.get_by_role("button", name="同意", exact=True).click()
    expect(approver.get_by_role("status").filter(has_text="同意了")).to_be_visible()
    office.go(approver, "/teaching/releases")
    expect(approver.get_by_role("button", name="训练")).to_be_visible()
