"""The queue: who sees which rows, what stands first, filters, kept lists, and paging behind the last row."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.models import Audit
from cases.staff import views
from desk.cases.filters import Asked, Due, mark_of, spelt
from petition.errors import InvalidValue
from petition.matters import Matter
from petition.stages import Act
from tests.unit.cases import acting
from tests.unit.cases.acting import BUREAU
from tests.unit.cases.factories import NOON, make_filing
from tests.unit.desk import cases_stage as stage
from tests.unit.desk.factories import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path, now=NOON + timedelta(days=17))


def numbers_in(text: str) -> list[str]:
    return re.findall(r"data-open>([^<]+)<", text)


async def test_the_next_last_day_stands_first_and_is_said_in_words(desk: Desk) -> None:
    first, second = stage.filed(desk, "a"), stage.handled(desk)
    browser = await desk.sign_in("clerk")
    page = await browser.get("/cases")
    assert numbers_in(page.text) == [first, second]
    assert "▲ 超期2天" in page.text  # 15 days of 第二十二条, on the 17th
    assert "共2件" in page.text


async def test_each_filter_narrows_the_list(desk: Desk) -> None:
    plain = stage.filed(desk, "a")
    land = stage.filed(desk, "b", make_filing("b", matter=Matter.LAND))
    taken = stage.handled(desk)
    browser = await desk.sign_in("clerk")
    for query, expected in {
        "matter=land": [land],
        "stage=handling": [taken],
        f"body={BUREAU}": [taken],
        "body=-": [plain, land],
        "due=late": [plain, land],
        "door=letter": [],
        "type=suggestion": [],
        "urgent=1": [],
        "clerk=me": [],
        "matter=nothing": [plain, land, taken],
    }.items():
        assert sorted(numbers_in((await browser.get(f"/cases?{query}")).text)) == sorted(expected), query


async def test_staff_of_an_organ_see_what_their_organ_has_whatever_they_ask_for(desk: Desk) -> None:
    stage.filed(desk, "a")
    taken = stage.handled(desk)
    browser = await desk.sign_in("handler", body=BUREAU)
    for query in ("", "?body=-", "?body=other"):
        assert numbers_in((await browser.get(f"/cases{query}")).text) == [taken]
    stranger = await desk.sign_in("handler", body="县教育局")
    assert numbers_in((await stranger.get("/cases")).text) == []


async def test_reports_are_listed_for_discipline_alone_and_the_look_is_noted(desk: Desk) -> None:
    number = stage.filed(desk, "r", acting.make_report())
    clerk, discipline = await desk.sign_in("clerk"), await desk.sign_in("discipline")
    assert number not in (await clerk.get("/cases?type=report")).text
    assert number in (await discipline.get("/cases?type=report")).text
    with desk.register.unit_of_work() as uow:
        lookers = uow.session.scalars(select(Audit.actor).where(Audit.act == "read:reports")).all()
    assert lookers == ["测试discipline"]


async def test_a_page_goes_on_behind_the_last_row(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.routes.cases.ROWS", 2)
    filed = [stage.filed(desk, f"k{number}") for number in range(5)]
    browser, seen, address = await desk.sign_in("clerk"), [], "/cases?matter=labour"
    for _ in range(3):
        page = (await browser.get(address)).text
        seen += numbers_in(page)
        found = re.search(r'href="([^"]+)" hx-get', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == sorted(filed)
    assert not address


async def test_a_list_is_kept_under_a_name_by_its_owner_and_let_go(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    kept = await browser.post("/cases/views", data={"name": "劳动超期", "query": "due=late&matter=labour&nonsense=1"})
    assert kept.headers["location"] == "/cases?matter=labour&due=late"
    page = await browser.get("/cases")
    assert "劳动超期" in page.text
    assert 'href="/cases?matter=labour&amp;due=late"' in page.text
    other = await desk.sign_in("clerk", name="别人")
    assert "劳动超期" not in (await other.get("/cases")).text
    (drop,) = [address for address in stage.forms_of(page) if address.endswith("/drop")]
    await other.post(drop)
    assert "劳动超期" in (await browser.get("/cases")).text
    await browser.post(drop)
    assert "劳动超期" not in (await browser.get("/cases")).text


async def test_a_list_without_a_name_is_not_kept(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    answer = await browser.post("/cases/views", data={"name": " ", "query": "due=late"})
    assert answer.status_code == 422
    assert "40个字以内" in answer.text


def test_the_same_name_takes_the_place_and_one_too_many_is_refused(desk: Desk) -> None:
    account = desk.account("clerk")
    with desk.register.unit_of_work() as uow:
        for number in range(views.MOST):
            views.keep(uow, account.id, f"v{number}", "due=late", now=NOON)
        views.keep(uow, account.id, "v0", "urgent=1", now=NOON)
        with pytest.raises(InvalidValue):
            views.keep(uow, account.id, "one more", "", now=NOON)
        assert {each.name: each.query for each in views.views_of(uow, account.id)}["v0"] == "urgent=1"


async def test_a_case_is_opened_by_its_number_as_it_is_typed(desk: Desk) -> None:
    number = stage.filed(desk)
    browser = await desk.sign_in("clerk")
    found = await browser.get("/cases/find", params={"number": f" {number.replace('-', '－')} "})
    assert found.headers["location"] == f"/cases/{number}"
    missed = await browser.get("/cases/find", params={"number": "XF-1"})
    assert missed.status_code == 404
    assert "没有这个编号" in missed.text


def test_an_address_is_read_and_written_back_in_one_spelling() -> None:
    asked = Asked.read("urgent=yes&stage=registered&stage=registered&stage=x&due=5&body=%E5%8E%BF")
    assert asked.query == "stage=registered&body=%E5%8E%BF&due=5&urgent=1"
    assert Asked.read(asked.query) == asked
    assert Due(asked.due).by(NOON.date()) == NOON.date() + timedelta(days=5)


@pytest.mark.parametrize("text", ["", "_", "2026-13-01_a", "yesterday_a"])
def test_a_mark_that_is_none_begins_at_the_top(text: str) -> None:
    assert mark_of(text) is None


@pytest.mark.parametrize("text", ["2026-11-30_abc", "_abc"])
def test_a_mark_survives_the_way_through_an_address(text: str) -> None:
    mark = mark_of(text)
    assert mark is not None
    assert spelt(mark) == text


async def test_a_hand_in_the_approvals_is_counted(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        case = acting.at_the_desk(uow, make_filing("d"))
        case.do(Act.DECLINE, acting.CLERK, 1, ground="already-handled", competent_body=BUREAU)
    browser = await desk.sign_in("head")
    assert "等审批1项" in (await browser.get("/cases")).text
