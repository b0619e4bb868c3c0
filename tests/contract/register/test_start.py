"""Starting on a database that is not as it should be: one clear line, and nothing destroyed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from cases import audit
from cases.database import Register, create_register, open_engine
from cases.migrate import downgrade, head, upgrade
from cases.opening import (
    CannotOpen,
    DatabaseDamaged,
    DiskFull,
    HalfMigrated,
    KeyMissing,
    NewerDatabase,
    NotMigrated,
    Unreachable,
    WrongRegisterKey,
    explain,
)
from tests.unit.cases.factories import KEY, file_one, in_files, make_filing, make_register, make_url

OTHER_KEY = "another key of 32 characters and more"


def execute(url: str, *statements: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def url(tmp_path: Path) -> str:
    register = make_register(tmp_path)
    file_one(register)
    register.close()
    return make_url(tmp_path)


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (lambda url: execute(url, "DELETE FROM alembic_version"), NotMigrated, "no tables"),
        (lambda url: downgrade(url, "0010"), NotMigrated, f"at revision 0010, this version needs {head()}"),
        (lambda url: execute(url, "UPDATE alembic_version SET version_num = '0999'"), NewerDatabase, "revision 0999"),
        (lambda url: execute(url, "INSERT INTO alembic_version VALUES ('0009')"), HalfMigrated, "several revisions"),
        (lambda url: execute(url, "DROP TABLE ratings", "DROP TABLE notes"), HalfMigrated, "lacks notes, ratings"),
        (lambda url: execute(url, "ALTER TABLE cases DROP COLUMN urgent"), HalfMigrated, "lacks cases.urgent"),
    ],
)
def test_a_schema_that_is_not_ours_is_told(
    url: str, spoil: Callable[[str], None], error: type[CannotOpen], said: str
) -> None:
    spoil(url)
    with pytest.raises(error, match=said) as caught:
        create_register(url, KEY)
    assert "\n" not in str(caught.value)


def test_a_newer_database_is_not_migrated_either(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(NewerDatabase, match=f"0999.*{head()}"):
        upgrade(url)


def test_keys_that_are_missing_or_wrong_are_told(url: str) -> None:
    with pytest.raises(KeyMissing, match="key is missing"):
        create_register(url, "")
    with pytest.raises(WrongRegisterKey, match="written with another key"):
        create_register(url, OTHER_KEY)
    create_register(url, KEY).close()


@in_files
@pytest.mark.parametrize(
    "spoilt", [lambda raw: b"a photo, not a database" * 500, lambda raw: raw[: len(raw) // 2], lambda raw: raw[:5000]]
)
def test_a_file_that_is_cut_off_or_foreign_is_told_and_left_alone(
    url: str, tmp_path: Path, spoilt: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "register.db"
    path.write_bytes(spoilt(path.read_bytes()))
    before = path.read_bytes()
    for attempt in (lambda: create_register(url, KEY), lambda: upgrade(url)):
        with pytest.raises(DatabaseDamaged, match="restore the last backup"):
            attempt()
    assert path.read_bytes() == before


@in_files
def test_a_place_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be opened"):
        create_register("sqlite:////proc/register.db", KEY)
    with pytest.raises(Unreachable):
        create_register(f"sqlite:///{tmp_path}", KEY)


def test_a_server_that_is_away_is_told() -> None:
    with pytest.raises(Unreachable, match="cannot be opened"):
        create_register("postgresql+psycopg://nobody@127.0.0.1:9/none", KEY)


@in_files
def test_a_full_disk_loses_nothing_and_filing_goes_on_when_there_is_room(url: str, tmp_path: Path) -> None:
    register = create_register(url, KEY)
    with register.engine.connect() as connection:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
    full = True

    def bound(connection: object, record: object, proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages if full else pages * 100}")  # type: ignore[attr-defined]

    event.listen(register.engine, "checkout", bound)
    with pytest.raises(OperationalError) as caught:
        file_much(register)
    assert isinstance(explain(caught.value), DiskFull)
    full = False
    receipts = [file_one(register), file_one(register, "afterwards")]
    assert [receipt.number for receipt in receipts] == ["XF-20261121-1", "XF-20261121-2"]
    with register.unit_of_work() as uow:
        assert audit.verify(uow).whole
    register.close()


def file_much(register: Register) -> None:
    from cases.file import file_petition
    from tests.unit.cases.factories import NOON, OFFICE

    with register.unit_of_work() as uow:
        file_petition(uow, make_filing("much", values={"narrative": "很长" * 50_000}), office=OFFICE, now=NOON)


@in_files
def test_a_disk_that_is_full_at_the_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cases.database.os.open", refuse)
    with pytest.raises(DiskFull, match="make room"):
        upgrade(make_url(tmp_path))
