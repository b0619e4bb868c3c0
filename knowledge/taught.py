"""What the staff taught the assistant at the desk (教它): files beside data/knowledge, in the same form.

`topics.yml` holds whole entries, `phrasings.yml` further phrasings of entries that there are. Git takes them as a patch (desk/teaching/patch.py);
once they stand in data/knowledge, the same lesson here counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from knowledge.entry import Entry, Text, TopicId
from knowledge.yamls import read_yaml

PHRASINGS, TOPICS = "phrasings.yml", "topics.yml"


class More(BaseModel):
    """Further phrasings of an entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: TopicId
    phrasings: list[Text]


@dataclass(frozen=True)
class Lessons:
    """New entries as they are written in a file, and further phrasings by topic."""

    topics: Sequence[Mapping[str, Any]] = ()
    phrasings: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Indented(yaml.SafeDumper):
    """Lists stand in from their key, as everywhere in data/knowledge."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def written(items: Iterable[Mapping[str, Any]]) -> str:
    """As a file of data/knowledge; nothing where there are none."""
    return "\n".join(
        yaml.dump([dict(each)], Dumper=Indented, allow_unicode=True, sort_keys=False, width=10**6) for each in items
    )


def write_lessons(folder: Path, lessons: Lessons) -> None:
    """Both files; a folder that is made for it."""
    folder.mkdir(parents=True, exist_ok=True)
    more = [{"id": topic, "phrasings": list(texts)} for topic, texts in lessons.phrasings.items()]
    (folder / TOPICS).write_text(written(lessons.topics), encoding="utf-8")
    (folder / PHRASINGS).write_text(written(more), encoding="utf-8")


def read_phrasings(folder: Path) -> list[More]:
    """Further phrasings; none where there is no file. ValueError, yaml.YAMLError."""
    path = folder / PHRASINGS
    rows = read_yaml(path) if path.exists() else None
    return [More.model_validate(each) for each in rows or []]


def with_phrasings(entry: Entry, more: Iterable[str]) -> Entry:
    """The entry with those of them that it does not have."""
    texts = list(dict.fromkeys([*entry.phrasings, *more]))
    return entry if len(texts) == len(entry.phrasings) else entry.model_copy(update={"phrasings": texts})
