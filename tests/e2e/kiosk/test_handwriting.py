"""The handwriting pad in Chromium, on the real public server with its content policy."""

from __future__ import annotations

import hashlib
import html
import os
from collections.abc import Callable, Iterator
from random import Random

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import APIRouter, Response
from playwright.sync_api import Locator, Page, expect

from bench.drawing import KINDS, Drawing, draw
from bench.handwriting import DATA, LOAD, common_and_rare, drawings, found
from bot.app import create_app
from bot.kiosk.texts import Texts
from tests.e2e.browsers import HALL, HALL_WIDE, Browsers, Screen
from tests.e2e.browsers import pytestmark as pytestmark
from tests.e2e.serving import serving
from tests.unit.bot.factories import FakeEngine, make_services
from zhilu.settings import ROOT

PICTURES = os.environ.get("ZHILU_SCREENSHOTS", "")  # a folder to keep pictures in
WIRE = 900_000  # bytes of stroke data that a kiosk may have to fetch
SAMPLE = 300
SEED = "test"
SCRIPT = """
import { createPad } from "/static/kiosk/hand/pad.js";
window.heard = [];
const pad = createPad({ onCharacter: (character) => heard.push(character), onDelete: () => heard.push("deleted") });
document.getElementById("place").append(pad.element);
window.pad = pad;
"""
INK = """(paper) => {
  const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height);
  let solid = 0;
  for (let at = 3; at < data.length; at += 4) if (data[at] > 200) solid += 1;
  return solid;
}"""
SIZES = """(elements) => elements.map((each) => each.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"""


def stage() -> APIRouter:
    texts = Texts.of_kiosk(ROOT / "data" / "kiosk", "zh-CN").of("hand")
    told = "".join(f'<p data-text="{key}">{html.escape(text)}</p>' for key, text in texts.items())
    styles = "".join(f'<link rel="stylesheet" href="/static/kiosk/{each}.css">' for each in ("kiosk", "themes"))
    page = f"""<!doctype html><html lang="zh-CN" data-theme="normal" data-size="1"><head><meta charset="utf-8"><title>手写</title>
<link rel="icon" href="/static/icon.svg">{styles}</head><body><main id="screen"><h1>手写</h1><div id="place"></div></main>
<template id="texts">{told}</template><script type="module" src="/stage/hand.js"></script></body></html>"""
    router = APIRouter()
    router.add_api_route("/stage/hand", lambda: Response(page, media_type="text/html"))
    router.add_api_route("/stage/hand.js", lambda: Response(SCRIPT, media_type="text/javascript"))
    return router


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = create_app(make_services(tmp_path_factory.mktemp("hand"), FakeEngine()))
    app.include_router(stage())
    with serving(app) as url:
        yield f"{url}/stage/hand"


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browsers: Browsers, address: str) -> OpenPage:
    """The pad on a screen."""

    def one(screen: Screen = HALL, blocked: str = "") -> Page:
        page = browsers.open(screen)
        if blocked:
            page.context.route(blocked, lambda route: route.abort())
        page.goto(address)
        page.locator("canvas").wait_for()
        return page

    return one


def template(text: str) -> Drawing:
    """The character as a careful hand draws it."""
    common, rare = common_and_rare()
    return draw(next(each.strokes for each in common + rare if each.text == text), "neat", SEED)


def on_paper(page: Page, drawing: Drawing) -> Drawing:
    """Where on the screen the strokes lie when the character fills most of the square."""
    box = page.locator("canvas").bounding_box()
    assert box
    points = [point for stroke in drawing for point in stroke]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    scale = 0.8 * box["width"] / max(max(x for x, _ in points) - left, max(y for _, y in points) - top)
    corner = box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1
    return [[(corner[0] + (x - left) * scale, corner[1] + (y - top) * scale) for x, y in stroke] for stroke in drawing]


def write(page: Page, drawing: Drawing) -> None:
    """With a mouse."""
    for stroke in on_paper(page, drawing):
        page.mouse.move(*stroke[0])
        page.mouse.down()
        for x, y in stroke[1:]:
            page.mouse.move(x, y, steps=2)
        page.mouse.up()


