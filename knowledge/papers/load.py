"""Reads data/papers: a folder a paper, with the template that a clerk edits in Word and what the program has to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError

from knowledge.papers.paper import Paper, Papers
from knowledge.papers.render import variables
from knowledge.yamls import read_yaml

DESCRIPTION = "paper.yml"
TEMPLATE = "template.docx"


class PaperError(ValueError):
    """A template and its description do not fit together."""


def load_papers(folder: Path) -> Papers:
    """Every paper below folder, the first to be offered first.

    Raises pydantic.ValidationError for a wrong description, FileNotFoundError without a template, and PaperError.
    """
    papers = sorted(map(load_paper, folder.glob(f"*/{DESCRIPTION}")), key=lambda paper: (paper.rank, paper.id))
    if problems := [f"{paper.id}: {each}" for paper in papers for each in wrong_fields(paper)]:
        raise PaperError("\n".join(problems))
    return Papers({paper.id: paper for paper in papers})


def load_paper(path: Path) -> Paper:
    template = path.with_name(TEMPLATE)
    if not template.is_file():
        raise FileNotFoundError(template)
    data = read_yaml(path)
    return Paper.model_validate({**data, "id": path.parent.name, "template": template})


def wrong_fields(paper: Paper) -> Iterator[str]:
    """The template can be read, and asks for the variables of its description."""
    try:
        asked, known = variables(paper), set(paper.fields)
    except TemplateError as error:
        yield f"a mark in {TEMPLATE} is broken: {error}"
        return
    yield from (f"the template asks for {name}, which {DESCRIPTION} does not know" for name in sorted(asked - known))
    yield from (f"the template has no place for {name}" for name in sorted(known - asked))
