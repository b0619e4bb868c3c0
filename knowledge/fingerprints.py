"""What the cited articles read like when they were checked, as hashes: an office's first import shows whether its text is another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.laws import Laws
from knowledge.load import KnowledgeBase
from knowledge.wording import letters
from knowledge.yamls import read_yaml

HEADER = "# Hash of each cited article on the day it was checked; made by `python -m knowledge.check --laws DIR --fingerprints FILE`.\n"
LENGTH = 16


@dataclass(frozen=True)
class Fingerprint:
    """The hash of an article's letters, and the day on which it was read."""

    on: date
    hash: str


Fingerprints = Mapping[tuple[str, int], Fingerprint]


def fingerprint(text: str) -> str:
    """The same for every typography of the same words."""
    return hashlib.sha256(letters(text).encode("utf-8")).hexdigest()[:LENGTH]


def load_fingerprints(path: Path) -> Fingerprints:
    """By law and article; empty where there is no file."""
    if not path.exists():
        return {}
    data: dict[str, dict[int, str]] = read_yaml(path)
    found = {}
    for law, articles in data.items():
        for article, line in articles.items():
            day, _, digest = line.partition(" ")
            found[law, article] = Fingerprint(date.fromisoformat(day), digest)
    return found


def fingerprints_of(base: KnowledgeBase, laws: Laws) -> str:
    """The file for a knowledge base that has just been checked against `laws`."""
    days: dict[str, dict[int, date]] = {}
    for entry in base:
        for each in entry.citations:
            article = days.setdefault(each.law, {})
            article[each.article] = max(each.checked_on, article.get(each.article, each.checked_on))
    lines = [HEADER]
    for law, articles in sorted(days.items()):
        rows = [
            f"  {number}: {day} {fingerprint(laws[law].articles[number])}\n" for number, day in sorted(articles.items())
        ]
        lines += [f"{law}:\n", *rows]
    return "".join(lines)
