"""Fills a template: every value goes in as text of its own, so that nothing a citizen writes can act as a template or as markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import escape
from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from knowledge.office import Office
from knowledge.papers.facts import Fact, facts_of
from knowledge.papers.paper import Field, Paper

Draft = Mapping[str, object]
Filled = Markup | list[Markup]

NOT_IN_XML = re.compile(r"[^\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
GREY = '<w:rPr><w:color w:val="808080"/></w:rPr>'
PLEASE = "请填写"


def render(paper: Paper, draft: Draft, office: Office, today: date) -> bytes:
    """The filled paper as .docx; what was not said is a marked blank."""
    return fill(paper.template, values(paper, draft, office, today), title=paper.title, author=office.name)


def fill(template: Path, given: Mapping[str, Filled], *, title: str, author: str) -> bytes:
    """A template with its values, as .docx; jinja2.UndefinedError where it asks for one that is not given."""
    document = DocxTemplate(template)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(dict(given), environment, autoescape=True)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.last_modified_by = title, author, author
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def variables(paper: Paper) -> set[str]:
    """What the template of a paper asks for."""
    return asked_by(paper.template)


def asked_by(template: Path) -> set[str]:
    """What a template asks for."""
    return set(DocxTemplate(template).get_undeclared_template_variables(SandboxedEnvironment()))


def blanks(paper: Paper, draft: Draft, office: Office, today: date) -> list[str]:
    """The titles of what the citizen has to fill in by hand, in the order of the paper."""
    facts = facts_of(draft, office, today)
    empty = [each.title for each in paper.fields.values() if not (each.optional or each.rows or fact(each, facts))]
    return list(dict.fromkeys(empty))


def values(paper: Paper, draft: Draft, office: Office, today: date) -> dict[str, Filled]:
    """Every variable of the template."""
    facts = facts_of(draft, office, today)
    return {name: filled(field, fact(field, facts)) for name, field in paper.fields.items()}


def fact(field: Field, facts: Mapping[str, Fact]) -> Fact:
    return facts[field.source] if field.source else ""


def filled(field: Field, value: Fact) -> Filled:
    """The runs of a value, one for each paragraph of a list; a grey blank where there is none."""
    if field.rows:
        given = [run(each) for each in value] if isinstance(value, tuple) else []
        return given + [Markup("")] * (field.rows - len(given))
    if isinstance(value, str):
        return run(value) if value else empty(field)
    return [run(each) for each in value] if value else [each for each in [empty(field)] if each]


def empty(field: Field) -> Markup:
    """Nothing where it may be left out, else 「＿＿＿＿（请填写）」 in grey."""
    return Markup("") if field.optional else run(f"＿＿＿＿（{field.hint or PLEASE}）", style=GREY)


def run(text: str, style: str = "") -> Markup:
    """A run of WordprocessingML; braces are written as references, since docxtpl looks for its own marks afterwards."""
    clean = NOT_IN_XML.sub("", LINE_END.sub("\n", text).replace("\t", " "))
    lines = [escape(line, quote=False).replace("{", "&#123;").replace("}", "&#125;") for line in clean.split("\n")]
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return Markup(f"<w:r>{style}{body}</w:r>")  # noqa: S704 (escaped just above)
