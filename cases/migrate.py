"""Bring a database to the newest schema, also when several processes start at once."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from cases.database import open_engine
from cases.opening import require_known_revision, revisions, script_config, told

LOCK_NUMBER = 20220501  # any number that no other program on the same PostgreSQL server locks


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the database; one that is up to date is left as it is. CannotOpen (cases/opening.py) says why not."""
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Go back to an older revision (`base`: nothing left); for restoring, never called at a start."""
    _migrate(url, lambda config: command.downgrade(config, revision))


def head() -> str:
    """The newest revision that this code knows."""
    return revisions()[0]


def _migrate(url: str, step: Callable[[Config], None]) -> None:
    """One step under a lock: the second process waits, then finds nothing to do."""
    with told():
        engine = open_engine(url)
        try:
            with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection, connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})
                require_known_revision(connection)
                step(script_config(connection))
        finally:
            engine.dispose()
