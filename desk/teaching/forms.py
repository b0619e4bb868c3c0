"""What an author writes, checked: a phrasing of a topic, or a new topic with its law. Every fault has a Chinese text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from cases import laws
from cases.database import UnitOfWork
from knowledge.check import LONGEST_ANSWER, LONGEST_FIRST_SENTENCE, OF_ENTRY
from knowledge.entry import Entry
from knowledge.load import KnowledgeBase, Place
from knowledge.periods import rendered
from knowledge.wording import letters
from petition.masking import mask_question

LONGEST_PHRASING = 100
MOST_PHRASINGS = 40
_TOPIC = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
LINES = ("details", "materials", "phrasings")  # one a line in the form


@dataclass(frozen=True)
class Fault:
    """What is wrong: the key of a text, its values, and the field of the form."""

    code: str
    field: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, code: str, field: str, **values: object) -> Fault:
        return cls(code, field, values)


@dataclass(frozen=True)
class LawName:
    """A law that can be cited."""

    id: str
    title: str
    effective_from: date | None
    imported: bool


@dataclass(frozen=True)
class CitedText:
    """A citation with its wording, empty where the law is not imported."""

    law: str
    article: int
    text: str


@dataclass(frozen=True)
class Draft:
    """A new topic as it was typed; `checked`: its author has read the articles that are not imported."""

    id: str
    title: str
    answer: str
    channel: str
    audience: tuple[str, ...]
    where: str
    cost: str
    if_refused: str
    details: tuple[str, ...]
    materials: tuple[str, ...]
    phrasings: tuple[str, ...]
    citations: tuple[tuple[str, str, str], ...]  # law, article, clause
    unverified: bool
    checked: bool


def lines(text: str) -> tuple[str, ...]:
    """One thing a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


# --- phrasings --------------------------------------------------------------------------------------------------------------------


def phrasing_faults(texts: Sequence[str], base: KnowledgeBase, field: str = "phrasings") -> Iterator[Fault]:
    """None: each can be learned."""
    if not texts:
        yield Fault.of("no-phrasing", field)
    if len(texts) > MOST_PHRASINGS:
        yield Fault.of("many-phrasings", field, most=MOST_PHRASINGS)
    known = {letters(text): entry for entry in base for text in entry.phrasings}
    seen: set[str] = set()
    for text in texts:
        folded = letters(text)
        if not folded or len(text) > LONGEST_PHRASING:
            yield Fault.of("phrasing-length", field, most=LONGEST_PHRASING, text=text[:20])
        if any(unicodedata.category(each).startswith("C") for each in text) or text.startswith("/"):
            yield Fault.of("phrasing-signs", field, text=text)
        if mask_question(text) != text or "**" in text:
            yield Fault.of("personal", field, text=mask_question(text))
        if folded in known:
            yield Fault.of("known-phrasing", field, text=text, topic=known[folded].title)
        if folded in seen:
            yield Fault.of("twice", field, text=text)
        seen.add(folded)


# --- topics -----------------------------------------------------------------------------------------------------------------------


def laws_of(base: KnowledgeBase, uow: UnitOfWork) -> dict[str, LawName]:
    """Laws that entries cite, and those that were imported and are in force."""
    found = {
        each.law: LawName(each.law, each.title, each.effective_from, False)
        for entry in base
        for each in entry.citations
    }
    for row in laws.imported_laws(uow):
        if row.in_force and row.law_id:
            known = found.get(row.law_id)
            day = row.effective_from or (known.effective_from if known else None)
            found[row.law_id] = LawName(row.law_id, known.title if known else row.title, day, True)
    return dict(sorted(found.items(), key=lambda each: each[1].title))


