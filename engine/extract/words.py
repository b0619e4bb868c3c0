"""The word lists of data/extract.yml, as regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).resolve().parents[2] / "data" / "extract.yml"


@lru_cache(maxsize=1)
def _lists() -> dict[str, str]:
    lists: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return lists


@lru_cache(maxsize=None)
def listed(name: str) -> tuple[str, ...]:
    """The words of one list, longest first."""
    return tuple(sorted(set(_lists()[name].split()), key=lambda word: (-len(word), word)))


def words(*names: str) -> str:
    """An alternation of the words of these lists, longest first, to stand inside a group."""
    every = {word for name in names for word in listed(name)}
    return "|".join(re.escape(word) for word in sorted(every, key=lambda word: (-len(word), word)))
