"""A hit opened: what it says, the law it stands on with its wording, what to read next, and what is copied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.laws import LawRow, Wording
from desk.search import Library, article_id
from knowledge.entry import Audience, Citation, Entry
from knowledge.render import answer_text, basis, labelled, merged
from knowledge.search import Kind, quoted
from knowledge.terms import Term


@dataclass(frozen=True)
class Law:
    """An article: as it is cited, and its wording where the law was imported; `id` of the article's own page."""

    words: str
    checked_on: date | None = None
    text: str = ""
    chapter: str = ""
    in_force: bool = True
    id: str = ""


@dataclass(frozen=True)
class Also:
    """Something to read next."""

    kind: Kind
    id: str
    title: str


@dataclass(frozen=True)
class Detail:
    """A hit as a clerk reads it and hands it over; `plain` is what is copied, without the day of the check."""

    kind: Kind
    id: str
    title: str
    answer: str
    plain: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    laws: tuple[Law, ...] = ()
    also: tuple[Also, ...] = ()
    outdated: tuple[str, ...] = ()
    staff_only: bool = False
    unverified: bool = False
    in_force: bool = True
    chapter: str = ""
    law: LawRow | None = None

    @property
    def checked_on(self) -> date | None:
        """The day on which the oldest of its citations was checked."""
        return min((law.checked_on for law in self.laws if law.checked_on), default=None)


def detail_of(library: Library, kind: Kind, name: str) -> Detail | None:
    """What a hit says in full; None where there is no such thing (any more)."""
    if kind is Kind.TOPIC:
        return topic(library, library.entries[name]) if name in library.entries else None
    if kind is Kind.TERM:
        return term(library, library.terms[name]) if name in library.terms else None
    return article(library, library.named[name]) if name in library.named else None


def topic(library: Library, entry: Entry) -> Detail:
    return Detail(
        kind=Kind.TOPIC,
        id=entry.id,
        title=entry.title,
        answer=entry.answer,
        plain=f"{entry.title}\n{answer_text(entry)}",
        lines=tuple(entry.details),
        facts=tuple((label, value) for label, value in labelled(entry) if value),
        laws=laws_of(library, entry.citations),
        also=tuple(topics(library, entry.related)),
        outdated=library.outdated.get(entry.id, ()),
        staff_only=Audience.CITIZEN not in entry.audience,
        unverified=entry.unverified,
    )


def term(library: Library, found: Term) -> Detail:
    law = f"\n依据：{basis(found.citations)}" if found.citations else ""
    return Detail(
        kind=Kind.TERM,
        id=found.id,
        title=found.term,
        answer=found.meaning,
        plain=f"{found.term}：{found.meaning}{law}",
        laws=laws_of(library, found.citations),
        also=tuple(topics(library, [found.topic])),
    )


def article(library: Library, found: Wording) -> Detail:
    title = quoted(found.title, found.number, found.suffix)
    citing = library.citing.get((found.key, found.number, found.suffix), ())
    return Detail(
        kind=Kind.ARTICLE,
        id=article_id(found),
        title=title,
        answer=found.text,
        plain=f"{title}\n{found.text}",
        also=tuple(topics(library, citing)),
        in_force=found.in_force,
        chapter=found.chapter,
        law=library.laws.get(found.key),
    )


def topics(library: Library, ids: Iterable[str]) -> Iterable[Also]:
    return (Also(Kind.TOPIC, each, library.entries[each].title) for each in ids if each in library.entries)


def laws_of(library: Library, citations: Iterable[Citation]) -> tuple[Law, ...]:
    """One an article; beside it the imported wording."""
    return tuple(law_of(library, each) for each in merged(citations))


def law_of(library: Library, citation: Citation) -> Law:
    words, found = basis([citation]), library.wording(citation)
    if found is None:
        return Law(words, citation.checked_on)
    return Law(words, citation.checked_on, found.text, found.chapter, found.in_force, article_id(found))
