"""The roadmap of the kiosk: complete, true to the table of steps, large enough for a finger, and readable aloud."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest

from bot.bootstrap import Services
from bot.drawing import HALL, broken, road_svg
from bot.kiosk.road import exit_sheet, map_around, road_facts, stage_facts
from bot.kiosk.texts import Texts
from bot.stage_sheets import REGISTERED, general_road
from cases.track import CaseView
from knowledge.office import load_office
from petition.deadlines import EXTENSION, HANDLING, REVIEW_REQUEST
from petition.matters import Branch, Matter, PetitionType
from petition.roadmap import roadmap
from petition.stages import LIFECYCLE, Act, Event, Role, Stage, Track, register
from zhilu.settings import ROOT, Settings

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 21)
LEAST = 72  # pixels where the drawing is shown as wide as it is drawn, which is the narrowest that kiosk.css shows it
HISTORY = (
    register(date(2026, 10, 20)),
    Event(date(2026, 10, 26), Act.FORWARD, Stage.FORWARDED, Role.OFFICE),
    Event(date(2026, 11, 2), Act.ACCEPT, Stage.ACCEPTED, Role.ORGAN),
)


@cache
def texts() -> Texts:
    return Texts.of_kiosk(ROOT / "data" / "kiosk", "zh-CN")


@cache
def services() -> Services:
    settings = Settings()
    return SimpleNamespace(settings=settings, office=load_office(settings.office_file))  # type: ignore[return-value]


def case(history: tuple[Event, ...] = HISTORY) -> CaseView:
    road = roadmap(history, DAY)
    return CaseView(
        id="1",
        number="QH-20261020-1",
        stage=road.stage,
        filed_on=history[0].on,
        type=PetitionType.CLAIM,
        matter=Matter.LABOUR,
        branch=Branch.OPINION,
        channels=(),
        history=history,
        done=(),
        roadmap=road,
        track=Track.OPINION,
        today=DAY,
    )


def drawn(view: CaseView | None = None) -> ET.Element:
    return ET.fromstring(road_facts(texts(), view, DAY)["road"])


def links(root: ET.Element) -> dict[str, ET.Element]:
    return {each.get("href", "").partition("?")[0].rpartition("/")[2]: each for each in root.iter(f"{SVG}a")}


def test_every_stage_and_every_item_of_article_31_can_be_touched_once() -> None:
    assert sorted(links(drawn())) == sorted([*map(str, Stage), *(f"branch-{each}" for each in range(1, 7))])


def test_a_stage_off_the_way_stands_where_the_table_lets_it_come() -> None:
    road, _ = general_road(DAY)
    around = map_around(road["stages"], texts())
    way = [each["id"] for each in road["stages"]]
    for stage, places in around.beside.items():
        before = way[: way.index(stage)]
        for place in places:
            sources = {str(each) for step in LIFECYCLE if step.to == place.id for each in step.source}
            assert sources & set(before), f"nothing before {stage} leads to {place.id}"
    assert [place.id for place in around.beside["replied"]] == ["extended", "withdrawn"]


def test_the_periods_in_the_drawing_are_those_of_the_regulation() -> None:
    words = "".join(drawn().itertext())
    assert HANDLING.text + "内" in words
    assert f"您在{REVIEW_REQUEST.text}内提出" in words
    assert f"最多加{EXTENSION.text}" in words


def test_targets_are_as_large_as_a_finger_and_do_not_touch() -> None:
    boxes = [
        tuple(float(each.get(name, "0")) for name in ("x", "y", "width", "height"))
        for each in drawn().iter(f"{SVG}rect")
        if "box" in (each.get("class") or "")
    ]
    assert len(boxes) == len(Stage) + 6
    assert min(min(width, height) for _, _, width, height in boxes) >= LEAST
    for number, (x, y, width, height) in enumerate(boxes):
        for left, top, wide, high in boxes[number + 1 :]:
            apart = max(left - (x + width), x - (left + wide), top - (y + height), y - (top + high))
            assert apart >= 8


def test_letters_are_large_and_words_stay_in_their_box() -> None:
    root = drawn()
    letters = [
        (each.text or "", float(each.get("font-size", "0")), float(each.get("x", "0")))
        for each in root.iter(f"{SVG}text")
    ]
    assert min(size for _, size, _ in letters) >= 22
    assert all(x + wide(text) * size <= HALL.width for text, size, x in letters)


def wide(text: str) -> float:
    return sum(1.0 if ord(each) > 0x2E80 else 0.6 for each in text)


def test_it_is_a_list_whose_links_say_everything() -> None:
    root = drawn(case())
    assert root.get("role") == "list"
    labels = {name: each.get("aria-label") for name, each in links(root).items()}
    assert labels["accepted"] == "第3步，已受理，您在这里，2026年11月2日"
    assert labels["forwarded"] == "第2步，已转送，已办完，2026年10月26日"
    assert labels["replied"] == "第5步，已答复，接下来，最晚2027年1月1日"


def test_states_are_words_and_signs_not_colours() -> None:
    words = "".join(drawn(case()).itertext())
    assert words.count("您在这里") == 1
    assert {"已办完", "接下来"} <= {state for state in ("已办完", "接下来") if state in words}
    classes = {each.get("class") for each in drawn(case()).iter()}
    assert {"tick", "sign"} <= classes


def test_the_way_of_anybody_knows_no_day_and_no_case() -> None:
    facts = road_facts(texts(), None, DAY)
    assert "您在这里" not in facts["road"]
    assert "2026" not in facts["road"]
    assert not any(step.state for step in facts["steps"])


def test_the_words_for_those_who_hear_it_are_in_order_and_complete() -> None:
    steps = road_facts(texts(), None, DAY)["steps"]
    assert [each.title for each in steps][:3] == ["第1步：已登记", "第2步：已转送", "第3步：已受理"]
    assert [len(each.exits) for each in steps if each.exits] == [6]
    assert steps[4].beside == "也可能是：已延期、已撤回"
    mine = road_facts(texts(), case(), DAY)["steps"]
    assert [each.title for each in mine if each.now] == ["第3步：已受理"]


@pytest.mark.parametrize("branch", list(Branch))
def test_an_exit_leads_to_a_channel_with_its_article_and_its_address(branch: Branch) -> None:
    sheet = exit_sheet(services(), texts(), f"branch-{int(branch)}")
    assert sheet is not None
    assert branch.citation.text in sheet.articles
    assert sheet.ways
    assert all(re.search(r"电话0000-\d+", way.where) for way in sheet.ways)
    assert "{" not in sheet.answer + "".join(sheet.details)
    assert not any(each.startswith(("接访时", "工作人员")) for each in sheet.details), "that is for staff"


@pytest.mark.parametrize("id", ["branch-7", "branch-0", "branch-", "branch-²", "nowhere", "../start"])
def test_a_place_that_is_not_there_opens_nothing(id: str) -> None:
    assert stage_facts(services(), texts(), id, None, DAY) is None


def test_behind_the_stage_of_now_stand_its_days_and_what_was_told_last() -> None:
    facts = stage_facts(services(), texts(), "accepted", case(), DAY)
    assert facts is not None
    assert facts["sheet"].on == date(2026, 11, 2)
    assert facts["sheet"].happens == case().road.told


def test_behind_the_answer_stands_the_last_day_for_the_review() -> None:
    history = (
        *HISTORY,
        Event(date(2026, 11, 3), Act.HANDLE, Stage.HANDLING, Role.ORGAN),
        Event(date(2026, 11, 18), Act.REPLY, Stage.REPLIED, Role.ORGAN),
    )
    facts = stage_facts(services(), texts(), "replied", case(history), DAY)
    assert facts is not None
    assert facts["until"] == {"申请复查": "2026年12月18日"}
    assert "2026年12月18日" in rendered("stage", facts)


def test_the_first_stage_does_not_read_as_if_the_petition_had_been_sent_back() -> None:
    for view in (None, case((register(DAY),))):
        facts = stage_facts(services(), texts(), "registered", view, DAY)
        assert facts is not None
        assert facts["sheet"].happens == REGISTERED


def rendered(name: str, facts: dict[str, Any]) -> str:
    folder = Path(ROOT) / "bot" / "templates"
    loader = jinja2.ChoiceLoader(
        [jinja2.DictLoader({"plain": "{% block content %}{% endblock %}"}), jinja2.FileSystemLoader(folder)]
    )
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["day"] = lambda day: f"{day.year}年{day.month}月{day.day}日"
    return environment.get_template(f"kiosk/{name}.html").render(layout="plain", t=texts(), **facts)


@pytest.mark.parametrize("id", [*map(str, Stage), *(f"branch-{each}" for each in range(1, 7))])
def test_every_place_says_what_how_long_which_right_and_which_article(id: str) -> None:
    facts = stage_facts(services(), texts(), id, None, DAY)
    assert facts is not None
    page = rendered("stage", facts)
    wanted = ("road.where", "road.article") if facts["exit"] else ("road.how-long", "road.may", "road.article")
    assert all(f"<h3>{texts()(key)}</h3>" in page for key in wanted)
    assert "条" in page


def test_a_title_of_the_drawing_is_broken_at_a_comma_and_never_begins_with_one() -> None:
    assert broken("打官司、检察监督、公安程序", 9) == ["打官司、检察监督、", "公安程序"]
    assert broken("一二三四五六七八九，十", 9) == ["一二三四五六七八", "九，十"]
    assert broken("仲裁", 9) == ["仲裁"]


def test_a_phone_gets_the_same_drawing_without_what_a_hall_has_room_for() -> None:
    road, _ = general_road(DAY)
    phone = ET.fromstring(road_svg(road, links=True))
    assert len(list(phone.iter(f"{SVG}a"))) == len(road["stages"])
    assert not any(each.get("hx-get") for each in phone.iter(f"{SVG}a"))