def touch(page: Page, drawing: Drawing) -> None:
    """With a finger; the palm comes down beside it and means nothing."""
    devtools = page.context.new_cdp_session(page)
    for stroke in on_paper(page, drawing):
        finger = [{"x": stroke[0][0], "y": stroke[0][1], "id": 1}]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": finger})
        palm = {"x": stroke[0][0] + 30, "y": stroke[0][1] + 10, "id": 2}
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [*finger, palm]})
        for x, y in stroke[1:]:
            points = [{"x": x, "y": y, "id": 1}, palm]
            devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def choices(page: Page) -> Locator:
    return page.get_by_role("group", name="认出来的字").get_by_role("button")


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/hand-{name}.png")


def test_the_data_is_what_the_licence_file_says_and_small() -> None:
    assert DATA.stat().st_size <= WIRE
    for line in (DATA.parent / "SHA256").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((DATA.parent / name).read_bytes()).hexdigest() == digest
    common, rare = common_and_rare()
    assert len(common) == 3500
    assert len(common) + len(rare) > 9000
    assert {each.text for each in rare} >= set("喆堃镕淼")


def test_nine_of_ten_drawn_characters_are_among_the_first_five(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate(LOAD)
    sample = Random(SEED).sample(common_and_rare()[0], SAMPLE)
    every_kind = [drawings([each], KINDS[number % len(KINDS)], SEED)[0] for number, each in enumerate(sample)]
    for samples in (every_kind, drawings(sample, "careless", SEED)):
        places, _ = found(page, samples)
        assert sum(place <= 5 for place in places) >= 0.9 * SAMPLE


@pytest.mark.parametrize("hand", [write, touch])
def test_a_character_is_written_chosen_and_forgotten(
    open_page: OpenPage, hand: Callable[[Page, Drawing], None]
) -> None:
    page = open_page()
    strokes = template("信")
    hand(page, strokes[:2])
    expect(
        choices(page).get_by_text("人", exact=True).or_(choices(page).get_by_text("亻", exact=True)).first
    ).to_be_visible()
    page.get_by_role("button", name="重写").click()
    hand(page, strokes)
    expect(choices(page).first).to_have_text("信")
    keep(page, f"chosen-{hand.__name__}")
    choices(page).first.click()
    assert page.evaluate("heard") == ["信"]
    expect(choices(page).first).to_be_disabled()
    assert page.locator("canvas").evaluate(INK) == 0


def test_a_stroke_too_many_goes_back(open_page: OpenPage) -> None:
    page = open_page()
    undo = page.get_by_role("button", name="撤一笔")
    expect(undo).to_be_disabled()
    strokes = template("十")
    write(page, strokes)
    expect(choices(page).first).to_have_text("十")
    undo.click()
    expect(choices(page).first).to_have_text("一")
    undo.click()
    expect(choices(page).first).to_be_disabled()
    expect(undo).to_be_disabled()


def test_backspace_takes_back_a_stroke_and_then_what_was_written(open_page: OpenPage) -> None:
    page = open_page()
    write(page, template("一"))
    expect(choices(page).first).to_have_text("一")
    choices(page).first.focus()
    page.keyboard.press("Backspace")
    expect(choices(page).first).to_be_disabled()
    page.locator(".hand-pad").dispatch_event("keydown", {"key": "Backspace"})
    assert page.evaluate("heard") == ["deleted"]


@pytest.mark.parametrize("screen", [HALL, HALL_WIDE], ids=["hall", "wide"])
def test_it_is_large_and_named(open_page: OpenPage, screen: Screen) -> None:
    page = open_page(screen)
    write(page, template("访"))
    expect(choices(page).get_by_text("访", exact=True)).to_be_visible()
    assert min(page.locator("canvas").evaluate_all(SIZES)) >= 400
    assert min(page.locator(".hand-pad button").evaluate_all(SIZES)) >= 72
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    grave = [each for each in Axe().run(page).response["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in grave] == []
    keep(page, f"{screen.width}")


def test_without_its_data_it_says_so_and_tries_again(open_page: OpenPage) -> None:
    page = open_page(blocked="**/strokes.bin")
    expect(page.get_by_text("手写暂时用不了")).to_be_visible()
    page.context.unroute_all()
    write(page, template("一"))
    expect(choices(page).first).to_have_text("一")
