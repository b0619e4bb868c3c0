"""Is what a cue found in a text meant, and now? Decided clause by clause, so that one clause does not excuse another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from knowledge.care.patterns import CLAUSE_END, SENTENCE_END

BLANK = "○"
NEAR = 5
NOT_JUDGED: Mapping[str, float] = {}
LONE_SPACES = re.compile(r"(?<![^\s，。！？；、])(\S)\s+(?=\S(?:\s|$))")  # 「不 想 活」
SPACES = re.compile(r"(?<=[^\s，])[^\S\n]+(?=\S)")
ORNAMENTS = re.compile(r"[*·~_…—\-\u200b-\u200f\ufeff.\"'“”‘’「」《》]+")
PUNCTUATION = str.maketrans(",?!;:", "，？！；：")


class Danger(StrEnum):
    """What somebody is in, or says that they will do."""

    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    EMERGENCY = "emergency"
    THREAT = "threat"


class Reading(StrEnum):
    """How a cue speaks of time."""

    WISH = "wish"  # what somebody feels or will do: past only where its own clause says so
    STATE = "state"  # what lasts: past where the story is in the past
    EVENT = "event"  # what happens once: past also where the story goes on to claims, courts and hospitals
    CALL = "call"  # a cry for help: always now


class Time(StrEnum):
    """When something happens, as far as the words say."""

    NOW = "now"
    TODAY = "today"
    OPEN = "open"
    THEN = "then"


@dataclass(frozen=True)
class Span:
    """A stretch of a text."""

    start: int
    end: int

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


@dataclass(frozen=True)
class Excuse:
    """Words around a cue that make it harmless; `despite` in the clause of the cue overrules them."""

    reach: str
    words: re.Pattern[str]
    despite: re.Pattern[str]

    def holds(self, text: str, cue: Span) -> bool:
        clause = around(text, cue, CLAUSE_END)
        where = {
            "near": Span(max(clause.start, cue.start - NEAR), cue.end),
            "clause": clause,
            "onwards": Span(clause.start, around(text, cue, SENTENCE_END).end),
            "sentence": around(text, cue, SENTENCE_END),
            "after": Span(clause.start, len(text)),
            "text": Span(0, len(text)),
        }[self.reach]
        return found(self.words, text, where) and not found(self.despite, text, clause)


@dataclass(frozen=True)
class Group:
    """Ways of saying one thing."""

    danger: Danger
    name: str
    reading: Reading
    cues: tuple[re.Pattern[str], ...]
    excuses: tuple[Excuse, ...]


@dataclass(frozen=True)
class Clock:
    """Words that say when; a later one holds until the next."""

    marks: Mapping[Time, re.Pattern[str]]
    lasting: re.Pattern[str]

    def read(self, text: str) -> list[tuple[int, Time]]:
        """The marks of a text in order."""
        every = ((match.end(), time) for time, words in self.marks.items() for match in words.finditer(text))
        return sorted(every)

    def time_of(self, text: str, marks: list[tuple[int, Time]], cue: Span) -> tuple[Time, bool]:
        """When the cue happens, and whether its own clause says so."""
        clause = around(text, cue, CLAUSE_END)
        before = [mark for mark in marks if mark[0] <= cue.end]
        if before and before[-1][0] > clause.start:
            return before[-1][1], True
        after = [time for position, time in marks if cue.end < position <= clause.end]
        if after:
            return after[0], True
        if found(self.lasting, text, Span(clause.start, next_clause_end(text, clause))):
            return Time.NOW, True
        return (before[-1][1] if before else Time.OPEN), False


@dataclass(frozen=True)
class Judgement:
    """When the engine's second opinion counts."""

    least: float
    unless: tuple[re.Pattern[str], ...]
    harmless_below: float
    shortest_judged: int
    never_harmless: frozenset[Danger]

    def doubts(self, danger: Danger, text: str, judged: Mapping[str, float]) -> bool:
        """Whether the engine has read the text and holds it for harmless."""
        read = len(text) >= self.shortest_judged and danger not in self.never_harmless
        return read and sum(judged.values()) < self.harmless_below


@dataclass(frozen=True)
class Care:
    """Knows danger from what only sounds like it."""

    fold: Mapping[int, str]
    look_alikes: re.Pattern[str]
    clock: Clock
    affair: re.Pattern[str]
    groups: tuple[Group, ...]
    judgement: Judgement

    def recognise(self, text: str, judged: Mapping[str, float] = NOT_JUDGED) -> Danger | None:
        """The danger that the text speaks of, the first kind of data/care that fits; `judged`: the engine's second opinion."""
        hit = self.hit(text)
        if hit:
            return hit[0].danger
        sure = bool(judged) and sum(judged.values()) >= self.judgement.least and not self.in_doubt(text)
        return Danger(max(judged, key=lambda kind: judged[kind])) if sure else None

    def in_doubt(self, text: str) -> bool:
        """Whether anything in the text speaks against a danger that no rule has heard."""
        plain = self.plain(text)
        past = any(time is Time.THEN for _, time in self.clock.read(plain))
        against = (self.affair, self.look_alikes, *self.judgement.unless)
        return past or any(words.search(plain) for words in against)

    def hit(self, text: str) -> tuple[Group, str] | None:
        """The group that heard it and the words it heard: for whoever keeps data/care."""
        plain = self.plain(text)
        marks = self.clock.read(plain)
        bare = self.look_alikes.sub(lambda match: BLANK * len(match[0]), plain)
        for group in self.groups:
            for match in chain.from_iterable(cue.finditer(bare) for cue in group.cues):
                cue = Span(*match.span())
                if self.is_now(plain, marks, cue, group.reading) and not any(
                    each.holds(plain, cue) for each in group.excuses
                ):
                    return group, match[0]
        return None

    def is_now(self, text: str, marks: list[tuple[int, Time]], cue: Span, reading: Reading) -> bool:
        """Whether the clause tells of the present; order helps: a claim is told after its event, a danger last."""
        time, here = self.clock.time_of(text, marks, cue)
        match reading:
            case Reading.CALL:
                return True
            case Reading.WISH:
                return not (here and time is Time.THEN)
            case Reading.STATE:
                return time is not Time.THEN
            case Reading.EVENT if time is Time.THEN:
                return False
            case Reading.EVENT if here and time in (Time.NOW, Time.TODAY):
                return True
        clause = around(text, cue, CLAUSE_END)
        return not found(self.affair, text, Span(clause.start, len(text)))

    def plain(self, text: str) -> str:
        """One way of writing: simplified, full width punctuation, without ornaments; a space parts like a comma."""
        folded = unicodedata.normalize("NFKC", text).lower().translate(self.fold).translate(PUNCTUATION)
        return SPACES.sub("，", LONE_SPACES.sub(r"\1", ORNAMENTS.sub("", folded)))


def found(words: re.Pattern[str], text: str, where: Span) -> bool:
    return words.search(text, where.start, where.end) is not None


def around(text: str, cue: Span, ends: str) -> Span:
    """The clause or the sentence in which a cue stands."""
    start, end = cue.start, cue.end
    while start > 0 and text[start - 1] not in ends:
        start -= 1
    while end < len(text) and text[end] not in ends:
        end += 1
    return Span(start, end)


def next_clause_end(text: str, clause: Span) -> int:
    """Where the clause after this one ends."""
    start = min(clause.end + 1, len(text))
    return around(text, Span(start, start), CLAUSE_END).end
