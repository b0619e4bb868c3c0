"""What of a topic is searched for words, and how much each part counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge.entry import Entry
from knowledge.search_index import characters, tokens

TITLE, PHRASINGS, ANSWER, DETAILS = "title", "phrasings", "answer", "details"
WEIGHTS: Mapping[str, float] = {TITLE: 3.0, PHRASINGS: 2.0, ANSWER: 1.5, DETAILS: 1.0}
BY_CHARACTER = (TITLE, PHRASINGS)


def fields_of(entry: Entry) -> dict[str, list[str]]:
    """The words of each field of a topic."""
    details = [text for text in entry.texts() if text != entry.answer]
    fields = {TITLE: [entry.title], PHRASINGS: entry.phrasings, ANSWER: [entry.answer], DETAILS: details}
    return {name: words_of(name, texts) for name, texts in fields.items()}


def words_of(field: str, texts: Iterable[str]) -> list[str]:
    """The words of a field; short fields are found by a single character too."""
    listed = tuple(texts)
    found = [token for text in listed for token in tokens(text)]
    return found + [char for text in listed for char in characters(text)] if field in BY_CHARACTER else found
