"""Cases for an upstream system: only what is new or has changed since the last time; the same rows give the same bytes.

A file is in its place before its rows are marked as exported: whoever is killed in between gets them again, and none is left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Select, literal, select, tuple_
from sqlalchemy.orm import selectinload

from cases import audit
from cases.actors import Actor
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.exchange.fields import FIELDS, Opened, open_case
from cases.exchange.mapping import Column, ExchangeMapping, Format
from cases.exchange.sheets import write_sheet
from cases.models import Case, ExportMark, UtcDateTime
from cases.policy import NotPermitted, StaffRole
from petition.matters import PetitionType

BATCH = 200
MOST_ROWS = 10_000  # in one file; the rest comes with the next export
EXPORTED = "case-exported"
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    """One case as it is exported."""

    case_id: str
    digest: bytes
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Batch:
    """The rows of one file."""

    mapping: ExchangeMapping
    rows: tuple[Row, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The head of the sheet."""
        return tuple(column.title for column in self.mapping.columns)

    def as_json(self) -> bytes:
        """A list of objects by title."""
        rows = [dict(zip(self.titles, row.cells, strict=True)) for row in self.rows]
        return json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"

    def as_xlsx(self) -> bytes:
        """A sheet in which no cell is a formula."""
        return write_sheet(self.titles, [row.cells for row in self.rows])


def export_to(
    uow: UnitOfWork,
    mapping: ExchangeMapping,
    target: Path,
    actor: Actor,
    *,
    now: datetime,
    full: bool = False,
    limit: int = MOST_ROWS,
) -> int:
    """Write a new file (`.xlsx` or `.json`, for the owner alone) and mark its rows; how many. Nothing new: no file."""
    writers = {".xlsx": Batch.as_xlsx, ".json": Batch.as_json}
    if target.suffix not in writers:
        raise ValueError(f"{target.name}: an export ends in .xlsx or .json")
    batch = collect(uow, mapping, actor, full=full, limit=limit)
    if batch.rows:
        _put(target, writers[target.suffix](batch))
        confirm(uow, batch, actor, now=now)
    return len(batch.rows)


def _put(target: Path, content: bytes) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)


def collect(
    uow: UnitOfWork, mapping: ExchangeMapping, actor: Actor, *, full: bool = False, limit: int = MOST_ROWS
) -> Batch:
    """The rows that the upstream system does not have as they are now, oldest case first; NotPermitted."""
    role = _role(mapping, actor)
    rows: list[Row] = []
    for cases in _pages(uow, role):
        known = _digests(uow, mapping.system, cases)
        for case in cases:
            row = _row(uow, mapping, open_case(uow.ciphers, case, role))
            if full or known.get(case.id) != row.digest:
                rows.append(row)
        uow.session.expunge_all()
        if len(rows) >= limit:
            break
    uow.rollback()
    return Batch(mapping, tuple(rows[:limit]))


def confirm(uow: UnitOfWork, batch: Batch, actor: Actor, *, now: datetime) -> None:
    """The file is in its place: its rows are exported, and the log says of each case who took it out."""
    system = batch.mapping.system

    def mark() -> None:
        wanted = select(ExportMark).where(ExportMark.system == system)
        ids = [row.case_id for row in batch.rows]
        marks = {
            mark.case_id: mark
            for start in range(0, len(ids), BATCH)
            for mark in uow.session.scalars(wanted.where(ExportMark.case_id.in_(ids[start : start + BATCH])))
        }
        for row in batch.rows:
            mark = marks.get(row.case_id) or ExportMark(system=system, case_id=row.case_id)
            mark.digest, mark.exported_at = row.digest, now
            uow.session.add(mark)
            audit.note(uow.session, Entry(now, actor.name, EXPORTED, row.case_id, subject=system))

    uow.write(mark)


def _role(mapping: ExchangeMapping, actor: Actor) -> StaffRole:
    """The role that reads for the export: that of discipline opens everything, every other one all but reports."""
    narrowed = [column.title for column in mapping.columns if column.may and not actor.roles & column.may]
    if not actor.roles & mapping.who or actor.body is not None or narrowed:
        raise NotPermitted(f"{actor.name} may not export {', '.join(narrowed) or mapping.system}")
    own = actor.roles & mapping.who
    return StaffRole.DISCIPLINE if StaffRole.DISCIPLINE in own else min(own)


def _pages(uow: UnitOfWork, role: StaffRole) -> Iterator[Sequence[Case]]:
    """Every case this role may read, a page at a time, by the day it was filed."""
    wanted: Select[Case] = select(Case).options(
        selectinload(Case.texts), selectinload(Case.parties), selectinload(Case.history)
    )
    if role is not StaffRole.DISCIPLINE:
        wanted = wanted.where(Case.type != PetitionType.REPORT.value)
    after: tuple[datetime, str] | None = None
    while True:
        place = tuple_(Case.filed_at, Case.id)
        page = wanted if after is None else wanted.where(place > tuple_(literal(after[0], UtcDateTime), after[1]))
        cases = uow.session.scalars(page.order_by(Case.filed_at, Case.id).limit(BATCH)).all()
        if not cases:
            return
        after = (cases[-1].filed_at, cases[-1].id)
        yield cases


def _digests(uow: UnitOfWork, system: str, cases: Sequence[Case]) -> dict[str, bytes]:
    of_page = ExportMark.case_id.in_([case.id for case in cases])
    wanted = select(ExportMark.case_id, ExportMark.digest).where(ExportMark.system == system, of_page)
    return {row.case_id: row.digest for row in uow.session.execute(wanted)}


def _row(uow: UnitOfWork, mapping: ExchangeMapping, opened: Opened) -> Row:
    cells = tuple(_cell(column, opened) for column in mapping.columns)
    text = json.dumps([[column.title for column in mapping.columns], cells], ensure_ascii=False)
    return Row(opened.case.id, uow.ciphers.index("export", text), cells)


def _cell(column: Column, opened: Opened) -> Cell:
    """A value as it is written; the persons of a confidential case are masked whatever the column says."""
    field = FIELDS[column.field]
    value = field.read(opened)
    if value is None or value == "":
        return None
    if column.format in (Format.MONEY, Format.COUNT) and isinstance(value, int | float):
        return int(value) if float(value).is_integer() else value
    text = value.isoformat() if isinstance(value, date) else str(value)
    if column.format is Format.LABEL:
        text = field.label(text)
    masked = column.masked or (field.personal and opened.confidential)
    return field.mask(text) if masked else text
