"""The kinds of notices as data/desk/papers says: who issues them when, what they ask for and from where, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Self

from jinja2 import TemplateError
from pydantic import Field, StringConstraints, model_validator

from cases.papers_issued import Rule
from desk.notices.facts import SOURCES
from knowledge.entry import Citation, Form, Kebab, Text
from knowledge.papers.render import asked_by
from knowledge.yamls import read_yaml
from petition.stages import Act, Role, Track

COMMON = "common.yml"
FIXED = frozenset({"number", "case_number", "replaces", "review_period", "recheck_period"})  # nobody edits them
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z]+(_[a-z]+)*$")]
Kinds = Mapping[str, "Kind"]


class Entry(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    WORDS = "words"
    DAY = "day"


class Addressee(StrEnum):
    """To whom a notice goes."""

    PETITIONER = "petitioner"
    ORGAN = "organ"


class NoticeField(Form):
    """One blank. What stands in it at first: a fact, or sentences with facts in them, which may differ by track."""

    title: Text
    kind: Entry = Entry.LINE
    required: bool = False
    help: str = ""
    source: Annotated[str, Field(alias="from")] = ""
    text: tuple[str, ...] = ()
    by_track: Mapping[Track, tuple[str, ...]] = {}

    @property
    def longest(self) -> int:
        """In characters."""
        return 8000 if self.kind is Entry.WORDS else 200

    def sentences(self, track: Track) -> tuple[str, ...]:
        """What is said of a petition of this track."""
        return self.by_track.get(track, self.text)

    @model_validator(mode="after")
    def known(self) -> Self:
        """Every fact that is named is one that there is."""
        said = [*self.text, *(each for sentences in self.by_track.values() for each in sentences)]
        named = {name for each in said for name in placeholders(each)} | ({self.source} - {""})
        if unknown := named - SOURCES:
            raise ValueError(f"no such source: {', '.join(sorted(unknown))}")
        return self


class Say(Form):
    """One piece of the paper: a line, a heading, a field in paragraphs, or a table of (label, field)."""

    line: str = ""
    heading: str = ""
    words: str = ""
    table: tuple[tuple[str, str], ...] = ()
    condition: Annotated[str, Field(alias="if")] = ""

    @property
    def variables(self) -> frozenset[str]:
        """The fields that it needs."""
        fields = {self.words, self.condition, *(name for _, name in self.table)} - {""}
        return frozenset(fields | set(placeholders(self.line)))


class Kind(Form):
    """One kind of notice; `word`: what stands for it in its number."""

    id: Kebab
    title: Text
    word: Text
    rank: int
    to: Addressee
    parts: frozenset[Role]
    acts: frozenset[Act]
    after: frozenset[Act] = frozenset()
    tracks: frozenset[Track] = frozenset(Track)
    citations: Annotated[list[Citation], Field(min_length=1)]
    fields: Mapping[Variable, NoticeField]
    says: Annotated[tuple[Say, ...], Field(min_length=1)]
    template: Path

    @property
    def rule(self) -> Rule:
        """What the register holds to."""
        return Rule(self.id, self.word, self.parts, self.acts, self.after, self.tracks)


class NoticeError(ValueError):
    """A kind of notice that does not hold together."""


def placeholders(text: str) -> Iterator[str]:
    """The names in braces."""
    return (name for _, name, _, _ in Formatter().parse(text) if name)


def load_kinds(folder: Path) -> Kinds:
    """Every kind, in the order of the page; pydantic.ValidationError, FileNotFoundError, NoticeError say what is wrong with which."""
    kinds = sorted(read_kinds(folder), key=lambda kind: (kind.rank, kind.id))
    words = [kind.word for kind in kinds]
    problems = [f"{kind.id}: {each}" for kind in kinds for each in wrong(kind)]
    problems += [f"{word} stands for two kinds" for word in sorted({each for each in words if words.count(each) > 1})]
    if problems:
        raise NoticeError("\n".join(problems))
    return {kind.id: kind for kind in kinds}


def read_kinds(folder: Path) -> Iterator[Kind]:
    """As the files say, before anything is compared with the templates."""
    common = _read(folder / COMMON)["fields"]
    for path in sorted(folder.glob("*.yml")):
        if path.name != COMMON:
            said = _read(path)
            facts = {"id": path.stem, "template": path.with_suffix(".docx"), "fields": said["fields"] | common}
            yield Kind.model_validate(said | facts)


def wrong(kind: Kind) -> Iterator[str]:
    """What it says, what it asks for and what its template prints are the same."""
    known = {*kind.fields, *FIXED}
    yield from (f"says {name}, which is no field" for each in kind.says for name in sorted(each.variables - known))
    if not kind.template.is_file():
        yield f"{kind.template.name} is missing: python scripts/make_notices.py"
        return
    try:
        printed = asked_by(kind.template)
    except TemplateError as error:
        yield f"a mark in {kind.template.name} is broken: {error}"
        return
    yield from (f"{kind.template.name} asks for {name}, which is no field" for name in sorted(printed - known))
    yield from (f"{kind.template.name} has no place for {name}" for name in sorted(set(kind.fields) - printed))


def _read(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = read_yaml(path)
    return said
