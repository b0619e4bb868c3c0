"""How long what was not filed is kept (data/retention.yml): what, days, basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import yaml

from zhilu.settings import Settings


class What(StrEnum):
    """What is kept for a while and then deleted."""

    DRAFTS = "drafts"
    CONVERSATIONS = "conversations"
    QUESTIONS = "questions"


@dataclass(frozen=True)
class Retention:
    """One row: kept for so many days, on this ground."""

    what: What
    title: str
    days: int
    basis: str

    def before(self, today: date) -> date:
        """What was last used before this day is deleted."""
        return today - timedelta(days=self.days)


def load_retention(path: Path, settings: Settings) -> Mapping[What, Retention]:
    """Every row; ValueError where one is missing, unknown or without days."""
    rows = [_row(row, settings) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    table = {row.what: row for row in rows}
    if len(rows) != len(table) or set(table) != set(What):
        raise ValueError(f"{path.name} needs one row for each of {', '.join(What)}")
    return table


def _row(row: Mapping[str, object], settings: Settings) -> Retention:
    given = row["days"]
    days = getattr(settings, given, None) if isinstance(given, str) else given
    if not isinstance(days, int) or days < 1:
        raise ValueError(f"{row['what']}: {given} is no number of days and no setting that holds one")
    return Retention(What(str(row["what"])), str(row["title"]), days, str(row["basis"]))