def entry_of(draft: Draft, known: Mapping[str, LawName], today: date) -> dict[str, Any]:
    """As data/knowledge would have it; only with faults of the citations out of the way."""
    fields: dict[str, Any] = {
        "id": draft.id, "title": draft.title, "audience": list(draft.audience), "channel": draft.channel,
        "answer": draft.answer, "details": list(draft.details), "cost": draft.cost, "where": draft.where,
        "materials": list(draft.materials), "if_refused": draft.if_refused,
    }  # fmt: skip
    if draft.unverified:
        fields["unverified"] = True
    cited = [
        {
            "law": law, "title": known[law].title, "article": int(article), **({"clause": clause} if clause else {}),
            "effective_from": str(known[law].effective_from), "checked_on": today.isoformat(),
        }
        for law, article, clause in draft.citations
    ]  # fmt: skip
    written = {name: value for name, value in fields.items() if value not in ("", [])}
    return {**written, "citations": cited, "phrasings": list(draft.phrasings)}


def citation_faults(draft: Draft, known: Mapping[str, LawName], uow: UnitOfWork) -> Iterator[Fault]:
    """Where the law is imported the article has to be there; elsewhere its author says that they have read it."""
    for law, article, _ in draft.citations:
        name = known.get(law)
        if name is None or name.effective_from is None:
            yield Fault.of("unknown-law", "citations", law=law)
        elif not article.isdigit() or not 0 < int(article) < 2000:
            yield Fault.of("no-article-number", "citations", law=name.title)
        elif name.imported and laws.wording(uow, law, int(article)) is None:
            yield Fault.of("no-article", "citations", law=name.title, article=article)
        elif not name.imported and not draft.checked:
            yield Fault.of("not-imported", "citations", law=name.title)


def wordings(draft: Draft, known: Mapping[str, LawName], uow: UnitOfWork) -> list[CitedText]:
    """The articles to read beside the answer."""
    found = []
    for law, article, _ in draft.citations:
        if law in known and article.isdigit() and len(article) <= 4:
            wording = laws.wording(uow, law, int(article))
            found.append(CitedText(known[law].title, int(article), wording.text if wording else ""))
    return found


def topic_faults(
    draft: Draft, base: KnowledgeBase, known: Mapping[str, LawName], uow: UnitOfWork, today: date
) -> list[Fault]:
    """Everything that is wrong with a new topic."""
    found = [*shape_faults(draft, base), *citation_faults(draft, known, uow), *phrasing_faults(draft.phrasings, base)]
    if any(each.field in ("citations", "id") for each in found):
        return found
    try:
        entry = Entry.model_validate(entry_of(draft, known, today))
        read = rendered(entry)
    except (ValidationError, ValueError):
        return found or [Fault.of("form", "answer")]
    with_it = replace(
        base,
        entries={**base.entries, entry.id: read},
        written={**base.written, entry.id: entry},
        places={**base.places, entry.id: Place("", 1, {})},
    )
    told = {each.field for each in found}
    problems = [problem for check in OF_ENTRY for problem in check(read, with_it)]
    fields = (problem.field.removeprefix(f"{entry.id}.").partition(".")[0] for problem in problems)
    return [*found, *(Fault.of("check", field) for field in dict.fromkeys(fields) if field not in told)]


def shape_faults(draft: Draft, base: KnowledgeBase) -> Iterator[Fault]:
    """What can be said in words of its own."""
    if not _TOPIC.fullmatch(draft.id) or len(draft.id) > 64:
        yield Fault.of("bad-id", "id")
    elif draft.id in base:
        yield Fault.of("known-id", "id", topic=base[draft.id].title)
    if not 0 < len(draft.title) <= 40:
        yield Fault.of("bad-title", "title")
    first = re.split(r"[。！？]", draft.answer)[0]
    if not draft.answer or len(draft.answer) > LONGEST_ANSWER or len(first) > LONGEST_FIRST_SENTENCE:
        yield Fault.of("bad-answer", "answer", answer=LONGEST_ANSWER, first=LONGEST_FIRST_SENTENCE)
    if not draft.audience:
        yield Fault.of("no-audience", "audience")
    if bool(draft.citations) == draft.unverified:
        yield Fault.of("cites-or-says-so", "citations")
    for field in ("title", "answer", "where", "cost", "if_refused"):
        if mask_question(text := getattr(draft, field)) != text:
            yield Fault.of("personal", field, text=mask_question(text))


def of_topic(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Topics by the first part of their name, for a list to choose from."""
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.id.partition(".")[0], []).append(each)
    return found
