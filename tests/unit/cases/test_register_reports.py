"""A report is for the discipline role alone; nothing of it can be compared, shown or logged."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select

from cases import sealed
from cases.ciphers import WrongKey
from cases.database import UnitOfWork
from cases.file import Receipt, file_petition
from cases.models import Case, OutboxRow
from cases.policy import NotPermitted, StaffRole
from petition.draft import Filing
from petition.matters import Matter, PetitionType
from tests.unit.cases.factories import ADDRESS, NAME, NOON, OFFICE, PHONE, VALUES, make_filing

STORY = "民政所所长收了贫困户的红包"


def make_report(filing_key: str = "report-1") -> Filing:
    values = {**VALUES, "narrative": STORY, "respondent": "张湾乡民政所所长"}
    return make_filing(filing_key, type=PetitionType.REPORT, matter=Matter.DISCIPLINE, branch=None, values=values)


def file_it(uow: UnitOfWork, filing: Filing) -> Receipt:
    return file_petition(uow, filing, office=OFFICE, now=NOON)


def case_of(uow: UnitOfWork, receipt: Receipt) -> Case:
    return uow.session.scalars(select(Case).where(Case.number == receipt.number)).one()


def test_only_discipline_opens_the_words_and_the_persons_of_a_report(uow: UnitOfWork) -> None:
    case = case_of(uow, file_it(uow, make_report()))
    for opened in (sealed.values_of, sealed.parties_of):
        with pytest.raises(NotPermitted):
            opened(uow.ciphers, case)
        with pytest.raises(NotPermitted):
            opened(uow.ciphers, case, StaffRole.CLERK)
    assert sealed.values_of(uow.ciphers, case, StaffRole.DISCIPLINE)["narrative"] == STORY
    (party,) = sealed.parties_of(uow.ciphers, case, StaffRole.DISCIPLINE)
    assert (party.name, party.address, party.phone) == (NAME, ADDRESS, PHONE)


OUTSIDERS = {StaffRole.AUDITOR, StaffRole.ADMIN, StaffRole.AUTHOR, StaffRole.APPROVER}


@pytest.mark.parametrize("role", sorted(OUTSIDERS))
def test_who_only_looks_after_the_log_the_machine_or_the_answers_opens_nothing(
    uow: UnitOfWork, role: StaffRole
) -> None:
    case = case_of(uow, file_it(uow, make_filing()))
    with pytest.raises(NotPermitted):
        sealed.values_of(uow.ciphers, case, role)


@pytest.mark.parametrize("role", sorted(set(StaffRole) - OUTSIDERS))
def test_every_role_that_handles_petitions_opens_a_claim(uow: UnitOfWork, role: StaffRole) -> None:
    case = case_of(uow, file_it(uow, make_filing()))
    assert sealed.values_of(uow.ciphers, case, role)["narrative"] == VALUES["narrative"]


def test_the_key_of_claims_opens_no_report(uow: UnitOfWork) -> None:
    case = case_of(uow, file_it(uow, make_report()))
    for row in case.texts:
        with pytest.raises(WrongKey):
            uow.ciphers.open(row.value_sealed, f"case_texts.value:{row.id}")
        row.sealed_for = "data"  # a clerk who changes the column gains nothing
    uow.session.flush()
    with pytest.raises(WrongKey):
        sealed.values_of(uow.ciphers, case)


def test_nothing_of_a_report_can_be_compared(uow: UnitOfWork) -> None:
    case = case_of(uow, file_it(uow, make_report()))
    assert (case.respondent_index, case.place_index, case.sketch) == (None, None, None)
    assert {(each.name_index, each.phone_index, each.address_index) for each in case.parties} == {(None, None, None)}


def test_logs_and_notices_name_neither_type_nor_words(uow: UnitOfWork, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = file_it(uow, make_report())
    payloads = " ".join(row.payload for row in uow.session.scalars(select(OutboxRow)))
    assert receipt.number in payloads
    for word in (STORY, NAME, PHONE, "report", "discipline", "民政所"):
        assert word not in payloads
        assert word not in caplog.text
