"""Many rows at once: COPY on PostgreSQL, executemany elsewhere. Goes past the ORM and its guards; for synthetic cases only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from cases.models import Base, History

# In the order in which foreign keys want them; what is left out keeps its default.
COLUMNS: dict[str, tuple[str, ...]] = {
    "cases": (
        "id", "number", "filing_index", "code_hash", "office", "surface", "type", "matter", "branch", "channels",
        "confidentiality", "stage", "filed_at", "door", "body", "clerk", "urgent", "due_on", "right_until", "closed_on",
        "version", "respondent_index", "place_index", "sketch",
    ),
    "case_texts": ("id", "case_id", "slot", "sealed_for", "value_sealed"),
    "parties": (
        "id", "case_id", "role", "position", "sealed_for", "name_sealed", "address_sealed", "phone_sealed", "name_index",
        "phone_index", "address_index",
    ),
    "history": (
        "id", "case_id", "on", "act", "stage", "by", "received_on", "days", "at", "actor", "body",
    ),
    "act_details": ("id", "case_id", "history_id", "sealed_for", "value_sealed"),
    "audit": ("id", "at", "actor", "act", "case_id", "subject", "chained"),
}  # fmt: skip
Row = tuple[object, ...]


class Bulk:
    """Rows of one transaction, kept until `write`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}

    def add(self, table: str, row: Row) -> None:
        """A row in the order of COLUMNS."""
        self.rows[table].append(row)

    def first_history_id(self) -> int:
        """The first number that no history row has; nobody else takes one until the transaction ends."""
        return (self.session.scalar(select(func.max(History.id))) or 0) + 1

    def write(self) -> None:
        """Everything that was added."""
        for table, rows in self.rows.items():
            if rows:
                self._write(table, rows)
                rows.clear()

    def _write(self, table: str, rows: list[Row]) -> None:
        names = COLUMNS[table]
        self.session.connection().execute(
            Base.metadata.tables[table].insert(), [dict(zip(names, row, strict=True)) for row in rows]
        )


class Copy(Bulk):
    """The same by COPY."""

    def first_history_id(self) -> int:
        self.session.execute(text("LOCK TABLE history IN SHARE ROW EXCLUSIVE MODE"))
        return super().first_history_id()

    def write(self) -> None:
        super().write()
        wanted = select(func.setval(func.pg_get_serial_sequence("history", "id"), func.max(History.id)))
        self.session.execute(wanted)

    def _write(self, table: str, rows: list[Row]) -> None:
        driver: Any = self.session.connection().connection.driver_connection
        names = ", ".join(f'"{name}"' for name in COLUMNS[table])
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def bulk_of(session: Session) -> Bulk:
    """What is fastest on this database."""
    return (Copy if session.get_bind().dialect.name == "postgresql" else Bulk)(session)
