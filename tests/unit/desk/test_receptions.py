"""Reception days at the desk: the calendar, the queue masked and noted, who came, places at the window, the list for paper."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from cases import receptions
from cases.models import Audit, Booking
from cases.notices import notices_of
from cases.policy import ALLOCATORS
from cases.receptions import BookingState, Plan, Reception
from cases.receptions.bookings import WINDOW
from tests.unit.cases.acting import CLERK, at_the_desk, make_report
from tests.unit.cases.factories import NAME, PHONE
from tests.unit.desk.cases_stage import words_of
from tests.unit.desk.factories import NOW, Desk, make_desk

TODAY = date(2026, 11, 21)
FORM = {
    "on": "2026-12-01",
    "starts": "09:00",
    "ends": "11:30",
    "leader": "李某某副县长",
    "place": "一楼接访室",
    "seats": "2",
}
VISITOR = {"name": "李四海", "phone": "13900000004"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def planned(desk: Desk, on: date = TODAY, *, starts: str = "09:00", ends: str = "18:00", seats: int = 2) -> str:
    plan = Plan(on, starts, ends, "李某某副县长", "一楼接访室", seats)
    with desk.register.unit_of_work() as uow:
        return receptions.add_day(uow, desk.services.office.id, plan, CLERK, now=NOW - timedelta(days=40))


def booked(desk: Desk, day: str, *, report: bool = False) -> str:
    """The number of a case whose petitioner has a place."""
    with desk.register.unit_of_work() as uow:
        case = at_the_desk(uow, make_report() if report else None)
        receptions.book(uow, case.citizen, day, now=NOW)
        return case.case.number


def days(desk: Desk) -> tuple[Reception, ...]:
    with desk.register.unit_of_work() as uow:
        return receptions.days(uow, desk.services.office.id, since=TODAY, until=TODAY + timedelta(days=90))


def bookings(desk: Desk) -> list[str]:
    with desk.register.unit_of_work() as uow:
        return list(uow.session.scalars(select(Booking.id).order_by(Booking.queue_number)))


def acts(desk: Desk) -> list[str]:
    with desk.register.unit_of_work() as uow:
        return list(uow.session.scalars(select(Audit.act).order_by(Audit.id)))


async def follow(browser: httpx.AsyncClient, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return words_of(await browser.get(answer.headers["location"]))


async def mark(browser: httpx.AsyncClient, day: str, booking: str, state: str) -> httpx.Response:
    return await browser.post(f"/receptions/{day}/{booking}/mark", data={"state": state})


def test_the_permission_is_for_those_whom_the_register_lets_keep_the_queue(desk: Desk) -> None:
    assert desk.services.permissions["receptions"] == WINDOW == ALLOCATORS


async def test_a_day_that_is_added_can_be_booked_by_citizens_at_once(desk: Desk) -> None:
    browser = await desk.sign_in("head")
    assert "接访日" in (await browser.get("/receptions")).text
    told = await follow(browser, await browser.post("/receptions", data=FORM))
    assert "排上了" in told
    (made,) = days(desk)
    assert (made.on, made.starts, made.seats, made.free) == (date(2026, 12, 1), "09:00", 2, 2)
    shown = words_of(await browser.get("/receptions"))
    assert "2026年12月1日 星期二 09:00至11:30 李某某副县长 一楼接访室 还剩2个（共2个）" in shown


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"on": "2026-11-20"}, "今天或者以后"),
        ({"on": ""}, "日期不对"),
        ({"ends": "08:00"}, "结束要晚于开始"),
        ({"seats": "0"}, "1到500"),
        ({"seats": "许多"}, "1到500"),
        ({"leader": " "}, "请填接访领导"),
        ({"place": ""}, "请填地点"),
    ],
)
async def test_a_plan_that_cannot_be_is_told_and_nothing_typed_is_lost(
    desk: Desk, wrong: dict[str, str], told: str
) -> None:
    browser = await desk.sign_in("clerk")
    answer = await browser.post("/receptions", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert told in answer.text
    kept = "李某某副县长" if "leader" not in wrong else "一楼接访室"
    assert f'value="{kept}"' in answer.text
    assert days(desk) == ()


async def test_the_same_day_twice_is_refused(desk: Desk) -> None:
    browser = await desk.sign_in("clerk")
    await browser.post("/receptions", data=FORM)
    again = await browser.post("/receptions", data=FORM)
    assert (again.status_code, "已经排上了" in again.text) == (422, True)


async def test_the_list_says_in_words_what_is_full_over_and_called_off(desk: Desk) -> None:
    over = planned(desk, starts="08:00", ends="09:30")
    full = planned(desk, seats=1)
    booked(desk, full)
    off = planned(desk, TODAY + timedelta(days=3))
    with desk.register.unit_of_work() as uow:
        receptions.cancel_day(uow, off, CLERK, now=NOW)
    past = planned(desk, TODAY - timedelta(days=2))
    browser = await desk.sign_in("supervisor")
    answer = await browser.get("/receptions")
    rows = re.findall(r"<tr.*?</tr>", answer.text, re.S)
    said = {each: next(row for row in rows if each in row) for each in (over, full, off)}
    assert "已结束" in said[over]
    assert "● 约满了（共1个）" in said[full]
    assert "● 今天" in said[full]
    assert "✕ 已取消" in said[off]
    assert past not in answer.text
    assert past in (await browser.get("/receptions?past=1")).text


async def test_the_queue_is_masked_and_every_reading_is_noted(desk: Desk) -> None:
    day = planned(desk)
    number = booked(desk, day)
    browser = await desk.sign_in("clerk")
    for path in (f"/receptions/{day}", f"/receptions/{day}/list"):
        answer = await browser.get(path)
        assert number in answer.text
        assert "已预约" in answer.text
        assert not [each for each in (NAME, PHONE) if each in answer.text]
        assert PHONE[:3] + "****" + PHONE[-4:] in answer.text
    assert acts(desk).count("read:queue") == 2


async def test_of_a_report_only_the_number_in_the_queue_is_shown(desk: Desk) -> None:
    day = planned(desk)
    number = booked(desk, day, report=True)
    browser = await desk.sign_in("clerk")
    shown = words_of(await browser.get(f"/receptions/{day}"))
    assert "1号 不显示" in shown
    assert number not in shown
    both = await desk.sign_in("clerk", "discipline", name="两样")
    assert number in (await both.get(f"/receptions/{day}")).text


async def test_who_came_and_who_did_not_can_be_put_right(desk: Desk) -> None:
    day = planned(desk)
    booked(desk, day)
    (booking,) = bookings(desk)
    browser = await desk.sign_in("clerk")
    assert "1号记为没有来。" in await follow(browser, await mark(browser, day, booking, "missed"))
    told = await follow(browser, await mark(browser, day, booking, "came"))
    assert "✓ 已到场" in told
    assert "取消预约" not in told
    assert acts(desk).count("mark-booking:came") == 1


async def test_before_the_day_nobody_is_marked_and_a_place_can_be_given_back(desk: Desk) -> None:
    day = planned(desk, TODAY + timedelta(days=1))
    booked(desk, day)
    (booking,) = bookings(desk)
    browser = await desk.sign_in("clerk")
    assert "到了那一天才能记" in (await browser.get(f"/receptions/{day}")).text
    early = await mark(browser, day, booking, "came")
    assert (early.status_code, "接访日还没有到" in early.text) == (409, True)
    assert "空出来的号别人可以约" in await follow(browser, await mark(browser, day, booking, "given-back"))
    again = await mark(browser, day, booking, "given-back")
    assert (again.status_code, "没有办成" in again.text) == (409, True)
    assert days(desk)[0].free == 2


async def test_somebody_at_the_window_gets_a_number(desk: Desk) -> None:
    day = planned(desk, seats=1)
    browser = await desk.sign_in("clerk")
    told = await follow(browser, await browser.post(f"/receptions/{day}/book", data=VISITOR))
    assert "约好了，是1号" in told
    assert "李** 139****0004 窗口预约" in told
    assert "给窗口的人约一个号" not in told
    full = await browser.post(f"/receptions/{day}/book", data={"name": "王五", "phone": "13900000005"})
    assert (full.status_code, "已经约满了" in full.text) == (409, True)


async def test_one_person_a_day_and_a_phone_that_is_one(desk: Desk) -> None:
    day = planned(desk)
    planned(desk, starts="14:00")
    other = days(desk)[1].id
    browser = await desk.sign_in("clerk")
    await browser.post(f"/receptions/{day}/book", data=VISITOR)
    twice = await browser.post(f"/receptions/{other}/book", data=VISITOR)
    assert (twice.status_code, "一人一天约一次" in twice.text) == (409, True)
    wrong = await browser.post(f"/receptions/{day}/book", data={"name": "王五", "phone": "123"})
    assert (wrong.status_code, "电话：" in wrong.text, 'value="王五"' in wrong.text) == (422, True, True)


async def test_a_day_called_off_tells_petitioners_and_lets_the_desk_call_the_others(desk: Desk) -> None:
    day = planned(desk, TODAY + timedelta(days=1))
    number = booked(desk, day)
    browser = await desk.sign_in("clerk")
    await browser.post(f"/receptions/{day}/book", data=VISITOR)
    assert "现在有2个人约了" in (await browser.get(f"/receptions/{day}")).text
    told = await follow(browser, await browser.post(f"/receptions/{day}/cancel"))
    assert "已取消这一场" in told
    assert "接访取消" in told
    with desk.register.unit_of_work() as uow:
        case_id = uow.session.scalars(select(Booking.case_id).where(Booking.case_id.is_not(None))).one()
        assert [each.kind for each in notices_of(uow, str(case_id))] == ["reception-cancelled"]
    without = await browser.post(f"/receptions/{day}/reveal", data={"reason": " "})
    assert (without.status_code, VISITOR["phone"] in without.text) == (422, False)
    shown = (await browser.post(f"/receptions/{day}/reveal", data={"reason": "接访取消，打电话告诉他"})).text
    assert VISITOR["phone"] in shown
    assert VISITOR["name"] in shown
    assert PHONE not in shown, "who booked with a case is read in the case"
    assert number in shown
    assert acts(desk).count("reveal:queue") == 1


async def test_the_list_for_paper_has_those_who_have_a_place(desk: Desk) -> None:
    day = planned(desk)
    browser = await desk.sign_in("clerk")
    await browser.post(f"/receptions/{day}/book", data=VISITOR)
    await browser.post(f"/receptions/{day}/book", data={"name": "王五", "phone": "13900000005"})
    await mark(browser, day, bookings(desk)[1], "given-back")
    answer = await browser.get(f"/receptions/{day}/list")
    shown = words_of(answer)
    assert "领导接访名单" in shown
    assert "李** 139****0004" in shown
    assert "139****0005" not in shown
    assert "data-print" in answer.text
    assert "@media print" in (await browser.get("/static/receptions.css")).text


async def test_only_the_registering_office_keeps_the_calendar(desk: Desk) -> None:
    day = planned(desk)
    elsewhere = await desk.sign_in("clerk", name="镇里的", body="某镇人民政府")
    for path in ("/receptions", f"/receptions/{day}", f"/receptions/{day}/list"):
        assert (await elsewhere.get(path)).status_code == 403
    for path in ("/receptions", *(f"/receptions/{day}/{each}" for each in ("cancel", "book", "reveal", "x/mark"))):
        assert (await elsewhere.post(path, data=FORM | VISITOR)).status_code == 403
    assert [each.cancelled for each in days(desk)] == [False]


async def test_a_day_of_another_office_or_none_is_not_found(desk: Desk) -> None:
    plan = Plan(TODAY, "09:00", "18:00", "别处的领导", "别处", 2)
    with desk.register.unit_of_work() as uow:
        elsewhere = receptions.add_day(uow, "ELSEWHERE", plan, CLERK, now=NOW)
    browser = await desk.sign_in("clerk")
    for day in (elsewhere, "unknown"):
        assert (await browser.get(f"/receptions/{day}")).status_code == 404
        for act in ("cancel", "book", "reveal", "x/mark"):
            assert (await browser.post(f"/receptions/{day}/{act}", data=VISITOR)).status_code == 404


@pytest.mark.parametrize("state", ["came", "missed", "given-back"])
async def test_a_place_of_another_day_is_not_reached_through_this_one(desk: Desk, state: str) -> None:
    day, other = planned(desk), planned(desk, starts="14:00")
    booked(desk, other)
    (booking,) = bookings(desk)
    browser = await desk.sign_in("clerk")
    assert (await mark(browser, day, booking, state)).status_code == 404
    with desk.register.unit_of_work() as uow:
        assert uow.session.get_one(Booking, booking).state == BookingState.OPEN
