"""The form of a backup: one tar.gz with `database`, `files/…` and, last, `manifest.json` with the hash of every part."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from cases.dumps import BackupFault

FORMAT = 1
DATABASE = "database"
FILES = "files/"
MANIFEST = "manifest.json"
ALLOWED = re.compile(r"database|files/[0-9A-Za-z-]{1,64}(\.display|\.thumbnail)?|manifest\.json")
MOST_MANIFEST = 512 * 1024 * 1024
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. `audit` is the anchor of the log; `missing` are files that the database names and nobody found."""

    engine: str
    made_at: str
    revision: str
    key_id: str
    audit: str
    parts: dict[str, str]
    missing: tuple[str, ...] = ()
    format: int = FORMAT

    @classmethod
    def read(cls, raw: bytes) -> Manifest:
        try:
            found = json.loads(raw)
            manifest = cls(**{**found, "missing": tuple(found["missing"])})
        except (ValueError, TypeError, KeyError) as fault:
            raise BackupFault("the backup has no readable list of its parts") from fault
        if manifest.format != FORMAT:
            raise BackupFault(f"the backup has form {manifest.format}, this version reads {FORMAT}")
        return manifest


class ArchiveWriter:
    """Parts go in one by one; each is hashed on its way."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.parts: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """FileNotFoundError where there is none."""
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            hashed = _Hashed(file)
            self._put(name, size, hashed)
        self.parts[name] = hashed.digest.hexdigest()

    def close(self, manifest: Manifest) -> None:
        raw = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True).encode()
        self._put(MANIFEST, len(raw), io.BytesIO(raw))

    def _put(self, name: str, size: int, content: IO[bytes] | _Hashed) -> None:
        part = tarfile.TarInfo(name)
        part.size, part.mode = size, 0o600
        self._tar.addfile(part, content)


class _Hashed:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def new_archive(target: Path) -> Iterator[ArchiveWriter]:
    """An archive that is there whole or not at all, for its owner alone."""
    if target.exists():
        raise BackupFault(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        os.rename(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def read_archive(
    archive: Path, place: Callable[[str], Path | None], progress: Callable[[int], None] | None = None
) -> Manifest:
    """Read all parts, write those that get a place, compare every hash; BackupFault at the first thing that is not as it was made."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for number, part in enumerate(tar, 1):
                if not part.isreg() or not ALLOWED.fullmatch(part.name) or part.name in found or manifest:
                    raise BackupFault(f"the backup holds what no backup holds: {part.name!r}")
                content = tar.extractfile(part)
                assert content is not None
                if part.name == MANIFEST:
                    manifest = Manifest.read(content.read(MOST_MANIFEST))
                else:
                    found[part.name] = _copy(content, place(part.name))
                if progress:
                    progress(number)
    except (tarfile.TarError, EOFError, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno:
            raise
        raise BackupFault(f"{archive.name} is cut off or is no backup") from fault
    return _compared(manifest, found)


def _compared(manifest: Manifest | None, found: dict[str, str]) -> Manifest:
    if manifest is None:
        raise BackupFault("the backup is cut off: the list of its parts is missing")
    for name in sorted(manifest.parts.keys() | found.keys()):
        if manifest.parts.get(name) != found.get(name):
            raise BackupFault(f"the backup is damaged: {name} is not what was saved")
    if DATABASE not in found:
        raise BackupFault("the backup holds no database")
    return manifest


def _copy(content: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(target or os.devnull, os.O_WRONLY | (os.O_CREAT | os.O_EXCL if target else 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := content.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        if target:
            os.fsync(descriptor)
    return digest.hexdigest()


def moment(now: datetime) -> str:
    return now.isoformat(timespec="seconds")
