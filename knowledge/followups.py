"""Short questions that lean on the last answer: which aspect of it they ask for (data/followups.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from pydantic import Field

from knowledge.entry import Deadline, Entry, Form, Kebab, Text, TopicId
from knowledge.yamls import read_yaml

TAKEN = "\0"
MARKS = re.compile(r"[\s，,。.！!？?；;：:、“”\"'…~]+")


class Piece(StrEnum):
    """What of an entry answers; the last four are no field of it."""

    DEADLINES = "deadlines"
    COST = "cost"
    WHERE = "where"
    MATERIALS = "materials"
    IF_REFUSED = "if_refused"
    BASIS = "basis"
    HOW = "how"
    AGAIN = "again"
    SIMPLER = "simpler"
    MORE = "more"


Patterns = tuple[re.Pattern[str], ...]


def compiled(words: Iterable[str]) -> Patterns:
    return tuple(map(re.compile, words))


def without(text: str, patterns: Patterns, mark: str = "") -> str:
    """The text with the longest match at each place taken out; `mark` stands for each character of it."""
    kept, place = "", 0
    while place < len(text):
        matches = (pattern.match(text, place) for pattern in patterns)
        end = max((match.end() for match in matches if match), default=place)
        kept += mark * (end - place) if end > place else text[place]
        place = max(end, place + 1)
    return kept


class Words(Form):
    """`words`, one of which is there, and what may stand `beside` them."""

    words: list[Text]
    beside: tuple[Text, ...] = ()

    @cached_property
    def asked(self) -> Patterns:
        return compiled(self.words)

    @cached_property
    def own(self) -> Patterns:
        return compiled([*self.words, *self.beside])

    def place_in(self, text: str) -> int | None:
        """Where the first of these words stands."""
        return min((match.start() for each in self.asked if (match := each.search(text))), default=None)

    def rest(self, text: str) -> str | None:
        """What a text says beside these words; None where none of them is there."""
        return None if self.place_in(text) is None else without(text, self.own)


class Aspect(Words):
    """One kind of follow-up; `related` by topic, by the first part of a topic, or by channel."""

    field: Piece
    acts: tuple[Text, ...] = ()
    related_first: bool = False
    related: Mapping[Text, TopicId] = Field(default_factory=dict)

    def topic_for(self, entry: Entry) -> str | None:
        """The topic that answers this for the entry, unless it is the entry itself."""
        names = (entry.id, entry.id.partition(".")[0], entry.channel)
        found = next((self.related[name] for name in names if name in self.related), None)
        return None if found == entry.id else found

    def deadlines_of(self, entry: Entry) -> list[Deadline]:
        """The deadlines of the entry that are meant."""
        return [each for each in entry.deadlines if any(fnmatchcase(each.act, act) for act in self.acts)]


class Followups(Form):
    """All aspects, the words that mean nothing beside them, and the topic that a channel stands for."""

    longest: int
    fillers: list[Text]
    meaning: Words
    aspects: dict[Text, Aspect]
    home: dict[Kebab, TopicId]

    @cached_property
    def nothing(self) -> Patterns:
        return compiled([TAKEN, *self.fillers])

    def explains(self, text: str) -> str | None:
        """The words whose meaning is asked for, "" for those of the last answer; None where no meaning is asked for."""
        rest = self.meaning.rest(MARKS.sub("", text)[: self.longest])
        return rest if rest is None or without(rest, self.nothing) else ""

    def leans(self, text: str) -> tuple[str, ...]:
        """The aspects that an elliptic text asks for, in their order; none where it says anything of its own."""
        rest = MARKS.sub("", text)
        if len(rest) > self.longest:
            return ()
        found: dict[str, int] = {}
        for name, aspect in self.aspects.items():
            place = aspect.place_in(rest)
            if place is not None:
                found[name] = place
                rest = without(rest, aspect.own, TAKEN)
        return tuple(sorted(found, key=found.__getitem__)) if not without(rest, self.nothing) else ()


def load_followups(path: Path) -> Followups:
    """Raises pydantic.ValidationError naming what is wrong."""
    return Followups.model_validate(read_yaml(path))


def topics_named(followups: Followups) -> Mapping[str, str]:
    """Every topic that the file names, by where it does: all of them have to be there."""
    related = {
        f"aspects.{name}.related.{key}": topic
        for name, aspect in followups.aspects.items()
        for key, topic in aspect.related.items()
    }
    return related | {f"home.{channel}": topic for channel, topic in followups.home.items()}
