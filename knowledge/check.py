"""Checks the knowledge base: `python -m knowledge.check [--laws DIR] [--topics FILE]`."""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.check_laws import check_laws
from knowledge.check_topics import check_topics, load_topics
from knowledge.entry import Deadline, Entry, Unit
from knowledge.laws import Laws
from knowledge.load import KnowledgeBase, KnowledgeError, Problem, load_knowledge
from knowledge.office import PLACEHOLDER, is_placeholder
from knowledge.vocabulary import ACTS, AT_LEAST, EVENTS
from knowledge.wording import letters, says

LONGEST_FIRST_SENTENCE = 60
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_ADVICE = re.compile(r"核实|咨询|确认|问")
_MINIMUM = ("不少于", "不得少于", "至少", "满", "超过")
_UNITS = {Unit.DAY: "日|天", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月", Unit.YEAR: "年"}


def check(base: KnowledgeBase, *, laws: Path | None = None, topics: Path | None = None) -> list[Problem]:
    """Every problem of content; `laws`: a folder of statute texts, `topics`: the list of topics, both from the research."""
    problems = [problem for entry in base for each in OF_ENTRY for problem in each(entry, base)]
    problems += [*double_phrasings(base), *two_lengths(base)]
    if laws:
        problems += check_laws(base, Laws(laws))
    if topics:
        problems += check_topics(base, load_topics(topics))
    return sorted(problems, key=lambda each: (each.file, each.line, each.field))


def first_sentence(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """The result comes first and is short enough to be heard."""
    length = len(re.split(r"[。！？]", entry.answer)[0])
    if length > LONGEST_FIRST_SENTENCE:
        yield base.problem(
            entry.id, "answer", f"the first sentence has {length} characters, at most {LONGEST_FIRST_SENTENCE}"
        )


def control_characters(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Nothing invisible, neither in what is read nor in what is learned from."""
    for field, text in [
        *entry.fields(),
        *((f"phrasings.{number}", text) for number, text in enumerate(entry.phrasings)),
    ]:
        found = [f"U+{ord(char):04X}" for char in text if unicodedata.category(char).startswith("C")]
        if found:
            yield base.problem(entry.id, field, f"control character {', '.join(found)}")


def placeholders(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Whatever stands in braces is a fact of the office profile."""
    for field, text in entry.fields():
        for found in _BRACES.findall(text):
            match = PLACEHOLDER.fullmatch(found)
            if not match or not is_placeholder(match):
                yield base.problem(entry.id, field, f"{found} is nothing that an office profile has")


def cites_or_says_so(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """An answer has its law, or says that it could not be verified and whom to ask."""
    if entry.unverified and entry.citations:
        yield base.problem(entry.id, "citations", "an unverified entry cites nothing")
    if not entry.unverified and not entry.citations:
        yield base.problem(entry.id, "citations", "no citation; without one the entry is `unverified: true`")
    text = "\n".join(entry.texts())
    if entry.unverified and not (_ADVICE.search(text) and PLACEHOLDER.search(text)):
        yield base.problem(entry.id, "answer", "an unverified entry says whom to ask, such as {office.phone}")


def deadline_names(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Acts and events have one name each."""
    for number, deadline in enumerate(entry.deadlines):
        for name, value, known in (("act", deadline.act, ACTS), ("from", deadline.start, EVENTS)):
            if value not in known:
                yield base.problem(
                    entry.id, f"deadlines.{number}.{name}", f"{value} is not a name of knowledge/vocabulary.py"
                )


def deadlines_said(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """A number that lives in `deadlines` is also said."""
    text = "\n".join(entry.texts())
    for number, deadline in enumerate(entry.deadlines):
        if not says(text, spoken(deadline)):
            yield base.problem(entry.id, f"deadlines.{number}", f"the text does not say {spoken(deadline)}")


def spoken(deadline: Deadline) -> str:
    """「15日|15天」; of a minimum 「不少于15日|…」."""
    words = _MINIMUM if deadline.act in AT_LEAST else ("",)
    return "|".join(f"{word}{amount}" for word in words for amount in amounts_of(deadline))


def amounts_of(deadline: Deadline) -> list[str]:
    """15日 and 15天."""
    return [f"{deadline.length}{unit}" for unit in _UNITS[deadline.unit].split("|")]


def minimum_not_within(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Notices posted for at least 15 days are not posted within 15 days."""
    text = "\n".join(entry.texts())
    limits = {(each.length, each.unit) for each in entry.deadlines if each.act not in AT_LEAST}
    for number, deadline in enumerate(entry.deadlines):
        if deadline.act not in AT_LEAST or (deadline.length, deadline.unit) in limits:
            continue
        within = "|".join(f"{amount}{word}" for amount in amounts_of(deadline) for word in ("内", "以内", "之内"))
        if says(text, within):
            yield base.problem(entry.id, f"deadlines.{number}", f"{deadline.act} is a minimum and no {within}")


def related_to_itself(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """`related` leads on: not back to the entry, and nowhere twice."""
    for topic in sorted({each for each in entry.related if each == entry.id or entry.related.count(each) > 1}):
        yield base.problem(entry.id, "related", f"{topic} is the entry itself, or stands twice")


OF_ENTRY: tuple[Callable[[Entry, KnowledgeBase], Iterator[Problem]], ...] = (
    first_sentence,
    control_characters,
    placeholders,
    cites_or_says_so,
    deadline_names,
    deadlines_said,
    minimum_not_within,
    related_to_itself,
)


def double_phrasings(base: KnowledgeBase) -> Iterator[Problem]:
    """No sentence is learned for two topics, or twice for one."""
    seen: dict[str, str] = {}
    for entry in base:
        for number, phrasing in enumerate(entry.phrasings):
            folded = letters(phrasing)
            if folded in seen:
                yield base.problem(entry.id, f"phrasings.{number}", f"{phrasing} stands already under {seen[folded]}")
            seen.setdefault(folded, entry.id)


def two_lengths(base: KnowledgeBase) -> Iterator[Problem]:
    """One act after one event under one article has one length."""
    seen: dict[tuple[str, str, str, int], tuple[int, Unit]] = {}
    for entry in base:
        for number, deadline in enumerate(entry.deadlines):
            key = (deadline.act, deadline.start, entry.law_of(deadline), deadline.article)
            length = (deadline.length, deadline.unit)
            if seen.setdefault(key, length) != length:
                yield base.problem(
                    entry.id, f"deadlines.{number}", f"elsewhere {deadline.act} has {seen[key][0]} {seen[key][1]}"
                )


def main() -> int:
    """Prints every problem; the exit code is 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.check", description=__doc__)
    parser.add_argument("--base", type=Path, default=Path("data/knowledge"))
    parser.add_argument("--laws", type=Path, help="folder of statute texts")
    parser.add_argument("--topics", type=Path, help="list of topics")
    options = parser.parse_args()
    try:
        base = load_knowledge(options.base)
        problems = check(base, laws=options.laws, topics=options.topics)
    except KnowledgeError as error:
        problems = list(error.problems)
    for problem in problems:
        print(problem)  # noqa: T201 - the output of a command
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
