"""Checks the knowledge base against the statute texts."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.entry import Citation, Entry, Unit
from knowledge.laws import Laws
from knowledge.load import KnowledgeBase, Problem
from knowledge.wording import amounts, contains, shared_runs

LONGEST_COPY = 24  # characters; more in one run is a copy of the statute and not our words
_UNITS = {Unit.DAY: "日", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月", Unit.YEAR: "年"}


def check_laws(base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """Citations, deadlines, numbers and wording of every entry."""
    for entry in base:
        yield from citations(entry, base, laws)
        yield from deadlines(entry, base, laws)
        yield from numbers(entry, base, laws)
        yield from copies(entry, base, laws)


def citations(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """Every cited article exists, under its right title, in a law in force, with its date."""
    for number, citation in enumerate(entry.citations):
        yield from (base.problem(entry.id, f"citations.{number}", each) for each in wrong(citation, laws))


def wrong(citation: Citation, laws: Laws) -> Iterator[str]:
    """What is wrong with a citation."""
    if citation.law not in laws:
        yield f"unknown law {citation.law}"
        return
    law = laws[citation.law]
    if not law.in_force:
        yield f"{citation.law} is not in force"
    if citation.title != law.title:
        yield f"the title of {citation.law} is {law.title}"
    if citation.article not in law.articles:
        yield f"{citation.law} has no article {citation.article}"
    if law.effective_from and citation.effective_from != law.effective_from:
        yield f"effective_from of {citation.law} is {law.effective_from}"


def article(law: str, number: int, laws: Laws) -> str:
    """The text of an article; empty where there is none."""
    return laws[law].articles.get(number, "") if law in laws else ""


def deadlines(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """The length of a deadline stands in its article, and the article is cited."""
    cited = {(each.law, each.article) for each in entry.citations}
    for number, deadline in enumerate(entry.deadlines):
        law, amount = entry.law_of(deadline), f"{deadline.length}{_UNITS[deadline.unit]}"
        if not contains(article(law, deadline.article, laws), amount):
            yield base.problem(
                entry.id, f"deadlines.{number}", f"{law} article {deadline.article} does not say {amount}"
            )
        if not entry.unverified and (law, deadline.article) not in cited:
            yield base.problem(entry.id, f"deadlines.{number}", f"{law} article {deadline.article} is not cited")


def numbers(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """Every number with a unit stands in the deadlines or in a cited article."""
    known = {f"{each.length}{_UNITS[each.unit]}" for each in entry.deadlines}
    cited = [article(each.law, each.article, laws) for each in entry.citations]
    for field, text in entry.fields():
        for amount in amounts(text):
            if amount not in known and not any(contains(each, amount) for each in cited):
                yield base.problem(entry.id, field, f"{amount} stands neither in the deadlines nor in a cited article")


def copies(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """The words are ours; a term of art is shorter."""
    cited = {(each.law, each.article): article(each.law, each.article, laws) for each in entry.citations}
    for field, text in entry.fields():
        for (law, number), statute in cited.items():
            for run in shared_runs(text, statute, LONGEST_COPY + 1):
                yield base.problem(entry.id, field, f"copied from {law} article {number}: {run}")
