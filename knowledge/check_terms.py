"""Checks the terms of art against the statute texts, as the entries are checked."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.check_laws import LONGEST_COPY, article, wrong
from knowledge.laws import Laws
from knowledge.load import KnowledgeBase
from knowledge.terms import Term, Terms
from knowledge.wording import amounts, contains, shared_runs


def check_terms(terms: Terms, base: KnowledgeBase, laws: Laws) -> Iterator[str]:
    """One line a mistake: a topic that is not there, a wrong citation, a number that no cited article has, copied words."""
    for term in terms:
        if term.topic not in base:
            yield f"{term.id}: no topic {term.topic}"
        yield from (f"{term.id}: {each}" for citation in term.citations for each in wrong(citation, laws))
        yield from (f"{term.id}: {each}" for each in wording(term, laws))


def wording(term: Term, laws: Laws) -> Iterator[str]:
    cited = {(each.law, each.article): article(each.law, each.article, laws) for each in term.citations}
    for amount in amounts(term.meaning):
        if not any(contains(text, amount) for text in cited.values()):
            yield f"{amount} stands in no cited article"
    for (law, number), statute in cited.items():
        for run in shared_runs(term.meaning, statute, LONGEST_COPY + 1):
            yield f"copied from {law} article {number}: {run}"
