"""The engine's ranking of topics, joined with what their own words say (BM25): a classifier overlooks a rare word that decides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from knowledge.entry import Entry
from knowledge.outcome import Ranked
from knowledge.search_index import Index, tokens
from knowledge.topic_fields import WEIGHTS, fields_of

UNLISTED_SHARE = 0.5  # of the last probability that the engine reports, for a topic that it does not
SMALLEST = 1e-6


class TopicWords:
    """The words of every topic; built once, a second for 219 topics."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._index, self._topics = Index(WEIGHTS), []
        for entry in entries:
            self._topics.append(entry.id)
            self._index.add(fields_of(entry))
        self._index.finish()

    def fused(self, text: str, ranked: Sequence[Ranked], weight: float) -> tuple[Ranked, ...]:
        """As many topics as `ranked` has, best first, probabilities of the same sum.

        log p + weight · (BM25 of the topic / BM25 of the best one), over the topics that either ranking knows.
        """
        words = {self._topics[at]: score for at, score in self._index.scores(tokens(text)).items()}
        if not words or not ranked:
            return tuple(ranked)
        most = max(words.values())
        listed = {each.topic: each.score for each in ranked}
        unlisted = UNLISTED_SHARE * min(listed.values())
        worth = {
            topic: max(listed.get(topic, unlisted), SMALLEST) * math.exp(weight * words.get(topic, 0.0) / most)
            for topic in listed.keys() | words.keys()
        }
        best = sorted(worth, key=lambda topic: (-worth[topic], topic))[: len(ranked)]
        share = sum(listed.values()) / sum(worth[topic] for topic in best)
        return tuple(Ranked(topic, worth[topic] * share) for topic in best)
