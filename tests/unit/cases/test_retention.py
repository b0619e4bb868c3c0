"""What was filed is let go when its time is over, listed before, and not a day earlier."""

from __future__ import annotations

import argparse
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from cases import audit, lockout, outbox
from cases.attachments import AttachmentFiles
from cases.audit import Entry
from cases.database import Register, UnitOfWork
from cases.handovers import HandoverKind, close, open_handover
from cases.history import record_event
from cases.models import (
    Audit,
    AuditDetail,
    Base,
    Booking,
    Case,
    Handover,
    LookupMiss,
    Notice,
    OutboxRow,
    ReceptionDay,
)
from cases.retention import RULES, Kept, count_due, due, let_go
from cases.sealed import parties_of
from petition.days import china_day
from petition.stages import Act, Event, Role, Stage
from tests.unit.cases.factories import KEY, NOON, OFFICE, file_one, make_url
from zhilu.retention import What, let_go_filed, list_over, load_retention, run_list, run_once
from zhilu.settings import Settings

TODAY = china_day(NOON)


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


def withdraw(uow: UnitOfWork, number: str, at: datetime = NOON) -> str:
    """Closes the case; its id."""
    case_id = uow.session.scalars(select(Case.id).where(Case.number == number)).one()

    def step() -> None:
        event = Event(china_day(at), Act.WITHDRAW, Stage.WITHDRAWN, Role.PETITIONER)
        record_event(uow.session, uow.session.get_one(Case, case_id), event, at=at)
        audit.note(uow.session, Entry(at, "petitioner", "withdrawn", case_id))

    uow.write(step)
    uow.session.expunge_all()
    return case_id


def rows(uow: UnitOfWork, model: type[Base]) -> int:
    count = uow.session.scalar(select(func.count()).select_from(model)) or 0
    uow.rollback()
    return count


def fill(register: Register, uow: UnitOfWork, kept: Kept, at: datetime) -> None:
    """One row of a kind whose time began at that moment."""

    def write() -> None:
        session = uow.session
        case_id = session.scalars(select(Case.id)).first()
        match kept:
            case Kept.LOG:
                audit.note(session, Entry(at, "clerk-1", "seen", case_id, details={"reason": "查案"}))
            case Kept.NOTICES:
                session.add(Notice(case_id=case_id, kind="stage-changed", key="1", payload="{}", at=at))
            case Kept.BOOKINGS:
                day = ReceptionDay(
                    office=OFFICE, on=china_day(at), starts="09:00", ends="11:00", leader="L", place="P", seats=1
                )
                session.add(day)
                session.flush()
                session.add(
                    Booking(
                        day_id=day.id, queue_number=1, key_index=bytes(32), state="open",
                        sealed_for="data", visitor_sealed=b"sealed", at=at,
                    )
                )  # fmt: skip
                audit.note(session, Entry(at, "clerk-1", "booked"))

    match kept:
        case Kept.CASES:
            withdraw(uow, file_one(register, "closed", now=at).number, at)
        case Kept.OUTBOX:
            file_one(register, now=at)
            for message in outbox.claim(uow, now=at):
                outbox.acknowledge(uow, message.id, now=at)
        case Kept.HANDOVERS:
            flag, _ = open_handover(uow, "conversation", HandoverKind.ASKED, surface="web", now=at)
            close(uow, flag, at)
        case Kept.LOOKUPS:
            lockout.count_miss(uow, lockout.subjects(uow, client="c", number="n")[:1], at - lockout.LOCK)
        case Kept.NOTICES:
            withdraw(uow, file_one(register, now=at).number, at)
            uow.write(write)
        case _:
            file_one(register, now=at)
            uow.write(write)


MODELS = {
    Kept.LOG: AuditDetail,
    Kept.OUTBOX: OutboxRow,
    Kept.NOTICES: Notice,
    Kept.BOOKINGS: Booking,
    Kept.HANDOVERS: Handover,
    Kept.LOOKUPS: LookupMiss,
}


@pytest.mark.parametrize("kept", list(Kept))
def test_a_row_is_kept_to_its_last_day_and_gone_the_day_after(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, kept: Kept
) -> None:
    fill(register, uow, kept, NOON)
    assert due(uow, kept, TODAY) == []
    assert let_go(uow, files, kept, TODAY, now=NOON) == 0
    tomorrow = TODAY + timedelta(days=1)
    listed = due(uow, kept, tomorrow)
    assert {each.on for each in listed} == {TODAY}
    assert count_due(uow, kept, tomorrow) == len(listed) > 0
    assert let_go(uow, files, kept, tomorrow, now=NOON) == len(listed)
    assert due(uow, kept, tomorrow) == []
    if kept in MODELS:
        assert rows(uow, MODELS[kept]) == 0


