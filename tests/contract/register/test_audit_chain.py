"""The audit log: whatever is changed in it afterwards is seen, and what was written before the chain is taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cases import audit
from cases.audit import Anchor, Entry, Fault, FaultKind
from cases.database import Register, create_register
from cases.models import Audit, AuditDetail
from cases.opening import DatabaseDamaged
from tests.contract.register.tampering import tamper
from tests.unit.cases.factories import KEY, NAME, NOON, file_one, make_register, make_url

ROWS = 5


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    with opened.unit_of_work() as uow:
        for number in range(1, ROWS + 1):
            audit.note(uow.session, Entry(NOON, "周静", "looked", subject=f"case {number}", details={"name": NAME}))
            uow.commit()
    yield opened
    opened.close()


def verified(register: Register, anchor: Anchor | None = None) -> audit.Report:
    with register.unit_of_work() as uow:
        return audit.verify(uow, anchor=anchor)


def faults(register: Register, anchor: Anchor | None = None) -> list[tuple[int, FaultKind]]:
    return [(each.row, each.kind) for each in verified(register, anchor).faults]


def test_a_log_that_nobody_touched_is_whole(register: Register) -> None:
    file_one(register)
    report = verified(register)
    assert (report.rows, report.faults, report.whole) == (ROWS + 1, (), True)
    with register.unit_of_work() as uow:
        assert report.head == audit.anchor(uow)


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    assert verified(register) == audit.Report(0, (), None)
    register.close()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET actor = 'other' WHERE id = 3", [(3, FaultKind.BROKEN)]),
        ("UPDATE audit SET subject = NULL WHERE id = 1", [(1, FaultKind.BROKEN)]),
        ("UPDATE audit SET chained = NULL WHERE id = 3", [(3, FaultKind.UNCHAINED)]),
        ("DELETE FROM audit WHERE id = 3", [(4, FaultKind.MISSING)]),
        ("DELETE FROM audit WHERE id = 1", [(2, FaultKind.MISSING)]),
        ("DELETE FROM audit WHERE id = 5", [(4, FaultKind.HEAD)]),
        ("DELETE FROM audit_head", [(5, FaultKind.HEAD)]),
        ("UPDATE audit_head SET last = 4", [(5, FaultKind.HEAD)]),
        ("UPDATE audit SET chained = NULL WHERE id < 3", [(1, FaultKind.UNCHAINED)]),
        ("UPDATE audit SET chained = NULL", [(1, FaultKind.UNCHAINED)]),
        ("UPDATE audit SET details_digest = NULL WHERE id = 2", [(2, FaultKind.BROKEN), (2, FaultKind.DETAILS)]),
    ],
)
def test_a_change_from_below_is_seen_at_its_row(
    register: Register, statement: str, expected: list[tuple[int, FaultKind]]
) -> None:
    cut = ["DELETE FROM audit_details"] if statement.startswith("DELETE") else []
    tamper(register, *cut, statement)
    found = faults(register)
    assert found[: len(expected)] == expected


def test_two_rows_that_changed_places_are_seen(register: Register) -> None:
    tamper(
        register,
        "DELETE FROM audit_details",
        *(f"UPDATE audit SET id = {to} WHERE id = {old}" for old, to in ((2, 99), (3, 2), (99, 3))),
    )
    assert faults(register)[0] == (2, FaultKind.BROKEN)


def test_details_that_were_exchanged_are_seen_and_erased_ones_are_no_fault(register: Register) -> None:
    with register.unit_of_work() as uow:
        uow.session.delete(uow.session.get_one(AuditDetail, 2))
        uow.commit()
    assert verified(register).whole
    forged = register.ciphers.seal('{"name": "别人"}', f"{audit.PLACE}:3")
    with register.engine.begin() as connection:
        connection.execute(AuditDetail.__table__.update().where(AuditDetail.audit_id == 3).values(value_sealed=forged))  # type: ignore[attr-defined]
    assert faults(register) == [(3, FaultKind.DETAILS)]


def test_a_cut_end_is_seen_by_who_kept_an_anchor(register: Register) -> None:
    with register.unit_of_work() as uow:
        kept = audit.anchor(uow)
        third = uow.session.scalar(select(Audit.chained).where(Audit.id == 3))
    assert kept is not None
    assert third is not None
    tamper(register, "DELETE FROM audit_details", "DELETE FROM audit WHERE id > 3")
    with register.engine.begin() as connection:
        connection.execute(text("UPDATE audit_head SET last = 3, chained = :third"), {"third": third})
    assert verified(register).whole
    assert faults(register, Anchor.read(str(kept))) == [(3, FaultKind.ANCHOR)]


def test_an_anchor_holds_while_the_log_grows(register: Register) -> None:
    with register.unit_of_work() as uow:
        kept = audit.anchor(uow)
    file_one(register)
    assert verified(register, kept).whole
    assert faults(register, Anchor(2, bytes(32))) == [(2, FaultKind.ANCHOR)]


@pytest.mark.parametrize("text", ["", "5", "x:00", "5:zz"])
def test_an_anchor_that_was_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Anchor.read(text)


def test_rows_of_an_older_version_are_taken_in_and_watched_from_then_on(register: Register, tmp_path: Path) -> None:
    tamper(
        register,
        "DELETE FROM audit_details",
        "DELETE FROM audit WHERE id = 2",  # older versions counted with gaps
        "UPDATE audit SET chained = NULL, details_digest = NULL, subject = NULL",
        "DELETE FROM audit_head",
    )
    register.close()
    for _ in range(2):
        again = create_register(make_url(tmp_path), KEY)
        file_one(again)
        assert verified(again).whole
        again.close()
    with again.unit_of_work() as uow:
        assert uow.session.scalars(select(Audit.act).order_by(Audit.id)).all() == [
            *["looked"] * (ROWS - 1),
            audit.ADOPTED,
            "petition-filed",
        ]
    tamper(again, "UPDATE audit SET actor = 'other' WHERE id = 3")
    assert faults(again) == [(ROWS + 1, FaultKind.BROKEN)]
    again.close()


def test_a_log_without_its_end_is_not_begun_anew(register: Register, tmp_path: Path) -> None:
    tamper(register, "DELETE FROM audit_head")
    with pytest.raises(DatabaseDamaged, match="chain"):
        create_register(make_url(tmp_path), KEY)


def test_progress_is_told_and_a_long_log_is_read_in_batches(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "BATCH", 2)
    seen: list[tuple[int, int]] = []
    with register.unit_of_work() as uow:
        assert audit.verify(uow, lambda done, of: seen.append((done, of))).whole
    assert seen == [(2, ROWS), (4, ROWS)]


def test_another_key_finds_no_row_that_is_its_own(register: Register) -> None:
    other = Register(register.engine, type(register.ciphers)("another key of 32 characters and more"))
    assert verified(other).faults[0] == Fault(1, FaultKind.BROKEN)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'other'",
        "DELETE FROM audit",
        "UPDATE history SET by = 'other'",
        "DELETE FROM history",
        "UPDATE audit_head SET last = last - 1",
        "DELETE FROM audit_head",
    ],
)
def test_the_database_itself_rewrites_neither_log_nor_history(register: Register, statement: str) -> None:
    file_one(register)
    with pytest.raises(DBAPIError, match=r"never rewritten|only moves on"), register.engine.begin() as connection:
        connection.execute(text(statement))
    with register.unit_of_work() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Audit)) == ROWS + 1
