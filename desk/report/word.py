"""A document as .docx: A4, plain styles that Word and LibreOffice both have, tables whose first row repeats on every page."""

from __future__ import annotations

import io

import docx
from docx.document import Document as Paper
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as Grid
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from cases.exchange.sheets import UNPRINTABLE
from desk.figures_tables import Cell, Table
from desk.report.document import Chapter, Document
from desk.report.sheets import width_of

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
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    defaults = paper.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        next(defaults.iter(qn("w:lang"))).set(qn("w:eastAsia"), "zh-CN")
    _look(paper, "Title", "黑体", 22, after=4, bold=True, center=True)
    _look(paper, "Subtitle", "楷体", 13, after=12, center=True)
    _look(paper, "Heading 1", "黑体", 14, before=12, after=4, bold=True, keep=True)
    _look(paper, "Body Text", "宋体", 12, line=1.5, after=4, indent=24)
    _look(paper, "List", "宋体", 10.5, line=1.4, after=2)
    _look(paper, "List Number", "宋体", 10.5, line=1.2, before=2, after=2)
    _look(paper, "Caption", "楷体", 10.5, line=1.2, before=2, after=2, colour=GREY)
    _number_pages(section.footer.paragraphs[0])


def _look(
    paper: Paper,
    name: str,
    font: str,
    size: float,
    *,
    line: float = 1.0,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
    bold: bool = False,
    center: bool = False,
    keep: bool = False,
    colour: RGBColor = INK,
) -> None:
    style = paper.styles[name]
    style.font.name, style.font.size, style.font.bold, style.font.italic = "Times New Roman", Pt(size), bold, False
    style.font.color.rgb = colour
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in [each for each in fonts.attrib if "Theme" in each]:
        del fonts.attrib[attribute]
    fonts.set(qn("w:eastAsia"), font)
    layout = style.paragraph_format
    layout.line_spacing, layout.space_before, layout.space_after = line, Pt(before), Pt(after)
    layout.first_line_indent, layout.left_indent = Pt(indent), Pt(0)
    layout.keep_with_next = keep
    if center:
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _plain(style.element)


def _plain(element: object) -> None:
    """No numbers, bullets or lines that the shipped styles bring."""
    properties = element.get_or_add_pPr()  # type: ignore[attr-defined]
    for tag in ("w:numPr", "w:pBdr"):
        for found in properties.findall(qn(tag)):
            properties.remove(found)


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
