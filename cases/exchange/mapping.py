"""What goes to an upstream system and what comes back (data/exchange/*.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from cases.exchange.fields import FIELDS
from cases.policy import StaffRole
from petition.stages import Act


class Format(StrEnum):
    """How a value is written."""

    TEXT = "text"
    DATE = "date"
    LABEL = "label"
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True)
class Column:
    """One column of the sheet; `may` narrows who sees it."""

    title: str
    field: str
    format: Format = Format.TEXT
    masked: bool = False
    may: frozenset[StaffRole] = frozenset()


@dataclass(frozen=True)
class Incoming:
    """The columns of what comes back, by what they are, and the act of each status."""

    columns: Mapping[str, str]
    events: Mapping[str, Act]


@dataclass(frozen=True)
class ExchangeMapping:
    """One upstream system."""

    system: str
    who: frozenset[StaffRole]
    columns: tuple[Column, ...]
    incoming: Incoming


INCOMING = frozenset({"external", "number", "event", "day", "key", "note", "body", "outcome", "ground", "days"})
NEEDED = frozenset({"number", "event", "day"})


def load_mapping(path: Path) -> ExchangeMapping:
    """ValueError names the column or the status that is wrong."""
    read: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    columns = tuple(_column(row) for row in read["columns"])
    titles = [column.title for column in columns]
    if twice := {title for title in titles if titles.count(title) > 1}:
        raise ValueError(f"{path.name}: {', '.join(sorted(twice))} stands twice")
    who = frozenset(map(StaffRole, read["who"]))
    return ExchangeMapping(str(read["system"]), who, columns, _incoming(read["incoming"]))


def _column(row: Mapping[str, Any]) -> Column:
    title, field = str(row["title"]), str(row["field"])
    if field not in FIELDS:
        raise ValueError(f"{title}: there is no field {field}")
    if unknown := row.keys() - {"title", "field", "format", "masked", "may"}:
        raise ValueError(f"{title}: unknown {', '.join(sorted(unknown))}")
    may = frozenset(map(StaffRole, row.get("may", ())))
    return Column(title, field, Format(row.get("format", Format.TEXT)), row.get("masked", False) is True, may)


def _incoming(read: Mapping[str, Any]) -> Incoming:
    columns: dict[str, str] = {str(what): str(title) for what, title in read["columns"].items()}
    if not columns.keys() >= NEEDED or columns.keys() - INCOMING:
        raise ValueError(f"incoming: needs {', '.join(sorted(NEEDED))} and knows {', '.join(sorted(INCOMING))}")
    return Incoming(columns, {str(status): Act(act) for status, act in read["events"].items()})
