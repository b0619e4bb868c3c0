"""A keyed sketch of a story (MinHash of its 3-grams): tells how much two stories share, and nothing of what they say."""

from __future__ import annotations

import re
import struct

from petition.text import half_width

WIDTH = 64  # positions, one byte each: an estimate to about 0.06
GRAM = 3
WORDS = 16  # numbers of 32 bits in one BLAKE2b digest
SHORTEST = 12  # characters below which a story has too few 3-grams to compare


def folded(text: str) -> str:
    """Letters, characters and digits only."""
    return re.sub(r"[\W_]+", "", half_width(text)).casefold()


def grams_of(text: str) -> set[str]:
    """The distinct 3-grams."""
    text = folded(text)
    return {text[start : start + GRAM] for start in range(len(text) - GRAM + 1)}


def lowest(digests: list[bytes]) -> bytes:
    """The last byte of the least number at every position."""
    columns = zip(*(struct.unpack(f">{WORDS}I", each) for each in digests), strict=True)
    return bytes(min(column) & 0xFF for column in columns)


def likeness(one: bytes, other: bytes) -> float:
    """The share of 3-grams that two stories have in common, estimated; 0 for sketches of unequal make."""
    if len(one) != len(other) or not one:
        return 0.0
    same = sum(mine == theirs for mine, theirs in zip(one, other, strict=True)) / len(one)
    return max(0.0, (same - 1 / 256) / (1 - 1 / 256))
