"""What the role of the running servers may do in PostgreSQL: everything but rewrite the log, the history and the schema.

The owner of the database migrates it; the servers log in as another role, which this module gives its rights. To be called again after
each migration that brings a table.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from cases.database import open_engine
from cases.models import Base
from cases.opening import VERSIONS, CannotOpen, require_schema, told

APPEND_ONLY = ("audit", "history")
HEAD = "audit_head"


class NoSuchRole(CannotOpen):
    """The server knows no such role, or the database has no roles at all."""


def grant(url: str, role: str) -> None:
    """Give the role exactly what a server needs; `url` is that of the owner. NoSuchRole, CannotOpen."""
    with told():
        engine = open_engine(url)
        try:
            with engine.begin() as connection:
                if connection.dialect.name != "postgresql":
                    raise NoSuchRole("SQLite has no roles: the file belongs to the user of the servers")
                _grant(connection, role)
        finally:
            engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        raise NoSuchRole(f"the database server has no role {role!r}: create it first (createuser)")
    require_schema(connection)
    quoted = connection.dialect.identifier_preparer.quote_identifier
    name = quoted(role)
    for table in sorted({*Base.metadata.tables, VERSIONS}):
        connection.exec_driver_sql(f"REVOKE ALL ON {quoted(table)} FROM {name}")
        connection.exec_driver_sql(f"GRANT {_rights(table)} ON {quoted(table)} TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {name}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")


def _rights(table: str) -> str:
    if table == VERSIONS:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    if table == HEAD:
        return "SELECT, INSERT, UPDATE"
    return "SELECT, INSERT, UPDATE, DELETE"
