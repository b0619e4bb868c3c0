"""Repeats that are carried on under one main case, and cases that belong together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from cases.acts import withdraw
from cases.acts.common import Done, hold
from cases.acts.merged import release
from cases.database import Register, UnitOfWork
from cases.merging import attachments_of_all, link, linked_to, merge, supplements_of_all, unlink, unmerge
from cases.models import Attachment, Case
from cases.policy import NotPermitted, StaffRole
from cases.supplement import supplement
from cases.track import track
from petition.errors import CaseNotFound, Conflict, NotAllowed, NotComplete
from petition.matters import Matter
from petition.parties import Confidentiality
from petition.stages import Act, Event, Role, Stage, find_step
from tests.unit.cases.acting import BUREAU, CLERK, DISCIPLINE, HANDLER, Desk, at_the_desk, day, make_report, on, staff
from tests.unit.cases.factories import make_filing
from tests.unit.cases.rows import noted, petitioner, scan

OTHER = petitioner("秦小雨", "河口村一组", "13900000002")
ELSEWHERE: dict[str, Any] = {"narrative": "村口的路灯坏了半年没有人修", "request": "修好路灯", "respondent": "镇政府"}


def one(uow: UnitOfWork, key: str = "one", **changes: Any) -> Desk:
    return at_the_desk(uow, make_filing(key, **changes))


def stranger(uow: UnitOfWork, key: str = "stranger", **changes: Any) -> Desk:
    """Somebody else, about something else."""
    return one(uow, key, **({"parties": OTHER, "values": ELSEWHERE, "matter": Matter.GOVERNANCE} | changes))


def join(uow: UnitOfWork, repeat: Desk, main: Desk, number: int = 3, who: Any = CLERK) -> None:
    merge(uow, repeat.id, main.id, who, reason="同一人同一事", now=day(number))


def test_a_repeat_keeps_number_and_code_and_shows_the_road_of_the_main_case(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    main.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    join(uow, repeat, main)
    number = repeat.case.number
    view = track(uow, number, repeat.code, client="c", now=day(4))
    assert (view.number, view.road.stage) == (number, Stage.FORWARDED)
    assert repeat.case.due_on is None, "the clock of the main case counts"
    assert main.case.due_on is not None


def test_it_is_noted_with_both_cases(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    join(uow, repeat, main)
    assert ("clerk", "merge-repeat") in noted(uow, main.id)
    assert ("clerk", "act:merge") in noted(uow, repeat.id)


def test_taken_apart_it_goes_on_from_where_it_stood_with_its_own_days(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    due = repeat.case.due_on
    join(uow, repeat, main)
    unmerge(uow, repeat.id, CLERK, reason="其实是两件事", now=day(5))
    case = repeat.case
    assert (case.merged_into, case.stage, case.due_on) == (None, Stage.REGISTERED, due)
    repeat.do(Act.FORWARD, CLERK, 6, body=BUREAU)


def test_while_it_is_merged_it_is_not_sent_and_not_merged_again(uow: UnitOfWork) -> None:
    main, repeat, third = one(uow), one(uow, "two"), one(uow, "three")
    join(uow, repeat, main)
    with pytest.raises(NotAllowed):
        repeat.do(Act.FORWARD, CLERK, 4, body=BUREAU)
    with pytest.raises(NotAllowed):
        join(uow, repeat, third)
    with pytest.raises(NotAllowed):
        unmerge(uow, third.id, CLERK, reason="", now=day(4))


def test_there_are_no_chains_and_no_cycles(uow: UnitOfWork) -> None:
    main, repeat, third = one(uow), one(uow, "two"), one(uow, "three")
    with pytest.raises(NotAllowed):
        join(uow, main, main)
    join(uow, repeat, main)
    for below, above in ((main, repeat), (third, repeat), (main, third)):
        with pytest.raises(NotAllowed):
            join(uow, below, above)
    join(uow, third, main)


def test_nothing_is_carried_on_under_a_case_that_is_over(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    withdraw(uow, main.citizen, now=day(1))
    with pytest.raises(NotAllowed) as caught:
        join(uow, repeat, main)
    assert caught.value.details["citation"] == "《信访工作条例》第十九条第三款"
    assert repeat.case.merged_into is None


def test_what_was_merged_into_a_case_that_is_taken_back_goes_its_own_way(uow: UnitOfWork) -> None:
    main, repeat, third = one(uow), one(uow, "two"), one(uow, "three")
    due = repeat.case.due_on
    join(uow, repeat, main)
    join(uow, third, main)
    withdraw(uow, third.citizen, now=day(4))
    step = find_step(Stage.REGISTERED, Act.WITHDRAW, Role.PETITIONER)
    taken_back = Done(Event(on(5), Act.WITHDRAW, Stage.WITHDRAWN, Role.PETITIONER), step, "petitioner", day(5))
    uow.write(lambda: release(uow, hold(uow, main.id), taken_back))
    assert (repeat.case.merged_into, repeat.case.due_on) == (None, due)
    assert third.case.stage == Stage.WITHDRAWN


def test_strangers_are_merged_only_where_their_matter_is_known_to_be_one(uow: UnitOfWork) -> None:
    main, other = one(uow), stranger(uow)
    with pytest.raises(NotAllowed):
        join(uow, other, main)
    link(uow, other.id, main.id, CLERK, reason="同一个工地", now=day(3))
    join(uow, other, main)
    assert other.case.merged_into == main.id


def test_one_name_alone_is_not_one_person(uow: UnitOfWork) -> None:
    main = one(uow)
    namesake = stranger(uow, parties=petitioner(address="别处", phone="13900000003"))
    with pytest.raises(NotAllowed):
        join(uow, namesake, main)


@pytest.mark.parametrize("secret", ["main", "repeat"])
def test_a_confidential_filing_is_not_shown_to_strangers(uow: UnitOfWork, secret: str) -> None:
    hidden = {"confidentiality": Confidentiality.CONFIDENTIAL}
    main = one(uow, **(hidden if secret == "main" else {}))
    other = stranger(uow, **(hidden if secret == "repeat" else {}))
    link(uow, other.id, main.id, CLERK, now=day(1))
    with pytest.raises(NotAllowed):
        join(uow, other, main)


def test_reports_are_merged_with_reports_and_by_the_discipline_role(uow: UnitOfWork) -> None:
    main, repeat = at_the_desk(uow, make_report("r-1")), at_the_desk(uow, make_report("r-2"))
    claim = one(uow)
    for below, above, who in ((repeat, claim, DISCIPLINE), (claim, repeat, CLERK)):
        with pytest.raises(NotAllowed):
            join(uow, below, above, who=who)
    with pytest.raises(NotPermitted):
        join(uow, repeat, main)
    join(uow, repeat, main, who=DISCIPLINE)
    assert repeat.case.merged_into == main.id


def test_reports_of_different_people_are_strangers_too(uow: UnitOfWork) -> None:
    main = at_the_desk(uow, make_report("r-1"))
    other = at_the_desk(uow, replace(make_report("r-2"), parties=OTHER))
    with pytest.raises(NotAllowed):
        join(uow, other, main, who=DISCIPLINE)


def test_a_merge_says_into_what_and_into_something_that_is_there(uow: UnitOfWork) -> None:
    repeat = one(uow)
    with pytest.raises(NotComplete):
        repeat.do(Act.MERGE, CLERK, 1)
    with pytest.raises(CaseNotFound):
        repeat.do(Act.MERGE, CLERK, 1, into="unknown")


def test_an_organ_merges_nothing(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    with pytest.raises((NotPermitted, NotAllowed)):
        join(uow, repeat, main, who=HANDLER)


def test_what_was_added_to_a_repeat_is_read_with_the_main_case(uow: UnitOfWork) -> None:
    main, repeat = one(uow), one(uow, "two")
    join(uow, repeat, main)
    paper = scan(uow)
    supplement(uow, repeat.id, {"narrative": "公司又停了食堂", "evidence": [paper]}, filing_key="s-1", now=day(4))
    supplement(uow, main.id, {"narrative": "附上考勤"}, filing_key="s-2", now=day(4))
    added = supplements_of_all(uow, main.id, CLERK, now=day(5))
    assert {number: [each["narrative"] for each in rows] for number, rows in added.items()} == {
        main.case.number: ["附上考勤"],
        repeat.case.number: ["公司又停了食堂"],
    }
    (piece,) = attachments_of_all(uow, main.id, CLERK, now=day(5))
    assert (piece.id, piece.number) == (paper, repeat.case.number)
    assert uow.session.get_one(Attachment, paper).case_id == repeat.id
    assert noted(uow, main.id)[-2:] == [("clerk", "read:supplements"), ("clerk", "read:attachments")]


def test_another_organ_reads_none_of_it(uow: UnitOfWork) -> None:
    main = one(uow)
    water = staff("water", StaffRole.HANDLER, body="县水利局")
    for read in (supplements_of_all, attachments_of_all, linked_to):
        with pytest.raises(NotPermitted):
            read(uow, main.id, water, now=day(1))  # type: ignore[operator]


def test_a_link_is_made_once_seen_from_both_sides_and_taken_away(uow: UnitOfWork) -> None:
    first, second = one(uow), stranger(uow)
    link(uow, first.id, second.id, CLERK, now=day(1))
    link(uow, second.id, first.id, CLERK, now=day(1))
    assert linked_to(uow, first.id, CLERK, now=day(1)) == ((second.case.number, "related"),)
    assert linked_to(uow, second.id, CLERK, now=day(1)) == ((first.case.number, "related"),)
    unlink(uow, first.id, second.id, CLERK, now=day(2))
    assert linked_to(uow, first.id, CLERK, now=day(2)) == ()


def test_a_report_is_linked_with_reports_alone(uow: UnitOfWork) -> None:
    report, claim = at_the_desk(uow, make_report("r-1")), one(uow)
    other = at_the_desk(uow, make_report("r-2"))
    for who in (CLERK, DISCIPLINE):
        with pytest.raises(NotAllowed):
            link(uow, report.id, claim.id, who, now=day(1))
    with pytest.raises(NotPermitted):
        link(uow, report.id, other.id, CLERK, now=day(1))
    link(uow, report.id, other.id, DISCIPLINE, now=day(1))
    assert linked_to(uow, report.id, DISCIPLINE, now=day(1)) == ((other.case.number, "related"),)


def test_a_case_is_not_linked_with_itself(uow: UnitOfWork) -> None:
    desk = one(uow)
    with pytest.raises(NotAllowed):
        link(uow, desk.id, desk.id, CLERK, now=day(1))


def test_a_refused_merge_leaves_nothing_behind(uow: UnitOfWork) -> None:
    main, other = one(uow), stranger(uow)
    before = noted(uow, other.id)
    with pytest.raises(NotAllowed):
        join(uow, other, main)
    assert noted(uow, other.id) == before
    assert len(uow.session.scalars(select(Case).where(Case.id == other.id)).one().history) == 1


def test_two_clerks_who_merge_both_ways_at_once_make_no_cycle(register: Register, uow: UnitOfWork) -> None:
    ids = [one(uow).id, one(uow, "two").id]

    def attempt(number: int) -> str:
        with register.unit_of_work() as mine:
            try:
                merge(mine, ids[number % 2], ids[1 - number % 2], CLERK, reason="", now=day(3))
            except (Conflict, NotAllowed) as refused:
                return refused.code
        return "merged"

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(attempt, range(4))).count("merged") <= 1
    uow.rollback()
    assert len(uow.session.scalars(select(Case).where(Case.merged_into.is_not(None))).all()) <= 1
