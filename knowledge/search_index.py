"""Words and their postings: BM25 over several fields (BM25F), in plain lists."""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from petition.numerals import chinese_to_int

SATURATION = 1.2
LENGTH_SHARE = 0.6  # how much a long field has to answer for its length
COMMON_SHARE = 0.3  # of all documents; a word that stands in more tells nothing apart
Posting = tuple[array[int], array[float]]
"""Documents that have a word, and what it adds to the score of each."""
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百千万]{1,12}")
_UNIT = re.compile(r"\d+(?:\.\d+)?|[a-z]+|[^\W\d_a-z]")
_RUN = re.compile(r"[^\W_]+(?:\.\d+)?")
_ASCII = re.compile(r"[0-9a-z]")
_DAYS = re.compile(r"(?<=\d)天")


def tokens(text: str) -> list[str]:
    """Pairs of neighbouring characters; numbers, Latin words and single characters that stand alone."""
    runs = _RUN.findall(plain(text))
    return [token for run in runs for token in pairs(_UNIT.findall(run) if _ASCII.search(run) else run)]


def characters(text: str) -> list[str]:
    """Every character by itself, for fields that one character of a query should find."""
    return [unit for unit in _UNIT.findall(plain(text)) if not unit[0].isascii()]


def plain(text: str) -> str:
    """NFKC, lower case, numbers in digits, 天 as 日."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _DAYS.sub("日", _NUMERAL.sub(lambda match: str(chinese_to_int(match[0])), folded))


def pairs(units: Sequence[str]) -> list[str]:
    """【复, 查, 30, 日】 → 复查, 查30, 30日, 30."""
    if len(units) == 1:
        return list(units)
    joined = [first + second for first, second in pairwise(units)]
    return joined if isinstance(units, str) else joined + [unit for unit in units if unit[0].isascii()]


class Index:
    """Documents are numbered in the order they are added; `finish` once, then `scores`."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = tuple(weights.values())
        self._fields = {name: at for at, name in enumerate(weights)}
        self._lengths: list[tuple[int, ...]] = []
        self._counts: dict[str, array[int]] = {}
        self._postings: dict[str, Posting] = {}

    def add(self, fields: Mapping[str, Sequence[str]]) -> None:
        """The words of each field of the next document."""
        at = len(self._lengths)
        self._lengths.append(tuple(len(fields.get(name, ())) for name in self._fields))
        for name, words in fields.items():
            for token, count in Counter(words).items():
                self._counts.setdefault(token, array("I")).extend((at, self._fields[name], count))

    def finish(self) -> None:
        """From counts to weights; what one word adds to one document's score never changes afterwards."""
        shares = self._shares()
        while self._counts:
            token, flat = self._counts.popitem()
            found: dict[int, float] = {}
            for at, field, count in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
                found[at] = found.get(at, 0.0) + count * shares[at][field]
            self._postings[token] = weighed(found, len(self._lengths))

    def _shares(self) -> list[tuple[float, ...]]:
        """What one occurrence counts in each field of each document: less in a long one."""
        means = [mean_of([each for each in column if each]) for column in zip(*self._lengths, strict=True)]
        return [
            tuple(
                weight / (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean)
                for weight, length, mean in zip(self._weights, lengths, means, strict=True)
            )
            for lengths in self._lengths
        ]

    def scores(self, wanted: Iterable[str]) -> dict[int, float]:
        """The score of every document that has one of the words; words that stand everywhere count only alone."""
        postings = [self._postings[token] for token in dict.fromkeys(wanted) if token in self._postings]
        most = COMMON_SHARE * len(self._lengths)
        telling = [each for each in postings if len(each[0]) <= most]
        found: dict[int, float] = {}
        for documents, worths in telling or postings:
            for at, worth in zip(documents, worths, strict=True):
                found[at] = found.get(at, 0.0) + worth
        return found


def mean_of(lengths: Sequence[int]) -> float:
    return sum(lengths) / len(lengths) if lengths else 1.0


def weighed(found: Mapping[int, float], total: int) -> Posting:
    """Counts of one word as parts of a BM25 score."""
    rarity = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
    return array("I", found), array("f", (rarity * count / (SATURATION + count) for count in found.values()))
