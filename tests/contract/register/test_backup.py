"""Backup and restore: one moment of a register at work, whole or not at all, and for nobody without the key."""

from __future__ import annotations

import gzip
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from cases import audit
from cases.attachments import AttachmentFiles, Form, Preview, store_attachment
from cases.backup import BackupFault, Manifest, backup, restore, verify_backup
from cases.ciphers import WrongKey
from cases.conversations import open_conversation
from cases.database import Register, create_register, open_engine
from cases.file import file_petition
from cases.models import Attachment, Base
from cases.opening import DiskFull, NewerDatabase
from tests.contract.register.tampering import tamper
from tests.contract.register.test_register_processes import PATIENCE_SECONDS, start
from tests.unit.cases.factories import (
    KEY,
    NARRATIVE,
    NOON,
    OFFICE,
    VALUES,
    drop_databases,
    file_one,
    in_files,
    make_filing,
    make_register,
    make_url,
)

PHOTO = os.urandom(300_000)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Path]:
    """A register with one case, its photo, and a photo of somebody who has not filed yet."""
    folder = tmp_path / "house"
    register = make_register(folder)
    with register.unit_of_work() as uow:
        for key in ("filed", "open"):
            conversation, _ = open_conversation(uow, "web", NOON)
            photo = store(register, folder, conversation)
            if key == "filed":
                filing = make_filing(key, values={**VALUES, "evidence": (photo,)})
                file_petition(uow, filing, office=OFFICE, now=NOON)
    register.close()
    yield folder
    for place in (folder, tmp_path / "empty"):
        drop_databases(place)


def store(register: Register, folder: Path, conversation: str) -> str:
    with register.unit_of_work() as uow:
        files = AttachmentFiles(folder / "attachments")
        shown = Preview(b"display", b"thumbnail")
        return store_attachment(
            uow, files, conversation, PHOTO, media_type="image/png", name="照片.png", now=NOON, preview=shown
        ).id


def save(house: Path) -> Path:
    archive = house.parent / "backup.tar.gz"
    backup(make_url(house), house / "attachments", archive, now=NOON)
    return archive


def empty_place(house: Path) -> Path:
    place = house.parent / "empty"
    place.mkdir(exist_ok=True)
    return place


def bring_back(archive: Path, place: Path, key: str = KEY) -> Manifest:
    return restore(archive, make_url(place), place / "attachments", key)


def contents(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return found


def nothing_in(place: Path) -> bool:
    engine = open_engine(make_url(place))
    with engine.connect() as connection:
        tables = connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            if engine.dialect.name == "postgresql"
            else text("SELECT count(*) FROM sqlite_master")
        )
    engine.dispose()
    return tables == 0 and not [path for path in place.iterdir() if not path.name.startswith("register.db")]


def test_everything_is_there_again(house: Path) -> None:
    manifest = bring_back(save(house), empty_place(house))
    place = empty_place(house)
    assert contents(make_url(place)) == contents(make_url(house))
    assert {path.name: path.read_bytes() for path in (place / "attachments").iterdir()} == {
        path.name: path.read_bytes() for path in (house / "attachments").iterdir()
    }
    register = create_register(make_url(place), KEY)
    files = AttachmentFiles(place / "attachments")
    with register.unit_of_work() as uow:
        for attachment in uow.session.scalars(select(Attachment.id)):
            assert files.read(register.ciphers, attachment) == PHOTO
            assert files.read(register.ciphers, attachment, Form.THUMBNAIL) == b"thumbnail"
        assert str(audit.anchor(uow)) == manifest.audit
    assert file_one(register).number.endswith("-2")
    register.close()


