"""The queue by the day of filing: days of China, both included, in links, in kept lists and from the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cases import queue
from cases.database import Register
from cases.queue import Filters
from desk.cases.filters import Asked
from tests.unit.cases.factories import drop_databases, file_one, make_register
from tests.unit.desk.factories import NOW, Desk, make_desk
from tests.unit.desk.test_cases_queue import numbers_in

LAST_OF_20TH = datetime(2026, 11, 20, 15, 59, 59, 999999, tzinfo=UTC)  # a moment before midnight in China
FIRST_OF_21ST = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
LAST_OF_21ST = datetime(2026, 11, 21, 15, 59, 59, 999999, tzinfo=UTC)
FIRST_OF_22ND = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
MOMENTS = (LAST_OF_20TH, FIRST_OF_21ST, LAST_OF_21ST, FIRST_OF_22ND)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """In the database that the tests of the register run on."""
    opened = make_register(tmp_path)
    yield opened
    opened.close()
    drop_databases(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), (1, 2)),
        (date(2026, 11, 21), None, (1, 2, 3)),
        (None, date(2026, 11, 20), (0,)),
        (date(2026, 11, 20), date(2026, 11, 22), (0, 1, 2, 3)),
        (date(2026, 11, 22), date(2026, 11, 20), ()),
        (None, None, (0, 1, 2, 3)),
    ],
)
def test_days_of_china_both_included(
    register: Register, begins: date | None, ends: date | None, found: tuple[int, ...]
) -> None:
    numbers = [file_one(register, f"key-{at}", now=moment).number for at, moment in enumerate(MOMENTS)]
    wanted = Filters(filed_from=begins, filed_to=ends)
    with register.unit_of_work() as uow:
        shown = queue.page(uow, wanted, now=NOW)
        assert {each.number for each in shown.rows} == {numbers[at] for at in found}
        assert (shown.total, queue.counts(uow, wanted, now=NOW).total) == (len(found), len(found))


async def test_the_form_shows_the_days_and_every_link_of_the_list_keeps_them(desk: Desk) -> None:
    before, on_the_day = (
        file_one(desk.register, key, now=now).number for key, now in (("a", LAST_OF_20TH), ("b", FIRST_OF_21ST))
    )
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/cases?from=2026-11-21&to=2026-11-21")).text
    assert numbers_in(text) == [on_the_day]
    assert before not in text
    assert re.findall(r'name="(from|to)"[^>]*value="2026-11-21"', text) == ["from", "to"]
    assert 'href="/cases?due=late&amp;from=2026-11-21&amp;to=2026-11-21"' in text
    kept = await browser.post("/cases/views", data={"name": "今天来的", "query": "from=2026-11-21&to=2026-11-21"})
    assert kept.headers["location"] == "/cases?from=2026-11-21&to=2026-11-21"
    assert 'href="/cases?from=2026-11-21&amp;to=2026-11-21"' in (await browser.get("/cases")).text


async def test_a_second_page_keeps_the_days(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.routes.cases.ROWS", 1)
    for at in range(2):
        file_one(desk.register, f"key-{at}", now=FIRST_OF_21ST)
    browser = await desk.sign_in("clerk")
    text = (await browser.get("/cases?from=2026-11-21")).text
    (address,) = re.findall(r'href="(/cases\?[^"]*after=[^"]*)"', text)
    assert address.startswith("/cases?from=2026-11-21&amp;after=")


async def test_days_the_wrong_way_round_are_told(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    assert "结束的日期在开始的日期前面" in (await browser.get("/cases?from=2026-11-22&to=2026-11-20")).text
    assert "结束的日期在开始的日期前面" not in (await browser.get("/cases?from=2026-11-20&to=2026-11-20")).text


@pytest.mark.parametrize("written", ["", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_is_left_out(written: str) -> None:
    assert Asked.read(f"from={written}&to={written}").query == ""


async def test_the_figures_lead_to_the_cases_that_they_have_counted(desk: Desk) -> None:
    file_one(desk.register, "a", now=LAST_OF_20TH)
    counted = file_one(desk.register, "b", now=FIRST_OF_21ST).number
    browser = await desk.sign_in("head")
    text = (await browser.get("/figures?from=2026-11-21&to=2026-11-21")).text
    (link,) = re.findall(r'href="(/cases\?matter=labour[^"]*)"', text)
    assert numbers_in((await browser.get(link.replace("&amp;", "&"))).text) == [counted]
    assert '"/cases?from=2026-11-21&amp;to=2026-11-21&amp;closed=1"' in text  # the row of the day
