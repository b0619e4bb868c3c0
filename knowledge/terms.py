"""Terms of art in plain words (data/terms.yml), and what people say instead of today's names (data/synonyms.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from knowledge.entry import Citation, Form, Kebab, Text, TopicId
from knowledge.yamls import read_yaml

LONGEST_MEANING = 80
AROUND = re.compile(r"[\s“”\"'《》「」（）()，,。.！!？?：:、]+")
SHARE = 0.6


def folded(text: str) -> str:
    """Without marks and white space."""
    return AROUND.sub("", text)


class Term(Form):
    """One term: what it means in one or two sentences that can be read aloud, and the topic that says more."""

    id: Kebab
    term: Text
    also: tuple[Text, ...] = ()
    meaning: Annotated[Text, StringConstraints(max_length=LONGEST_MEANING)]
    topic: TopicId
    citations: tuple[Citation, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.term, *self.also)


class Terms:
    """All terms, by id and by every name."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = {each.id: each for each in terms}
        self._names = {name: each for each in self for name in each.names}
        longest_first = sorted(self._names, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def __iter__(self) -> Iterator[Term]:
        return iter(self._terms.values())

    def __len__(self) -> int:
        return len(self._terms)

    def __contains__(self, term: object) -> bool:
        return term in self._terms

    def __getitem__(self, term: str) -> Term:
        return self._terms[term]

    def named(self, words: str) -> Term | None:
        """The term that the words name, or that makes most of them."""
        words = folded(words)
        found = max(self._found.findall(words), key=len, default="")
        return self._names[found] if found and len(found) >= SHARE * len(words) else None

    def within(self, text: str) -> list[Term]:
        """The terms that stand in a text, in their order, each once; a longer name hides a shorter one inside it."""
        return list({self._names[name].id: self._names[name] for name in self._found.findall(text)}.values())


def rarest_first(terms: Iterable[Term], texts: Sequence[str]) -> list[Term]:
    """What stands in few of the texts is what people stumble over."""
    return sorted(terms, key=lambda term: sum(any(name in text for name in term.names) for text in texts))


class Synonym(Form):
    """What people say, and the name of today; `body`: a public body whose name has changed, and since which reform."""

    said: Annotated[list[Text], Field(min_length=1)]
    now: Text
    body: bool = False


class Synonyms:
    """Old and wrong names; only those of bodies are worth a line of their own."""

    def __init__(self, synonyms: Iterable[Synonym]) -> None:
        self._synonyms = tuple(synonyms)
        self._bodies = {name: each.now for each in self if each.body for name in each.said}
        longest_first = sorted(self._bodies, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def __iter__(self) -> Iterator[Synonym]:
        return iter(self._synonyms)

    def old_body(self, text: str) -> tuple[str, str] | None:
        """(old name, present name) of the first body that a text calls by a name it no longer has."""
        match = self._found.search(text)
        return (match[0], self._bodies[match[0]]) if match else None


def load_terms(path: Path) -> Terms:
    """Raises pydantic.ValidationError, or ValueError where an id or a name stands twice."""
    terms = [Term.model_validate(each) for each in read_yaml(path)]
    for kind, names in (("id", [each.id for each in terms]), ("name", [name for each in terms for name in each.names])):
        double = {name for name in names if names.count(name) > 1}
        if double:
            raise ValueError(f"{path.name}: {kind} stands twice: {', '.join(sorted(double))}")
    return Terms(terms)


def load_synonyms(path: Path) -> Synonyms:
    """Raises pydantic.ValidationError naming what is wrong."""
    return Synonyms(Synonym.model_validate(each) for each in read_yaml(path))
