"""Statute texts as researched beside the repository, for the check: a folder of files, one law a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.statutes import read_text


@dataclass(frozen=True)
class LawText:
    """One law; `effective_from` is None where the file names no date at all."""

    title: str
    in_force: bool
    effective_from: date | None
    articles: Mapping[int, str]


class Laws(Mapping[str, LawText]):
    """The laws of a folder by file stem, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._paths = {path.stem: path for path in folder.glob("*.md") if path.stem != "README"}
        self._read: dict[str, LawText] = {}

    def __getitem__(self, stem: str) -> LawText:
        if stem not in self._read:
            self._read[stem] = read_law(self._paths[stem])
        return self._read[stem]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def read_law(path: Path) -> LawText:
    """What a citation can be checked against: it names an article by its number, without 之一."""
    statute = read_text(path)
    articles = {each.number: each.text for each in statute.articles if not each.suffix}
    return LawText(statute.title, statute.in_force, statute.effective, articles)
