"""Makes the shipped templates of data/papers anew; afterwards they are edited in Word: `python scripts/make_papers.py [id …]`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from zhilu.word import look, set_page

FOLDER = Path(__file__).resolve().parents[1] / "data" / "papers"
GREY = RGBColor(0x60, 0x60, 0x60)
LABEL, WIDE = 4.4, 11.6  # cm; together the width of the text on A4
Rows = Sequence[tuple[str, str] | tuple[str, str, str]]

MAKERS: dict[str, Callable[[Paper], None]] = {}


def maker(paper: str) -> Callable[[Callable[[Paper], None]], Callable[[Paper], None]]:
    def keep(make: Callable[[Paper], None]) -> Callable[[Paper], None]:
        MAKERS[paper] = make
        return make

    return keep


# --- the look ----------------------------------------------------------------------------------------------------------


def new_paper() -> Paper:
    paper = Document()
    set_page(paper, top=2.2, bottom=2)
    look(paper, "Normal", "宋体", 12, line=1.3, after=3)
    look(paper, "Title", "黑体", 20, line=1.2, after=10, bold=True, center=True)
    look(paper, "Heading 1", "黑体", 13, line=1.3, before=8, after=3, bold=True)
    look(paper, "说明", "楷体", 10.5, line=1.2, after=2, colour=GREY)
    look(paper, "格内", "宋体", 12, line=1.2)
    look(paper, "正文", "宋体", 12, line=1.5, before=2, indent=24)
    look(paper, "表下", "宋体", 12, line=1.3, before=6, after=3)
    foot = paper.sections[0].footer.paragraphs[0]
    foot.style = paper.styles["说明"]
    foot.add_run("指路按您说的话填写，没有替您加内容；灰色的空格请您自己填。填写日期：{{r today }}")
    return paper


def title(paper: Paper, text: str) -> None:
    paper.add_paragraph(text, style="Title")


def heading(paper: Paper, text: str) -> None:
    paper.add_paragraph(text, style="Heading 1")


def note(paper: Paper, text: str) -> None:
    paper.add_paragraph(text, style="说明")


def line(paper: Paper, text: str) -> None:
    paper.add_paragraph(text)


def under(paper: Paper, text: str) -> None:
    """A line below a table."""
    paper.add_paragraph(text, style="表下")


def story(paper: Paper, variable: str) -> None:
    """Every paragraph of a text as its own paragraph."""
    line(paper, f"{{%p for line in {variable} %}}")
    paper.add_paragraph("{{r line }}", style="正文")
    line(paper, "{%p endfor %}")


def fields(paper: Paper, rows: Rows) -> None:
    """A table of label and value; a third item names the variable without which the row is left out."""
    table = grid(paper, (LABEL, WIDE))
    for label, value, *condition in rows:
        if condition:
            mark(table, f"{{%tr if {condition[0]} %}}")
        cells = table.add_row().cells
        write(cells[0], label, bold=True)
        write(cells[1], value)
        if condition:
            mark(table, "{%tr endif %}")
    fix_widths(table, (LABEL, WIDE))


def listed(
    paper: Paper,
    heads: Sequence[str],
    widths: Sequence[float],
    variable: str,
    cells: Sequence[str],
    *,
    whole: bool = False,
) -> None:
    """A table with a head and a row for each item of a list; `whole`: not broken between two pages."""
    table = grid(paper, widths)
    top = table.add_row()
    top._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, head in zip(top.cells, heads, strict=True):
        write(cell, head, bold=True, center=True)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    mark(table, f"{{%tr for each in {variable} %}}")
    row = table.add_row()
    row.height = Cm(0.8)
    for cell, text in zip(row.cells, cells, strict=True):
        write(cell, text, center=True)
        cell.paragraphs[0].paragraph_format.keep_with_next = whole
    mark(table, "{%tr endfor %}")
    fix_widths(table, widths)


def grid(paper: Paper, widths: Sequence[float]) -> Table:
    table = paper.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    return table


def fix_widths(table: Table, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def mark(table: Table, text: str) -> None:
    """A row that only carries a mark of docxtpl."""
    table.add_row().cells[0].paragraphs[0].add_run(text)


def write(cell: _Cell, text: str, *, bold: bool = False, center: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = cell.part.document.styles["格内"]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
    paragraph.add_run(text).bold = bold
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def signature(paper: Paper, who: str) -> None:
    for last, text in enumerate((f"{who}（签名或者盖章）：＿＿＿＿＿＿＿＿", "日期：＿＿＿＿年＿＿月＿＿日")):
        paragraph = paper.add_paragraph(text)
        paragraph.paragraph_format.keep_with_next = not last
        paragraph.paragraph_format.left_indent = Cm(7)
        paragraph.paragraph_format.space_before = Pt(8)


def handed_to(paper: Paper, variable: str) -> None:
    paragraph = paper.add_paragraph(f"交给：{{{{r {variable} }}}}")
    paragraph.paragraph_format.space_before = Pt(8)


# --- the papers --------------------------------------------------------------------------------------------------------

WHEN_AND_HOW_MUCH: Rows = (
    ("发生时间", "{{r occurred_on }}", "occurred_on"),
    ("发生地点", "{{r place }}", "place"),
    ("涉及金额", "{{r amount }}", "amount"),
)
PERSON: Rows = (
    ("姓名（名称）", "{{r name }}"),
    ("住址", "{{r address }}"),
    ("联系电话", "{{r phone }}"),
)
AGENT = ("代办人", "{{r agent }}，电话：{{r agent_phone }}", "agent")


@maker("petition-letter")
def petition_letter(paper: Paper) -> None:
    title(paper, "信访信")
    line(paper, "收信单位：{{r office }}")
    heading(paper, "一、写信人")
    people = ("代表", "{% for each in people %}{{r each }}{% if not loop.last %}、{% endif %}{% endfor %}", "people")
    fields(
        paper,
        [
            *PERSON,
            people,
            ("替谁反映", "{{r behalf }}", "behalf"),
            AGENT,
            ("署名方式", "{{r confidentiality }}", "confidentiality"),
        ],
    )
    heading(paper, "二、反映谁、什么时候、在哪里")
    fields(paper, [("反映的单位或者人", "{{r respondent }}"), *WHEN_AND_HOW_MUCH])
    heading(paper, "三、我的请求")
    story(paper, "request")
    heading(paper, "四、事实和理由")
    story(paper, "narrative")
    line(paper, "{%p if handled %}")
    heading(paper, "五、以前找过哪里")
    paper.add_paragraph("{{r handled }}", style="正文")
    line(paper, "{%p endif %}")
    line(paper, "附：证据材料复印件＿＿份。")
    signature(paper, "写信人")
    note(paper, "写的内容要真实，写信人对材料的真实性负责。信寄出以前留一份底，寄挂号信或者能查到的快递。")


@maker("labour-arbitration")
def labour_arbitration(paper: Paper) -> None:
    title(paper, "劳动人事争议仲裁申请书")
    heading(paper, "一、申请人（劳动者）")
    fields(
        paper,
        [
            ("姓名", "{{r name }}"),
            ("性别、年龄", "{{r sex }}　{{r age }}"),
            ("职业", "{{r job }}"),
            ("工作单位", "{{r workplace }}"),
            ("住所", "{{r address }}"),
            ("联系电话", "{{r phone }}"),
            AGENT,
        ],
    )
    heading(paper, "二、被申请人（用人单位）")
    fields(
        paper,
        [
            ("名称", "{{r respondent }}"),
            ("住所", "{{r employer_address }}"),
            ("法定代表人或者主要负责人", "姓名：{{r head }}\n职务：{{r head_post }}"),
        ],
    )
    heading(paper, "三、仲裁请求")
    story(paper, "request")
    heading(paper, "四、事实和理由")
    story(paper, "narrative")
    fields(paper, WHEN_AND_HOW_MUCH)
    heading(paper, "五、证据和证人")
    listed(paper, ("证据", "证据从哪里来", "份数"), (7, 7, 2), "evidence", ("{{r each }}", "", ""), whole=True)
    under(paper, "证人姓名和住所：{{r witnesses }}")
    handed_to(paper, "body")
    signature(paper, "申请人")
    note(paper, "有几个被申请人，就另外再交几份副本。写申请有困难的，可以到仲裁委员会口头申请，由工作人员记下来。")


@maker("wage-list")
def wage_list(paper: Paper) -> None:
    title(paper, "工资欠款清单")
    fields(
        paper,
        [
            ("姓名", "{{r name }}"),
            ("联系电话", "{{r phone }}"),
            ("用人单位", "{{r respondent }}"),
            ("上班的地方", "{{r place }}"),
            ("做什么活", "{{r job }}"),
            ("您说的时间", "{{r occurred_on }}", "occurred_on"),
        ],
    )
    heading(paper, "逐月清单（单位：元）")
    heads = ("月份", "出工天数", "应当发", "已经发", "还欠", "备注")
    listed(paper, heads, (3.2, 2.2, 2.6, 2.6, 2.6, 2.8), "months", ("{{r each }}", "", "", "", "", ""))
    under(paper, "还欠的加起来：{{r total }}")
    signature(paper, "填表人")
    note(
        paper,
        "月份是照您说的时间排的，请核对；没有欠的划掉，说不准的先空着。工资条、考勤、转账记录、欠条，有什么附什么。",
    )


@maker("reconsideration")
def reconsideration(paper: Paper) -> None:
    title(paper, "行政复议申请书")
    heading(paper, "一、申请人")
    fields(paper, [*PERSON, ("身份证件号码", "{{r identity }}"), AGENT])
    heading(paper, "二、被申请人（作出决定、或者该管没管的行政机关）")
    fields(paper, [("机关名称", "{{r respondent }}")])
    heading(paper, "三、不服的是哪个决定或者哪件事")
    fields(
        paper,
        [
            ("决定书名称和文号", "{{r decision }}"),
            ("收到或者知道的日期", "{{r knew_on }}"),
            *WHEN_AND_HOW_MUCH,
        ],
    )
    heading(paper, "四、行政复议请求")
    story(paper, "request")
    heading(paper, "五、主要事实和理由")
    story(paper, "narrative")
    line(paper, "附：决定书复印件＿＿份，证据＿＿份，身份证明复印件＿＿份。")
    handed_to(paper, "organ")
    signature(paper, "申请人")
    note(paper, "两个以上的决定要分开写、分别申请。写申请有困难的，可以当面口头申请，由工作人员记下来。")
    note(paper, "这是常见的写法，还要写什么、交几份，以复议窗口说的为准；别因为等格式误了申请期限。")


@maker("open-information")
def open_information(paper: Paper) -> None:
    title(paper, "政府信息公开申请表")
    line(paper, "收表机关：{{r organ }}")
    heading(paper, "一、申请人")
    fields(
        paper,
        [
            ("姓名（名称）", "{{r name }}"),
            ("身份证明（证件名称和号码）", "{{r identity }}"),
            ("联系电话", "{{r phone }}"),
            ("通信地址", "{{r address }}"),
            AGENT,
        ],
    )
    heading(paper, "二、要的是什么信息")
    fields(paper, [("信息的名称", "{{r information }}"), ("文号（知道就写）", "{{r number }}")])
    under(paper, "便于查找的描述（您说的话）：")
    story(paper, "request")
    story(paper, "narrative")
    heading(paper, "三、怎么给我")
    fields(
        paper,
        [
            ("形式（打钩）", "□ 纸质　　□ 电子文件　　□ 现场查阅"),
            ("途径（打钩）", "□ 邮寄　　□ 自己去取　　□ 电子邮箱：＿＿＿＿＿＿＿＿"),
        ],
    )
    signature(paper, "申请人")
    note(paper, "一张表只写一件事，写得越具体越好查。书面写有困难的，可以口头提出，由工作人员代填。")


def opinion(paper: Paper, act: str, refused: str, organ: str) -> None:
    """What the two applications against an opinion have in common."""
    title(paper, f"{act}申请书")
    line(paper, "收件机关：{{r organ }}")
    heading(paper, "一、申请人")
    fields(paper, [*PERSON, AGENT])
    heading(paper, f"二、不服的是哪一份{refused}")
    fields(
        paper,
        [
            (f"{organ}", "{{r maker }}"),
            (f"{refused}的文号", "{{r number }}"),
            ("收到书面答复的日期", "{{r received_on }}"),
            ("信访事项编号", "{{r petition }}"),
        ],
    )
    heading(paper, f"三、请求{act}什么")
    story(paper, "request")
    heading(paper, "四、事实和理由")
    story(paper, "narrative")
    line(paper, f"附：{refused}复印件＿＿份，证据＿＿份。")
    signature(paper, "申请人")
    note(
        paper,
        f"从收到书面答复那天起{{{{r days }}}}内提出，过了期限就难了。要写清楚{refused}哪里不对，有新的证据就附上。",
    )


@maker("review")
def review(paper: Paper) -> None:
    opinion(paper, "复查", "处理意见书", "原办理机关")


@maker("recheck")
def recheck(paper: Paper) -> None:
    opinion(paper, "复核", "复查意见书", "复查机关")


@maker("authorisation")
def authorisation(paper: Paper) -> None:
    title(paper, "授权委托书")
    note(paper, "要委托人自己签名或者盖章。用在行政复议里，还要交两个人的身份证明文件。没打钩的，受托人不能替他办。")
    heading(paper, "一、委托人（这件事是谁的）")
    fields(
        paper,
        [
            ("姓名（名称）", "{{r name }}"),
            ("住址", "{{r address }}"),
            ("联系电话", "{{r phone }}"),
            ("替谁办（您说的）", "{{r behalf }}", "behalf"),
        ],
    )
    heading(paper, "二、受托人（替他办的人）")
    fields(
        paper,
        [
            ("姓名（名称）", "{{r agent }}"),
            ("住址", "{{r agent_address }}"),
            ("联系电话", "{{r agent_phone }}"),
            ("和委托人的关系", "{{r relation }}"),
        ],
    )
    heading(paper, "三、委托办什么事、办到什么时候")
    term = ("委托到什么时候", "从＿＿＿＿年＿＿月＿＿日到＿＿＿＿年＿＿月＿＿日")
    fields(paper, [("反映的单位或者人", "{{r respondent }}"), ("事情是", "{{r matter }}"), term])
    heading(paper, "四、权限（同意哪一项就在哪一项打钩）")
    for text in (
        "□ 代为提出信访事项或者申请，提交和补充材料",
        "□ 代为说明情况、查询进度",
        "□ 代为接收书面答复和决定",
        "□ 代为申请复查、复核",
        "□ 代为承认、放弃、变更请求，和解，撤回",
        "□ 其他：＿＿＿＿＿＿＿＿＿＿＿＿",
    ):
        paper.add_paragraph(text, style="格内")
    for who in ("委托人", "受托人"):
        under(paper, f"{who}（签名或者盖章）：＿＿＿＿＿＿＿＿　日期：＿＿＿＿年＿＿月＿＿日")


@maker("representatives")
def representatives(paper: Paper) -> None:
    title(paper, "推选代表书")
    line(paper, "我们共同反映下面这件事，推选以下代表去说。")
    heading(paper, "一、反映的事")
    fields(paper, [("反映的单位或者人", "{{r respondent }}"), *WHEN_AND_HOW_MUCH])
    under(paper, "我们的请求：")
    story(paper, "request")
    heading(paper, "二、代表（最多{{r most }}人）")
    listed(paper, ("姓名", "住址", "电话", "本人签名"), (3.2, 6.2, 3.4, 3.2), "people", ("{{r each }}", "", "", ""))
    heading(paper, "三、推选人（每人自己签名，写不下另附纸）")
    listed(paper, ("姓名", "住址", "电话", "签名、日期"), (3.2, 6.2, 3.4, 3.2), "signers", ("{{r each }}", "", "", ""))
    note(paper, "只是委托代表去说事，每个人的权利还在自己手里。代表由大家商量推选，一个人只签自己的名字。")


def main() -> None:
    for paper_id in sys.argv[1:] or MAKERS:
        paper = new_paper()
        MAKERS[paper_id](paper)
        properties = paper.core_properties
        properties.author = properties.last_modified_by = properties.comments = ""
        (FOLDER / paper_id).mkdir(parents=True, exist_ok=True)
        paper.save(str(FOLDER / paper_id / "template.docx"))


if __name__ == "__main__":
    main()
