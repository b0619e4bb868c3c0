"""How long what people told us is kept (data/retention.yml): what, days, basis; and letting go of what was filed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cases import retention
from cases.attachments import AttachmentFiles
from cases.database import Register, create_register
from cases.retention import Due, Kept
from knowledge.yamls import read_yaml
from petition.days import china_day
from zhilu.settings import Settings


class What(StrEnum):
    """What is kept for a while and then deleted, or emptied."""

    DRAFTS = "drafts"
    STORIES = "stories"
    CONVERSATIONS = "conversations"
    QUESTIONS = "questions"
    CASES = "cases"
    LOG = "log"
    OUTBOX = "outbox"
    NOTICES = "notices"
    BOOKINGS = "bookings"
    HANDOVERS = "handovers"
    LOOKUPS = "lookups"


FILED = tuple(What(each.value) for each in Kept)


@dataclass(frozen=True)
class Retention:
    """One row: kept for so many days, on this ground; 0 where an office has set no time: kept."""

    what: What
    title: str
    days: int
    basis: str

    @property
    def ends(self) -> bool:
        """Whether it is ever let go."""
        return self.days > 0

    @property
    def length(self) -> str:
        """In words."""
        return f"{self.days} day{'s' if self.days > 1 else ''}" if self.ends else "kept"

    def before(self, today: date) -> date:
        """What was last used before this day is deleted."""
        return today - timedelta(days=self.days) if self.ends else date.min


@dataclass(frozen=True)
class Over:
    """What of one row is over, or was let go: how many, and (dry run) the first of them by id and day."""

    row: Retention
    count: int
    listed: tuple[Due, ...] = ()


Table = Mapping[What, Retention]


def load_retention(path: Path, settings: Settings) -> Table:
    """Every row; ValueError where one is missing, unknown or without days."""
    rows = [_row(row, settings) for row in read_yaml(path)]
    table = {row.what: row for row in rows}
    if len(rows) != len(table) or set(table) != set(What):
        raise ValueError(f"{path.name} needs one row for each of {', '.join(What)}")
    return table


def _row(row: Mapping[str, object], settings: Settings) -> Retention:
    """Only a setting may say 0: nobody keeps for ever by a slip in the table."""
    given = row["days"]
    days = getattr(settings, given, None) if isinstance(given, str) else given
    least = 0 if isinstance(given, str) else 1
    if not isinstance(days, int) or days < least:
        raise ValueError(f"{row['what']}: {given} is no number of days and no setting that holds one")
    return Retention(What(str(row["what"])), str(row["title"]), days, str(row["basis"]))


def list_over(register: Register, table: Table, now: datetime, *, limit: int = 100) -> list[Over]:
    """The dry run: what of the filed things is over; ids and days, no names."""
    found = []
    with register.unit_of_work() as uow:
        for row in _ending(table):
            kept, before = Kept(row.what.value), row.before(china_day(now))
            listed = retention.due(uow, kept, before, limit=limit)
            count = retention.count_due(uow, kept, before) if len(listed) == limit else len(listed)
            found.append(Over(row, count, tuple(listed)))
    return found


def let_go_filed(register: Register, files: AttachmentFiles, table: Table, now: datetime) -> list[Over]:
    """Let go of the filed things whose time is over; how many of each."""
    with register.unit_of_work() as uow:
        return [
            Over(row, retention.let_go(uow, files, Kept(row.what.value), row.before(china_day(now)), now=now))
            for row in _ending(table)
        ]


def run_list(settings: Settings, _arguments: argparse.Namespace) -> int:
    """`zhilu retention list`: a line for each kind."""
    for row in load_retention(settings.retention_file, settings).values():
        print(f"{row.what.ljust(16)}{row.length.ljust(12)}{row.title}。{row.basis}")
    return 0


def run_once(settings: Settings, arguments: argparse.Namespace) -> int:
    """`zhilu retention run`: let go of what was filed and is over; with --dry-run its ids and days are listed."""
    table, now = load_retention(settings.retention_file, settings), datetime.now(UTC)
    register = create_register(settings.register_url, settings.secret("register_key"))
    try:
        if arguments.dry_run:
            found = list_over(register, table, now)
        else:
            found = let_go_filed(register, AttachmentFiles(settings.var_dir / "attachments"), table, now)
    finally:
        register.close()
    would = "would be " if arguments.dry_run else ""
    for over in found:
        verb = "emptied" if over.row.what is What.CASES else "deleted"
        print(f"{over.row.what.ljust(16)}{over.count} {would}{verb}")
        for each in over.listed:
            print(f"  {each.id}  {each.on.isoformat()}")
    return 0


def _ending(table: Table) -> list[Retention]:
    return [table[what] for what in FILED if table[what].ends]
