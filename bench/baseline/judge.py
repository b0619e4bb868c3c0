"""What each system would have said to each message, and how often that is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.outcome import Outcome, Ranked, Thresholds, decide
from knowledge.ranking import TopicWords
from knowledge.reply import Kind

FALLBACK, OUT_OF_SCOPE, ASK = "nlu_fallback", "out_of_scope", "ask"
KINDS = {
    "greet": Kind.GREETING,
    "help": Kind.GREETING,
    "complain": Kind.TRIAGE,
    "handoff": Kind.HANDOFF,
    "status": Kind.QUESTION,
    "file": Kind.QUESTION,
}


@dataclass(frozen=True)
class Heard:
    """A line of worker.py: the intent acted on, the first guess before any threshold, and the topics, best first."""

    intent: str | None
    guess: str | None
    topics: tuple[Ranked, ...]
    nearest: float | None
    milliseconds: float

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Heard:
        topics = tuple(Ranked(topic, score) for topic, score in line["topics"])
        return cls(line["intent"], line["guess"], topics, line["nearest"], line["ms"])

    def with_words(self, text: str, words: TopicWords, weight: float) -> Heard:
        """As the action server ranks: the topics' own words joined in (knowledge/ranking.py)."""
        topics = words.fused(text, self.topics, weight)
        guess = topics[0].topic if self.guess == self.first and topics else self.guess
        return replace(self, topics=topics, guess=guess)

    @property
    def first(self) -> str | None:
        return self.topics[0].topic if self.topics else None


@dataclass(frozen=True)
class Said:
    """The kind of reply, and the topics answered or offered."""

    kind: Kind
    topics: tuple[str, ...] = ()


class Stock:
    """A stock assistant: the best topic is answered, and the FallbackClassifier's intent says that nothing was understood."""

    def say(self, heard: Heard) -> Said:
        if heard.intent in (FALLBACK, OUT_OF_SCOPE, None):
            return Said(Kind.UNKNOWN)
        if heard.first is not None and heard.intent in (ASK, heard.first):
            return Said(Kind.ANSWER, (heard.first,))
        return Said(KINDS.get(heard.intent or "", Kind.NOTICE))


@dataclass(frozen=True)
class Ours:
    """Our three outcomes, as actions/answer.py reaches them from the ranking; stories and follow-ups are left out."""

    thresholds: Thresholds

    def say(self, heard: Heard) -> Said:
        if heard.intent not in (ASK, OUT_OF_SCOPE):
            return Said(KINDS.get(heard.intent or "", Kind.NOTICE))
        nearest = 1.0 if heard.nearest is None else heard.nearest
        decision = decide(heard.topics, nearest, self.thresholds)
        if decision.outcome is Outcome.UNKNOWN:
            return Said(Kind.UNKNOWN)
        if decision.outcome is Outcome.ANSWER and heard.intent == ASK:
            return Said(Kind.ANSWER, decision.topics[:1])
        return Said(Kind.CLARIFY, decision.topics[: self.thresholds.choices])


@dataclass(frozen=True)
class NearestOnly:
    """The nearest sentence is believed unless it is far."""

    thresholds: Thresholds

    def say(self, heard: Heard) -> Said:
        if (heard.nearest or 0.0) < self.thresholds.nearest:
            return Said(Kind.UNKNOWN)
        return Stock().say(heard)


Judge = Stock | Ours | NearestOnly


def question_scores(questions: Sequence[Mapping[str, Any]], heard: Sequence[Heard], judge: Judge) -> dict[str, float]:
    """Shares of the questions: the first guess and the first three topics before any threshold, then what is really said."""
    top1 = top3 = right = wrong = offered = 0
    for question, each in zip(questions, heard, strict=True):
        wanted: Collection[str] = question["topics"]
        said = judge.say(each)
        top1 += each.guess in wanted
        top3 += any(ranked.topic in wanted for ranked in each.topics[:3])
        right += said.kind is Kind.ANSWER and said.topics[0] in wanted
        wrong += said.kind is Kind.ANSWER and said.topics[0] not in wanted
        offered += said.kind is Kind.CLARIFY and any(topic in wanted for topic in said.topics)
    counts = {"top1": top1, "top3": top3, "answered_right": right, "answered_wrong": wrong, "offered": offered}
    return {"n": len(questions), **shares(counts, len(questions))}


def foreign_scores(messages: Sequence[Mapping[str, Any]], heard: Sequence[Heard], judge: Judge) -> dict[str, float]:
    """Shares of what is not our job: not understood, as it should be; a reply of a kind that the set accepts; answered all the same."""
    kinds = [judge.say(each).kind for each in heard]
    counts = {
        "rejected": sum(kind is Kind.UNKNOWN for kind in kinds),
        "accepted": sum(kind in message["expect"] for kind, message in zip(kinds, messages, strict=True)),
        "answered": sum(kind is Kind.ANSWER for kind in kinds),
    }
    return {"n": len(messages), **shares(counts, len(messages))}


def shares(counts: Mapping[str, int], total: int) -> dict[str, float]:
    return {name: round(number / max(1, total), 4) for name, number in counts.items()}
