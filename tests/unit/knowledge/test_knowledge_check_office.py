"""What `zhilu office check` finds in a profile."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.check_office import WITHOUT_BODY, check_office
from knowledge.office import Body, Phone, Place, ReceptionDay, load_office
from petition.calendar import WorkCalendar
from petition.matters import Channel
from tests.unit.knowledge.factories import REPOSITORY, office

CALENDAR = WorkCalendar({2026: {}})
DOOR = Body(name="办事窗口", address="为民路5号", phone="0355-1234567")
COMPLETE: dict[str, Any] = {
    "phone": "0355-7654321",
    "directions": "乘3路公交",
    "reception_days": [ReceptionDay(who="局长", when="每月15日")],
    "bodies": {str(channel): DOOR for channel in Channel if channel not in WITHOUT_BODY},
    "places": [Place(name="张汴乡")],
}


def fields(day: date = date(2026, 6, 1), *, must: bool = True, **changes: Any) -> set[str]:
    found = check_office(office(**{**COMPLETE, **changes}), CALENDAR, day)
    return {each.field for each in found if each.must == must}


def test_a_complete_profile_has_nothing_to_mend() -> None:
    assert check_office(office(**COMPLETE), CALENDAR, date(2026, 6, 1)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sample": True}, "sample"),
        ({"name": "清河区信访局（示例）"}, "name"),
        ({"id": "清河"}, "id"),
        ({"address": " "}, "address"),
        ({"phone": "0000-12345678"}, "phone"),
        ({"phone": "打前台"}, "phone"),
        ({"phones": [Phone(name="监督", number="12")]}, "phones.0"),
        ({"opening": []}, "opening"),
        ({"bodies": {}}, "bodies.mediation"),
        ({"bodies": {**COMPLETE["bodies"], "mediation": Body(name="调解委员会")}}, "bodies.mediation"),
        ({"bodies": {**COMPLETE["bodies"], "meditation": DOOR}}, "bodies.meditation"),
    ],
)
def test_what_must_be_mended(changes: dict[str, Any], field: str) -> None:
    assert field in fields(**changes)


@pytest.mark.parametrize("field", ["directions", "reception_days", "places"])
def test_what_would_help(field: str) -> None:
    empty: Any = "" if field == "directions" else []
    assert fields(must=False, **{field: empty}) == {field}


def test_the_calendar_runs_out() -> None:
    assert fields(date(2026, 10, 31), must=False) == set()
    assert fields(date(2026, 11, 1), must=False) == {"calendar.yml"}
    assert fields(date(2027, 1, 2)) == {"calendar.yml"}


def test_the_sample_fails_for_being_one() -> None:
    sample = load_office(REPOSITORY / "data" / "office" / "sample.yml")
    must = {each.field for each in check_office(sample, CALENDAR, date(2026, 11, 21)) if each.must}
    assert {"sample", "name", "phone"} <= must
    assert not {each for each in must if each.startswith("bodies.") and not each.endswith(".phone")}
