"""The figures at the desk: the page with its tables, who sees which cases in it, and the documents that are taken away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from docx import Document
from openpyxl import load_workbook
from pydantic import ValidationError
from pypdf import PdfReader
from sqlalchemy import select

from cases.figures_places import Places
from cases.figures_sql import Seen
from cases.file import file_petition
from cases.models import Audit
from cases.policy import StaffRole
from desk.figures import gather
from desk.figures_rules import Rules, TableId
from desk.figures_tables import Row, Table, Writer
from desk.report.document import Chapter, compose
from desk.report.document import Document as Composed
from desk.report.sheets import write_sheets
from desk.report.word import write_word
from desk.routes.figures import desk_of
from petition.matters import Matter
from petition.stages import Act
from tests.unit.cases.acting import BUREAU, CLERK, at_the_desk, make_report
from tests.unit.cases.factories import make_filing
from tests.unit.desk.factories import NOW, Desk, make_desk

FOLDER = Path(__file__).resolve().parents[3] / "data" / "desk"
DAY = "from=2026-11-21&to=2026-11-21"
EVIL = '=HYPERLINK("http://x","看")'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path)


def file(desk: Desk, count: int = 1, matter: Matter = Matter.LABOUR, place: str = "") -> None:
    with desk.register.unit_of_work() as uow:
        for number in range(count):
            made = make_filing(f"{matter}-{place}-{number}", matter=matter)
            values = {**made.values, "place": place} if place else made.values
            file_petition(uow, replace(made, values=values), office="XF", now=NOW)


def report_of(desk: Desk) -> None:
    with desk.register.unit_of_work() as uow:
        file_petition(uow, make_report(), office="XF", now=NOW)


def words_of(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(each.text for each in paper.paragraphs), *cells])


def writer_of(desk: Desk, *, public: bool = False) -> Writer:
    rules = Rules.load(desk.services.settings.desk_dir).figures
    today = date(2026, 11, 21)
    with desk.register.unit_of_work() as uow:
        numbers = gather(uow, Seen(today, today, today), rules, {}, now=NOW)
    return Writer(desk.services.texts, rules, numbers, public)


async def test_the_page_shows_what_came_in_a_table_with_the_way_to_the_cases(desk: Desk) -> None:
    file(desk, 3)
    file(desk, 1, Matter.LAND)
    browser = await desk.sign_in("head")
    text = (await browser.get(f"/figures?{DAY}")).text
    assert "劳动和社会保障" in text
    assert "75.0 %" in text
    assert 'href="/cases?matter=labour&amp;from=2026-11-21&amp;to=2026-11-21&amp;closed=1"' in text
    assert 'aria-label="看“劳动和社会保障”的事项"' in text
    assert "echarts-6.1.0" in text


async def test_the_page_brings_nothing_that_the_policy_forbids(desk: Desk) -> None:
    browser = await desk.sign_in("head")
    answer = await browser.get("/figures")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text
    assert (await browser.get("/static/vendor/echarts-6.1.0/echarts.common.min.js")).status_code == 200


async def test_an_organ_sees_its_own_figures_whatever_it_asks_for(desk: Desk) -> None:
    file(desk, 2, Matter.LAND)
    with desk.register.unit_of_work() as uow:
        there = at_the_desk(uow)
        there.do(Act.FORWARD, CLERK, 0, body=BUREAU)
    browser = await desk.sign_in("handler", body=BUREAU)
    text = (await browser.get("/figures?body=市人社局")).text
    assert "劳动和社会保障" in text
    assert "国土资源" not in text
    assert BUREAU in text
    assert 'name="body"' not in text


async def test_reports_are_in_no_figure_of_those_who_may_not_open_them(desk: Desk) -> None:
    report_of(desk)
    head = await desk.sign_in("head", name="甲")
    text = (await head.get(f"/figures?{DAY}")).text
    assert "纪检监察" not in text
    assert "检举控告没有计入" in text
    both = await desk.sign_in("head", "discipline", name="乙")
    assert "纪检监察" in (await both.get(f"/figures?{DAY}")).text


@pytest.mark.parametrize("query", ["from=2026-12-01&to=2026-11-01", "from=x", "from=1999-01-01&to=2026-11-21"])
async def test_a_period_that_cannot_be_meant_is_told_in_words(desk: Desk, query: str) -> None:
    browser = await desk.sign_in("head")
    answer = await browser.get(f"/figures?{query}")
    assert answer.status_code == 422
    assert "时段不对" in answer.text
    assert (await browser.get(f"/figures/report/docx?{query}")).status_code == 404


@pytest.mark.parametrize(("kind", "title"), [("brief", "每日访情"), ("report", "信访专报")])
async def test_the_word_document_says_the_same_figures(desk: Desk, kind: str, title: str) -> None:
    file(desk, 3)
    browser = await desk.sign_in("supervisor")
    answer = await browser.get(f"/figures/{kind}/docx?{DAY}")
    text = words_of(answer.content)
    assert title in text
    assert "共登记信访事项3件" in text
    assert "劳动和社会保障\n3\n100.0 %" in text
    assert "登记资料不满8个星期" in text
    assert "attachment" in answer.headers["content-disposition"]


async def test_who_takes_figures_away_stands_in_the_log(desk: Desk) -> None:
    browser = await desk.sign_in("head", name="李科长")
    await browser.get(f"/figures/report/xlsx?{DAY}")
    with desk.register.unit_of_work() as uow:
        row = uow.session.scalars(select(Audit).where(Audit.act == "figures-exported")).one()
        assert (row.actor, row.subject) == ("李科长", "report.xlsx 2026-11-21/2026-11-21")


async def test_the_pdf_is_the_document_as_pages(desk: Desk) -> None:
    if not desk_of(desk.app).pdf.available:
        pytest.skip("LibreOffice is not installed")
    browser = await desk.sign_in("head")
    answer = await browser.get(f"/figures/brief/pdf?{DAY}")
    assert answer.headers["content-type"] == "application/pdf"
    assert "每日访情" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


async def test_without_libreoffice_no_pdf_is_offered(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, soffice="")
    browser = await desk.sign_in("head")
    text = (await browser.get("/figures")).text
    assert "/figures/brief/docx" in text
    assert "/figures/brief/pdf" not in text
    assert (await browser.get("/figures/brief/pdf")).status_code == 503


async def test_whoever_sees_figures_only_takes_no_documents(desk: Desk) -> None:
    browser = await desk.sign_in("handler", body=BUREAU)
    assert "/figures/brief/docx" not in (await browser.get("/figures")).text
    assert (await browser.get("/figures/brief/docx")).status_code == 403


async def test_documents_name_no_place_with_a_few_petitions(desk: Desk) -> None:
    file(desk, 5, Matter.LAND, "示例县石桥镇东3号")
    file(desk, 4, Matter.RURAL, "示例县柳河乡西9号")
    browser = await desk.sign_in("head")
    page = (await browser.get(f"/figures?{DAY}")).text
    assert "石桥镇" in page
    for form in ("docx", "xlsx"):
        content = (await browser.get(f"/figures/report/{form}?{DAY}")).content
        text = words_of(content) if form == "docx" else "\n".join(cells_of(content))
        assert "石桥镇" in text
        assert "柳河乡" not in text
        assert "另有1个地方，每个不足5件" in text


def cells_of(content: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def evil_document() -> Composed:
    table = Table(TableId.BODIES, EVIL, ("单位", "件数"), (Row((EVIL, 3)), Row(("+1", 2)), Row(("\t@SUM(A1)", 1))))
    return Composed(EVIL, "-1", "@x", ("\x00坏",), (Chapter("一", ("=1",), table),), (), "", (), "x")


def test_no_cell_of_the_spreadsheet_is_a_formula() -> None:
    book = load_workbook(io.BytesIO(write_sheets(evil_document())))
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type == "s" for cell in texts)
    assert all(not cell.value.lstrip().startswith(("=", "+", "-", "@")) for cell in texts)
    assert f"'{EVIL}" in {cell.value for cell in texts}
    assert {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "n"} >= {
        3,
        2,
        1,
    }


def test_the_word_document_bears_what_no_xml_holds() -> None:
    assert "坏" in words_of(write_word(evil_document()))


def test_the_day_of_the_brief_is_the_last_of_the_period(desk: Desk) -> None:
    writer = writer_of(desk, public=True)
    document = compose(desk_of(desk.app).rules.outlines.brief, writer, office="甲信访局")
    assert document.subtitle == "甲信访局　2026年11月21日（星期六）"
    assert document.file == "每日访情20261121"


@pytest.mark.parametrize(
    ("days", "first"), [(10, "2026年1月1日"), (60, "2026年1月1日起（不满一周）"), (300, "2026年1月")]
)
def test_a_longer_period_is_shown_by_weeks_and_months(desk: Desk, days: int, first: str) -> None:
    writer = writer_of(desk)
    begins = date(2026, 1, 1)
    scope = replace(writer.numbers.scope, begins=begins, ends=date.fromordinal(begins.toordinal() + days - 1))
    rows: Sequence[Row] = list(replace(writer, numbers=replace(writer.numbers, scope=scope)).time())
    assert rows[0].cells[0] == first
    assert len(rows) == {10: 10, 60: 9, 300: 10}[days]


def test_every_place_is_named_on_the_page_and_small_ones_are_not_on_paper(desk: Desk) -> None:
    writer = writer_of(desk)
    numbers = replace(writer.numbers, places=Places({"甲镇": 5, "乙镇": 4, "丙镇": 1}, 2))
    shown = [row.cells[:2] for row in replace(writer, numbers=numbers).places()]
    paper = [row.cells[:2] for row in replace(writer, numbers=numbers, public=True).places()]
    assert [each[0] for each in shown][:3] == ["甲镇", "乙镇", "丙镇"]
    assert paper[:2] == [("甲镇", 5), ("另有2个地方，每个不足5件", 5)]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("figures.yml", ("hidden_below: 5", "hidden_below: 1")),
        ("figures.yml", ("weeks: 8 ", "weeks: 0 ")),
        ("report.yml", ("{office}", "{address}")),
        ("report.yml", ("table: totals", "table: people")),
    ],
)
def test_a_wrong_data_file_is_refused_at_the_start(tmp_path: Path, file: str, change: tuple[str, str]) -> None:
    for name in ("figures.yml", "report.yml"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(*change) if name == file else text, encoding="utf-8")
        assert name != file or change[0] in text
    with pytest.raises(ValidationError):
        Rules.load(tmp_path)


def test_the_rule_of_the_spikes_is_written_with_its_numbers() -> None:
    words = Rules.load(FOLDER).figures.spikes.words
    assert "达到5件" in words[0]
    assert "前8个同一星期几" in words[0]
    assert any("节假日" in each for each in words)


def test_no_figure_names_a_person() -> None:
    """Neither a column nor a row of the tables is about somebody of the staff."""
    texts = yaml.safe_load((FOLDER / "texts" / "figures.yml").read_text(encoding="utf-8"))
    labels = "".join([*texts["columns"].values(), *texts["rows"].values(), *texts["tables"].values()])
    assert not [each.label for each in StaffRole if each.label in labels]
