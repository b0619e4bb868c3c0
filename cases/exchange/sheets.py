"""Sheets that say the same in the same bytes, and in which what a citizen wrote is never a formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

SHEET = "信访事项"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
LONGEST_CELL = 32_000
CUT = "……（太长，全文见JSON文件）"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED = 512 * 1024 * 1024
MOST_ROWS = 100_000


class UnreadableSheet(ValueError):
    """The file is no sheet that can be read."""


def write_sheet(titles: Sequence[str], rows: Sequence[Sequence[str | int | float | None]]) -> bytes:
    """An .xlsx with one sheet; text stays text."""
    book = Workbook(write_only=True)
    book.properties.creator = "zhilu"
    sheet = book.create_sheet(SHEET)
    for row in (titles, *rows):
        sheet.append([_cell(sheet, value) for value in row])
    drawn = io.BytesIO()
    book.save(drawn)
    return _without_clock(drawn.getvalue())


def defuse(text: str) -> str:
    """What no spreadsheet takes for a formula, here or after it was saved as CSV: an apostrophe goes before it."""
    text = UNPRINTABLE.sub("", text)
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL] + CUT
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def _cell(sheet: Any, value: str | int | float | None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, defuse(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _without_clock(content: bytes) -> bytes:
    """The same archive without the moment it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\3", old.read(name))
            new.writestr(zipfile.ZipInfo(name, LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def read_sheet(content: bytes) -> list[dict[str, str]]:
    """The rows of the first sheet by their titles, as text; UnreadableSheet for anything that is none, or far too large."""
    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UnreadableSheet("这不是能读的xlsx文件") from error
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2) if book.worksheets else iter(())
    table = [[_text(value) for value in row] for row in rows]
    book.close()
    if len(table) > MOST_ROWS + 1:
        raise UnreadableSheet(f"行数太多，一次最多{MOST_ROWS}行")
    titles = table[0] if table else []
    return [dict(zip(titles, row, strict=False)) for row in table[1:] if any(row)]


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise UnreadableSheet("文件太大")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableSheet("这不是能读的xlsx文件") from error
    if unpacked > MOST_UNPACKED:
        raise UnreadableSheet("文件太大")


def _text(value: object) -> str:
    """A cell as text: a day as 2026-11-21, a number without its decimal point, without our own apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat() if value.tzinfo else value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
