"""The list at the desk: what it shows, in which order, and page after page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases import queue
from cases.database import UnitOfWork
from cases.models import Case
from cases.queue import OVER, Filters, Mark, Row, counts, overdue, page
from cases.synthetic import fill
from petition.matters import PetitionType
from petition.stages import Stage
from tests.unit.cases.factories import NOON

TODAY = NOON.date()
EVERYTHING = Filters(stages=frozenset(Stage), reports=True)


@pytest.fixture
def filled(uow: UnitOfWork) -> UnitOfWork:
    fill(uow, 150, now=NOON, days=150)
    return uow


def walk(uow: UnitOfWork, filters: Filters, rows: int = 7) -> list[Row]:
    """Page after page to the end."""
    found: list[Row] = []
    after: Mark | None = None
    while True:
        one = page(uow, filters, after, now=NOON, rows=rows)
        found += one.rows
        assert len(one.rows) <= rows
        if one.after is None:
            return found
        after = one.after


def all_of(uow: UnitOfWork) -> list[Case]:
    return list(uow.session.scalars(select(Case)))


@pytest.mark.parametrize("rows", [1, 7, 200])
def test_the_pages_together_are_everything_once(filled: UnitOfWork, rows: int) -> None:
    found = walk(filled, EVERYTHING, rows)
    assert len(found) == len({row.id for row in found}) == 150


def test_the_next_last_day_stands_first_and_those_without_one_at_the_end(filled: UnitOfWork) -> None:
    days = [row.due_on or date.max for row in walk(filled, EVERYTHING)]
    assert days == sorted(days)
    assert days[0] < TODAY < date.max == days[-1]


def test_a_row_tells_how_long_there_is(filled: UnitOfWork) -> None:
    first = page(filled, Filters(), now=NOON).rows[0]
    assert first.due_on is not None
    assert first.days_left == (first.due_on - TODAY).days < 0


def test_what_is_over_is_not_shown_unless_asked_for(filled: UnitOfWork) -> None:
    shown = walk(filled, Filters(reports=True))
    assert len(shown) == sum(case.stage not in OVER for case in all_of(filled))
    over = walk(filled, Filters(stages=frozenset(OVER), reports=True))
    assert {row.stage for row in over} == set(OVER)


def test_reports_are_hidden_from_who_may_not_open_them(filled: UnitOfWork) -> None:
    hidden = sum(case.type == PetitionType.REPORT for case in all_of(filled))
    assert hidden
    without = Filters(stages=frozenset(Stage))
    assert page(filled, without, now=NOON).total == 150 - hidden
    assert counts(filled, without, now=NOON).total == 150 - hidden
    assert counts(filled, EVERYTHING, now=NOON).total == 150
    only = Filters(stages=frozenset(Stage), types=frozenset({PetitionType.REPORT}))
    assert page(filled, only, now=NOON).rows == ()


def test_it_can_be_narrowed(filled: UnitOfWork) -> None:
    made = [case for case in all_of(filled) if case.stage not in OVER]
    body = next(case.body for case in made if case.body)
    clerk = next(case.clerk for case in made if case.clerk)
    for filters, is_meant in (
        (Filters(body=body, reports=True), lambda case: case.body == body),
        (Filters(body="", reports=True), lambda case: case.body is None),
        (Filters(clerk=clerk, reports=True), lambda case: case.clerk == clerk),
        (Filters(doors=frozenset({"visit"}), reports=True), lambda case: case.door == "visit"),
        (Filters(stages=frozenset({Stage.HANDLING}), reports=True), lambda case: case.stage == Stage.HANDLING),
        (Filters(urgent=True, reports=True), lambda case: case.urgent),
        (Filters(office="XF"), lambda case: False),
    ):
        meant = {case.id for case in made if is_meant(case)}
        assert {row.id for row in walk(filled, filters)} == meant
        assert page(filled, filters, now=NOON).total == len(meant)


def test_the_late_ones(filled: UnitOfWork) -> None:
    late = {case.id for case in all_of(filled) if case.due_on and case.due_on < TODAY}
    found = overdue(filled, Filters(reports=True), now=NOON)
    assert {row.id for row in found.rows} == late
    counted = counts(filled, Filters(reports=True), now=NOON)
    assert counted.late == len(late)
    soon = {case.id for case in all_of(filled) if case.due_on and TODAY <= case.due_on <= TODAY + timedelta(days=5)}
    assert counted.soon == len(soon)


def test_many_are_counted_only_so_far(filled: UnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 20)
    assert page(filled, EVERYTHING, now=NOON).counted == "20以上"
    assert page(filled, Filters(office="XF"), now=NOON).counted == "0"


def test_a_merged_case_is_shown_as_its_main_case_only(filled: UnitOfWork) -> None:
    first, second = page(filled, Filters(), now=NOON).rows[:2]
    with filled.session.get_bind().begin() as connection:
        connection.execute(Case.__table__.update().where(Case.id == second.id).values(merged_into=first.id))
    assert second.id not in {row.id for row in walk(filled, EVERYTHING)}