def test_the_archive_and_what_comes_back_is_for_the_owner_alone(house: Path) -> None:
    archive, place = save(house), empty_place(house)
    bring_back(archive, place)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE((place / "attachments").stat().st_mode) == 0o700
    files = [path for path in place.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    raw = gzip.decompress(archive.read_bytes())
    assert not [secret for secret in (NARRATIVE.encode(), KEY.encode(), PHOTO[:64]) if secret in raw]
    assert [path.name for path in house.parent.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_one_moment_of_a_register_at_work(house: Path) -> None:
    """Two other processes file while it is made."""
    url, place = make_url(house), empty_place(house)
    workers = [start(url, [f"{name}-{number}" for number in range(200)]) for name in ("mine", "yours")]
    for worker in workers:
        assert worker.stdin
        assert worker.stdout
        assert worker.stdout.readline() == "started\n"
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        assert worker.stdout
        worker.stdout.readline()  # the first receipt: both are at work
    archive = save(house)
    still_at_work = [worker.poll() is None for worker in workers]
    for worker in workers:
        worker.kill()
        worker.communicate(timeout=PATIENCE_SECONDS)
    manifest = bring_back(archive, place)
    then, now = contents(make_url(place)), contents(url)
    assert all(still_at_work)
    assert 3 <= len(then["cases"]) <= len(now["cases"])
    for table in ("cases", "case_texts", "parties", "history", "audit", "outbox"):
        assert set(then[table]) <= set(now[table])
        assert {row_of_case(table, row) for row in then[table]} == {row_of_case("cases", row) for row in then["cases"]}
    assert manifest.missing == ()


def row_of_case(table: str, row: tuple[Any, ...]) -> str:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    return str(row[columns.index("id" if table == "cases" else "case_id")])


def test_only_an_empty_place_takes_a_backup(house: Path) -> None:
    archive, place = save(house), empty_place(house)
    with pytest.raises(BackupFault, match="empty"):
        restore(archive, make_url(house), place / "attachments", KEY)
    (place / "attachments").mkdir()
    (place / "attachments" / "a").write_bytes(b"somebody's")
    with pytest.raises(BackupFault, match="not empty"):
        bring_back(archive, place)
    assert (place / "attachments" / "a").read_bytes() == b"somebody's"


def test_another_key_brings_nothing_back(house: Path) -> None:
    archive, place = save(house), empty_place(house)
    with pytest.raises(WrongKey, match="another key"):
        bring_back(archive, place, "another key of 32 characters and more")
    assert nothing_in(place)
    bring_back(archive, place)


def test_a_log_that_was_changed_is_not_brought_back(house: Path) -> None:
    register = make_register(house)
    tamper(register, "UPDATE audit SET actor = 'other' WHERE id = 1")
    register.close()
    with pytest.raises(BackupFault, match="row 1 broken"):
        bring_back(save(house), empty_place(house))
    assert nothing_in(empty_place(house))


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with tarfile.open(archive) as tar:
        parts = {each.name: tar.extractfile(each).read() for each in tar}  # type: ignore[union-attr]
    change(parts)
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in parts.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, BytesIO(content))
    return archive


def a_file(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name.startswith("files/"))


def spoil_a_file(parts: dict[str, bytes]) -> None:
    parts[a_file(parts)] += b"x"


def add_a_file(parts: dict[str, bytes]) -> None:
    manifest = parts.pop("manifest.json")
    parts.update({"files/0": b"somebody else's", "manifest.json": manifest})


def climb_out(parts: dict[str, bytes]) -> None:
    parts["files/../../outside"] = b"x"


def name_a_newer_revision(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), "revision": "0999"}).encode()


def name_another_form(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), "format": 99}).encode()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (spoil_a_file, BackupFault),
        (lambda parts: parts.pop(a_file(parts)), BackupFault),
        (lambda parts: parts.pop("manifest.json"), BackupFault),
        (lambda parts: parts.update({"manifest.json": b"{}"}), BackupFault),
        (add_a_file, BackupFault),
        (climb_out, BackupFault),
        (name_another_form, BackupFault),
        (name_a_newer_revision, NewerDatabase),
    ],
)
def test_an_archive_that_was_changed_is_refused(
    house: Path, change: Callable[[dict[str, bytes]], None], error: type[Exception]
) -> None:
    archive = rewritten(save(house), change)
    with pytest.raises(error):
        verify_backup(archive)
    with pytest.raises(error):
        bring_back(archive, empty_place(house))
    assert nothing_in(empty_place(house))
    assert not (house.parent / "outside").exists()


def test_an_archive_that_was_cut_off_or_is_none_is_refused(house: Path) -> None:
    archive = save(house)
    for raw in (archive.read_bytes()[: archive.stat().st_size // 2], b"", b"a photo" * 100):
        archive.write_bytes(raw)
        with pytest.raises(BackupFault, match=r"cut off|no backup"):
            verify_backup(archive)
    archive.unlink()
    with pytest.raises(BackupFault, match="No such file"):
        verify_backup(archive)


def test_a_good_archive_is_told_to_be_one(house: Path) -> None:
    seen: list[tuple[int, int]] = []
    archive = house.parent / "made.tar.gz"
    made = backup(make_url(house), house / "attachments", archive, lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
    assert verify_backup(archive) == replace(made)


def test_a_lost_file_is_named_and_the_rest_is_saved(house: Path) -> None:
    lost = next((house / "attachments").glob("*.thumbnail"))
    lost.unlink()
    archive = house.parent / "made.tar.gz"
    assert backup(make_url(house), house / "attachments", archive).missing == (lost.name,)
    bring_back(archive, empty_place(house))


def test_what_is_there_already_is_not_overwritten(house: Path) -> None:
    archive = save(house)
    before = archive.read_bytes()
    with pytest.raises(BackupFault, match="there already"):
        save(house)
    assert archive.read_bytes() == before


def test_a_full_disk_leaves_no_half_archive(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cases.archives.os.fsync", full)
    with pytest.raises(DiskFull):
        save(house)
    assert [path.name for path in house.parent.iterdir() if "backup" in path.name] == []


@in_files
def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupFault, match="no database"):
        backup(make_url(tmp_path / "nowhere"), tmp_path, tmp_path / "backup.tar.gz")
    assert not (tmp_path / "nowhere").exists()


@in_files
def test_a_database_with_a_spoilt_page_is_not_saved_as_if_it_were_whole(house: Path) -> None:
    register = make_register(house)
    for number in range(30):
        file_one(register, f"filing-{number}")
    register.close()
    path = house / "register.db"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 20_000] = os.urandom(20_000)
    path.write_bytes(raw)
    with pytest.raises(Exception, match="damaged"):
        save(house)
