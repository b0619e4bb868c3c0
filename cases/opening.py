"""Why a register cannot be opened: one small tree of errors, each of them one line that says what to do.

CannotOpen
├── NotMigrated       no tables yet, or those of an older version
├── HalfMigrated      the schema is not the one that its revision promises
├── NewerDatabase     a newer version of this software has migrated it
├── DatabaseDamaged   not a database, cut off or spoilt
├── DiskFull          nothing more can be written; what is there stays
├── Unreachable       no answer, no permission
├── KeyMissing        no register key was given
└── WrongRegisterKey  the register was written with another key
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from cases.ciphers import WrongKey
from cases.models import Base

VERSIONS = "alembic_version"
DAMAGED = ("not a database", "malformed", "unsupported file format", "file is encrypted")
FULL = ("disk is full", "no space left")
AWAY = ("unable to open", "readonly database", "read-only", "disk i/o error", "connection failed", "could not connect")
DAMAGED_STATES = ("XX001", "XX002")  # PostgreSQL: data_corrupted, index_corrupted
FULL_STATE = "53100"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class CannotOpen(Exception):
    """The register cannot be opened; the text is one line for the person who runs it."""


class NotMigrated(CannotOpen):
    """The database has no tables, or those of an older version: cases.migrate.upgrade comes first."""


class HalfMigrated(CannotOpen):
    """The tables are not those of the revision that the database names."""


class NewerDatabase(CannotOpen):
    """The database was migrated by a newer version of this software."""


class DatabaseDamaged(CannotOpen):
    """The file is no database, was cut off or spoilt."""


class DiskFull(CannotOpen):
    """There is no room left; nothing that was written is touched."""


class Unreachable(CannotOpen):
    """The database does not answer, or may not be written."""


class KeyMissing(CannotOpen, ValueError):
    """No register key was given."""


class WrongRegisterKey(CannotOpen, WrongKey):
    """The register was written with another key."""


@contextmanager
def told() -> Iterator[None]:
    """Faults of the database that a person can do something about, in words."""
    try:
        yield
    except SQLAlchemyError as fault:
        known = explain(fault)
        if known is None:
            raise
        raise known from fault
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        raise _full() from fault


def explain(fault: SQLAlchemyError) -> CannotOpen | None:
    """What a fault of the database means for the person who runs it; None for any other one."""
    if not isinstance(fault, DBAPIError):
        return None
    said, state = str(fault.orig).strip().lower(), getattr(fault.orig, "sqlstate", None)
    if state in DAMAGED_STATES or any(each in said for each in DAMAGED):
        return DatabaseDamaged(
            "the database is damaged or is no database: stop everything, keep the files as they are, restore the last backup"
        )
    if state == FULL_STATE or any(each in said for each in FULL):
        return _full()
    if any(each in said for each in AWAY):
        return away(said.splitlines()[0])
    return None


def _full() -> DiskFull:
    return DiskFull("the disk is full: nothing was changed, make room and start again")


def away(said: str) -> Unreachable:
    """The database does not answer; `said` is what the system says about it."""
    return Unreachable(f"the database cannot be opened ({said}): is it running, is the address right, is it writable?")


@cache
def revisions() -> tuple[str, ...]:
    """Every revision that this code knows, newest first."""
    return tuple(each.revision for each in ScriptDirectory.from_config(script_config()).walk_revisions())


def script_config(connection: Connection | None = None) -> Config:
    """Where Alembic finds our migrations."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def require_known_revision(connection: Connection) -> str | None:
    """The revision of the database, None for a new one; NewerDatabase, HalfMigrated."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    found = sorted(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if len(found) > 1:
        raise HalfMigrated(f"the database is at several revisions ({', '.join(found)}): restore the last backup")
    if found and found[0] not in revisions():
        raise NewerDatabase(
            f"the database is at revision {found[0]}, this version of Zhilu knows none after {revisions()[0]}: "
            "install the newer version, or restore a backup from before it"
        )
    return str(found[0]) if found else None


def require_schema(connection: Connection) -> None:
    """The schema is the one of this code; NotMigrated, NewerDatabase, HalfMigrated."""
    found, wanted = require_known_revision(connection), revisions()[0]
    if found is None:
        raise NotMigrated("the register has no tables yet: zhilu db migrate")
    if found != wanted:
        raise NotMigrated(
            f"the database is at revision {found}, this version needs {wanted}: zhilu db migrate brings it there"
        )
    if missing := _missing(connection):
        raise HalfMigrated(
            f"the database says revision {found} and lacks {', '.join(missing)}: restore the last backup"
        )


def _missing(connection: Connection) -> list[str]:
    """Tables and columns that the models have and the database has not."""
    columns = inspect(connection).get_multi_columns()
    there = {table: {column["name"] for column in found} for (_, table), found in columns.items()}
    tables = Base.metadata.tables
    lost = [
        str(column) for name in tables.keys() & there for column in tables[name].c if column.name not in there[name]
    ]
    return sorted([*(tables.keys() - there), *lost])
