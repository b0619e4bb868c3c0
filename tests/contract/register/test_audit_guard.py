"""What concerns a petition cannot be committed without a row in the audit log, whatever way it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Executable, delete, func, insert, select, update

from cases import audit
from cases.audit import Entry
from cases.database import Register, UnitOfWork
from cases.history import HistoryMissing, HistoryRewritten
from cases.integrity import AUDITED, UNAUDITED, AuditMissing
from cases.models import (
    Audit,
    AuditHead,
    Base,
    Case,
    CaseText,
    ConversationRow,
    History,
    Note,
    Party,
    Rating,
)
from tests.unit.cases.factories import NOON, file_one, make_register


@pytest.fixture
def uow(tmp_path: Path) -> Iterator[UnitOfWork]:
    register: Register = make_register(tmp_path)
    file_one(register)
    with register.unit_of_work() as opened:
        yield opened
    register.close()


def the_case(uow: UnitOfWork) -> Case:
    return uow.session.scalars(select(Case)).one()


def add_rating(uow: UnitOfWork) -> None:
    uow.session.add(
        Rating(
            case_id=the_case(uow).id, of="office", stage="registered", satisfaction="basic", sealed_for="data", at=NOON
        )
    )


def change_case(uow: UnitOfWork) -> None:
    the_case(uow).clerk = "周静"


def delete_party(uow: UnitOfWork) -> None:
    uow.session.delete(uow.session.scalars(select(Party)).one())


def empty_texts(uow: UnitOfWork) -> None:
    uow.session.execute(update(CaseText).values(value_sealed=b""))


def clear_parties(uow: UnitOfWork) -> None:
    uow.session.execute(delete(Party))


def insert_note(uow: UnitOfWork) -> None:
    row = {"id": "n", "case_id": the_case(uow).id, "by": "x", "at": NOON, "sealed_for": "data", "text_sealed": b""}
    uow.session.execute(insert(Note), [row])


@pytest.mark.parametrize("write", [add_rating, change_case, delete_party, empty_texts, clear_parties, insert_note])
def test_a_write_without_a_note_is_refused_and_with_one_it_stands(
    uow: UnitOfWork, write: Callable[[UnitOfWork], None]
) -> None:
    write(uow)
    with pytest.raises(AuditMissing):
        uow.commit()
    uow.rollback()
    write(uow)
    audit.note(uow.session, Entry(NOON, "周静", "test", the_case(uow).id))
    uow.commit()
    assert uow.session.scalar(select(func.count()).select_from(Audit)) == 2


def test_a_note_of_the_transaction_before_does_not_count(uow: UnitOfWork) -> None:
    add_rating(uow)
    audit.note(uow.session, Entry(NOON, "周静", "test"))
    uow.rollback()
    add_rating(uow)
    with pytest.raises(AuditMissing, match="ratings"):
        uow.commit()


def test_what_was_flushed_long_before_the_commit_counts(uow: UnitOfWork) -> None:
    add_rating(uow)
    uow.session.flush()
    with pytest.raises(AuditMissing):
        uow.commit()


def test_what_is_no_petition_yet_needs_no_note(uow: UnitOfWork) -> None:
    uow.session.add(ConversationRow(id="c", surface="web", token_hash=bytes(32), opened_at=NOON))
    uow.commit()
    assert uow.session.scalar(select(func.count()).select_from(Audit)) == 1


@pytest.mark.parametrize("table", [History, Audit, AuditHead])
@pytest.mark.parametrize("statement", [delete, update])
def test_no_bulk_statement_rewrites_log_or_history(
    uow: UnitOfWork, statement: Callable[[type[Base]], Any], table: type[Base]
) -> None:
    bulk = statement(table)
    with pytest.raises(HistoryRewritten):
        uow.session.execute(bulk if statement is delete else bulk.values(id=7))
    with pytest.raises(HistoryRewritten):
        uow.session.execute(statement(table.__table__))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        (update(Case).values(stage="concluded"), None),
        (update(Case).values({Case.stage: Case.matter}), None),
        (update(Case).where(Case.stage == "registered").ordered_values((Case.stage, "concluded")), None),
        (update(Case), [{"id": "some", "stage": "concluded"}]),
    ],
)
def test_no_bulk_statement_changes_a_stage(uow: UnitOfWork, statement: Executable, parameters: Any) -> None:
    with pytest.raises(HistoryMissing):
        uow.session.execute(statement, parameters)


def test_a_bulk_statement_on_another_column_of_cases_needs_a_note_only(uow: UnitOfWork) -> None:
    in_stage: ColumnElement[bool] = Case.stage == "registered"
    uow.session.execute(update(Case).where(in_stage).values(clerk="周静"))
    audit.note(uow.session, Entry(NOON, "system", "test"))
    uow.commit()
    uow.session.expire_all()
    assert the_case(uow).clerk == "周静"


def test_every_table_is_audited_or_says_why_not() -> None:
    assert AUDITED | UNAUDITED.keys() == Base.metadata.tables.keys()
    assert not AUDITED & UNAUDITED.keys()
