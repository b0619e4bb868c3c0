"""What a document says, before it is Word or a spreadsheet: the outline of data/desk/report.yml with the figures in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desk.figures_rules import Outline, Section, TableId
from desk.figures_tables import Table, Writer
from desk.pages import moment


@dataclass(frozen=True)
class Chapter:
    """A heading with its sentences, and its table where there is something in it."""

    heading: str
    texts: tuple[str, ...]
    table: Table | None


@dataclass(frozen=True)
class Document:
    """Ready to be written; `rule`: how a spike is found, with its limits."""

    title: str
    subtitle: str
    made: str
    lead: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    rule: tuple[str, ...]
    rule_title: str
    closing: tuple[str, ...]
    file: str


def compose(outline: Outline, writer: Writer, *, office: str) -> Document:
    """Fill the outline; `writer` writes for the public: small places stay hidden."""
    words = words_of(writer, office)
    numbers = writer.numbers
    return Document(
        title=outline.title,
        subtitle=outline.subtitle.format(**words),
        made=writer.say("made", made=words["made"], scope=words["scope"]),
        lead=tuple(text.format(**words) for text in outline.lead),
        chapters=tuple(_chapter(section, writer, words) for section in outline.sections),
        rule=tuple(writer.rules.spikes.words),
        rule_title=writer.say("rule"),
        closing=tuple(text.format(**words) for text in outline.closing),
        file=f"{outline.file}{_days(numbers.scope.begins, numbers.scope.ends)}",
    )


def words_of(writer: Writer, office: str) -> dict[str, object]:
    """What the texts of an outline have in braces."""
    numbers = writer.numbers
    return {
        "office": office,
        "period": writer.period(),
        "weekday": writer.weekday(numbers.scope.ends),
        "total": numbers.intake.total,
        "open": numbers.waiting.total,
        "late": numbers.waiting.late,
        "soon": numbers.waiting.soon,
        "made": moment(numbers.made),
        "scope": numbers.scope.body or writer.say("scope-office"),
        "least": writer.rules.places.hidden_below,
    }


def _chapter(section: Section, writer: Writer, words: dict[str, object]) -> Chapter:
    table = writer.table(section.table)
    texts = [section.text.format(**words)] if section.text else []
    if section.table is TableId.SPIKES:
        texts = [*writer.spike_words(), *texts]
    elif not table.rows:
        texts = [*texts, writer.say("none")]
    return Chapter(section.heading, tuple(texts), table if table.rows else None)


def _days(begins: date, ends: date) -> str:
    return f"{begins:%Y%m%d}" + (f"-{ends:%Y%m%d}" if ends != begins else "")
