"""Which pieces of a text have the words that were looked for."""

from __future__ import annotations

from itertools import groupby

from knowledge.search_index import tokens


def marked(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it was looked for."""
    low = text.lower()
    hit = [False] * len(text)
    for token in {each for each in tokens(query) if len(each) > 1}:
        at = low.find(token)
        while at >= 0:
            hit[at : at + len(token)] = [True] * len(token)
            at = low.find(token, at + 1)
    pieces = groupby(zip(text, hit, strict=True), key=lambda each: each[1])
    return [("".join(char for char, _ in piece), so) for so, piece in pieces]
