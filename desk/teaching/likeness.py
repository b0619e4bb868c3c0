"""Questions that say about the same, by the characters and pairs of characters they share: those that are rare in what people ask count most."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cases.review import Question
from knowledge.wording import letters

ALIKE = 0.3  # cosine from which two questions are shown as one group; two of different topics reach it one time in a thousand
Vector = Mapping[str, float]


@dataclass(frozen=True)
class Group:
    """Questions that are alike, the most frequent first; `topics`: what the assistant thought of, best first."""

    questions: tuple[Question, ...]
    topics: tuple[str, ...]

    @property
    def times(self) -> int:
        return sum(each.times for each in self.questions)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.kind for each in self.questions))


@dataclass(frozen=True)
class Rarity:
    """In how many of so many sentences each character and each pair stands."""

    seen: Mapping[str, int]
    sentences: int

    @classmethod
    def of(cls, texts: Iterable[str]) -> Rarity:
        """Of what people ask."""
        found = [set(grams(text)) for text in texts]
        return cls(Counter(gram for each in found for gram in each), len(found))

    def weight(self, gram: str) -> float:
        return math.log((self.sentences + 2) / (self.seen.get(gram, 0) + 1))


def groups(questions: Sequence[Question], rarity: Rarity, alike: float = ALIKE) -> list[Group]:
    """Every question in the group whose first question it is most like; the groups that were asked most come first."""
    vectors = [weighed(each.text, rarity) for each in questions]
    holders: dict[str, list[int]] = defaultdict(
        list
    )  # by pair of characters, the first questions of groups that have it
    members: dict[int, list[int]] = {}
    for at, vector in enumerate(vectors):
        near: Counter[int] = Counter()
        for gram, weight in vector.items():
            for first in holders[gram]:
                near[first] += weight * vectors[first][gram]  # type: ignore[assignment]
        found = max(near, key=lambda first: (near[first], -first), default=None)
        if found is not None and near[found] >= alike:
            members[found].append(at)
            continue
        members[at] = [at]
        for gram in vector:
            holders[gram].append(at)
    made = [group_of([questions[at] for at in each]) for each in members.values()]
    return sorted(made, key=lambda each: -each.times)


def weighed(text: str, rarity: Rarity) -> Vector:
    """By rarity, of length 1."""
    raw = {gram: number * rarity.weight(gram) for gram, number in Counter(grams(text)).items()}
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {gram: value / length for gram, value in raw.items()}


def grams(text: str) -> list[str]:
    """Characters and pairs of them, without punctuation."""
    said = letters(text)
    return [*said, *(said[at : at + 2] for at in range(len(said) - 1))]


def group_of(questions: Sequence[Question]) -> Group:
    votes: Counter[str] = Counter()
    for each in questions:
        for topic, score in each.topics:
            votes[topic] += score * each.times  # type: ignore[assignment]
    ordered = sorted(questions, key=lambda each: -each.times)
    return Group(tuple(ordered), tuple(sorted(votes, key=lambda topic: (-votes[topic], topic))[:4]))
