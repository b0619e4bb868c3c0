"""Adding to a case: sealed like the case, once, and seen in its history."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cases import audit
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.file import file_petition
from cases.history import record_event
from cases.models import Case
from cases.policy import NotPermitted, StaffRole
from cases.supplement import opened_supplements, supplement
from cases.track import track
from petition.draft import Filing
from petition.errors import NotAllowed
from petition.matters import PetitionType
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import NOON, OFFICE, make_filing

MORE = {"narrative": "老板昨天又说年底再给", "request": "请付清"}


def filed(uow: UnitOfWork, filing: Filing | None = None) -> Case:
    receipt = file_petition(uow, filing or make_filing(), office=OFFICE, now=NOON)
    return uow.session.scalars(select(Case).where(Case.number == receipt.number)).one()


def test_it_stands_with_the_case_and_in_its_history(uow: UnitOfWork) -> None:
    case = filed(uow)
    assert supplement(uow, case.id, MORE, filing_key="more", now=NOON) == case.number
    assert opened_supplements(uow, case.id, StaffRole.CLERK) == [MORE]
    code = uow.ciphers.query_code("filing-1")
    view = track(uow, case.number, code, client="c", now=NOON)
    assert [each.act for each in view.history] == [Act.REGISTER, Act.SUPPLEMENT]
    assert view.stage is Stage.REGISTERED


def test_a_retry_adds_nothing(uow: UnitOfWork) -> None:
    case = filed(uow)
    for _ in range(2):
        supplement(uow, case.id, MORE, filing_key="more", now=NOON)
    assert len(opened_supplements(uow, case.id, StaffRole.CLERK)) == 1


def test_what_is_added_to_a_report_is_sealed_with_it(uow: UnitOfWork) -> None:
    case = filed(uow, make_filing(type=PetitionType.REPORT))
    supplement(uow, case.id, MORE, filing_key="more", now=NOON)
    with pytest.raises(NotPermitted):
        opened_supplements(uow, case.id, StaffRole.CLERK)
    assert opened_supplements(uow, case.id, StaffRole.DISCIPLINE) == [MORE]


def test_a_case_that_is_over_takes_nothing(uow: UnitOfWork) -> None:
    case = filed(uow)
    gone = Event(NOON.date(), Act.WITHDRAW, Stage.WITHDRAWN, Role.PETITIONER, None, None)
    record_event(uow.session, case, gone, at=NOON)
    audit.note(uow.session, Entry(NOON, "petitioner", "test", case.id))
    uow.commit()
    with pytest.raises(NotAllowed):
        supplement(uow, case.id, MORE, filing_key="more", now=NOON)
    assert opened_supplements(uow, case.id, StaffRole.CLERK) == []
