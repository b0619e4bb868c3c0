"""The shipped papers, and what citizens said who need them."""

from __future__ import annotations

import zipfile
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

from docx import Document

from knowledge.office import Office, load_office
from knowledge.papers import Paper, Papers, load_papers, render
from tests.unit.knowledge.factories import REPOSITORY

DATA = REPOSITORY / "data"
TODAY = date(2026, 11, 21)
BODY = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
GREY = "808080"

WAGES: dict[str, Any] = {
    "name": "马小云",
    "address": "清河区张湾乡河边村三组12号",
    "phone": "13900000001",
    "respondent": "恒盛箱包厂",
    "place": "清河区城关街道北门街",
    "occurred_on": "2026-05/2026-09",
    "amount": 21000,
    "narrative": "我在恒盛箱包厂做缝纫工，从2026年5月起厂里没发过工资。\n9月底我去要过一次，门卫不让进。",
    "request": "把五个月的工资发给我，一共两万一千元。",
    "prior_handling": "9月给劳动监察打过一次电话，没有书面答复。",
    "confidentiality": "confidential",
}
FOR_MOTHER = {**WAGES, "name": "王小燕", "on_behalf_of": "我母亲王桂英", "respondent": "康宁养老院"}
GROUP = {**WAGES, "people": ("马小云", "秦小雨", "谢芳"), "headcount": 23, "respondent": "永发砖厂"}


@cache
def papers() -> Papers:
    return load_papers(DATA / "papers")


@cache
def office() -> Office:
    return load_office(DATA / "office" / "sample.yml")


def write(paper: str | Paper, draft: dict[str, Any]) -> bytes:
    return render(papers()[paper] if isinstance(paper, str) else paper, draft, office(), TODAY)


def text_of(docx: bytes) -> str:
    """Every paragraph of the body, tables included, one a line."""
    paragraphs = ElementTree.fromstring(part(docx, "word/document.xml")).iter(f"{BODY}p")
    return "\n".join("".join(map(words, paragraph.iter())) for paragraph in paragraphs)


def words(node: ElementTree.Element) -> str:
    return "\n" if node.tag == f"{BODY}br" else node.text or "" if node.tag == f"{BODY}t" else ""


def rows_of(docx: bytes) -> list[list[str]]:
    """The cells of all tables."""
    return [[cell.text for cell in row.cells] for table in Document(BytesIO(docx)).tables for row in table.rows]


def grey_of(docx: bytes) -> list[str]:
    """The texts in the grey of a blank."""
    runs = ElementTree.fromstring(part(docx, "word/document.xml")).iter(f"{BODY}r")
    return ["".join(map(words, run.iter())) for run in runs if colour_of(run) == GREY]


def colour_of(run: ElementTree.Element) -> str | None:
    colour = run.find(f"{BODY}rPr/{BODY}color")
    return None if colour is None else colour.get(f"{BODY}val")


def part(docx: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return archive.read(name)
