"""How our Word papers look: A4, Chinese fonts by name, nothing of the shipped styles' own decoration."""

from __future__ import annotations

from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

INK = RGBColor(0, 0, 0)


def set_page(paper: Paper, *, top: float, bottom: float) -> None:
    """A4 with margins in centimetres, in Chinese."""
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(top), Cm(bottom)
    defaults = paper.styles.element.find(qn("w:docDefaults"))
    if defaults is not None:
        next(defaults.iter(qn("w:lang"))).set(qn("w:eastAsia"), "zh-CN")


def look(
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
    """The paragraph style of that name, made where there is none: sizes and distances in points, `line` as a multiple."""
    styles = paper.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
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
