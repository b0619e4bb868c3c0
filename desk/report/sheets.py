"""A document as .xlsx: a sheet for each table, numbers as numbers, and no text that could be taken for a formula."""

from __future__ import annotations

import io
import re
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from cases.exchange.sheets import defuse
from desk.figures_tables import Cell, Table
from desk.report.document import Document

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
LONGEST_NAME = 31
WIDEST, NARROWEST = 60, 12
HEAD = PatternFill("solid", fgColor="E6EEF5")


def write_sheets(document: Document) -> bytes:
    """The bytes of the .xlsx: first what it is, then a sheet a table."""
    book = Workbook()
    book.properties.creator, book.properties.title = "zhilu", defuse(document.title)
    first = book.active
    first.title = _name(document.title)
    lines = [document.title, document.subtitle, *document.lead]
    for chapter in document.chapters:
        lines += [f"{chapter.heading} {text}" for text in chapter.texts]
    for line in (*lines, document.rule_title, *document.rule, *document.closing, document.made):
        _append(first, (line,))
    _lay_out(first, head=0)
    for chapter in document.chapters:
        if chapter.table is not None:
            _add_table(book, chapter.table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _add_table(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(_name(table.title))
    _append(sheet, table.columns)
    for row in table.rows:
        _append(sheet, row.cells)
    sheet.freeze_panes = "A2"
    _lay_out(sheet, head=1)


def _append(sheet: Any, cells: tuple[Cell, ...] | tuple[str, ...]) -> None:
    """Text stays text: openpyxl would make a formula of what begins with an equals sign."""
    sheet.append([defuse(value) if isinstance(value, str) else value for value in cells])
    for cell in sheet[sheet.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"


def _lay_out(sheet: Any, *, head: int) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        if head:
            cell.fill = HEAD
    for number, column in enumerate(sheet.columns, 1):
        widest = max(width_of(cell.value) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(
            max(widest + 2, NARROWEST), WIDEST if head else 100
        )
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def width_of(value: object) -> int:
    """A Chinese character is as wide as two letters."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in str(value if value is not None else ""))


def _name(title: str) -> str:
    return FORBIDDEN.sub(" ", title)[:LONGEST_NAME]
