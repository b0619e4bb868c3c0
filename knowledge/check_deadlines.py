"""Checks that every deadline stands once: as data, said by reference in the texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.entry import Deadline, Entry, Unit
from knowledge.load import KnowledgeBase, Problem
from knowledge.periods import REFERENCE, literal, referred, spoken
from knowledge.vocabulary import ACTS, AT_LEAST, EVENTS
from knowledge.wording import amounts

_MINIMUM = ("不少于", "不得少于", "至少", "满", "超过")
_ONLY_MINIMUM = ("不少于", "不得少于", "至少")
_WITHIN = re.compile("以?内|之内")


def names(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Acts and events have one name each."""
    for number, deadline in enumerate(entry.deadlines):
        for name, value, known in (("act", deadline.act, ACTS), ("from", deadline.start, EVENTS)):
            if value not in known:
                yield base.problem(
                    entry.id, f"deadlines.{number}.{name}", f"{value} is not a name of knowledge/vocabulary.py"
                )


def stands_twice(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """The number of a deadline is never written out, unless the entry says that it is another period (`coincides`)."""
    known = {form: each.act for each in entry.deadlines for form in forms(each)}
    free = {each for text in entry.coincides for each in amounts(text)}
    for field, text in base.written[entry.id].fields():
        for each in amounts(literal(text)):
            if each in known and each not in free:
                yield base.problem(entry.id, field, f"{each} stands twice; write {{deadline.{known[each]}}}")


def forms(deadline: Deadline) -> tuple[str, ...]:
    """The number as texts write it; of working days many a law says 日."""
    return (spoken(deadline), f"{deadline.length}日") if deadline.unit is Unit.WORKING_DAY else (spoken(deadline),)


def coincidences(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """`coincides` names nothing but what is written out and has the number of a deadline."""
    known = {form for each in entry.deadlines for form in forms(each)}
    written = {each for _, text in base.written[entry.id].fields() for each in amounts(literal(text))}
    for number, text in enumerate(entry.coincides):
        if not {text} <= known & written:
            yield base.problem(entry.id, f"coincides.{number}", f"{text} is no deadline, or is not written out")


def unsaid(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """A deadline that no text refers to helps nobody."""
    written = base.written[entry.id]
    said = {each for _, reference in references(written) for each in referred(written, reference[0])}
    for number, deadline in enumerate(written.deadlines):
        if deadline not in said:
            yield base.problem(entry.id, f"deadlines.{number}", f"no text says {{deadline.{deadline.act}}}")


def minimums(entry: Entry, base: KnowledgeBase) -> Iterator[Problem]:
    """Notices posted for at least 15 days are not posted within 15 days, and nothing else is said as a minimum."""
    written = base.written[entry.id]
    wanting = {each for each in written.deadlines if each.act in AT_LEAST}
    for field, reference in references(written):
        before, after = reference.string[: reference.start()], reference.string[reference.end() :]
        meant = set(referred(written, reference[0]))
        if before.endswith(_MINIMUM):
            wanting -= meant
        if any(each.act in AT_LEAST for each in meant) and _WITHIN.match(after):
            yield base.problem(entry.id, field, f"{reference[0]} is a minimum")
        if any(each.act not in AT_LEAST for each in meant) and before.endswith(_ONLY_MINIMUM):
            yield base.problem(entry.id, field, f"{reference[0]} is no minimum")
    for each in wanting:
        yield base.problem(
            entry.id, f"deadlines.{written.deadlines.index(each)}", f"{each.act} is a minimum: {'、'.join(_MINIMUM)}"
        )


def references(written: Entry) -> Iterator[tuple[str, re.Match[str]]]:
    """(field, match) of every reference in the texts as written."""
    return ((field, match) for field, text in written.fields() for match in REFERENCE.finditer(text))


def two_lengths(base: KnowledgeBase) -> Iterator[Problem]:
    """One act after one event under one article has one length."""
    seen: dict[tuple[str, str, str, int], tuple[int, Unit]] = {}
    for entry in base:
        for number, deadline in enumerate(entry.deadlines):
            length = (deadline.length, deadline.unit)
            first = seen.setdefault(rule(entry, deadline), length)
            if first != length:
                yield base.problem(
                    entry.id, f"deadlines.{number}", f"elsewhere {deadline.act} has {first[0]} {first[1]}"
                )


def rule(entry: Entry, deadline: Deadline) -> tuple[str, str, str, int]:
    """What has one length wherever it is said."""
    return deadline.act, deadline.start, entry.law_of(deadline), deadline.article
