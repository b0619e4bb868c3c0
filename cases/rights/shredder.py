"""What every kind of data of a case can do when its petitioner asks: be shown, and be erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import delete, select

from cases.attachments import AttachmentFiles
from cases.database import UnitOfWork
from cases.models import Base, Case
from cases.policy import Compartment
from cases.sealed_columns import SEALED, SealedColumn

Shown = dict[str, object]
NOTHING = ""


@dataclass(frozen=True)
class Scope:
    """The case that is asked about; `internal`: also what only staff read."""

    uow: UnitOfWork
    files: AttachmentFiles
    case: Case
    internal: bool = False


class Shredder(Protocol):
    """One kind of data: what it is called, in which tables it lies, how it is shown and erased."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def tables(self) -> frozenset[str]: ...

    def export(self, scope: Scope) -> list[Shown]:
        """Every row in plain words."""
        ...

    def erase(self, scope: Scope) -> None:
        """Inside the transaction of the erasure: nothing personal is left of it."""
        ...


@dataclass(frozen=True)
class Rows:
    """The rows of one table with a case_id: shown by the labels of their columns, and deleted."""

    name: str
    title: str
    model: type[Base]
    labels: Mapping[str, str]
    as_json: frozenset[str] = field(default=frozenset())
    internal: bool = False

    @property
    def tables(self) -> frozenset[str]:
        return frozenset({self.model.__tablename__})

    def rows(self, scope: Scope) -> Iterable[Any]:
        """In the order in which they were written, as far as that is known."""
        columns = self.model.__table__.columns
        order = [columns[each] for each in ("position", "at", "id") if each in columns]
        wanted = select(self.model).where(columns["case_id"] == scope.case.id).order_by(*order)
        return scope.uow.session.scalars(wanted).all()

    def export(self, scope: Scope) -> list[Shown]:
        if self.internal and not scope.internal:
            return []
        return [self.shown(scope, row) for row in self.rows(scope)]

    def erase(self, scope: Scope) -> None:
        table = self.model.__table__
        scope.uow.session.execute(delete(self.model).where(table.c["case_id"] == scope.case.id))

    def shown(self, scope: Scope, row: Any) -> Shown:
        """One row by its labels; what is empty is left out."""
        values = {label: self._value(scope, row, column) for column, label in self.labels.items()}
        return {label: value for label, value in values.items() if value not in (None, NOTHING)}

    def _value(self, scope: Scope, row: Any, column: str) -> object:
        value = getattr(row, column)
        if value is None:
            return None
        sealed = next((each for each in self.sealed() if each.column == column), None)
        opened = open_value(scope, row, sealed) if sealed else plain(value)
        return _structured(str(opened)) if column in self.as_json else opened

    def sealed(self) -> list[SealedColumn]:
        """The sealed columns of its table."""
        return [column for column in SEALED if column.model is self.model]


@dataclass(frozen=True)
class BlackenedRows(Rows):
    """The rows stay, since they count or show that somebody has decided; what was written in them is blacked out."""

    def erase(self, scope: Scope) -> None:
        for row in self.rows(scope):
            for column in self.sealed():
                nullable = self.model.__table__.columns[column.column].nullable
                compartment = Compartment(row.sealed_for)
                place = column.place_of(getattr(row, column.bound_to))
                empty = None if nullable else scope.uow.ciphers.seal("{}", place, compartment)
                setattr(row, column.column, empty)
        scope.uow.session.flush()


def _structured(text: str) -> object:
    """What was written as JSON; a plain text where an older version wrote one."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def open_value(scope: Scope, row: Any, column: SealedColumn) -> str:
    """A sealed value of a row."""
    compartment = Compartment.DISCIPLINE if column.belongs is not None else Compartment(row.sealed_for)
    place = column.place_of(getattr(row, column.bound_to))
    return scope.uow.ciphers.open_moved(getattr(row, column.column), place, compartment)


def plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
