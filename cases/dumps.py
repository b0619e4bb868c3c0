"""One consistent copy of a database while others write, and that copy as a database again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url, select, text

from cases.database import open_engine
from cases.keyring import KEY_ID_LENGTH
from cases.migrate import downgrade
from cases.models import Attachment, AuditHead, DataKey, IssuedPaper, KeyCheck
from cases.opening import VERSIONS, DatabaseDamaged, require_schema
from cases.paper_files import names_of

PAGES_AT_ONCE = 4096


class BackupFault(Exception):
    """A backup cannot be made, read or restored; the text is one line for the person who runs it."""


@dataclass(frozen=True)
class Facts:
    """What a copy holds, read from the same moment as the copy itself."""

    revision: str
    key_id: str
    audit: str
    attachments: tuple[tuple[str, bool], ...]  # id, and whether there are pictures of it
    keys: tuple[str, ...]


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def database_file(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(make_url(url).database or "")


def dump(url: str, target: Path) -> Facts:
    """Copy the database as it is at one moment; BackupFault, CannotOpen."""
    return _dump_sqlite(url, target) if is_sqlite(url) else _dump_postgresql(url, target)


def load(url: str, dumped: Path) -> None:
    """Make the copy the contents of an empty database."""
    if is_sqlite(url):
        clear(url)  # an empty one may have a journal beside it
        shutil.copyfile(dumped, database_file(url))
        database_file(url).chmod(0o600)
    else:
        _run(
            "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            str(dumped),
            url=url,
        )


def require_empty(url: str) -> None:
    """BackupFault where the database holds anything."""
    if is_sqlite(url) and not database_file(url).exists():
        return
    with _engine(url) as engine, engine.connect() as connection:
        if tables := inspect(connection).get_table_names():
            raise BackupFault(f"the database is not empty ({len(tables)} tables): restore into an empty place")


def clear(url: str) -> None:
    """Take back what `load` brought into an empty database."""
    if is_sqlite(url):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{database_file(url)}{suffix}").unlink(missing_ok=True)
        return
    with _engine(url) as engine:
        if not inspect(engine).get_table_names():
            return
    downgrade(url, "base")
    with _engine(url) as engine, engine.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {VERSIONS}"))


def keys_of(url: str) -> tuple[str, ...]:
    """Which versions of keys the database has now."""
    with _engine(url) as engine, engine.connect() as connection:
        return _keys(connection)


def check_file(path: Path) -> None:
    """DatabaseDamaged where SQLite finds a fault in a database file."""
    try:
        with closing(sqlite3.connect(path)) as copy:
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as fault:
        said = str(fault)
    if said != "ok":
        raise DatabaseDamaged(f"the database is damaged ({said}): stop everything and restore the last backup")


def _facts(connection: Connection) -> Facts:
    require_schema(connection)
    revision = connection.scalar(text(f"SELECT version_num FROM {VERSIONS}"))  # noqa: S608
    sealed = connection.scalar(select(KeyCheck.sealed)) or b""
    head = connection.execute(select(AuditHead.last, AuditHead.chained)).one_or_none()
    files = connection.execute(select(Attachment.id, Attachment.display_sha256.is_not(None)).order_by(Attachment.id))
    return Facts(
        revision=str(revision),
        key_id=sealed[:KEY_ID_LENGTH].hex(),
        audit=f"{head.last}:{head.chained.hex()}" if head and head.chained else "",
        attachments=(*((row[0], bool(row[1])) for row in files), *_papers(connection)),
        keys=_keys(connection),
    )


def _papers(connection: Connection) -> Iterator[tuple[str, bool]]:
    """The files of issued notices lie in the same store."""
    papers = select(IssuedPaper.id, IssuedPaper.pdf_sha256.is_not(None)).order_by(IssuedPaper.issued_at, IssuedPaper.id)
    for row in connection.execute(papers):
        yield from ((name, False) for name in names_of(row[0], pdf=bool(row[1])))


def _keys(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(select(DataKey.key_id).order_by(DataKey.key_id)))


def _dump_sqlite(url: str, target: Path) -> Facts:
    if not database_file(url).is_file():
        raise BackupFault(f"there is no database at {database_file(url)}")
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(database_file(url), isolation_level=None, timeout=10)) as source:
        source.execute("BEGIN")
        source.execute(
            "SELECT count(*) FROM sqlite_master"
        ).fetchone()  # from here on this moment is read, whoever writes
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            source.backup(copy, pages=PAGES_AT_ONCE)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    check_file(target)
    with _engine(f"sqlite:///{target}") as engine, engine.connect() as connection:
        facts = _facts(connection)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
    return facts


def _dump_postgresql(url: str, target: Path) -> Facts:
    with _engine(url) as engine, engine.connect() as connection:
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        facts = _facts(connection)
        target.touch(0o600)
        _run("pg_dump", "--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={target}", url=url)
    return facts


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _run(program: str, *arguments: str, url: str) -> None:
    """One of PostgreSQL's own programs; the password goes through the environment, where no list of processes shows it."""
    parts = make_url(url)
    host = parts.host or parts.query.get("host") or ""
    said = {"PGHOST": host, "PGPORT": parts.port, "PGUSER": parts.username, "PGPASSWORD": parts.password}
    said |= {"PGSSLMODE": parts.query.get("sslmode"), "PGSSLROOTCERT": parts.query.get("sslrootcert")}
    environment = os.environ | {name: str(value) for name, value in said.items() if value}
    database = [f"--dbname={parts.database}"]
    try:
        done = subprocess.run([program, *database, *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError as fault:
        raise BackupFault(f"{program} is missing: install the client programs of PostgreSQL") from fault
    if done.returncode:
        raise BackupFault(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[0]}")
