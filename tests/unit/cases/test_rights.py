"""A petitioner sees everything, corrects what is wrong, and has it erased: nothing personal is left, the chain still holds."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cases import audit
from cases.actors import Actor, Citizen
from cases.attachments import AttachmentFiles, ScanState, note_scan, store_attachment
from cases.audit import Entry
from cases.ciphers import Ciphers
from cases.conversations import open_conversation
from cases.database import Register, UnitOfWork
from cases.file import file_petition
from cases.history import record_event
from cases.models import (
    ActDetail,
    Approval,
    Audit,
    AuditDetail,
    Base,
    Booking,
    Case,
    CaseBody,
    CaseLink,
    Hearing,
    History,
    Mediation,
    Note,
    Notice,
    NoticeContact,
    Party,
    Rating,
    ReceptionDay,
    RightsRequest,
    new_id,
)
from cases.policy import NotPermitted, StaffRole
from cases.rights import EXEMPT, KINDS, PartyField, RightsState, correct, erase, erase_expired, export
from cases.sealed import parties_of
from cases.supplement import supplement
from petition.errors import CaseNotFound, InvalidValue, NotAllowed
from petition.matters import PetitionType
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import (
    ADDRESS,
    NAME,
    NARRATIVE,
    NOON,
    OFFICE,
    PHONE,
    VALUES,
    file_one,
    in_files,
    make_filing,
)

CLERK = Actor("clerk-1", frozenset({StaffRole.CLERK}))
DISCIPLINE = Actor("discipline-1", frozenset({StaffRole.DISCIPLINE}))
PHOTO = b"\xff\xd8\xff" + "证据".encode() * 50
WRITTEN = "写在办理里的话"  # in every sealed column that an act fills
LATER = NOON + timedelta(days=1)


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


def sealed(ciphers: Ciphers, place: str, text: str = WRITTEN) -> dict[str, Any]:
    row = new_id()
    return {"id": row, "sealed_for": "data", f"{place.split('.')[1]}_sealed": ciphers.seal(text, f"{place}:{row}")}


def live(uow: UnitOfWork, files: AttachmentFiles, **changes: Any) -> str:
    """A case with something of every kind; its id."""
    conversation, _ = open_conversation(uow, "kiosk", NOON)
    photo = store_attachment(uow, files, conversation, PHOTO, media_type="image/jpeg", name="工资条.jpg", now=NOON)
    note_scan(uow, photo.id, ScanState.CLEAN, NOON)
    filing = make_filing(values={**VALUES, "evidence": [photo.id]}, **changes)
    number = file_petition(uow, filing, office=OFFICE, now=NOON).number
    case_id = uow.session.scalars(select(Case.id).where(Case.number == number)).one()
    supplement(uow, case_id, {"narrative": "又欠了一个月"}, filing_key="more", now=NOON)
    uow.write(lambda: add_rows(uow, case_id))
    uow.session.expunge_all()
    return case_id


def add_rows(uow: UnitOfWork, case_id: str) -> None:
    ciphers, of = uow.ciphers, {"case_id": case_id}
    history = uow.session.scalars(select(History.id).where(History.case_id == case_id)).first()
    day = ReceptionDay(office=OFFICE, on=NOON.date(), starts="09:00", ends="11:00", leader="L", place="P", seats=3)
    uow.session.add(day)
    uow.session.flush()
    one = json.dumps({"reason": WRITTEN}, ensure_ascii=False)
    uow.session.add_all(
        [
            ActDetail(**sealed(ciphers, "act_details.value", one), **of, history_id=history),
            Approval(
                **sealed(ciphers, "approvals.payload", one), **of,
                act="decline", state="approved", proposed_by="c", proposed_at=NOON,
            ),
            CaseBody(**sealed(ciphers, "case_bodies.reason"), **of, body="B", part="lead", by="c", at=NOON),
            Mediation(
                **sealed(ciphers, "mediations.terms"), **of,
                state="agreed", mediator="M", consented_on=NOON.date(), by="c", at=NOON,
            ),
            Hearing(
                **sealed(ciphers, "hearings.outcome"), **of,
                stage="handling", begins_on=NOON.date(), place="P", by="c", at=NOON,
            ),
            Rating(**sealed(ciphers, "ratings.reason"), **of, of="office", stage="replied", satisfaction="basic", at=NOON),
            Note(**sealed(ciphers, "notes.text"), **of, by="c", at=NOON),
            NoticeContact(**sealed(ciphers, "notice_contacts.address", PHONE), **of, channel="sms", agreed_at=NOON),
            Notice(**of, kind="stage-changed", key="1", payload='{"stage": "handling"}', at=NOON),
            Booking(
                **sealed(ciphers, "bookings.visitor", json.dumps({"name": NAME})), **of,
                day_id=day.id, queue_number=1, key_index=ciphers.index("booking", "1"), state="open", at=NOON,
            ),
        ]
    )  # fmt: skip
    audit.note(uow.session, Entry(NOON, "clerk-1", "seen", case_id, details={"reason": WRITTEN}))


def close(uow: UnitOfWork, case_id: str) -> None:
    """The petitioner takes it back."""

    def step() -> None:
        case = uow.session.get_one(Case, case_id)
        event = Event(NOON.date(), Act.WITHDRAW, Stage.WITHDRAWN, Role.PETITIONER)
        record_event(uow.session, case, event, at=NOON)
        audit.note(uow.session, Entry(NOON, "petitioner", "withdrawn", case_id))

    uow.write(step)
    uow.session.expunge_all()


def opened(target: io.BytesIO) -> tuple[dict[str, Any], zipfile.ZipFile]:
    archive = zipfile.ZipFile(io.BytesIO(target.getvalue()))
    return json.loads(archive.read("信访事项.json")), archive


# --- nothing can be forgotten -----------------------------------------------------------------------------------------------------


def test_every_table_that_names_a_case_is_shredded_or_says_why_not() -> None:
    naming = {table.name for table in Base.metadata.sorted_tables if "case_id" in table.columns}
    shredded = set().union(*(kind.tables for kind in KINDS))
    assert naming <= shredded | set(EXEMPT)
    assert not shredded & set(EXEMPT)
    assert set(EXEMPT) <= naming
    assert all(len(why) > 10 for why in EXEMPT.values())


# --- seeing ------------------------------------------------------------------------------------------------------------------------


def test_a_petitioner_takes_everything_along(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id, target = live(uow, files), io.BytesIO()
    exported = export(uow, files, case_id, Citizen(case_id), target, now=NOON)
    said, archive = opened(target)
    assert said["当事人"] == [{"身份": "petitioner", "姓名": NAME, "住址": ADDRESS, "电话": PHONE}]
    assert {"项目": "narrative", "内容": NARRATIVE} in said["反映的内容"]
    assert said["补充的材料"][0]["内容"] == {"narrative": "又欠了一个月"}
    assert said["证据文件"][0]["文件名"] == "工资条.jpg"
    assert said["办理中写下的内容"] == [{"内容": {"reason": WRITTEN}}]
    assert said["信访事项"]["类型"] == "申诉求决"
    assert said["接访预约"][0]["来访人"] == {"name": NAME}
    assert [archive.read(name) for name in archive.namelist() if name.startswith("证据/")] == [PHOTO]
    assert exported.files == 1
    row = uow.session.scalars(select(RightsRequest)).one()
    assert (row.kind, row.by, row.digest) == ("export", "petitioner", bytes.fromhex(exported.sha256))


def test_notes_of_the_staff_are_for_the_staff(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    seen = {}
    for asker in (Citizen(case_id), CLERK):
        target = io.BytesIO()
        export(uow, files, case_id, asker, target, now=NOON)
        seen[asker] = opened(target)[0]["工作人员的记录"]
    assert seen[Citizen(case_id)] == []
    assert [note["内容"] for note in seen[CLERK]] == [WRITTEN]


def test_an_infected_file_is_named_and_not_given_out(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id, target = live(uow, files), io.BytesIO()
    attachment = uow.session.execute(select(func.max(Base.metadata.tables["attachments"].c.id))).scalar_one()
    note_scan(uow, attachment, ScanState.INFECTED, NOON)
    assert export(uow, files, case_id, Citizen(case_id), target, now=NOON).files == 0
    said, archive = opened(target)
    assert said["证据文件"][0]["病毒检查"] == "infected"
    assert archive.namelist() == ["信访事项.json"]


def test_the_data_of_a_report_are_for_its_petitioner_and_the_discipline_role(
    uow: UnitOfWork, files: AttachmentFiles
) -> None:
    case_id = live_report(uow)
    with pytest.raises(NotPermitted):
        export(uow, files, case_id, CLERK, io.BytesIO(), now=NOON)
    for asker in (Citizen(case_id), DISCIPLINE):
        target = io.BytesIO()
        export(uow, files, case_id, asker, target, now=NOON)
        assert opened(target)[0]["当事人"][0]["姓名"] == NAME


def live_report(uow: UnitOfWork) -> str:
    number = file_petition(uow, make_filing(type=PetitionType.REPORT), office=OFFICE, now=NOON).number
    return uow.session.scalars(select(Case.id).where(Case.number == number)).one()


def test_another_petitioner_gets_nothing(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    for other in (Citizen("another"), Citizen(new_id())):
        with pytest.raises(CaseNotFound):
            export(uow, files, case_id, other, io.BytesIO(), now=NOON)
        with pytest.raises(CaseNotFound):
            correct(uow, case_id, other, 0, PartyField.PHONE, "13900000002", now=NOON)


# --- correcting --------------------------------------------------------------------------------------------------------------------


def test_a_corrected_field_is_shown_and_found(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    correct(uow, case_id, CLERK, 0, PartyField.PHONE, "13900000002", now=NOON)
    correct(uow, case_id, CLERK, 0, PartyField.NAME, "马小芸", now=NOON)
    uow.session.expunge_all()
    party = parties_of(uow.ciphers, uow.session.get_one(Case, case_id))[0]
    assert (party.name, party.phone, party.address) == ("马小芸", "13900000002", ADDRESS)
    index = uow.ciphers.phone_index("139 0000 0002")
    assert uow.session.scalars(select(Party.case_id).where(Party.phone_index == index)).all() == [case_id]


@pytest.mark.parametrize(("party", "value"), [(0, ""), (0, "123"), (1, "13900000002")])
def test_what_is_no_phone_and_a_party_that_is_not_there_are_refused(
    uow: UnitOfWork, files: AttachmentFiles, party: int, value: str
) -> None:
    with pytest.raises(InvalidValue):
        correct(uow, live(uow, files), CLERK, party, PartyField.PHONE, value, now=NOON)


def test_a_corrected_report_has_no_index_still(uow: UnitOfWork) -> None:
    case_id = live_report(uow)
    correct(uow, case_id, DISCIPLINE, 0, PartyField.PHONE, "13900000002", now=NOON)
    assert uow.session.scalars(select(Party.phone_index)).all() == [None]


# --- erasing -----------------------------------------------------------------------------------------------------------------------


def test_a_case_that_is_handled_is_not_erased_and_the_refusal_is_kept(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id, target = live(uow, files), io.BytesIO()
    with pytest.raises(NotAllowed) as refused:
        erase(uow, files, case_id, Citizen(case_id), target, now=NOON)
    assert "第四十七条" in str(refused.value.details["citation"])
    assert uow.session.scalars(select(RightsRequest.state)).all() == [RightsState.REFUSED]
    assert parties_of(uow.ciphers, uow.session.get_one(Case, case_id))[0].name == NAME
    assert target.getvalue() == b""


def test_an_erased_case_keeps_number_stage_and_history_and_nothing_personal(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    case_id, target = live(uow, files), io.BytesIO()
    close(uow, case_id)
    before = uow.session.execute(select(History.act, History.on)).all()
    erase(uow, files, case_id, Citizen(case_id), target, now=LATER)
    assert opened(target)[0]["当事人"][0]["姓名"] == NAME
    case = uow.session.get_one(Case, case_id)
    assert (case.number, case.stage, case.erased_at) == ("XF-20261121-1", "withdrawn", LATER)
    assert uow.session.execute(select(History.act, History.on)).all() == before
    assert case.respondent_index is case.place_index is case.sketch is None
    for kind in KINDS:
        for name in kind.tables:
            table = Base.metadata.tables[name]
            for row in uow.session.execute(select(table)).mappings():
                for column in table.columns:
                    if column.name.endswith("_sealed") and row[column.name] is not None:
                        place = f"{name}.{column.name.removesuffix('_sealed')}:{row['id']}"
                        assert uow.ciphers.open(row[column.name], place) == "{}"
    assert not list((tmp_path / "attachments").iterdir())
    assert uow.session.scalar(select(func.count()).select_from(Rating)) == 1
    assert uow.session.scalars(select(RightsRequest.kind)).all() == ["erase"]


def test_the_chain_of_the_log_holds_after_an_erasure(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    close(uow, case_id)
    erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    assert uow.session.scalars(select(AuditDetail)).all() == []
    previous = None
    for row in uow.session.scalars(select(Audit).order_by(Audit.id)):
        assert row.chained == uow.ciphers.chain(previous, audit.canonical(row))
        previous = row.chained
    assert uow.session.scalars(select(Audit.act).order_by(Audit.id.desc())).first() == "rights:erase:done"


def test_what_is_erased_is_erased_once(uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    close(uow, case_id)
    erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    with pytest.raises(CaseNotFound):
        erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    assert not erase_expired(uow, files, case_id, now=LATER)


def test_the_data_of_other_cases_stay(register: Register, uow: UnitOfWork, files: AttachmentFiles) -> None:
    case_id = live(uow, files)
    other = file_one(register, "another").number
    linked = select(func.count()).select_from(CaseLink)
    assert uow.session.scalar(linked)
    close(uow, case_id)
    erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    assert not uow.session.scalar(linked)
    kept = uow.session.scalars(select(Case).where(Case.number == other)).one()
    assert parties_of(uow.ciphers, kept)[0].name == NAME


def test_an_erasure_that_fails_in_the_middle_erases_nothing(
    uow: UnitOfWork, files: AttachmentFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = live(uow, files)
    close(uow, case_id)

    def fail(*_: object) -> None:
        raise OSError("the disk")

    monkeypatch.setattr(AttachmentFiles, "delete", fail)
    with pytest.raises(OSError, match="the disk"):
        erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    uow.rollback()
    uow.session.expunge_all()
    case = uow.session.get_one(Case, case_id)
    assert (case.erased_at, parties_of(uow.ciphers, case)[0].name) == (None, NAME)


def test_a_case_taken_up_again_meanwhile_is_not_erased_by_retention(uow: UnitOfWork, files: AttachmentFiles) -> None:
    assert not erase_expired(uow, files, live(uow, files), now=LATER)


@in_files
def test_sealed_bytes_of_an_erased_case_are_not_left_in_the_file(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    case_id = live(uow, files)
    close(uow, case_id)
    name = uow.session.scalars(select(Party.name_sealed)).one()
    assert name is not None
    erase(uow, files, case_id, Citizen(case_id), io.BytesIO(), now=LATER)
    uow.rollback()
    uow.session.close()
    register.close()
    with sqlite3.connect(tmp_path / "register.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert name not in (tmp_path / "register.db").read_bytes()
