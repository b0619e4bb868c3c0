"""Backup and restore (备份与恢复) of a register: one archive of the database and of the files that it names.

What a citizen wrote is sealed in the archive as it is in the register, and the archive holds no register key: keep the key in another
place. A backup can be made while the servers run; a restore goes into an empty place only, and stands whole or not at all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cases import audit
from cases.archives import DATABASE, FILES, ArchiveWriter, Manifest, moment, new_archive, read_archive
from cases.attachments import AttachmentFiles, Form
from cases.audit import Anchor
from cases.database import create_register
from cases.dumps import (
    BackupFault,
    Facts,
    check_file,
    clear,
    database_file,
    dump,
    is_sqlite,
    keys_of,
    load,
    require_empty,
)
from cases.migrate import upgrade
from cases.opening import NewerDatabase, revisions, told

__all__ = ["BackupFault", "Manifest", "backup", "restore", "verify_backup"]
Progress = Callable[[int, int], None]  # parts done, parts in all (0: not known yet)


def backup(
    url: str, folder: Path, target: Path, progress: Progress | None = None, *, now: datetime | None = None
) -> Manifest:
    """Save the register as it is at one moment, while others write; BackupFault, CannotOpen.

    The database comes first: files are written before a row names them, so every file of that moment is there afterwards.
    """
    with _told(), _scratch(target.parent) as scratch, new_archive(target) as archive:
        facts = dump(url, scratch / DATABASE)
        archive.add(DATABASE, scratch / DATABASE)
        missing = _add_files(archive, AttachmentFiles(folder), facts, progress)
        if keys_of(url) != facts.keys:
            raise BackupFault(
                "the keys were changed meanwhile, so the files are not those of the database: do it again"
            )
        manifest = Manifest(
            engine="sqlite" if is_sqlite(url) else "postgresql",
            made_at=moment(now or datetime.now(UTC)),
            revision=facts.revision,
            key_id=facts.key_id,
            audit=facts.audit,
            parts=archive.parts,
            missing=missing,
        )
        archive.close(manifest)
    return manifest


def _add_files(
    archive: ArchiveWriter, files: AttachmentFiles, facts: Facts, progress: Progress | None
) -> tuple[str, ...]:
    """What is missing: taken back by the citizen meanwhile, or lost."""
    missing = []
    for number, (attachment, pictured) in enumerate(facts.attachments, 1):
        for form in Form if pictured else (Form.ORIGINAL,):
            path = files.path(attachment, form)
            try:
                archive.add(FILES + path.name, path)
            except FileNotFoundError:
                missing.append(path.name)
        if progress:
            progress(number, len(facts.attachments))
    return tuple(missing)


def verify_backup(archive: Path, progress: Progress | None = None) -> Manifest:
    """Read a backup through: every part is what was saved, and this version can restore it. BackupFault, CannotOpen."""
    with _told(), _scratch() as scratch:
        manifest = read_archive(archive, lambda name: scratch / name if name == DATABASE else None, _counted(progress))
        _require_revision(manifest)
        if manifest.engine == "sqlite":
            check_file(scratch / DATABASE)
    return manifest


def restore(archive: Path, url: str, folder: Path, key: str, progress: Progress | None = None) -> Manifest:
    """Bring a backup back into an empty place and check hashes, key and audit log; nothing is left where one of them is wrong."""
    with _told():
        require_empty(url)
        if folder.exists() and any(folder.iterdir()):
            raise BackupFault(f"{folder} is not empty: restore into an empty place")
        if is_sqlite(url):
            database_file(url).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _scratch(folder.parent) as scratch:
            files = scratch / "files"
            files.mkdir(0o700)
            manifest = read_archive(archive, lambda name: scratch / name, _counted(progress))
            _require_revision(manifest)
            if (manifest.engine == "sqlite") != is_sqlite(url):
                raise BackupFault(f"the backup is one of {manifest.engine}: restore it into such a database")
            with _or_nothing(url):
                load(url, scratch / DATABASE)
                upgrade(url)
                _check(url, manifest, key)
                os.replace(files, folder)
    return manifest


@contextmanager
def _told() -> Iterator[None]:
    try:
        with told():
            yield
    except OSError as fault:
        raise BackupFault(f"{fault.filename or 'the backup'}: {fault.strerror or fault}") from fault


@contextmanager
def _or_nothing(url: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        clear(url)
        raise


def _check(url: str, manifest: Manifest, key: str) -> None:
    register = create_register(url, key)
    try:
        with register.unit_of_work() as uow:
            found = audit.verify(uow, anchor=Anchor.read(manifest.audit) if manifest.audit else None)
    finally:
        register.close()
    if not found.whole:
        raise BackupFault(f"the audit log of the backup is not whole: row {found.faults[0].row} {found.faults[0].kind}")


def _require_revision(manifest: Manifest) -> None:
    if manifest.revision not in revisions():
        raise NewerDatabase(
            f"the backup is of revision {manifest.revision}, this version of Zhilu knows none after {revisions()[0]}: "
            "install the newer version"
        )


def _counted(progress: Progress | None) -> Callable[[int], None] | None:
    return (lambda number: progress(number, 0)) if progress else None


@contextmanager
def _scratch(parent: Path | None = None) -> Iterator[Path]:
    """A folder for its owner alone, on the disk of what is made in it, gone afterwards."""
    if parent:
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = Path(tempfile.mkdtemp(prefix=".zhilu-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
