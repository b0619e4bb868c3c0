"""Makes the templates of the notices from data/desk/papers/*.yml; afterwards they are edited in Word: `python scripts/make_notices.py [kind …]`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docx import Document  # noqa: E402
from docx.document import Document as Paper  # noqa: E402
from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: E402
from docx.oxml import OxmlElement  # noqa: E402
from docx.oxml.ns import qn  # noqa: E402
from docx.shared import Cm, Pt, RGBColor  # noqa: E402
from docx.text.paragraph import Paragraph  # noqa: E402

from desk.notices.kinds import Addressee, Entry, Kind, Say, read_kinds  # noqa: E402
from scripts.make_papers import fix_widths, grid, mark, write  # noqa: E402
from zhilu.word import look  # noqa: E402

FOLDER = ROOT / "data" / "desk" / "papers"
RED, GREY = RGBColor(0xC0, 0x10, 0x10), RGBColor(0x60, 0x60, 0x60)
LABEL, WIDE = 4.2, 11.4
LEADING = Pt(24)  # the same with every font that a machine has
FIELD = re.compile(r"\{([a-z_]+)\}")


def main() -> None:
    for kind in read_kinds(FOLDER):
        if not sys.argv[1:] or kind.id in sys.argv[1:]:
            make(kind).save(str(kind.template))


def make(kind: Kind) -> Paper:
    paper = new_paper()
    head(paper, kind)
    last = max(place for place, each in enumerate(kind.says) if is_certain(kind, each))
    for place, each in enumerate(kind.says):
        say(paper, kind, each, first=place == 0, kept=place >= last)
    sign(paper)
    if kind.to is Addressee.PETITIONER:
        delivery(paper)
    foot(paper)
    properties = paper.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    return paper


def new_paper() -> Paper:
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.2)
    next(paper.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))).set(qn("w:eastAsia"), "zh-CN")
    look(paper, "Normal", "仿宋", 14, line=LEADING)
    look(paper, "Title", "宋体", 22, line=1.2, before=10, after=6, bold=True, center=True)
    look(paper, "Heading 1", "黑体", 14, line=LEADING, before=4, bold=True, indent=28)
    look(paper, "机关", "宋体", 18, line=1.2, bold=True, center=True, colour=RED)
    look(paper, "文号", "仿宋", 14, line=1.2, after=12, center=True)
    look(paper, "正文", "仿宋", 14, line=LEADING, indent=28)
    look(paper, "落款", "仿宋", 14, line=LEADING)
    look(paper, "格内", "仿宋", 12.5, line=Pt(18))
    look(paper, "说明", "楷体", 10.5, line=1.2, colour=GREY)
    return paper


def head(paper: Paper, kind: Kind) -> None:
    organ = paper.add_paragraph("{{r issuer }}", style="机关")
    ruled(organ)
    paper.add_paragraph(kind.title, style="Title")
    paper.add_paragraph("{{r number }}", style="文号")
    when(paper, "replaces", lambda: paper.add_paragraph("本件代替{{r replaces }}，前一份不再使用。", style="正文"))


def ruled(paragraph: Paragraph) -> None:
    """A red line below it, as official papers have."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", "C01010")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def when(paper: Paper, variable: str, add: object) -> None:
    paper.add_paragraph(f"{{%p if {variable} %}}")
    add()  # type: ignore[operator]
    paper.add_paragraph("{%p endif %}")


def is_certain(kind: Kind, each: Say) -> bool:
    """Whether it is printed in every case: the last of these stays on the page of the seal, which never stands alone."""
    return not each.condition and (bool(each.line) or (bool(each.words) and kind.fields[each.words].required))


def say(paper: Paper, kind: Kind, each: Say, *, first: bool, kept: bool) -> None:
    def add() -> None:
        if each.heading:
            paper.add_paragraph(each.heading, style="Heading 1").paragraph_format.keep_with_next = True
        elif each.line:
            line = paper.add_paragraph(FIELD.sub(r"{{r \1 }}", each.line), style="Normal" if first else "正文")
            line.paragraph_format.keep_with_next = kept
        elif each.words:
            paper.add_paragraph(f"{{%p for line in {each.words} %}}")
            paper.add_paragraph("{{r line }}", style="正文").paragraph_format.keep_with_next = kept
            paper.add_paragraph("{%p endfor %}")
        else:
            rows(paper, kind, each)

    if each.condition:
        when(paper, each.condition, add)
    else:
        add()


def rows(paper: Paper, kind: Kind, each: Say) -> None:
    table = grid(paper, (LABEL, WIDE))
    for label, name in each.table:
        optional = name in kind.fields and not kind.fields[name].required and kind.fields[name].kind is not Entry.WORDS
        if optional:
            mark(table, f"{{%tr if {name} %}}")
        cells = table.add_row().cells
        write(cells[0], label, bold=True)
        write(cells[1], f"{{{{r {name} }}}}")
        if optional:
            mark(table, "{%tr endif %}")
    fix_widths(table, (LABEL, WIDE))


def sign(paper: Paper) -> None:
    for number, text in enumerate(("{{r issuer }}（盖章）", "{{r issued_on }}")):
        line = paper.add_paragraph(text, style="落款")
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.space_before = Pt(0 if number else 14)
        line.paragraph_format.keep_with_next = not number
    when(paper, "contact", lambda: paper.add_paragraph("联系电话：{{r contact }}", style="落款"))


def delivery(paper: Paper) -> None:
    """From receipt the periods of review run (第三十五条、第三十六条), so it is signed for."""
    line = paper.add_paragraph("送达签收（留存一联）", style="说明")
    line.paragraph_format.space_before, line.paragraph_format.keep_with_next = Pt(10), True
    widths = (3.2, 4.6, 3.2, 4.6)
    table = grid(paper, widths)
    for left, right in (("收件人签名", "收到日期"), ("送达方式", "送达人签名")):
        cells = table.add_row().cells
        for place, text in ((0, left), (2, right)):
            write(cells[place], text, bold=True)
        for cell in cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = left == "收件人签名"
    fix_widths(table, widths)


def foot(paper: Paper) -> None:
    line = paper.sections[0].footer.paragraphs[0]
    line.style = paper.styles["说明"]
    line.add_run("信访事项编号：{{r case_number }}　　第")
    page_number(line)
    line.add_run("页")


def page_number(line: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()._r
        if kind:
            mark_of = OxmlElement("w:fldChar")
            mark_of.set(qn("w:fldCharType"), kind)
            run.append(mark_of)
        else:
            code = OxmlElement("w:instrText")
            code.text = text
            run.append(code)


if __name__ == "__main__":
    main()
