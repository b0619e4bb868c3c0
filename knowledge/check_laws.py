"""Checks the knowledge base against the statute texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knowledge.entry import Citation, Deadline, Entry, Unit
from knowledge.laws import Laws
from knowledge.load import KnowledgeBase, Problem
from knowledge.periods import literal, spoken
from knowledge.vocabulary import AT_LEAST
from knowledge.wording import amounts, arabic, contains, shared_runs

LONGEST_COPY = 24  # characters; more in one run is a copy of the statute and not our words
_LEAST = "不少于|不得少于|至少"


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
        law = entry.law_of(deadline)
        beside = [article(law, each, laws) for name, each in cited if name == law]
        for message in (*wrong_length(deadline, law, beside, laws), *wrong_kind(deadline, law, laws)):
            yield base.problem(entry.id, f"deadlines.{number}", f"{law} article {deadline.article} {message}")
        if not entry.unverified and (law, deadline.article) not in cited:
            yield base.problem(entry.id, f"deadlines.{number}", f"{law} article {deadline.article} is not cited")


def wrong_length(deadline: Deadline, law: str, cited: Iterable[str], laws: Laws) -> Iterator[str]:
    """A working day is printed as such, or as 日 where another cited article of the law says what these days are."""
    text, amount = article(law, deadline.article, laws), spoken(deadline)
    if contains(text, amount):
        if deadline.unit is Unit.DAY and law in laws and lists_working_days(laws[law].articles.values(), amount):
            yield f"counts {amount} in working days"
        return
    days = f"{deadline.length}日"
    meant = deadline.unit is Unit.WORKING_DAY and (lists_working_days(cited, days) or all_working_days(cited))
    if not (meant and contains(text, days)):
        yield f"does not say {amount}"


def lists_working_days(articles: Iterable[str], days: str) -> bool:
    """《行政复议法》第八十八条, 《行政处罚法》第八十五条: these days are working days, and no others."""
    sentences = (each for text in articles for each in text.split("。") if "是指工作日" in each)
    return any(contains(each, days) for each in sentences)


def all_working_days(articles: Iterable[str]) -> bool:
    """《行政许可法》第八十二条: whatever the authority has to do is counted in working days."""
    return any("期限以工作日计算" in text for text in articles)


def wrong_kind(deadline: Deadline, law: str, laws: Laws) -> Iterator[str]:
    """A minimum is a minimum in its article too, and nothing else is."""
    text = arabic(article(law, deadline.article, laws))
    amount = spoken(deadline)
    if deadline.act in AT_LEAST and not re.search(rf"(?:{_LEAST}|满|(?<!不得)超过){amount}|(?<!\d){amount}后", text):
        yield f"has no minimum of {amount}"
    if deadline.act not in AT_LEAST and re.search(rf"(?:{_LEAST}){amount}", text):
        yield f"has a minimum of {amount}, and {deadline.act} is no name of one"


def numbers(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """Every number with a unit that is written out stands in a cited article."""
    cited = [article(each.law, each.article, laws) for each in entry.citations]
    for field, text in base.written[entry.id].fields():
        for amount in amounts(literal(text)):
            if not any(contains(each, amount) for each in cited):
                yield base.problem(entry.id, field, f"{amount} stands neither in the deadlines nor in a cited article")


def copies(entry: Entry, base: KnowledgeBase, laws: Laws) -> Iterator[Problem]:
    """The words are ours; a term of art is shorter."""
    cited = {(each.law, each.article): article(each.law, each.article, laws) for each in entry.citations}
    for field, text in entry.fields():
        for (law, number), statute in cited.items():
            for run in shared_runs(text, statute, LONGEST_COPY + 1):
                yield base.problem(entry.id, field, f"copied from {law} article {number}: {run}")
