"""The figures, counted by hand: what came, how long it took, what waits, what came again; and who may count what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from cases import audit, figures
from cases.audit import Entry
from cases.database import Register, UnitOfWork
from cases.figures import every_day, nearest_rank
from cases.figures_places import place_of, places, split_small
from cases.figures_spikes import Rule, spikes
from cases.figures_sql import Seen, StepId
from cases.file import file_petition
from cases.models import Case
from cases.review import ReviewKind, note
from petition.doors import Door
from petition.matters import Branch, Matter, PetitionType
from petition.stages import Act
from tests.unit.cases.acting import BUREAU, CLERK, at_the_desk, make_report
from tests.unit.cases.factories import NOON, OFFICE, VALUES, make_filing
from tests.unit.cases.lives import (
    ACCEPTED,
    DECLINED,
    FORWARDED,
    HANDLING,
    OBJECTED,
    REPLIED,
    WITHDRAWN,
    live,
    noon,
)

TODAY = date(2026, 11, 21)
YEAR = Seen(date(2026, 1, 1), date(2026, 12, 31), TODAY)
RULE = Rule(weeks=8, least=5, width=3)
SATURDAY = date(2026, 11, 21)


def days_of(uow: UnitOfWork, step: StepId, scope: Seen = YEAR) -> tuple[int, int | None, int | None, int | None]:
    (found,) = [each for each in figures.steps(uow, scope) if each.step is step]
    return found.count, found.median, found.p90, found.longest


def many(register: Register, day: date, count: int, matter: Matter = Matter.LABOUR) -> None:
    for number in range(count):
        live(register, day.isoformat(), key=f"{matter}-{day}-{number}", matter=matter)


def test_intake_counts_the_days_of_china(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", key="a")
    live(register, "2026-03-01", key="b", matter=Matter.LAND)
    live(register, "2026-03-02", key="c")
    live(register, "2025-12-31", key="before")
    found = figures.intake(uow, YEAR)
    assert found.days == {date(2026, 3, 1): 2, date(2026, 3, 2): 1}
    assert found.matters == {Matter.LABOUR: 2, Matter.LAND: 1}
    assert found.doors == {Door.NETWORK: 3}
    assert found.total == 3


def test_a_moment_before_midnight_in_china_belongs_to_that_day(register: Register, uow: UnitOfWork) -> None:
    late = noon("2026-03-01") + timedelta(hours=11, minutes=59)  # 23:59 in China, 15:59 in Greenwich
    early = noon("2026-03-02") - timedelta(hours=11, minutes=59)  # 0:01 in China, still the 1st in Greenwich
    for key, moment in (("late", late), ("early", early)):
        file_petition(uow, make_filing(key), office=OFFICE, now=moment)
    assert figures.intake(uow, YEAR).days == {date(2026, 3, 1): 1, date(2026, 3, 2): 1}


def test_reports_are_counted_for_those_alone_who_may(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-11-20", key="claim")
    at_the_desk(uow, make_report())
    assert figures.intake(uow, YEAR).total == 1
    assert Matter.DISCIPLINE not in figures.intake(uow, YEAR).matters
    assert figures.repeats(uow, YEAR).registered == 1
    assert sum(each.open for each in figures.loads(uow, YEAR, 9)) == 1
    theirs = replace(YEAR, reports=True)
    assert figures.intake(uow, theirs).types == {PetitionType.CLAIM: 1, PetitionType.REPORT: 1}


def test_an_organ_counts_its_own_cases_only(register: Register, uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    desk.do(Act.FORWARD, CLERK, 0, body=BUREAU)
    live(register, "2026-11-20", key="other")
    assert figures.intake(uow, YEAR).total == 2
    assert figures.intake(uow, replace(YEAR, body=BUREAU)).total == 1
    assert figures.bodies(uow, YEAR) == [BUREAU]
    assert {(each.body, each.open) for each in figures.loads(uow, YEAR, 9)} == {(BUREAU, 1), (None, 1)}


def test_a_step_is_counted_from_the_last_time_it_began(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", ("2026-03-04", FORWARDED), ("2026-03-14", ACCEPTED), key="plain")
    live(
        register, "2026-03-01", ("2026-03-02", FORWARDED), ("2026-03-05", OBJECTED), ("2026-03-06", FORWARDED),
        ("2026-03-08", ACCEPTED), key="sent-twice",
    )  # fmt: skip
    assert days_of(uow, StepId.ACCEPTANCE) == (2, 2, 10, 10)
    assert days_of(uow, StepId.ROUTING) == (2, 1, 3, 3)


def test_a_step_that_was_given_up_is_not_counted(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", ("2026-03-02", FORWARDED), ("2026-03-05", WITHDRAWN), key="taken-back")
    assert days_of(uow, StepId.ACCEPTANCE) == (0, None, None, None)


def test_the_first_result_ends_the_way_to_it(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", ("2026-03-11", DECLINED), key="declined")
    taken = (("2026-03-02", FORWARDED), ("2026-03-05", ACCEPTED), ("2026-03-06", HANDLING))
    live(register, "2026-03-01", *taken, ("2026-04-04", REPLIED), key="replied")
    assert days_of(uow, StepId.RESULT) == (2, 10, 34, 34)
    assert days_of(uow, StepId.HANDLING) == (1, 30, 30, 30)


def test_a_step_counts_in_the_period_in_which_it_was_done(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-30", ("2026-04-02", FORWARDED), key="over-the-end")
    march, april = (replace(YEAR, begins=date(2026, month, 1), ends=date(2026, month, 30)) for month in (3, 4))
    assert days_of(uow, StepId.ROUTING, march)[0] == 0
    assert days_of(uow, StepId.ROUTING, april) == (1, 3, 3, 3)


@pytest.mark.parametrize(
    ("values", "median", "p90"), [([1], 1, 1), ([1, 2, 3, 4], 2, 4), (list(range(1, 11)), 5, 9), ([5, 5, 5, 60], 5, 60)]
)
def test_nearest_rank(values: list[int], median: int, p90: int) -> None:
    lines = [(value, values.count(value)) for value in sorted(set(values))]
    assert (nearest_rank(lines, 0.5), nearest_rank(lines, 0.9)) == (median, p90)
    assert nearest_rank([], 0.5) is None


def test_repeats_are_told_apart_from_what_only_looks_like_one(register: Register, uow: UnitOfWork) -> None:
    first, second, _ = (live(register, "2026-03-01", key=f"{number}") for number in range(3))

    def step() -> None:
        uow.session.execute(update(Case).where(Case.id == second).values(merged_into=first))
        audit.note(uow.session, Entry(NOON, "test", "act:merge", second))

    uow.write(step)
    found = figures.repeats(uow, YEAR)
    assert (found.registered, found.merged, found.likely) == (3, 1, 1)
    assert figures.intake(uow, YEAR).total == 2


def test_late_cases_come_first_and_no_person_is_named(register: Register, uow: UnitOfWork) -> None:
    live(register, "2026-03-01", key="late")
    live(register, "2026-11-20", key="in-time")
    (office,) = figures.loads(uow, YEAR, 9)
    assert (office.body, office.open, office.late) == (None, 2, 1)


def test_unanswered_questions_are_counted_by_kind(uow: UnitOfWork) -> None:
    for _ in range(3):
        note(uow, ReviewKind.UNKNOWN, "宠物医保怎么办", [], surface="web", today=date(2026, 3, 1))
    note(uow, ReviewKind.REJECTED, "不是这个意思", [], surface="web", today=date(2026, 3, 2))
    note(uow, ReviewKind.REJECTED, "去年的问题", [], surface="web", today=date(2025, 3, 2))
    found = {each.kind: (each.questions, each.times) for each in figures.unanswered(uow, YEAR.begins, YEAR.ends)}
    assert found == {ReviewKind.UNKNOWN: (1, 3), ReviewKind.NOT_TAKEN: (0, 0), ReviewKind.REJECTED: (1, 1)}


# --- places ---------------------------------------------------------------------------------------------------------------------

KNOWN = {"清河区": "清河区", "清河": "清河区", "城关街道": "城关街道", "老城": "城关街道"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("老城十字路口", "城关街道"),
        ("清河老电影院旁", "清河区"),
        ("示例县石桥镇东12号", "石桥镇"),
        ("示例市河西区", "河西区"),
        ("马小云家门口", None),
        ("", None),
    ],
)
def test_a_place_is_a_district_or_a_town_and_nothing_narrower(text: str, place: str | None) -> None:
    assert place_of(text, KNOWN, sorted(KNOWN, key=len, reverse=True)) == place


def test_places_are_counted_where_somebody_named_one(register: Register, uow: UnitOfWork) -> None:
    for number, place in enumerate(("老城菜市场", "城关街道3号", "示例县石桥镇东12号", "")):
        values = VALUES | ({"place": place} if place else {})
        live(register, "2026-03-01", key=f"{number}", values=values, branch=Branch.DUTY)
    at_the_desk(uow, replace(make_report(), values={**make_report().values, "place": "老城"}))
    found = places(uow, replace(YEAR, reports=True), KNOWN)
    assert found.named == {"城关街道": 2, "石桥镇": 1}
    assert found.unnamed == 2, "the report is not opened"
    assert split_small(found, 2) == ({"城关街道": 2}, 1, 1)


# --- spikes ---------------------------------------------------------------------------------------------------------------------


def test_a_day_far_above_the_same_weekday_of_eight_weeks_is_flagged(register: Register, uow: UnitOfWork) -> None:
    many(register, SATURDAY - timedelta(weeks=9), 1, Matter.LAND)
    for week in range(1, 9):
        many(register, SATURDAY - timedelta(weeks=week), 1)
    many(register, SATURDAY, 5)
    many(register, SATURDAY, 4, Matter.HOUSING)
    (spike,) = spikes(uow, YEAR, SATURDAY, RULE) or []
    assert (spike.matter, spike.count, spike.before) == (Matter.LABOUR, 5, (1,) * 8)
    assert spike.limit == pytest.approx(4.0)


def test_other_weekdays_do_not_count(register: Register, uow: UnitOfWork) -> None:
    many(register, SATURDAY - timedelta(weeks=9), 1, Matter.LAND)
    many(register, SATURDAY - timedelta(days=1), 9)
    many(register, SATURDAY, 5)
    (spike,) = spikes(uow, YEAR, SATURDAY, RULE) or []
    assert spike.before == (0,) * 8


def test_a_young_register_says_nothing(register: Register, uow: UnitOfWork) -> None:
    assert spikes(uow, YEAR, SATURDAY, RULE) is None
    many(register, SATURDAY, 9)
    assert spikes(uow, YEAR, SATURDAY, RULE) is None


def test_usual_days_are_not_flagged() -> None:
    assert not RULE.is_spike(7, (4, 5, 6, 4, 5, 4, 6, 5))
    assert not RULE.is_spike(4, (0,) * 8)
    assert RULE.is_spike(12, (4, 5, 6, 4, 5, 4, 6, 5))


def test_days_without_anything_are_days_too() -> None:
    days = every_day({date(2026, 3, 2): 4}, date(2026, 3, 1), date(2026, 3, 3))
    assert list(days.values()) == [0, 4, 0]
