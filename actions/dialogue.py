"""The words and thresholds of data/dialogue.yml, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.outcome import Thresholds
from knowledge.yamls import read_yaml


@dataclass(frozen=True)
class Dialogue:
    """`words` are compiled patterns; `limits` the numbers beside them."""

    outcomes: Thresholds
    words: dict[str, re.Pattern[str]]
    corrections: dict[str, re.Pattern[str]]
    limits: dict[str, float]

    def says(self, what: str, text: str) -> bool:
        """Whether the text holds the words of this kind."""
        return bool(self.words[what].search(text))

    def limit(self, name: str) -> int:
        return int(self.limits[name])


def load_dialogue(path: Path) -> Dialogue:
    data: dict[str, Any] = read_yaml(path)
    words, limits = {}, {}
    for name, value in data["words"].items():
        if isinstance(value, str | list):
            words[name] = re.compile(value if isinstance(value, str) else "|".join(value))
        else:
            limits[name] = value
    for group in ("digression", "opening", "attempts", "sense"):
        limits |= data[group]
    corrections = {slot: re.compile(pattern) for slot, pattern in data["corrections"].items()}
    return Dialogue(Thresholds(**data["outcomes"]), words, corrections, limits)
