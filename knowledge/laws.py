"""Statute texts as researched beside the repository: one Markdown file a law, front matter first, one article a block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from petition.numerals import chinese_to_int

NOT_IN_FORCE = ("SUPERSEDED", "REPEALED", "HISTORICAL")
_ARTICLE = re.compile(r"^第([零一二三四五六七八九十百千]+)条　", re.MULTILINE)
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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
    """The front matter and the articles of one file."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    facts = yaml.safe_load(front)
    parts = _ARTICLE.split(_HEADING.sub("", body))
    return LawText(
        title=str(facts["title"]),
        in_force=not str(facts["status"]).startswith(NOT_IN_FORCE),
        effective_from=starting_date(str(facts.get("effective", "")), str(facts.get("revised", ""))),
        articles={chinese_to_int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)},
    )


def starting_date(effective: str, revised: str) -> date | None:
    """The convention of every `effective_from`: the first date that the file's `effective` names, else the day of the revision.

    The text's own commencement article comes first, so a law amended since keeps the day on which it began (行政诉讼法: 1990-10-01, not the
    2017-07-01 that its text does not state). Where the text says only "from promulgation", the date that `effective` names for this version
    stands (民事诉讼法: 2024-01-01), and where it names none, the day on which the version was adopted.
    """
    found = _DATE.search(effective) or _DATE.search(revised)
    return date.fromisoformat(found.group()) if found else None
