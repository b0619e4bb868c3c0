"""Which answers have to be read again: their law was imported and says something else than on the day they were checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from knowledge.entry import Citation
from knowledge.fingerprints import Fingerprints, fingerprint
from knowledge.load import KnowledgeBase
from knowledge.statutes import title_key
from knowledge.wording import letters


class Reason(StrEnum):
    """Why a citation has to be read again."""

    NOT_IMPORTED = "not-imported"
    MISSING = "missing"
    CHANGED = "changed"
    EFFECTIVE = "effective"
    NOT_IN_FORCE = "not-in-force"


OF_AN_ARTICLE = (Reason.MISSING, Reason.CHANGED)


class ChangedArticle(Protocol):
    """An import changed this article on that day; `before` is its wording until then."""

    @property
    def number(self) -> int: ...
    @property
    def suffix(self) -> int: ...
    @property
    def on(self) -> date: ...
    @property
    def before(self) -> str: ...


@dataclass(frozen=True)
class ImportedText:
    """A law as it was imported: its articles without 之一, and what the imports changed, oldest first."""

    effective_from: date | None
    in_force: bool
    articles: Mapping[int, str]
    changes: Sequence[ChangedArticle] = ()

    def on(self, day: date, number: int) -> str:
        """The wording of an article on a day; a change on the day itself comes after it."""
        later = (each for each in self.changes if each.number == number and not each.suffix and each.on >= day)
        first = next(later, None)
        return first.before if first else self.articles.get(number, "")


@dataclass(frozen=True)
class Difference:
    """A topic whose cited article reads otherwise; `before` and `now` are wordings, or days in force."""

    topic: str
    law: str
    title: str
    article: int
    checked_on: date
    reason: Reason
    before: str = ""
    now: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """For `--json`."""
        return asdict(self) | {"checked_on": self.checked_on.isoformat(), "reason": self.reason.value}


def differences(
    base: KnowledgeBase, laws: Mapping[str, ImportedText], checked: Fingerprints | None = None
) -> tuple[Difference, ...]:
    """Every citation that has to be read again, by topic; `laws` by title key (knowledge.statutes.title_key).

    `checked` tells what an article read like when it was checked, whatever was imported first.
    """
    return tuple(each for entry in base for each in of_topic(entry.id, entry.citations, laws, checked or {}))


def of_topic(
    topic: str, citations: Iterable[Citation], laws: Mapping[str, ImportedText], checked: Fingerprints
) -> Iterator[Difference]:
    """What is wrong with a law as a whole is told once a topic, and of an article once, whichever clauses are cited."""
    told: set[tuple[str, int, Reason]] = set()
    for citation in citations:
        law = laws.get(title_key(citation.title))
        for reason, before, now in in_law(citation, law, checked) if law else [(Reason.NOT_IMPORTED, "", "")]:
            place = (citation.law, citation.article if reason in OF_AN_ARTICLE else 0, reason)
            if place not in told:
                told.add(place)
                yield Difference(topic, *named(citation), citation.checked_on, reason, before, now)


def named(citation: Citation) -> tuple[str, str, int]:
    return citation.law, citation.title, citation.article


def in_law(citation: Citation, law: ImportedText, checked: Fingerprints) -> Iterator[tuple[Reason, str, str]]:
    """(reason, before, now) of one citation in an imported law."""
    if not law.in_force:
        yield Reason.NOT_IN_FORCE, "", ""
    if law.effective_from and law.effective_from != citation.effective_from:
        yield Reason.EFFECTIVE, citation.effective_from.isoformat(), law.effective_from.isoformat()
    before, now = law.on(citation.checked_on, citation.article), law.articles.get(citation.article, "")
    if not now:
        yield Reason.MISSING, before, ""
    elif letters(before) != letters(now) or reads_otherwise(citation, now, checked):
        yield Reason.CHANGED, before if before != now else "", now


def reads_otherwise(citation: Citation, now: str, checked: Fingerprints) -> bool:
    """Whether the article is another than the one of the check; a later check of the topic goes before the hash."""
    known = checked.get((citation.law, citation.article))
    return known is not None and known.on >= citation.checked_on and known.hash != fingerprint(now)
