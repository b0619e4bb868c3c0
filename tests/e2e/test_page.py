"""The page in a real browser, against the real public server; only the dialogue engine is a stand-in process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.browsers import CHROMIUM as CHROMIUM
from tests.e2e.browsers import Browsers, Screen
from tests.e2e.browsers import browser as browser
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import free_port
from tests.unit.bot.photos import with_exif
from zhilu.settings import ROOT

SECRET = "the engine's secret for the tests of the page"
PHONE = "0000-12345678"
SCREENS = {"phone": Screen(360, 740), "hall": Screen(1080, 1920), "desk": Screen(1280, 900)}
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
OpenPage = Callable[..., Page]


@contextmanager
def program(environment: dict[str, str], url: str, *command: str) -> Iterator[None]:
    """A process of the product, until it is stopped by its id."""
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **environment})
    try:
        wait_for(url, process)
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            NO_PROXY.open(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            assert process.poll() is None, "the program ended"
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    engine, public = free_port(), free_port()
    environment = {
        "ZHILU_VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "ZHILU_ENGINE_PORT": str(engine),
        "ZHILU_PUBLIC_PORT": str(public),
        "ZHILU_ENGINE_SECRET": SECRET,
        "ZHILU_LOG_LEVEL": "WARNING",
    }
    migrate = [sys.executable, "-m", "zhilu.cli", "db", "migrate"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True)
    url = f"http://127.0.0.1:{public}"
    gateway = f"http://127.0.0.1:{engine}/webhooks/gateway/"
    with (
        program(environment, gateway, "tests.unit.bot.stand_in", str(engine), SECRET),
        program(environment, f"{url}/healthz", "bot.serve"),
    ):
        yield url


@pytest.fixture
def open_page(browsers: Browsers, address: str) -> OpenPage:
    def open_one(path: str = "/", size: str = "desk") -> Page:
        return browsers.open(SCREENS[size], f"{address}{path}")

    return open_one


def say(page: Page, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("textbox").press("Enter")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).last


def log(page: Page) -> Locator:
    return page.get_by_role("log")


@pytest.mark.parametrize("size", SCREENS)
def test_a_visitor_sees_four_large_choices_and_a_person_one_touch_away(open_page: OpenPage, size: str) -> None:
    page = open_page("/", size)
    expect(log(page)).to_contain_text("指路助手")
    for name in ("问一问", "我要反映", "查进度", "路线图", "发送"):
        box = button(page, name).bounding_box()
        assert box is not None
        assert box["height"] >= 72
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(button(page, "路线图")).to_be_in_viewport(ratio=1)
    button(page, "找工作人员").click()
    expect(log(page)).to_contain_text("1号窗口")


def test_a_question_is_answered_with_its_law_and_only_the_last_buttons_work(open_page: OpenPage) -> None:
    page = open_page()
    say(page, "办一件事多少天")
    expect(log(page)).to_contain_text("一般60天")
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(log(page).get_by_text("《信访工作条例》第34条第一款")).to_be_visible()
    expect(log(page).get_by_text("2026年11月20日核对过")).to_be_visible()
    expect(button(page, "查进度")).to_be_disabled()
    button(page, "到期没答复怎么办").click()
    expect(log(page).locator(".citizen").last).to_have_text("到期没答复怎么办")
    expect(log(page)).to_contain_text('我听到了：/ask{"topic": "petition.overdue"}')
    expect(page.get_by_role("button", name="到期没答复怎么办")).to_be_disabled()


def test_what_is_typed_is_shown_as_text_and_line_breaks_are_kept(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("textbox").fill("第一行")
    page.get_by_role("textbox").press("Shift+Enter")
    page.keyboard.type("<img src=x onerror=alert(1)>")
    button(page, "发送").click()
    expect(log(page).locator(".reply").last).to_contain_text("<img src=x onerror=alert(1)>")
    expect(log(page).locator("img")).to_have_count(0)
    assert "\n" in log(page).locator(".citizen").inner_text()


def test_a_summary_is_a_list_and_the_receipt_a_card_to_print(open_page: OpenPage) -> None:
    page = open_page()
    say(page, "请核对")
    summary = log(page).locator("dl").last
    expect(summary.locator("dt")).to_have_text(["姓名", "联系电话", "请求"])
    expect(summary.locator("dd")).to_have_text(["马**", "139****0001", "请付清拖欠的工资"])
    button(page, "内容没错，提交").click()
    card = page.get_by_role("region", name="回执")
    expect(card).to_contain_text("QH20261121-0007")
    expect(card).to_contain_text("7K2M-9QXD-4T0B")
    expect(card).to_contain_text("2026年11月21日 12:00")
    assert card.get_by_role("img").evaluate("image => image.complete && image.naturalWidth > 0")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    button(page, "打印回执").click()
    expect(page).to_have_title("printed")
    page.emulate_media(media="print")
    expect(card).to_be_visible()
    expect(card.get_by_text(PHONE)).to_be_visible()
    for other in (page.get_by_role("textbox"), button(page, "结束"), log(page).locator(".citizen").first):
        expect(other).to_be_hidden()


def test_a_status_tells_in_words_where_the_case_stands(open_page: OpenPage) -> None:
    page = open_page()
    button(page, "查进度").click()
    expect(log(page)).to_contain_text("还有57天")
    stages = log(page).locator(".road li")
    expect(stages).to_have_count(4)
    expect(stages.nth(1)).to_contain_text("✓ 已办完")
    expect(stages.nth(2)).to_contain_text("▶ 您在这里")
    expect(stages.nth(3)).to_contain_text("最晚2027年1月17日")
    expect(log(page)).to_contain_text("催办")


def test_every_word_stands_out_from_its_ground(open_page: OpenPage) -> None:
    page = open_page()
    for words in ("办一件事多少天", "请核对", "/affirm", "查进度", "我不想活了"):
        say(page, words)
        expect(log(page).locator(".citizen").last).to_have_text(words)
    expect(log(page)).to_contain_text("110")
    weak = page.evaluate(WEAK_CONTRASTS)
    assert weak == []


# Every visible text with less than 4.5:1 against the nearest ground that is painted.
WEAK_CONTRASTS = """() => {
  const shade = (rgb) => rgb.map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const light = (rgb) => { const [r, g, b] = shade(rgb); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const parts = (colour) => colour.match(/[0-9.]+/g).map(Number);
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
    if (!own || !node.getClientRects().length) continue;
    const [one, two] = [light(parts(getComputedStyle(node).color).slice(0, 3)), light(ground(node))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (contrast < 4.5) weak.push([node.textContent.trim(), contrast]);
  }
  return weak;
}"""


def test_large_type_grows_twice_and_comes_back(open_page: OpenPage) -> None:
    page = open_page(size="phone")
    sizes = []
    for _ in range(4):
        sizes.append(page.evaluate("getComputedStyle(document.documentElement).fontSize"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        button(page, "大字").click()
    assert sizes == ["24px", "30px", "40px", "24px"]


def test_a_reload_keeps_the_conversation_on_a_phone_and_wipes_it_on_a_kiosk(open_page: OpenPage) -> None:
    page = open_page(size="phone")
    say(page, "办一件事多少天")
    expect(log(page)).to_contain_text("一般60天")
    page.reload()
    expect(log(page)).to_contain_text("一般60天")
    say(page, "还听得到吗")
    expect(log(page)).to_contain_text("我听到了：还听得到吗")


def test_a_lost_connection_is_told_and_only_what_was_not_answered_is_sent_again(open_page: OpenPage) -> None:
    page = open_page()
    say(page, "第一句")
    expect(log(page)).to_contain_text("我听到了：第一句")
    sent: list[str] = []
    page.route("**/messages", lambda route: lose(route, sent))
    say(page, "第二句")
    expect(log(page).get_by_text("连不上系统了")).to_contain_text(PHONE)
    page.unroute_all()
    button(page, "重试").click()
    expect(log(page)).to_contain_text("我听到了：第二句")
    expect(log(page).get_by_text("连不上系统了")).to_have_count(0)
    expect(log(page).get_by_text("我听到了：第一句")).to_have_count(1)
    expect(log(page).locator(".citizen")).to_have_text(["第一句", "第二句"])
    assert len(sent) == 1


def lose(route: Route, sent: list[str]) -> None:
    sent.append(route.request.post_data or "")
    route.abort()


def test_a_message_that_is_too_long_is_refused_and_can_be_shortened(open_page: OpenPage) -> None:
    page = open_page()
    say(page, "诉" * 2001)
    expect(log(page)).to_contain_text("2000个字")
    expect(page.get_by_role("textbox")).to_have_value("诉" * 2001)
    say(page, "短一点")
    expect(log(page)).to_contain_text("我听到了：短一点")


def test_ending_asks_once_and_wipes_the_screen(open_page: OpenPage) -> None:
    page = open_page()
    say(page, "我叫马小云")
    expect(log(page)).to_contain_text("我听到了：我叫马小云")
    button(page, "结束").click()
    button(page, "不结束，接着说").click()
    expect(log(page)).to_contain_text("马小云")
    button(page, "结束").click()
    with page.expect_response(lambda response: response.request.method == "DELETE") as ended:
        button(page, "结束，全部删掉").click()
    assert ended.value.status == 204
    expect(log(page)).to_contain_text("已经删掉")
    expect(page.locator("body")).not_to_contain_text("马小云")
    assert page.evaluate("sessionStorage.length") == 0
    button(page, "重新开始").click()
    expect(button(page, "我要反映")).to_be_enabled()


def test_evidence_is_handed_in_and_a_wrong_file_refused(open_page: OpenPage) -> None:
    page = open_page(size="phone")
    photo = {"name": "工资条.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(100)}
    page.locator("#file").set_input_files(photo)  # type: ignore[arg-type]
    expect(log(page).locator(".citizen")).to_contain_text("工资条.png")
    expect(log(page)).to_contain_text("材料收到了")
    page.locator("#file").set_input_files({**photo, "buffer": b"MZ"})  # type: ignore[arg-type]
    expect(log(page).locator(".kind-notice").last).to_contain_text("照片")


def test_a_photo_is_seen_in_small_also_after_a_reload(open_page: OpenPage) -> None:
    page = open_page(size="phone")
    picture = {"name": "工资条.jpg", "mimeType": "image/jpeg", "buffer": with_exif()}
    page.locator("#file").set_input_files(picture)  # type: ignore[arg-type]
    for _ in range(2):
        small = log(page).locator(".citizen").get_by_role("img", name="工资条.jpg")
        expect(small).to_be_visible()
        assert small.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [
            240,
            320,
        ]
        expect(log(page)).to_contain_text("材料收到了")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.reload()


def test_the_code_of_a_receipt_leads_to_the_look_up(open_page: OpenPage) -> None:
    page = open_page("/?case=QH20261121-0007", "phone")
    expect(page.get_by_label("编号")).to_have_value("QH20261121-0007")
    page.get_by_label("查询码").fill("0000-0000-0000")
    page.get_by_label("查询码").press("Enter")
    expect(page.get_by_text("没有查到")).to_be_visible()
    button(page, "有别的事要问").click()
    expect(button(page, "我要反映")).to_be_visible()


def test_a_kept_draft_shows_its_code_and_the_phone_goes_on_with_it(open_page: OpenPage) -> None:
    page = open_page("/", "hall")
    say(page, "先放着，以后再填")
    slip = log(page).get_by_role("region", name="续填码")
    expect(slip).to_contain_text("D-7K3M-9QXD")
    expect(slip).to_contain_text("2026年12月21日")
    expect(slip.get_by_role("img")).to_be_visible()
    asked: list[str] = []
    phone = open_page("/#resume=D-7K3M-9QXD", "phone")
    phone.on("request", lambda request: asked.append(request.url))
    expect(log(phone).locator(".citizen")).to_have_text("接着上次的，续填码D-7K3M-9QXD")
    expect(log(phone)).to_contain_text("我听到了：接着上次的")
    assert "D-7K3M" not in phone.url
    phone.reload()
    expect(log(phone).locator(".citizen")).to_have_count(1)
    assert not [url for url in asked if "D-7K3M" in url]


def test_everything_can_be_done_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("办一件事多少天")
    page.keyboard.press("Enter")
    expect(log(page)).to_contain_text("一般60天")
    button(page, "我要反映").focus()
    page.keyboard.press("Enter")
    expect(log(page)).to_contain_text("我听到了：/file")
