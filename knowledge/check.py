"""Checks the knowledge base: `python -m knowledge.check [--laws DIR] [--topics FILE]`."""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge import check_deadlines
from knowledge.check_laws import check_laws
from knowledge.check_terms import check_terms
from knowledge.check_topics import check_topics, load_topics
from knowledge.entry import Entry
from knowledge.fingerprints import fingerprints_of
from knowledge.laws import Laws
from knowledge.load import KnowledgeBase, KnowledgeError, Problem, load_knowledge
from knowledge.office import PLACEHOLDER, is_placeholder
from knowledge.terms import load_terms
from knowledge.wording import letters

LONGEST_FIRST_SENTENCE = 60
LONGEST_ANSWER = 120
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_ADVICE = re.compile(r"核实|咨询|确认|问")


def check(base: KnowledgeBase, *, laws: Path | None = None, topics: Path | None = None) -> list[Problem]:
    """Every problem of content; `laws`: a folder of statute texts, `topics`: the list of topics, both from the research."""
    problems = [problem for entry in base for each in OF_ENTRY for problem in each(entry, base)]
    problems += [*double_phrasings(base), *check_deadlines.two_lengths(base)]
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
    if len(entry.answer) > LONGEST_ANSWER:
        yield base.problem(entry.id, "answer", f"has {len(entry.answer)} characters, at most {LONGEST_ANSWER}")


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


def related_to_itself(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """`related` leads on: not back to the entry, and nowhere twice."""
    for topic in sorted({each for each in entry.related if each == entry.id or entry.related.count(each) > 1}):
        yield base.problem(entry.id, "related", f"{topic} is the entry itself, or stands twice")


OF_ENTRY: tuple[Callable[[Entry, KnowledgeBase], Iterator[Problem]], ...] = (
    first_sentence,
    control_characters,
    placeholders,
    cites_or_says_so,
    check_deadlines.names,
    check_deadlines.stands_twice,
    check_deadlines.coincidences,
    check_deadlines.unsaid,
    check_deadlines.minimums,
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


def in_glossary(path: Path, base: KnowledgeBase, laws: Laws) -> list[Problem]:
    """The mistakes of the glossary, each named by its term."""
    found = check_terms(load_terms(path), base, laws) if path.exists() else ()
    return [Problem(path.name, 1, "terms", each) for each in found]


def main() -> int:
    """Prints every problem; the exit code is 1 if there is any."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.check", description=__doc__)
    parser.add_argument("--base", type=Path, default=Path("data/knowledge"))
    parser.add_argument("--laws", type=Path, help="folder of statute texts")
    parser.add_argument("--fingerprints", type=Path, help="write the hashes of the checked articles to this file")
    parser.add_argument("--terms", type=Path, help="the glossary; terms.yml beside the folder if not given")
    parser.add_argument("--topics", type=Path, help="list of topics")
    options = parser.parse_args()
    try:
        base = load_knowledge(options.base)
        problems = check(base, laws=options.laws, topics=options.topics)
        if options.laws:
            problems += in_glossary(options.terms or options.base.parent / "terms.yml", base, Laws(options.laws))
        if options.fingerprints and options.laws and not problems:
            options.fingerprints.write_text(fingerprints_of(base, Laws(options.laws)), encoding="utf-8")
    except KnowledgeError as error:
        problems = list(error.problems)
    for problem in problems:
        print(problem)  # noqa: T201 - the output of a command
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
