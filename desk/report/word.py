"""A document as .docx: A4, plain styles that Word and LibreOffice both have, tables whose first row repeats on every page."""

from __future__ import annotations

import io

import docx
from docx.document import Document as Paper
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, RGBColor
from docx.table import Table as Grid
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from cases.exchange.sheets import UNPRINTABLE
from desk.figures_tables import Cell, Table
from desk.report.document import Chapter, Document
from desk.report.sheets import width_of
from zhilu.word import look, set_page

INK, GREY = RGBColor(0, 0, 0), RGBColor(0x50, 0x50, 0x50)
HEAD_FILL = "E6EEF5"
TEXT_WIDTH = 16.0  # cm
NARROWEST, WIDEST = 12, 34  # letters; a Chinese character is as wide as two
LONGEST_CENTRED = 16  # characters; a longer text begins at the left


def write_word(document: Document) -> bytes:
    """The bytes of the .docx."""
    paper = docx.Document()
    _set_page(paper)
    _add(paper, document.title, "Title")
    _add(paper, document.subtitle, "Subtitle")
    for text in document.lead:
        _add(paper, text, "Body Text")
    for chapter in document.chapters:
        _add_chapter(paper, chapter)
    _add(paper, document.rule_title, "Heading 1")
    for text in document.rule:
        _add(paper, text, "List")
    for text in (*document.closing, document.made):
        _add(paper, text, "Caption")
    written = io.BytesIO()
    paper.save(written)
    return written.getvalue()


def _add_chapter(paper: Paper, chapter: Chapter) -> None:
    _add(paper, chapter.heading, "Heading 1")
    for text in chapter.texts:
        _add(paper, text, "Body Text").paragraph_format.keep_with_next = chapter.table is not None
    if chapter.table is not None:
        _add_table(paper, chapter.table)


def _add_table(paper: Paper, table: Table) -> None:
    grid = paper.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _fill(grid, 0, table.columns)
    for number, row in enumerate(table.rows, 1):
        grid.add_row()
        _fill(grid, number, row.cells)
    _set_widths(grid, table)
    _repeat_head(grid)
    _add(paper, "", "Caption")


def _fill(grid: Grid, number: int, cells: tuple[Cell, ...] | tuple[str, ...]) -> None:
    for place, (cell, value) in enumerate(zip(grid.rows[number].cells, cells, strict=False)):
        paragraph = cell.paragraphs[0]
        paragraph.style = "List Number"
        paragraph.add_run(_clean(str(value))).bold = number == 0
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if place and len(str(value)) <= LONGEST_CENTRED:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if number == 0:
            _shade(cell)


def _set_widths(grid: Grid, table: Table) -> None:
    """As the longest text of each column asks for, within reason."""
    texts = zip(table.columns, *(row.cells for row in table.rows), strict=False)
    longest = [max(width_of(text) for text in column) for column in texts]
    parts = [min(max(each, NARROWEST), WIDEST) for each in longest]
    for column, part in zip(grid.columns, parts, strict=True):
        column.width = Cm(TEXT_WIDTH * part / sum(parts))
        for cell in column.cells:
            cell.width = column.width


def _repeat_head(grid: Grid) -> None:
    """On every page; and no row goes over the end of one."""
    head = grid.rows[0]._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    head.append(mark)
    for row in grid.rows:
        whole = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(whole)


def _shade(cell: _Cell) -> None:
    fill = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", HEAD_FILL)):
        fill.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(fill)


def _add(paper: Paper, text: str, style: str) -> Paragraph:
    return paper.add_paragraph(_clean(text), style=style)


def _clean(text: str) -> str:
    """What XML cannot hold is left out."""
    return UNPRINTABLE.sub("", text)


# --- the look -----------------------------------------------------------------------------------------------------------------


def _set_page(paper: Paper) -> None:
    set_page(paper, top=2.4, bottom=2.2)
    look(paper, "Title", "黑体", 22, after=4, bold=True, center=True)
    look(paper, "Subtitle", "楷体", 13, after=12, center=True)
    look(paper, "Heading 1", "黑体", 14, before=12, after=4, bold=True, keep=True)
    look(paper, "Body Text", "宋体", 12, line=1.5, after=4, indent=24)
    look(paper, "List", "宋体", 10.5, line=1.4, after=2)
    look(paper, "List Number", "宋体", 10.5, line=1.2, before=2, after=2)
    look(paper, "Caption", "楷体", 10.5, line=1.2, before=2, after=2, colour=GREY)
    _number_pages(paper.sections[0].footer.paragraphs[0])


def _number_pages(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
