"""The road as a picture: for pages as SVG, for WeChat as PNG."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from datetime import date
from typing import Any

import pytest
from PIL import Image, ImageChops

from bot import drawing
from bot.drawing import WIDTH, ZOOM, road_png, road_svg
from bot.stage_sheets import general_road, sheets_of
from petition.roadmap import roadmap
from petition.stages import Act, Event, Role, Stage, register
from tests.unit.bot.stand_in import ROADMAP

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 21)
HISTORY = [
    register(date(2026, 10, 20)),
    Event(date(2026, 10, 26), Act.FORWARD, Stage.FORWARDED, Role.OFFICE),
    Event(date(2026, 11, 2), Act.ACCEPT, Stage.ACCEPTED, Role.ORGAN),
    Event(date(2026, 11, 3), Act.HANDLE, Stage.HANDLING, Role.ORGAN),
]
has_font = pytest.mark.skipif(not drawing.can_write_chinese(), reason="no font with Chinese characters")


def parsed(road: dict[str, Any], links: bool = False) -> ET.Element:
    return ET.fromstring(road_svg(road, links=links))


def test_it_is_a_list_that_can_be_read_aloud() -> None:
    root = parsed(ROADMAP, links=True)
    assert root.get("role") == "list"
    assert root.findtext(f"{SVG}title") == "您这件事走的路"
    items = [each for each in root.iter(f"{SVG}g") if each.get("role") == "listitem"]
    links = [each.find(f"{SVG}a") for each in items]
    assert [each.get("aria-label") for each in links if each is not None] == [
        "第1步，已登记，已办完，2026年11月2日",
        "第2步，已转送，已办完，2026年11月10日",
        "第3步，已受理，您在这里，2026年11月18日",
        "第4步，已答复，接下来，最晚2027年1月17日",
    ]
    assert [each.get("href") for each in links if each is not None][2] == "#stage-accepted"


def test_each_stage_is_large_enough_for_a_finger() -> None:
    boxes = [each for each in parsed(ROADMAP, links=True).iter(f"{SVG}rect") if each.get("rx") == "12"]
    assert len(boxes) == 4
    assert min(float(each.get("height", "0")) for each in boxes) >= 48
    assert min(float(each.get("font-size", "0")) for each in parsed(ROADMAP).iter(f"{SVG}text")) >= 18


def test_nothing_in_it_needs_a_style_that_the_policy_forbids() -> None:
    drawn = road_svg(ROADMAP, links=True)
    assert "style" not in drawn
    assert "<script" not in drawn


def test_titles_are_words_and_never_markup() -> None:
    road = {"stages": [{"id": "x", "title": "<script>&", "state": "now", "on": None, "due": None}]}
    assert "".join(parsed(road).itertext()).count("<script>&") == 1


def test_the_road_of_anybody_has_no_day_and_nobody_on_it() -> None:
    road, sheets = general_road(DAY)
    drawn = road_svg(road, links=True)
    assert "您在这里" not in drawn
    assert "2026" not in drawn
    assert drawn.count('role="listitem"') == len(sheets) == 10


@has_font
@pytest.mark.parametrize("road", [ROADMAP, roadmap(HISTORY, DAY).as_dict(), general_road(DAY)[0]])
def test_the_picture_has_its_size_and_no_word_is_cut(road: dict[str, Any]) -> None:
    picture = Image.open(io.BytesIO(road_png(road) or b"")).convert("RGB")
    root = parsed(road)
    assert picture.width == WIDTH * ZOOM
    assert picture.height == int(root.get("height", "0")) * ZOOM
    assert right_edge_of_ink(picture) < WIDTH - 14


def right_edge_of_ink(picture: Image.Image) -> float:
    """The last column with dark text, in pixels of the drawing; the frame around the stage of now is bluer than any text."""
    red, _, blue = picture.split()
    dark, frame = red.point(lambda value: 255 * (value < 100)), blue.point(lambda value: 255 * (value < 110))
    box = ImageChops.multiply(dark, frame).getbbox()
    assert box
    return box[2] / ZOOM


@has_font
def test_a_longest_line_still_fits() -> None:
    row = {"id": "guided", "title": "已导入法定途径和别的途径", "state": "next", "on": None, "due": "2026-12-28"}
    picture = Image.open(io.BytesIO(road_png({"stages": [row, row | {"state": "now", "on": "2026-12-28"}]}) or b""))
    assert right_edge_of_ink(picture.convert("RGB")) < WIDTH - 14


def test_without_a_font_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "can_write_chinese", lambda: False)
    assert road_png(ROADMAP) is None
    assert road_png({"stages": []}) is None


def test_behind_a_stage_stand_what_happens_how_long_which_right_and_which_article() -> None:
    sheets = {each.id: each for each in sheets_of(roadmap(HISTORY, DAY))}
    handling = sheets["handling"]
    assert handling.state == "now"
    assert "调查核实" in handling.happens
    assert any("60日" in each for each in handling.periods)
    assert any("30日" in each for each in handling.periods)
    assert "催办" in [each.title for each in handling.rights]
    assert "《信访工作条例》第三十四条" in handling.articles
    assert sheets["replied"].rights[0].title == "申请复查"
    assert all(each.articles for each in sheets.values())
