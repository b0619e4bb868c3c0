"""A person who owns the database and takes its locks off; what such a person changes is what the audit log has to show."""

from __future__ import annotations

from sqlalchemy import text

from cases.database import Register

TRIGGERS = (
    "audit_no_update",
    "audit_no_delete",
    "history_no_update",
    "history_no_delete",
    "audit_head_forward",
    "audit_head_no_delete",
)


def tamper(register: Register, *statements: str) -> None:
    postgresql = register.engine.dialect.name == "postgresql"
    locks = [f"DROP TRIGGER IF EXISTS {name}" for name in TRIGGERS]
    if postgresql:
        locks = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("audit", "history", "audit_head")]
    with register.engine.begin() as connection:
        for statement in (*locks, *statements):
            connection.execute(text(statement))
