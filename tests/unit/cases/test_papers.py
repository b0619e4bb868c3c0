"""Papers in the register: sealed, one of a kind, for their own conversation only, and gone with it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cases.conversations import close_conversation, open_conversation
from cases.database import UnitOfWork
from cases.file import file_petition
from cases.filed import filed_draft
from cases.models import PaperRow
from cases.papers import find_paper, keep_paper, keep_pdf
from petition.errors import UnknownConversation
from petition.matters import PetitionType
from petition.parties import Confidentiality, Party, PartyRole
from tests.unit.cases.factories import ADDRESS, NAME, NARRATIVE, NOON, OFFICE, PHONE, VALUES, make_filing

LETTER = "马小云的信".encode()


def keep(uow: UnitOfWork, conversation: str, content: bytes = LETTER, paper: str = "petition-letter") -> str:
    return keep_paper(uow, conversation, paper, "信访信", content, now=NOON)


@pytest.fixture
def conversation(uow: UnitOfWork) -> str:
    return open_conversation(uow, "web", NOON)[0]


def count(uow: UnitOfWork) -> int:
    held = uow.session.scalar(select(func.count()).select_from(PaperRow)) or 0
    uow.rollback()
    return held


def test_a_paper_is_found_by_its_conversation_only(uow: UnitOfWork, conversation: str) -> None:
    paper = keep(uow, conversation)
    found = find_paper(uow, conversation, paper)
    assert found is not None
    assert (found.title, found.docx, found.pdf) == ("信访信", LETTER, None)
    assert find_paper(uow, open_conversation(uow, "web", NOON)[0], paper) is None
    assert find_paper(uow, conversation, "another") is None


def test_it_lies_sealed(uow: UnitOfWork, conversation: str) -> None:
    paper = keep(uow, conversation)
    keep_pdf(uow, paper, LETTER)
    row = uow.session.scalars(select(PaperRow)).one()
    assert row.pdf_sealed
    assert LETTER not in row.docx_sealed + row.pdf_sealed
    assert "小云" not in repr(find_paper(uow, conversation, paper))


def test_written_anew_it_takes_the_place_of_the_earlier_one(uow: UnitOfWork, conversation: str) -> None:
    first, other = keep(uow, conversation), keep(uow, conversation, paper="review")
    keep_pdf(uow, first, b"%PDF")
    second = keep(uow, conversation, b"new")
    assert find_paper(uow, conversation, first) is None
    found = find_paper(uow, conversation, second)
    assert found is not None
    assert (found.docx, found.pdf) == (b"new", None)
    assert find_paper(uow, conversation, other) is not None


def test_a_pdf_stays_with_its_paper_and_a_paper_that_is_gone_is_no_fault(uow: UnitOfWork, conversation: str) -> None:
    paper = keep(uow, conversation)
    keep_pdf(uow, paper, b"%PDF")
    keep_pdf(uow, "gone", b"%PDF")
    found = find_paper(uow, conversation, paper)
    assert found is not None
    assert found.pdf == b"%PDF"


def test_the_end_of_the_conversation_is_the_end_of_its_papers(uow: UnitOfWork, conversation: str) -> None:
    keep(uow, conversation)
    keep(uow, open_conversation(uow, "web", NOON)[0])
    close_conversation(uow, conversation)
    assert count(uow) == 1


def test_nothing_is_kept_for_a_conversation_that_is_over(uow: UnitOfWork) -> None:
    with pytest.raises(UnknownConversation):
        keep(uow, "over")
    assert count(uow) == 0


def test_what_was_filed_comes_back_as_the_draft(uow: UnitOfWork) -> None:
    parties = (
        Party(PartyRole.PETITIONER, NAME, ADDRESS, PHONE),
        Party(PartyRole.REPRESENTATIVE, "秦小雨"),
        Party(PartyRole.REPRESENTATIVE, "谢芳"),
        Party(PartyRole.BENEFICIARY, "我母亲王桂英"),
    )
    filing = make_filing(parties=parties, confidentiality=Confidentiality.CONFIDENTIAL)
    file_petition(uow, filing, office=OFFICE, now=NOON)
    assert filed_draft(uow, filing.filing_key) == {
        **VALUES,
        "name": NAME,
        "address": ADDRESS,
        "phone": PHONE,
        "people": ("秦小雨", "谢芳"),
        "on_behalf_of": "我母亲王桂英",
        "confidentiality": "confidential",
    }


def test_a_report_stays_sealed_and_an_unknown_key_gives_nothing(uow: UnitOfWork) -> None:
    report = make_filing("report", type=PetitionType.REPORT, branch=None, values={**VALUES, "narrative": NARRATIVE})
    file_petition(uow, report, office=OFFICE, now=NOON)
    assert filed_draft(uow, "report") == {}
    assert filed_draft(uow, "another") == {}
