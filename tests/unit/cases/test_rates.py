"""The rates: counted by hand here, case by case, as docs/rates.md defines them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from cases import audit
from cases.audit import Entry
from cases.database import Register, UnitOfWork
from cases.models import Case, Rating, new_id
from cases.rates import DEFINITIONS, Rate, RateId, as_markdown, rates
from cases.rates_sql import Scope
from petition.matters import Branch, Matter, PetitionType
from tests.unit.cases.lives import (
    ACCEPTED,
    DECLINED,
    EXTENDED,
    FORWARDED,
    GUIDED,
    HANDLING,
    OBJECTED,
    REPLIED,
    REVIEWING,
    UNSOLVED,
    WITHDRAWN,
    live,
    noon,
)

DOCS = Path(__file__).resolve().parents[3] / "docs" / "rates.md"
YEAR = Scope(date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 21))
TAKEN = (("2026-03-02", FORWARDED), ("2026-03-05", ACCEPTED), ("2026-03-06", HANDLING))


def counted(uow: UnitOfWork, which: RateId, scope: Scope = YEAR) -> tuple[int, int]:
    (rate,) = rates(uow, scope, [which])
    return rate.numerator, rate.denominator


def rate_case(uow: UnitOfWork, case_id: str, of: str, satisfaction: str, at: datetime, stage: str = "replied") -> None:
    values = {"of": of, "stage": stage, "satisfaction": satisfaction, "sealed_for": "data", "at": at}

    def step() -> None:
        uow.session.add(Rating(id=new_id(), case_id=case_id, **values))
        audit.note(uow.session, Entry(at, "petitioner", "rate", case_id))

    uow.write(step)


def test_the_office_has_15_days_for_sending_it_on(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", ("2026-03-16", FORWARDED), key="last-day")
    live(register, "2026-03-01", ("2026-03-17", FORWARDED), key="day-after")
    live(register, "2026-03-01", key="never")
    live(register, "2026-11-10", key="still-time")
    live(register, "2026-03-01", ("2026-03-10", WITHDRAWN), key="taken-back")
    live(register, "2026-03-01", ("2026-03-03", DECLINED), key="answered-here")
    live(register, "2025-12-31", ("2026-01-02", FORWARDED), key="the-year-before")
    assert counted(uow, RateId.TIMELY_ROUTING) == (2, 4)


def test_an_organ_has_15_days_for_saying_whether_it_takes_it_on(register: Register, uow: UnitOfWork) -> None:
    sent = ("2026-03-02", FORWARDED)
    live(register, "2026-03-01", sent, ("2026-03-17", ACCEPTED), key="last-day")
    live(register, "2026-03-01", sent, ("2026-03-18", ACCEPTED), key="day-after")
    live(register, "2026-03-01", sent, key="silent")
    live(register, "2026-03-01", sent, ("2026-03-10", GUIDED), key="guided")
    live(register, "2026-03-01", sent, ("2026-03-10", WITHDRAWN), key="taken-back")
    live(register, "2026-11-01", ("2026-11-10", FORWARDED), key="still-time")
    again = (("2026-03-04", OBJECTED), ("2026-03-20", FORWARDED), ("2026-03-25", ACCEPTED))
    live(register, "2026-03-01", sent, *again, key="the-second-organ-counts")
    assert counted(uow, RateId.TIMELY_ACCEPTANCE) == (3, 5)


def test_a_reply_is_due_60_days_after_acceptance_and_later_by_the_days_of_an_extension(
    register: Register, uow: UnitOfWork
) -> None:
    live(register, "2026-03-01", *TAKEN, ("2026-05-04", REPLIED), key="last-day")
    live(register, "2026-03-01", *TAKEN, ("2026-05-05", REPLIED), key="day-after")
    late = (("2026-05-01", EXTENDED), ("2026-05-24", REPLIED))
    live(register, "2026-03-01", *TAKEN, *late, days=20, key="extended-last-day")
    live(register, "2026-03-01", *TAKEN, *late, days=19, key="extended-day-after")
    live(register, "2026-03-01", *TAKEN, key="never")
    live(register, "2026-03-01", *TAKEN, ("2026-03-20", WITHDRAWN), key="taken-back")
    live(register, "2026-03-01", *TAKEN, key="other-branch", branch=Branch.DUTY)
    live(register, "2026-03-01", *TAKEN, key="suggestion", type=PetitionType.SUGGESTION, branch=None)
    live(register, "2026-11-01", ("2026-11-02", FORWARDED), ("2026-11-03", ACCEPTED), key="still-time")
    assert counted(uow, RateId.ON_TIME) == (2, 5)


def test_whoever_got_a_result_can_rate(register: Register, uow: UnitOfWork) -> None:
    first = live(register, "2026-03-01", *TAKEN, ("2026-05-04", REPLIED), key="1")
    live(register, "2026-03-01", *TAKEN, ("2026-05-04", REPLIED), key="2")
    second = live(register, "2026-03-01", ("2026-03-03", DECLINED), key="3")
    live(register, "2026-03-01", *TAKEN, key="no-result")
    rate_case(uow, first, "office", "satisfied", noon("2026-05-05"))
    rate_case(uow, first, "organ", "unsatisfied", noon("2026-05-05"))
    rate_case(uow, second, "office", "basic", noon("2027-02-01"))
    assert counted(uow, RateId.PARTICIPATION) == (2, 3)


def test_of_several_ratings_the_last_one_counts_and_office_and_organ_stand_apart(
    register: Register, uow: UnitOfWork
) -> None:
    first, second = (live(register, "2026-03-01", *TAKEN, ("2026-05-04", REPLIED), key=key) for key in "ab")
    rate_case(uow, first, "organ", "satisfied", noon("2026-05-05"))
    rate_case(uow, first, "organ", "unsatisfied", noon("2026-06-05"), "reviewed")
    rate_case(uow, second, "organ", "basic", noon("2026-05-05"))
    rate_case(uow, second, "office", "satisfied", noon("2026-05-05"))
    assert counted(uow, RateId.SATISFACTION_ORGAN) == (1, 2)
    assert counted(uow, RateId.SATISFACTION_OFFICE) == (1, 1)
    may = replace(YEAR, begins=date(2026, 5, 1), ends=date(2026, 5, 31))
    assert counted(uow, RateId.SATISFACTION_ORGAN, may) == (1, 1)


def test_a_rating_at_midnight_in_china_belongs_to_the_new_day(register: Register, uow: UnitOfWork) -> None:
    case_id = live(register, "2026-03-01", *TAKEN, ("2026-05-04", REPLIED))
    rate_case(uow, case_id, "organ", "satisfied", noon("2026-06-01").replace(hour=0))
    ends = [replace(YEAR, begins=date(2026, 5, 1), ends=date(2026, 5, 31)), replace(YEAR, begins=date(2026, 6, 1))]
    assert [counted(uow, RateId.SATISFACTION_ORGAN, scope) for scope in ends] == [(0, 0), (1, 1)]


def test_settled_once_means_no_review_no_complaint_and_no_second_filing(register: Register, uow: UnitOfWork) -> None:
    answered = (*TAKEN, ("2026-05-04", REPLIED))
    live(register, "2026-03-01", *answered, key="content")
    live(register, "2026-03-01", *answered, ("2026-05-20", REVIEWING), key="reviewed")
    live(register, "2026-03-01", *answered, ("2026-09-20", UNSOLVED), key="unsolved")
    main = live(register, "2026-03-01", *answered, key="came-again")
    again = live(register, "2026-08-01", key="again")
    live(register, "2026-10-20", ("2026-10-21", FORWARDED), ("2026-10-22", REPLIED), key="watched-still")

    def merge() -> None:
        uow.session.get_one(Case, again).merged_into = main
        audit.note(uow.session, Entry(noon("2026-08-02"), "clerk", "merge", again))

    uow.write(merge)
    assert counted(uow, RateId.SETTLED_ONCE) == (1, 4)
    assert counted(uow, RateId.SETTLED_ONCE, replace(YEAR, today=date(2026, 11, 22))) == (2, 5)


def test_a_rate_can_be_asked_for_a_matter_an_office_a_body_and_a_door(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", ("2026-03-02", FORWARDED), key="labour")
    live(register, "2026-03-01", key="land", matter=Matter.LAND)
    ours = {"matter": Matter.LAND, "office": "XF", "door": "network"}
    assert counted(uow, RateId.TIMELY_ROUTING, replace(YEAR, **ours)) == (0, 1)
    for other in ({"office": "YY"}, {"body": "县人社局"}, {"door": "letter"}, {"matter": Matter.HEALTH}):
        assert counted(uow, RateId.TIMELY_ROUTING, replace(YEAR, **other)) == (0, 0)


def test_a_rate_is_shown_with_its_counts_and_without_any_as_no_data() -> None:
    shown = {(12, 13): "92.3 %（12/13）", (0, 0): "没有数据", (0, 5): "0.0 %（0/5）", (7, 7): "100.0 %（7/7）"}
    shown |= {(99_999, 100_000): "99.9 %（99999/100000）", (1, 100_000): "0.1 %（1/100000）"}
    assert {counts: Rate(RateId.ON_TIME, "", *counts).text for counts in shown} == shown


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        replace(YEAR, ends=date(2025, 1, 1))


def test_every_rate_is_defined_once_and_none_is_of_a_person(register: Register, uow: UnitOfWork) -> None:
    assert [each.id for each in DEFINITIONS] == list(RateId)
    assert [each.text for each in rates(uow, YEAR)] == ["没有数据"] * len(RateId)
    assert "clerk" not in Scope.__dataclass_fields__


def test_the_written_definitions_are_those_of_the_program() -> None:
    assert DOCS.read_text(encoding="utf-8") == as_markdown(), "write docs/rates.md anew from cases.rates.as_markdown()"