def test_every_kind_is_tried_here() -> None:
    assert set(RULES) == set(Kept) == {*MODELS, Kept.CASES}


def test_a_case_is_emptied_and_stays_in_the_register(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    open_one, closed = file_one(register, "open").number, file_one(register, "closed").number
    case_id = withdraw(uow, closed)
    assert let_go(uow, files, Kept.CASES, TODAY + timedelta(days=1), now=NOON) == 1
    uow.session.expunge_all()
    emptied = uow.session.get_one(Case, case_id)
    assert (emptied.number, emptied.stage, emptied.parties, emptied.texts) == (closed, "withdrawn", [], [])
    kept = uow.session.scalars(select(Case).where(Case.number == open_one)).one()
    assert len(parties_of(uow.ciphers, kept)) == 1


def test_what_was_let_go_stands_in_the_log(register: Register, uow: UnitOfWork, files: AttachmentFiles) -> None:
    fill(register, uow, Kept.BOOKINGS, NOON)
    let_go(uow, files, Kept.BOOKINGS, TODAY + timedelta(days=1), now=NOON)
    last = uow.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert last is not None
    assert (last.act, last.actor, last.subject) == ("retention:bookings", "system", "1")


# --- the table of the house -------------------------------------------------------------------------------------------------------


def test_files_of_petitions_are_kept_until_an_office_sets_a_time(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    fill(register, uow, Kept.CASES, NOON)
    later = NOON + timedelta(days=40 * 365)
    kept = load_retention(Settings().retention_file, Settings())
    assert kept[What.CASES].length == "kept"
    assert kept[What.CASES].before(TODAY) == date.min
    assert What.CASES not in {over.row.what for over in list_over(register, kept, later)}
    let_go_filed(register, files, kept, later)
    assert rows(uow, Case) == 1
    assert uow.session.scalars(select(Case.erased_at)).all() == [None]


def test_a_dry_run_lists_ids_and_days_and_changes_nothing(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    fill(register, uow, Kept.CASES, NOON)
    case_id = uow.session.scalars(select(Case.id)).one()
    table, later = load_retention(Settings().retention_file, Settings(case_days=365)), NOON + timedelta(days=366)
    before = {over.row.what: over for over in list_over(register, table, later)}
    assert [(each.id, each.on) for each in before[What.CASES].listed] == [(case_id, TODAY)]
    uow.rollback()
    assert uow.session.scalars(select(Case.erased_at)).all() == [None]
    after = {over.row.what: over.count for over in let_go_filed(register, files, table, later)}
    assert after == {what: over.count for what, over in before.items()}
    uow.rollback()
    uow.session.expunge_all()
    assert uow.session.scalars(select(Case.erased_at)).all() == [later]


def test_a_long_list_is_cut_and_counted(register: Register, uow: UnitOfWork) -> None:
    for number in range(3):
        withdraw(uow, file_one(register, f"filing-{number}").number)
    table = load_retention(Settings().retention_file, Settings(case_days=1))
    over = next(
        each for each in list_over(register, table, NOON + timedelta(days=9), limit=2) if each.row.what is What.CASES
    )
    assert (len(over.listed), over.count) == (2, 3)


def test_the_command_lists_first_and_then_lets_go(
    register: Register, uow: UnitOfWork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(register, uow, Kept.CASES, NOON - timedelta(days=30))
    case_id = uow.session.scalars(select(Case.id)).one()
    uow.rollback()
    settings = Settings(var_dir=tmp_path, database_url=make_url(tmp_path), register_key=SecretStr(KEY), case_days=7)
    assert run_once(settings, argparse.Namespace(dry_run=True)) == 0
    said = capsys.readouterr().out
    assert "cases           1 would be emptied" in said
    assert f"  {case_id}  " in said
    assert run_once(settings, argparse.Namespace(dry_run=False)) == 0
    assert "cases           1 emptied" in capsys.readouterr().out
    assert run_list(settings, argparse.Namespace()) == 0
    assert "7 days" in capsys.readouterr().out
