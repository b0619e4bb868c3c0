"""Filing: everything or nothing, once however often it is asked for, with a number that has no gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases import audit, outbox, sealed
from cases.audit import Entry
from cases.database import Register, UnitOfWork
from cases.file import file_petition
from cases.history import HistoryMissing, HistoryRewritten, events_of, record_event
from cases.models import Attachment, Audit, Base, Case, CaseText, History, OutboxRow, Party
from petition import parties as petition_parties
from petition.parties import Confidentiality, PartyRole
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import NAME, NOON, OFFICE, PHONE, VALUES, file_one, make_filing

FILED_TABLES = (Case, CaseText, Party, History, Audit, OutboxRow)


def only_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def rows(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_filing_is_in_the_register_with_all_that_was_said(register: Register, uow: UnitOfWork) -> None:
    receipt = file_one(register)
    case = only_case(uow.session)
    assert (receipt.number, receipt.filed_at) == ("XF-20261121-1", NOON)
    assert (case.number, case.stage, case.matter, case.branch) == (receipt.number, "registered", "labour", 6)
    assert sealed.values_of(register.ciphers, case) == VALUES
    assert sealed.parties_of(register.ciphers, case) == make_filing().parties
    assert [(event.act, event.to, event.on.isoformat()) for event in events_of(case)] == [
        (Act.REGISTER, Stage.REGISTERED, "2026-11-21")
    ]
    assert [(row.act, row.actor, row.case_id) for row in uow.session.scalars(select(Audit))] == [
        ("petition-filed", "petitioner", case.id)
    ]


def test_the_outbox_tells_of_the_filing_without_personal_data(register: Register, uow: UnitOfWork) -> None:
    number = file_one(register).number
    (message,) = outbox.claim(uow, now=NOON)
    assert (message.kind, message.payload) == ("petition-filed", {"number": number})


def test_a_retry_gets_the_same_receipt_and_no_second_case(register: Register, uow: UnitOfWork) -> None:
    first = file_one(register)
    again = file_one(register, now=NOON + timedelta(days=2))
    assert (again, again.query_code) == (first, first.query_code)
    assert [rows(uow.session, table) for table in FILED_TABLES] == [1, len(VALUES), 1, 1, 1, 1]


def test_two_filings_have_two_numbers_and_two_codes(register: Register) -> None:
    first, second = file_one(register, "filing-1"), file_one(register, "filing-2")
    assert [first.number, second.number] == ["XF-20261121-1", "XF-20261121-2"]
    assert first.query_code != second.query_code


def test_numbers_are_counted_per_office_and_per_day_in_china(register: Register) -> None:
    before_midnight = datetime(2026, 11, 21, 15, 59, tzinfo=UTC)
    after_midnight = before_midnight + timedelta(minutes=1)
    assert file_one(register, "a", now=before_midnight).number == "XF-20261121-1"
    assert file_one(register, "b", now=after_midnight).number == "XF-20261122-1"
    assert file_one(register, "c", now=after_midnight, office="HD").number == "HD-20261122-1"


def test_threads_that_share_a_register_file_side_by_side(register: Register) -> None:
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda key: file_one(register, key), [f"filing-{number % 9}" for number in range(18)]))
    assert {receipt.number for receipt in receipts} == {f"XF-20261121-{number}" for number in range(1, 10)}
    assert receipts[:9] == receipts[9:]


def test_a_failed_filing_leaves_nothing_and_uses_no_number(register: Register, uow: UnitOfWork) -> None:
    broken = make_filing("broken", values={"narrative": object()})
    with register.unit_of_work() as failing, pytest.raises(TypeError):
        file_petition(failing, broken, office=OFFICE, now=NOON)
    assert [rows(uow.session, table) for table in FILED_TABLES] == [0] * len(FILED_TABLES)
    uow.rollback()
    assert file_one(register).number == "XF-20261121-1"


def test_a_filing_needs_its_key(uow: UnitOfWork) -> None:
    with pytest.raises(ValueError, match="filing key"):
        file_petition(uow, make_filing(""), office=OFFICE, now=NOON)


def test_an_anonymous_filing_keeps_no_party_but_the_phone_that_was_given(register: Register, uow: UnitOfWork) -> None:
    values = {"narrative": VALUES["narrative"], "phone": PHONE}
    filing = make_filing(values=values, confidentiality=Confidentiality.ANONYMOUS, parties=())
    file_petition(uow, filing, office=OFFICE, now=NOON)
    assert rows(uow.session, Party) == 0
    assert sealed.values_of(register.ciphers, only_case(uow.session)) == values


def test_a_signed_filing_names_nobody_outside_its_parties(register: Register, uow: UnitOfWork) -> None:
    said = {**VALUES, "name": NAME, "phone": PHONE, "people": ["秦小雨"], "on_behalf_of": "母亲"}
    file_petition(uow, make_filing(values=said, parties=petition_parties.parties_of(said)), office=OFFICE, now=NOON)
    case = only_case(uow.session)
    assert sealed.values_of(register.ciphers, case) == VALUES
    assert [(party.role, party.name) for party in sealed.parties_of(register.ciphers, case)] == [
        (PartyRole.PETITIONER, NAME),
        (PartyRole.REPRESENTATIVE, "秦小雨"),
        (PartyRole.BENEFICIARY, "母亲"),
    ]


def test_a_petitioner_is_found_by_phone_and_by_name(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    by_phone = select(Party).where(Party.phone_index == register.ciphers.phone_index("139 0000 0001"))
    by_name = select(Party).where(Party.name_index == register.ciphers.name_index("马 小云"))
    assert uow.session.scalars(by_phone).one() is uow.session.scalars(by_name).one()


def test_evidence_goes_over_from_the_conversation_to_the_case(uow: UnitOfWork) -> None:
    photo = Attachment(sha256=bytes(32), media_type="image/png", size=10, stored_at=NOON)
    uow.session.add(photo)
    uow.commit()
    file_petition(uow, make_filing(values={**VALUES, "evidence": (photo.id,)}), office=OFFICE, now=NOON)
    uow.session.expire_all()
    assert uow.session.get_one(Attachment, photo.id).case_id == only_case(uow.session).id


def test_leaving_without_commit_rolls_back(register: Register, uow: UnitOfWork) -> None:
    with register.unit_of_work() as forgetful:
        forgetful.session.add(Audit(id=1, at=NOON, actor="office", act="test"))
        forgetful.session.flush()
    assert rows(uow.session, Audit) == 0


def test_a_stage_does_not_change_without_its_history(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    only_case(uow.session).stage = Stage.FORWARDED.value
    with pytest.raises(HistoryMissing):
        uow.commit()


def test_an_event_brings_the_case_to_its_stage(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    forwarded = Event(NOON.date(), Act.FORWARD, Stage.FORWARDED, Role.OFFICE)
    record_event(uow.session, only_case(uow.session), forwarded, at=NOON)
    audit.note(uow.session, Entry(NOON, "office", "test"))
    uow.commit()
    uow.session.expire_all()
    assert only_case(uow.session).stage == "forwarded"
    assert events_of(only_case(uow.session))[-1] == forwarded


@pytest.mark.parametrize("table", [History, Audit])
def test_history_and_audit_are_never_rewritten(register: Register, uow: UnitOfWork, table: type[Base]) -> None:
    file_one(register)
    row = uow.session.scalars(select(table)).one()
    row.at = NOON + timedelta(days=1)  # type: ignore[attr-defined]
    with pytest.raises(HistoryRewritten):
        uow.commit()
    uow.rollback()
    uow.session.delete(row)
    with pytest.raises(HistoryRewritten):
        uow.commit()


def test_a_moment_without_a_time_zone_is_refused(uow: UnitOfWork) -> None:
    uow.session.add(Audit(id=1, at=datetime(2026, 11, 21), actor="office", act="test"))
    with pytest.raises(Exception, match="without a time zone"):
        uow.commit()
