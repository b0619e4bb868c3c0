"""A law and an article named in a few characters: 「信访条例 35」「民法典第一千零五十四条」「第三十五条」."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.statutes import title_key
from knowledge.statutes_text import NUMERAL, numeral

SHORTEST_NAME = 2
_PLACE = re.compile(rf"第({NUMERAL})条(?:之({NUMERAL}))?|({NUMERAL})条(?:之({NUMERAL}))?|(?<![\d.])(\d{{1,4}})(?=\s|$)")
_BETWEEN = re.compile(r"[\s《》〈〉的第,，:：、]+")


@dataclass(frozen=True)
class NamedLaw:
    """An imported law, and how many topics cite it."""

    key: str
    law_id: str
    in_force: bool
    cited: int


class Places:
    """Finds what a query names among the imported laws."""

    def __init__(self, laws: Iterable[NamedLaw]) -> None:
        self._laws = tuple(laws)

    def named(self, query: str) -> list[tuple[NamedLaw, int, int]]:
        """(law, article, suffix) that the query may name, likeliest first; nothing where it names no article."""
        match = _PLACE.search(query)
        if not match:
            return []
        number = numeral(match[1] or match[3] or match[5])
        suffix = numeral(match[2] or match[4] or "0")
        before = _BETWEEN.sub("", title_key(query[: match.start()]))
        if before:
            laws = self.laws(before)
        else:  # 「第三十五条」 alone; a bare 35 names nothing
            laws = [] if match[5] else sorted(self._laws, key=lambda law: (not law.in_force, -law.cited, law.key))
        return [(law, number, suffix) for law in laws]

    def laws(self, name: str) -> list[NamedLaw]:
        """Laws that go by this name, likeliest first: those in force, then the closest title, then the most cited."""
        wanted = title_key(name)
        found = [(law, closeness(wanted, law.key)) for law in self._laws if len(wanted) >= SHORTEST_NAME]
        likely = [(law, far) for law, far in found if far is not None]
        ordered = sorted(likely, key=lambda each: (not each[0].in_force, each[1], -each[0].cited, each[0].key))
        return [law for law, _ in ordered]


def closeness(name: str, key: str) -> int | None:
    """0 for the title itself, more the looser the abbreviation; None where it is none."""
    if name == key:
        return 0
    if key.endswith(name) or key.startswith(name):
        return 1
    if name in key:
        return 2
    if name[0] == key[0] and is_abbreviation(name, key):
        return 3
    return 4 if is_abbreviation(name, key) else None


def is_abbreviation(name: str, key: str) -> bool:
    """民诉法 of 民事诉讼法: its characters in their order."""
    rest = iter(key)
    return all(char in rest for char in name)
