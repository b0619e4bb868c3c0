"""Deadlines as words: `{deadline.review}` in a text becomes 「30日」, so that a number stands once.

`{deadline.act}` names the deadline of the entry with this act, `{deadline.act@event}` the one that runs from this event. `+` joins the
names of several that one number is said of. Whatever is named has one length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from knowledge.entry import Deadline, Entry, Unit

REFERENCE = re.compile(r"\{deadline[^{}]*\}?")
NOTHING = "·"  # stands for a reference where only the literal words of a text count
_NAMES = re.compile(r"\{deadline\.([a-z0-9@+-]+)\}")
_UNITS = {Unit.DAY: "日", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月", Unit.YEAR: "年"}


def spoken(deadline: Deadline) -> str:
    """「30日」, 「5个工作日」, 「6个月」, 「1年」."""
    return f"{deadline.length}{_UNITS[deadline.unit]}"


def literal(text: str) -> str:
    """A text as written without its references: the numbers that still stand in it are its own."""
    return REFERENCE.sub(NOTHING, text)


def rendered(entry: Entry) -> Entry:
    """The entry as people read it; raises ValueError for a reference that names nothing, or two lengths."""
    return entry.with_texts(lambda text: REFERENCE.sub(lambda match: said(entry, match[0]), text))


def faults(entry: Entry) -> Iterator[tuple[str, str]]:
    """(field, message) of every reference that cannot be rendered."""
    for field, text in entry.fields():
        for reference in REFERENCE.findall(text):
            try:
                said(entry, reference)
            except ValueError as error:
                yield field, str(error)


def said(entry: Entry, reference: str) -> str:
    """The words that a reference becomes; raises ValueError."""
    lengths = list(dict.fromkeys(spoken(each) for each in referred(entry, reference)))
    if len(lengths) > 1:
        raise ValueError(
            f"{reference} has {len(lengths)} lengths ({', '.join(lengths)}); name the event, as in act@event"
        )
    return lengths[0]


def referred(entry: Entry, reference: str) -> tuple[Deadline, ...]:
    """The deadlines that a reference names; raises ValueError where one of its names is none."""
    names = _NAMES.fullmatch(reference)
    if not names:
        raise ValueError(f"{reference} is no {{deadline.act}}")
    return tuple(each for name in names[1].split("+") for each in named(entry.deadlines, name, reference))


def named(deadlines: Iterable[Deadline], name: str, reference: str) -> list[Deadline]:
    act, _, event = name.partition("@")
    found = [each for each in deadlines if each.act == act and event in ("", each.start)]
    if not found:
        raise ValueError(f"{reference}: the entry has no deadline {name}")
    return found
