"""Reception days of leaders: calendar, places in the queue, who came (第十八条第二款)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cases.actors import Citizen
from cases.database import Register, UnitOfWork
from cases.models import Audit, Booking
from cases.notices import notices_of
from cases.policy import NotPermitted, StaffRole
from cases.receptions import (
    BookingState,
    DayNotFound,
    Plan,
    Visitor,
    add_day,
    book,
    book_at_window,
    booked_by,
    cancel,
    cancel_at_window,
    cancel_day,
    days,
    delete_old,
    mark,
    queue_of,
    remind,
)
from petition.errors import CaseNotFound, Conflict, InvalidValue, NotAllowed
from petition.receptions import Refusal
from tests.unit.cases.acting import (
    AUDITOR,
    CLERK,
    DISCIPLINE,
    HANDLER,
    SUPERVISOR,
    at_the_desk,
    day,
    make_report,
    on,
    staff,
)
from tests.unit.cases.factories import NAME, OFFICE, PHONE, make_filing
from tests.unit.cases.rows import petitioner
from zhilu.receptions import line_of, queue_lines

PLAN = Plan(on(10), "09:00", "12:00", "李区长", "一楼接访室", 2)
LI, WANG = Visitor("李四海", "13900000004"), Visitor("王五", "13900000005")


def planned(uow: UnitOfWork, **changes: Any) -> str:
    return add_day(uow, OFFICE, replace(PLAN, **changes), CLERK, now=day(0))


def free(uow: UnitOfWork) -> list[int]:
    return [each.free for each in days(uow, OFFICE, since=on(0), until=on(30))]


def citizen(uow: UnitOfWork, key: str = "one", **changes: Any) -> Citizen:
    return at_the_desk(uow, make_filing(key, **changes)).citizen


def somebody(uow: UnitOfWork, number: int) -> Citizen:
    return citizen(uow, f"case-{number}", parties=petitioner(f"张三{number}", "河边", f"1380000{number:04}"))


def at(number: int, hour: int) -> datetime:
    """An hour in China; day 0 begins at noon."""
    return day(number) + timedelta(hours=hour - 12)


def why(refused: pytest.ExceptionInfo[NotAllowed]) -> object:
    assert refused.value.details["citation"] == "《信访工作条例》第十八条第二款"
    assert str(refused.value.details["told"]).endswith("。")
    return refused.value.details["reason"]


def test_the_calendar_shows_who_receives_where_and_the_places_left(uow: UnitOfWork) -> None:
    planned(uow)
    planned(uow, on=on(3), leader="王区长")
    first, second = days(uow, OFFICE, since=on(0), until=on(30))
    assert (first.leader, second.leader, second.place, second.free) == ("王区长", "李区长", "一楼接访室", 2)
    assert days(uow, OFFICE, since=on(11), until=on(30)) == ()
    assert days(uow, "ELSEWHERE", since=on(0), until=on(30)) == ()


def test_a_petitioner_gets_a_number_and_a_slip_without_a_name(uow: UnitOfWork) -> None:
    who, reception = citizen(uow), planned(uow)
    slip = book(uow, who, reception, now=day(1))
    assert (slip.queue_number, slip.on, slip.leader, slip.state) == (1, on(10), "李区长", BookingState.OPEN)
    assert not {NAME, PHONE} & set(map(str, slip.as_dict().values()))
    assert booked_by(uow, who) == (slip,)
    assert free(uow) == [1]


def test_asked_again_it_is_the_same_place(uow: UnitOfWork) -> None:
    who, reception = citizen(uow), planned(uow)
    assert book(uow, who, reception, now=day(1)) == book(uow, who, reception, now=day(2))
    assert free(uow) == [1]


def test_one_place_a_person_and_day_at_every_door(uow: UnitOfWork) -> None:
    who, again = citizen(uow), citizen(uow, "second-case")
    reception, afternoon = planned(uow), planned(uow, starts="14:00", ends="17:00")
    book(uow, who, reception, now=day(1))
    for attempt in (
        lambda: book(uow, who, afternoon, now=day(1)),
        lambda: book(uow, again, reception, now=day(1)),
        lambda: book_at_window(uow, Visitor(NAME, PHONE), afternoon, CLERK, now=day(1)),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert why(refused) == Refusal.ALREADY
    book(uow, who, planned(uow, on=on(11)), now=day(1))


def test_no_more_places_than_seats(uow: UnitOfWork) -> None:
    reception = planned(uow)
    numbers = [book(uow, somebody(uow, number), reception, now=day(1)).queue_number for number in (1, 2)]
    assert numbers == [1, 2]
    with pytest.raises(NotAllowed) as refused:
        book(uow, somebody(uow, 3), reception, now=day(1))
    assert why(refused) == Refusal.FULL


def test_a_place_given_back_is_free_and_its_number_is_not_given_again(uow: UnitOfWork) -> None:
    reception, first, second = planned(uow), somebody(uow, 1), somebody(uow, 2)
    slip = book(uow, first, reception, now=day(1))
    book(uow, second, reception, now=day(1))
    assert cancel(uow, first, slip.id, now=day(2)).state == BookingState.CANCELLED
    assert free(uow) == [1]
    assert book(uow, first, reception, now=day(3)).queue_number == 3


def test_nobody_gives_back_the_place_of_somebody_else_or_twice(uow: UnitOfWork) -> None:
    reception, first = planned(uow), somebody(uow, 1)
    slip = book(uow, first, reception, now=day(1))
    with pytest.raises(CaseNotFound):
        cancel(uow, somebody(uow, 2), slip.id, now=day(2))
    cancel(uow, first, slip.id, now=day(2))
    with pytest.raises(NotAllowed) as refused:
        cancel(uow, first, slip.id, now=day(2))
    assert why(refused) == Refusal.NOT_OPEN


def test_the_window_books_by_name_and_phone_and_sees_them_masked(uow: UnitOfWork) -> None:
    reception = planned(uow)
    slip = book_at_window(uow, LI, reception, CLERK, now=day(1))
    (row,) = queue_of(uow, reception, CLERK, now=day(1))
    assert (row.name, row.phone, row.number, row.queue_number) == ("李**", "139****0004", None, 1)
    assert LI.name not in repr((LI, slip, row))
    assert cancel_at_window(uow, slip.id, CLERK, now=day(2)).state == BookingState.CANCELLED


def test_a_name_or_a_phone_that_is_none_is_refused(uow: UnitOfWork) -> None:
    reception = planned(uow)
    for visitor in (Visitor("", LI.phone), Visitor(LI.name, "123")):
        with pytest.raises(InvalidValue):
            book_at_window(uow, visitor, reception, CLERK, now=day(1))


def test_a_place_is_given_until_the_reception_ends(uow: UnitOfWork) -> None:
    reception = planned(uow)
    book_at_window(uow, LI, reception, CLERK, now=at(10, 11))
    with pytest.raises(NotAllowed) as refused:
        book_at_window(uow, WANG, reception, CLERK, now=at(10, 12))
    assert why(refused) == Refusal.OVER


def test_who_came_and_who_did_not_is_marked_from_the_day_on(uow: UnitOfWork) -> None:
    reception = planned(uow)
    slip = book_at_window(uow, LI, reception, CLERK, now=day(1))
    with pytest.raises(NotAllowed) as refused:
        mark(uow, slip.id, BookingState.CAME, CLERK, now=day(9))
    assert why(refused) == Refusal.NOT_YET
    mark(uow, slip.id, BookingState.MISSED, CLERK, now=day(10))
    assert mark(uow, slip.id, BookingState.CAME, CLERK, now=day(10)).state == BookingState.CAME
    with pytest.raises(ValueError, match="cancelled"):
        mark(uow, slip.id, BookingState.CANCELLED, CLERK, now=day(10))
    with pytest.raises(NotAllowed):
        cancel_at_window(uow, slip.id, CLERK, now=day(10))


def test_whoever_gave_a_place_back_did_not_miss_it(uow: UnitOfWork) -> None:
    reception = planned(uow)
    slip = book_at_window(uow, LI, reception, CLERK, now=day(1))
    cancel_at_window(uow, slip.id, CLERK, now=day(1))
    with pytest.raises(NotAllowed):
        mark(uow, slip.id, BookingState.MISSED, CLERK, now=day(10))


def test_a_day_that_is_called_off_tells_its_petitioners_and_takes_nobody_more(uow: UnitOfWork) -> None:
    reception, who = planned(uow), citizen(uow)
    book(uow, who, reception, now=day(1))
    assert cancel_day(uow, reception, CLERK, now=day(2)) == 1
    assert cancel_day(uow, reception, CLERK, now=day(2)) == 0
    assert [each.kind for each in notices_of(uow, who.case_id)] == ["reception-cancelled"]
    assert booked_by(uow, who)[0].state == BookingState.CALLED_OFF
    with pytest.raises(NotAllowed) as refused:
        book(uow, who, reception, now=day(3))
    assert why(refused) == Refusal.CALLED_OFF


def test_a_day_that_was_called_off_may_take_place_after_all(uow: UnitOfWork) -> None:
    reception, who = planned(uow), citizen(uow)
    book(uow, who, reception, now=day(1))
    cancel_day(uow, reception, CLERK, now=day(2))
    assert planned(uow, seats=5) == reception
    assert book(uow, who, reception, now=day(3)).queue_number == 2


def test_the_same_reception_is_not_planned_twice(uow: UnitOfWork) -> None:
    planned(uow)
    with pytest.raises(Conflict):
        planned(uow)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": on(-1)},
        {"starts": "9:00"},
        {"ends": "25:00"},
        {"ends": "09:00"},
        {"seats": 0},
        {"seats": 501},
        {"leader": " "},
        {"place": ""},
    ],
)
def test_a_plan_that_cannot_be_is_refused(uow: UnitOfWork, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        planned(uow, **wrong)


@pytest.mark.parametrize("actor", [HANDLER, AUDITOR, DISCIPLINE, staff("elsewhere", StaffRole.CLERK, body="县水利局")])
def test_only_the_office_keeps_calendar_and_queue(uow: UnitOfWork, actor: Any) -> None:
    reception = planned(uow)
    for forbidden in (
        lambda: add_day(uow, OFFICE, replace(PLAN, starts="10:00"), actor, now=day(0)),
        lambda: cancel_day(uow, reception, actor, now=day(0)),
        lambda: book_at_window(uow, LI, reception, actor, now=day(0)),
        lambda: queue_of(uow, reception, actor, now=day(0)),
    ):
        with pytest.raises(NotPermitted):
            forbidden()


def test_a_day_or_a_case_that_is_not_there(uow: UnitOfWork) -> None:
    with pytest.raises(DayNotFound):
        book_at_window(uow, LI, "unknown", CLERK, now=day(0))
    with pytest.raises(CaseNotFound):
        book(uow, Citizen("unknown"), planned(uow), now=day(0))
    with pytest.raises(CaseNotFound):
        mark(uow, "unknown", BookingState.CAME, SUPERVISOR, now=day(0))


def test_who_reported_is_not_told_to_the_window(uow: UnitOfWork) -> None:
    desk, reception = at_the_desk(uow, make_report()), planned(uow)
    book(uow, desk.citizen, reception, now=day(1))
    (row,) = queue_of(uow, reception, CLERK, now=day(1))
    assert (row.number, row.name, row.phone, row.queue_number) == (None, "", "", 1)
    both = staff("both", StaffRole.CLERK, StaffRole.DISCIPLINE)
    (seen,) = queue_of(uow, reception, both, now=day(1))
    assert (seen.number, seen.name) == (desk.case.number, "马**")
    assert uow.session.scalars(select(Booking.sealed_for)).one() == "discipline"


def test_the_day_before_petitioners_are_reminded_once(uow: UnitOfWork) -> None:
    reception, who, other = planned(uow, seats=3), citizen(uow), somebody(uow, 2)
    book(uow, who, reception, now=day(1))
    slip = book(uow, other, reception, now=day(1))
    book_at_window(uow, LI, reception, CLERK, now=day(1))
    cancel(uow, other, slip.id, now=day(2))
    assert [remind(uow, now=day(number)) for number in (8, 9, 9, 10)] == [0, 1, 0, 0]
    (notice,) = notices_of(uow, who.case_id)
    assert (notice.kind, notice.payload["queue"], notice.payload["starts"]) == ("reception-tomorrow", 1, "09:00")


def test_old_queues_are_deleted_with_the_names_in_them(uow: UnitOfWork) -> None:
    book_at_window(uow, LI, planned(uow), CLERK, now=day(1))
    book_at_window(uow, LI, planned(uow, on=on(20)), CLERK, now=day(1))
    assert delete_old(uow, on(15), now=day(16), dry_run=True) == 1
    assert delete_old(uow, on(15), now=day(16)) == 1
    assert len(uow.session.scalars(select(Booking)).all()) == 1


def test_every_step_is_noted_and_so_is_looking_at_the_queue(uow: UnitOfWork) -> None:
    reception = planned(uow)
    slip = book_at_window(uow, LI, reception, CLERK, now=day(1))
    queue_of(uow, reception, SUPERVISOR, now=day(1))
    mark(uow, slip.id, BookingState.CAME, CLERK, now=day(10))
    uow.rollback()
    acts = [(row.actor, row.act) for row in uow.session.scalars(select(Audit).order_by(Audit.id))]
    assert acts == [
        ("clerk", "add-reception"),
        ("clerk", "book-reception"),
        ("supervisor", "read:queue"),
        ("clerk", "mark-booking:came"),
    ]


def test_calendar_and_queue_are_lines_to_read(uow: UnitOfWork) -> None:
    reception = planned(uow)
    book_at_window(uow, LI, reception, CLERK, now=day(1))
    (shown,) = days(uow, OFFICE, since=on(0), until=on(30))
    assert line_of(shown) == f"{reception}  2026年12月1日 09:00至12:00  李区长  一楼接访室  还剩1个号（共2个）"
    assert queue_lines(queue_of(uow, reception, CLERK, now=day(1))) == ["1号  已预约  李**  139****0004"]


def test_many_at_once_get_each_a_seat_and_a_number_of_their_own(register: Register, uow: UnitOfWork) -> None:
    reception = planned(uow, seats=5)

    def one(number: int) -> object:
        visitor = Visitor("张三" + "甲乙丙丁戊己庚辛"[number], f"1380000{number:04}")
        with register.unit_of_work() as mine:
            try:
                return book_at_window(mine, visitor, reception, CLERK, now=day(1)).queue_number
            except NotAllowed as refused:
                return refused.details["reason"]

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(one, range(8)))
    assert outcomes == Counter([1, 2, 3, 4, 5, *[Refusal.FULL.value] * 3])
    assert free(uow) == [0]


def test_one_person_at_two_windows_at_once_gets_one_place(register: Register, uow: UnitOfWork) -> None:
    receptions = [planned(uow), planned(uow, starts="14:00", ends="17:00")]

    def one(number: int) -> object:
        with register.unit_of_work() as mine:
            try:
                return book_at_window(mine, LI, receptions[number % 2], CLERK, now=day(1)).id
            except NotAllowed as refused:
                return refused.details["reason"]

    with ThreadPoolExecutor(6) as pool:
        outcomes = set(pool.map(one, range(6)))
    assert len(uow.session.scalars(select(Booking)).all()) == 1
    assert Refusal.ALREADY.value in outcomes
