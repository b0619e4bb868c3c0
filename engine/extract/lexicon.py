"""One pass over a text that marks the words which bound and make names of bodies, persons and places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from engine.extract.found import Sentence
from engine.extract.words import listed

_KINDS = {
    "edge": ("edge", "predicate", "ask_body", "asked_before", "complain"),
    "kept": ("edge_kept", "place_kept"),
    "firm": ("firm_suffix",),
    "brand": ("brand_suffix",),
    "body": ("body_suffix",),
    "bare": ("bare_firm", "bare_body"),
    "role": ("role",),
    "title": ("titles", "title_bare"),
    "place": ("place_suffix",),
}
_MARKS = frozenset(" ，。；！？、,;!?\n:()（）《》“”\"'‘’【】[]…~/|")
_THAT = frozenset("那这哪")


@dataclass(frozen=True)
class Word:
    """A listed word in the text."""

    start: int
    end: int
    text: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Words:
    """The listed words of a text, and for every position where the name that runs up to it begins."""

    words: tuple[Word, ...]
    edges: tuple[int, ...]


@lru_cache(maxsize=1)
def _dictionary() -> tuple[dict[str, frozenset[str]], int]:
    kinds: dict[str, set[str]] = {}
    for kind, names in _KINDS.items():
        for name in names:
            for word in listed(name):
                kinds.setdefault(word, set()).add(kind)
    for marks in kinds.values():
        if marks - {"edge", "kept"}:
            marks -= {"edge"}  # a word that can end a name is not the edge of one
    return {word: frozenset(marks) for word, marks in kinds.items()}, max(map(len, kinds))


def scan(sentence: Sentence) -> Words:
    """Longest listed word first, left to right; numbers and dates found earlier bound a name too."""
    dictionary, longest = _dictionary()
    text, size = sentence.folded, len(sentence.folded)
    taken = dict(sentence.taken)
    words: list[Word] = []
    edges = [0] * (size + 1)
    at = edge = 0
    while at < size:
        end = taken.get(at, 0)
        word = None
        if end <= at:
            end = at + 1
            if text[at] not in _MARKS:
                most = 1 if text[at] == "家" and text[at - 1 : at] in _THAT else longest  # 那家|装修公司
                for length in range(min(most, size - at), 0, -1):
                    if (kinds := dictionary.get(text[at : at + length])) is not None:
                        end = at + length
                        word = Word(at, end, text[at:end], kinds)
                        break
        for inside in range(at, end):
            edges[inside] = edge
        if _bounds(text, at, end, word, words):
            edge = end
        if word is not None:
            words.append(word)
        at = end
        edges[at] = edge
    return Words(tuple(words), tuple(edges))


def _bounds(text: str, at: int, end: int, word: Word | None, before: list[Word]) -> bool:
    """Whether a name may begin at `end`: after a mark, a number, an edge word, 和 behind a body, 上 behind a place."""
    if word is not None:
        return bool(word.kinds & {"edge", "role"})
    if end > at + 1 or text[at] in _MARKS:
        return True
    if not before or before[-1].end != at:
        return False
    if text[at] in "和与及":
        return bool(before[-1].kinds & {"firm", "body", "bare", "role", "title"})
    return text[at] in "上里边旁外内下" and "place" in before[-1].kinds
