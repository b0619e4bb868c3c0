"""Petitions from every door: letters, visits and calls that staff enter as the citizen's own cases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.actors import Actor
from cases.database import UnitOfWork
from cases.doors import enter
from cases.file import Receipt
from cases.models import Attachment, Case
from cases.policy import NotPermitted, StaffRole
from cases.sealed import parties_of, values_of
from cases.track import track
from petition.doors import Door
from petition.errors import InvalidValue, TooManyRepresentatives
from petition.matters import Matter, PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from tests.unit.cases.acting import CLERK, DISCIPLINE, HANDLER, HEAD, staff
from tests.unit.cases.factories import NAME, NOON, OFFICE, make_filing
from tests.unit.cases.rows import noted, petitioner, scan

TODAY = date(2026, 11, 21)


def entered(
    uow: UnitOfWork, door: Door = Door.LETTER, actor: Actor = CLERK, key: str = "letter-1", **given: Any
) -> Receipt:
    changes = {
        name: given.pop(name) for name in ("parties", "confidentiality", "type", "matter", "branch") if name in given
    }
    said = {"received_on": TODAY, **given}
    return enter(uow, make_filing(key, **changes), door, actor, office=OFFICE, now=NOON, **said)


def only_case(uow: UnitOfWork) -> Case:
    return uow.session.scalars(select(Case)).one()


@pytest.mark.parametrize("door", [Door.LETTER, Door.VISIT, Door.CALL])
def test_it_is_the_citizens_own_case_with_number_and_query_code(uow: UnitOfWork, door: Door) -> None:
    receipt = entered(uow, door)
    seen = track(uow, receipt.number, receipt.query_code, client="c", now=NOON)
    assert (seen.number, seen.stage) == (receipt.number, "registered")
    case = only_case(uow)
    assert (case.door, case.entered_by, case.surface) == (door.value, "clerk", "desk")
    assert noted(uow, case.id) == [("clerk", "petition-filed")]


def test_the_15_days_run_from_the_day_the_letter_came(uow: UnitOfWork) -> None:
    """第二十二条第一款: 15 days from receipt, here the 17th; it was opened and entered four days later."""
    entered(uow, received_on=date(2026, 11, 17))
    case = only_case(uow)
    assert case.due_on == date(2026, 12, 2)
    assert (case.history[0].on, case.history[0].received_on) == (TODAY, date(2026, 11, 17))


def test_a_retry_gets_the_same_receipt_and_takes_nothing_twice(uow: UnitOfWork) -> None:
    paper = scan(uow)
    first = entered(uow, scans=[paper])
    again = entered(uow, scans=[paper])
    assert (again.number, again.query_code) == (first.number, first.query_code)
    assert uow.session.scalar(select(func.count()).select_from(Case)) == 1


def test_the_scan_of_a_letter_belongs_to_the_case(uow: UnitOfWork) -> None:
    paper = scan(uow)
    entered(uow, scans=[paper])
    case = only_case(uow)
    assert uow.session.get_one(Attachment, paper).case_id == case.id
    assert values_of(uow.ciphers, case)["evidence"] == [paper]


def test_a_scan_of_another_case_or_of_none_is_refused_and_nothing_is_registered(uow: UnitOfWork) -> None:
    paper = scan(uow)
    entered(uow, scans=[paper])
    for wrong in (paper, "unknown"):
        with pytest.raises(InvalidValue):
            entered(uow, key="letter-2", scans=[wrong])
    only_case(uow)


def test_nothing_was_received_tomorrow(uow: UnitOfWork) -> None:
    with pytest.raises(InvalidValue, match="date-future"):
        entered(uow, received_on=TODAY + timedelta(days=1))


def test_at_most_five_speak_for_a_group_that_comes(uow: UnitOfWork) -> None:
    people = [Party(PartyRole.REPRESENTATIVE, f"张{number}山") for number in "一二三四五六"]
    with pytest.raises(TooManyRepresentatives):
        entered(uow, Door.VISIT, parties=(*petitioner(), *people))
    entered(uow, Door.VISIT, parties=(*petitioner(), *people[:5]))
    assert len(parties_of(uow.ciphers, only_case(uow))) == 6


def test_a_call_without_a_name_is_registered_all_the_same(uow: UnitOfWork) -> None:
    receipt = entered(uow, Door.CALL, parties=(), confidentiality=Confidentiality.ANONYMOUS)
    assert track(uow, receipt.number, receipt.query_code, client="c", now=NOON).stage == "registered"


@pytest.mark.parametrize("actor", [HEAD, HANDLER, DISCIPLINE, staff("both", StaffRole.CLERK, body="区水利局")])
def test_only_the_registering_office_enters(uow: UnitOfWork, actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        entered(uow, actor=actor)


def test_a_citizen_files_over_the_network_and_nobody_for_them(uow: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="network"):
        entered(uow, Door.NETWORK)


@pytest.mark.parametrize("actor", [CLERK, DISCIPLINE])
def test_a_report_that_came_by_letter_is_sealed_from_whoever_entered_it(uow: UnitOfWork, actor: Actor) -> None:
    entered(uow, actor=actor, type=PetitionType.REPORT, matter=Matter.DISCIPLINE, branch=None)
    case = only_case(uow)
    with pytest.raises(NotPermitted):
        parties_of(uow.ciphers, case)
    assert parties_of(uow.ciphers, case, StaffRole.DISCIPLINE)[0].name == NAME
