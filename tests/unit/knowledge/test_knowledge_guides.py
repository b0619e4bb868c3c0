"""The field guides as text: with the bodies of the office, the limits of the clocks and the law of the routes."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.guides import GENERAL, Sheet, load_guides, sheets_of
from knowledge.office import Office, load_office
from knowledge.rules import load_rules
from petition.matters import Matter

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def office() -> Office:
    return load_office(DATA / "office" / "sample.yml")


@pytest.fixture(scope="module")
def sheets(office: Office) -> dict[str, Sheet]:
    rules = load_rules(DATA / "triage")
    return sheets_of(load_guides(DATA / "guides", rules), rules, office)


def test_there_is_a_sheet_for_every_matter_and_a_general_one(sheets: dict[str, Sheet]) -> None:
    assert list(sheets) == [*map(str, Matter), GENERAL]


def test_a_row_says_channel_body_limit_sort_and_law(sheets: dict[str, Sheet], office: Office) -> None:
    row = next(row for row in sheets["labour"].rows if "工资被拖欠" in row.demands)
    assert [(way.channel, way.body) for way in row.ways] == [
        ("劳动监察投诉", office.bodies["labour-inspection"].name),
        ("劳动仲裁", office.bodies["labour-arbitration"].name),
    ]
    assert [limit.partition("：")[0] for limit in row.limits] == ["劳动监察投诉", "劳动仲裁"]
    assert row.limits[1].endswith("1年内")
    assert row.sort.startswith("申诉求决")
    assert row.basis == "《劳动保障监察条例》第九条"


def test_demands_of_one_route_stand_in_one_row(sheets: dict[str, Sheet]) -> None:
    (row,) = [row for row in sheets["labour"].rows if "加班费、年休假" in row.demands]
    assert "辞退、裁员、经济补偿" in row.demands


def test_what_is_handled_here_says_how_long_that_takes(sheets: dict[str, Sheet]) -> None:
    row = next(row for row in sheets["governance"].rows if "部门互相推诿" in row.demands)
    assert row.limits == ("受理之日起60日内办结（《信访工作条例》第三十四条）",)


def test_a_body_that_the_profile_does_not_know_is_the_office(sheets: dict[str, Sheet], office: Office) -> None:
    ways = [way for sheet in sheets.values() for row in sheet.rows for way in row.ways]
    assert {way.body for way in ways if way.channel == "信访登记办理"} == {office.name}
    assert office.bodies["mediation"].phone in "".join(sheets["housing"].addresses)


def test_nothing_is_left_to_fill_in(sheets: dict[str, Sheet]) -> None:
    assert "{" not in repr([sheet.rows for sheet in sheets.values()])
