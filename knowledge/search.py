"""Staff search (工作台检索): topics, terms and articles of imported laws by words, and by the engine's ranking where the caller has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from knowledge.entry import Audience, Citation, Entry
from knowledge.outcome import Ranked
from knowledge.search_index import Index, tokens
from knowledge.search_places import NamedLaw, Places
from knowledge.statutes import title_key
from knowledge.statutes_text import article_name
from knowledge.topic_fields import ANSWER, DETAILS, TITLE, WEIGHTS, fields_of, words_of

MOST_HITS = 20
LONGEST_QUERY = 200
RANK_BASE = 60.0  # of reciprocal rank fusion: how little the first places stand out
LEAST_SHARE = 0.2  # of the best hit's words; less has nothing to do with the query
AS_LIKELY = 0.97  # of another's score: equally likely, and at the desk staff topics go first
BEFORE, AFTER = 20, 80  # characters of an article shown around the words that were found
_LAW, LAW_WEIGHT = "law", 0.6


class Kind(StrEnum):
    """What was found."""

    TOPIC = "topic"
    ARTICLE = "article"
    TERM = "term"


class ArticleText(Protocol):
    """An article of an imported law; `key` as title_key gives it."""

    @property
    def key(self) -> str: ...
    @property
    def law_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def in_force(self) -> bool: ...
    @property
    def number(self) -> int: ...
    @property
    def suffix(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Cited:
    """A citation with its wording, empty where the law is not imported."""

    citation: Citation
    text: str


@dataclass(frozen=True)
class Hit:
    """Something found; `id` is a topic, a term or `law:article`; `text` the wording of an article or the meaning of a term."""

    kind: Kind
    id: str
    title: str
    score: float
    excerpt: str
    citations: tuple[Cited, ...] = ()
    text: str = ""
    in_force: bool = True


class Search:
    """The index, built once in memory; build another one after an import."""

    def __init__(
        self,
        knowledge: Iterable[Entry],
        terms: Iterable[tuple[str, str, str]] = (),
        articles: Iterable[ArticleText] = (),
    ) -> None:
        self._articles = {(each.key, each.number, each.suffix): each for each in articles}
        self._entries = tuple(knowledge)
        self._index = Index({**WEIGHTS, _LAW: LAW_WEIGHT})
        self._hits: list[Hit] = []
        self._staff: set[int] = set()
        self._passages: dict[int, tuple[str, ...]] = {}
        self._add_topics(self._entries)
        self._add_terms(terms)
        self._add_articles()
        self._index.finish()
        self._at = {(hit.kind, hit.id): at for at, hit in enumerate(self._hits)}
        self._places = Places(self._laws())

    def search(self, query: str, ranked: Sequence[Ranked] = ()) -> list[Hit]:
        """At most 20 hits, best first; `ranked` is the engine's ranking of topics for the same words."""
        wanted = tokens(query[:LONGEST_QUERY])
        scores = self._fused(self._index.scores(wanted), ranked)
        for place, worth in self._named(query[:LONGEST_QUERY]):
            scores[place] = scores.get(place, 0.0) + worth
        best = sorted(scores, key=lambda at: (-scores[at], at not in self._staff, at))[:MOST_HITS]
        return [self._shown(at, scores[at], set(wanted)) for at in best]

    def _add(self, hit: Hit, fields: Mapping[str, Sequence[str]]) -> int:
        self._hits.append(hit)
        self._index.add(fields)
        return len(self._hits) - 1

    def _add_topics(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            cited = tuple(Cited(each, self._wording(each)) for each in entry.citations)
            details = [text for text in entry.texts() if text != entry.answer]
            at = self._add(Hit(Kind.TOPIC, entry.id, entry.title, 0.0, entry.answer, cited), fields_of(entry))
            self._passages[at] = (entry.answer, *(text for text in details if "{" not in text))  # an office fills those
            if Audience.STAFF in entry.audience:
                self._staff.add(at)

    def _wording(self, citation: Citation) -> str:
        found = self._articles.get((title_key(citation.title), citation.article, 0))
        return found.text if found else ""

    def _add_terms(self, terms: Iterable[tuple[str, str, str]]) -> None:
        for name, title, text in terms:
            hit = Hit(Kind.TERM, name, title, 0.0, text, text=text)
            self._passages[self._add(hit, named(title, text))] = (text,)

    def _add_articles(self) -> None:
        for each in self._articles.values():
            title = quoted(each.title, each.number, each.suffix)
            name = f"{each.law_id}:{each.number}" + (f"-{each.suffix}" if each.suffix else "")
            hit = Hit(Kind.ARTICLE, name, title, 0.0, "", text=each.text, in_force=each.in_force)
            self._add(hit, {DETAILS: words_of(DETAILS, [each.text]), _LAW: words_of(_LAW, [each.key])})

    def _laws(self) -> Iterator[NamedLaw]:
        """The imported laws; the more topics cite one, the likelier it is meant."""
        cited: dict[str, int] = {}
        for entry in self._entries:
            for key in {title_key(each.title) for each in entry.citations}:
                cited[key] = cited.get(key, 0) + 1
        for key, first in {key: each for (key, _, _), each in self._articles.items()}.items():
            yield NamedLaw(key, first.law_id, first.in_force, cited.get(key, 0))

    def _fused(self, scores: dict[int, float], ranked: Sequence[Ranked]) -> dict[int, float]:
        """Reciprocal rank fusion of both rankings; what is equally likely shares its rank."""
        least = LEAST_SHARE * max(scores.values(), default=0.0)
        words = ranks({at: score for at, score in scores.items() if score >= least})
        topics = {(Kind.TOPIC, each.topic): each.score for each in ranked}
        engine = ranks({self._at[topic]: score for topic, score in topics.items() if topic in self._at})
        return {
            at: sum(1 / (RANK_BASE + ranking[at]) for ranking in (words, engine) if at in ranking)
            for at in words.keys() | engine.keys()
        }

    def _named(self, query: str) -> Iterator[tuple[int, float]]:
        """Articles that the query names come first, then the topics that cite the first of them."""
        named = self._places.named(query)[: MOST_HITS // 2]
        for order, (law, number, suffix) in enumerate(named):
            name = f"{law.law_id}:{number}" + (f"-{suffix}" if suffix else "")
            if (Kind.ARTICLE, name) in self._at:
                yield self._at[Kind.ARTICLE, name], 2.0 - order / 100
        for law, number, _ in named[:1]:
            for entry in self._entries:
                if any((title_key(each.title), each.article) == (law.key, number) for each in entry.citations):
                    yield self._at[Kind.TOPIC, entry.id], 1.0

    def _shown(self, at: int, score: float, wanted: set[str]) -> Hit:
        hit = self._hits[at]
        if hit.kind is Kind.ARTICLE:
            return replace(hit, score=score, excerpt=around(hit.text, wanted))
        return replace(hit, score=score, excerpt=best_passage(self._passages[at], wanted))


def named(title: str, text: str) -> dict[str, list[str]]:
    """The words of a term and its meaning."""
    return {TITLE: words_of(TITLE, [title]), ANSWER: words_of(ANSWER, [text])}


def quoted(title: str, number: int, suffix: int) -> str:
    """《信访工作条例》第三十五条; a title inside a title in single quotes."""
    inner = title.removeprefix("中华人民共和国").replace("《", "〈").replace("》", "〉")
    return f"《{inner}》{article_name(number, suffix)}"


def ranks(scores: Mapping[int, float]) -> dict[int, int]:
    """The rank of each, from 1; a score within 3 % of the first of a rank shares it."""
    found: dict[int, int] = {}
    rank, leader = 0, float("inf")
    for position, (at, score) in enumerate(sorted(scores.items(), key=lambda item: -item[1]), 1):
        if score < AS_LIKELY * leader:
            rank, leader = position, score
        found[at] = max(rank, 1)
    return found


def best_passage(passages: Sequence[str], wanted: set[str]) -> str:
    """The piece of an answer that has most of the words; the first sentence where none has more."""
    return max(passages, key=lambda text: len(wanted.intersection(tokens(text))))


def around(text: str, wanted: set[str]) -> str:
    """The part of an article where the words stand closest together."""
    plain = text.replace("\n", " ")
    if len(plain) <= BEFORE + AFTER:
        return plain
    starts = range(0, len(plain) - AFTER // 2, AFTER // 2)
    start = max(starts, key=lambda at: len(wanted.intersection(tokens(plain[at : at + AFTER]))))
    start = max(0, start - BEFORE) if start else 0
    end = start + BEFORE + AFTER
    return ("…" if start else "") + plain[start:end] + ("…" if end < len(plain) else "")
