"""Places that the office knows by name, with what people call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from engine.extract.folding import fold


class Gazetteer:
    """Finds known places in a text; the longest spelling wins and stands for the official name."""

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        self._official: dict[str, str] = {}
        for entry in entries:
            for spelling in (entry["name"], *(entry.get("aliases") or ())):
                self._official.setdefault(fold(spelling), entry["name"])
        spellings = sorted(self._official, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, spellings))) if spellings else None

    def find(self, folded: str) -> list[tuple[int, int, str]]:
        """(start, end, official name) of every known place in a folded text."""
        if self._pattern is None:
            return []
        return [(*match.span(), self._official[match[0]]) for match in self._pattern.finditer(folded)]


def load_gazetteer(path: Path) -> Gazetteer:
    """The `places` of an office profile."""
    profile = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Gazetteer(profile.get("places") or ())
