"""From a ranking of topics to one of three honest outcomes: answer, clarify, unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the assistant does with a question."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Ranked:
    """A topic with its probability."""

    topic: str
    score: float


@dataclass(frozen=True)
class Thresholds:
    """Probabilities of the first topic, its lead over the second, and the cosine to the nearest known sentence;
    `words_weight`: what the topics' own words count beside the classifier (knowledge/ranking.py)."""

    answer: float
    lead: float
    sure: float
    clarify: float
    nearest: float
    choices: int = 3
    words_weight: float = 0.0


@dataclass(frozen=True)
class Decision:
    """The outcome and the topics it speaks of, best first."""

    outcome: Outcome
    topics: tuple[str, ...]


def decide(ranking: Sequence[Ranked], nearest: float, thresholds: Thresholds) -> Decision:
    """Answer when one topic is likely and stands out, clarify when a few are possible, else unknown."""
    topics = tuple(each.topic for each in ranking)
    if not ranking or nearest < thresholds.nearest or ranking[0].score < thresholds.clarify:
        return Decision(Outcome.UNKNOWN, topics)
    first, second = ranking[0].score, ranking[1].score if len(ranking) > 1 else 0.0
    if first >= thresholds.sure or (first >= thresholds.answer and first >= thresholds.lead * second):
        return Decision(Outcome.ANSWER, topics)
    return Decision(Outcome.CLARIFY, topics[: thresholds.choices])


def first_for(ranking: Sequence[Ranked], wanted: Callable[[str], bool], share: float) -> tuple[Ranked, ...]:
    """The ranking with a wanted topic first, where one is at least this share as likely as an unwanted first one."""
    if not ranking or wanted(ranking[0].topic):
        return tuple(ranking)
    close = (each for each in ranking[1:] if each.score >= share * ranking[0].score and wanted(each.topic))
    found = next(close, ranking[0])
    return (found, *(each for each in ranking if each is not found))
