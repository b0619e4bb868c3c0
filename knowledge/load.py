"""Reads data/knowledge; a mistake is named by file, line and field, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge.entry import Entry
from knowledge.periods import faults, rendered
from knowledge.taught import PHRASINGS, TOPICS, read_phrasings, with_phrasings


@dataclass(frozen=True)
class Problem:
    """One mistake in the knowledge base; line counts from 1."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class KnowledgeError(Exception):
    """The knowledge base cannot be used as it stands."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Place:
    """Where an entry stands: its file, its first line, and the line of each field and of each item of a list."""

    file: str
    line: int
    fields: Mapping[str, int]

    def line_of(self, field: str) -> int:
        """The line of a field such as `phrasings.3`, of the nearest part of it that is known."""
        while field and field not in self.fields:
            field = field.rpartition(".")[0]
        return self.fields.get(field, self.line)


@dataclass(frozen=True)
class KnowledgeBase:
    """All entries by id as people read them, deadlines said; `written`: as in their files; `places`: where each stands."""

    entries: Mapping[str, Entry]
    written: Mapping[str, Entry]
    places: Mapping[str, Place]

    def __getitem__(self, topic: str) -> Entry:
        return self.entries[topic]

    def __contains__(self, topic: object) -> bool:
        return topic in self.entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def problem(self, topic: str, field: str, message: str) -> Problem:
        """A problem of an entry, with its place."""
        place = self.places[topic]
        return Problem(place.file, place.line_of(field), f"{topic}.{field}", message)


def load_knowledge(folder: Path, taught: Path | None = None) -> KnowledgeBase:
    """Every entry below folder, with what was taught at the desk; KnowledgeError with every problem of form, double ids included."""
    entries: dict[str, Entry] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.yml")):
        for result in read_file(path, path.relative_to(folder).as_posix()):
            if isinstance(result, Problem):
                problems.append(result)
                continue
            entry, place = result
            if entry.id in entries:
                first = places[entry.id]
                problems.append(
                    Problem(place.file, place.line, "id", f"{entry.id} stands already in {first.file}:{first.line}")
                )
            entries[entry.id], places[entry.id] = entry, place
    problems += add_taught(taught, entries, places) if taught else ()
    if problems:
        raise KnowledgeError(problems)
    return KnowledgeBase({topic: rendered(entry) for topic, entry in entries.items()}, entries, places)


def add_taught(folder: Path, entries: dict[str, Entry], places: dict[str, Place]) -> Iterator[Problem]:
    """What the staff taught; an entry that stands in data/knowledge by now keeps its text and gets the phrasings."""
    found = read_file(folder / TOPICS, TOPICS) if (folder / TOPICS).exists() else iter(())
    for result in found:
        if isinstance(result, Problem):
            yield result
            continue
        entry, place = result
        places.setdefault(entry.id, place)
        entries[entry.id] = with_phrasings(entries.get(entry.id, entry), entry.phrasings)
    try:
        for more in read_phrasings(folder):
            if more.id in entries:  # a topic may have gone since
                entries[more.id] = with_phrasings(entries[more.id], more.phrasings)
    except (ValueError, yaml.YAMLError) as error:
        yield Problem(PHRASINGS, 1, "phrasings", type(error).__name__)


def read_file(path: Path, name: str) -> Iterator[Problem | tuple[Entry, Place]]:
    """The entries of one file, each with its place, and its problems."""
    text = path.read_text(encoding="utf-8")
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield Problem(name, line, "yaml", error.problem or "not readable")
        return
    if root is None:
        return
    data = yaml.load(text, Loader=yaml.CSafeLoader)
    if not isinstance(data, list):
        yield Problem(name, 1, "file", "a list of entries is wanted")
        return
    for item, node in zip(data, root.value, strict=True):
        yield from (Problem(name, line, field, "stands twice in one entry") for field, line in double_fields(node))
        try:
            entry, place = Entry.model_validate(item), Place(name, line_of(node, ()), dict(field_lines(node)))
            yield from (Problem(name, place.line_of(field), field, message) for field, message in faults(entry))
            yield entry, place
        except ValidationError as error:
            yield from (
                Problem(name, line_of(node, each["loc"]), ".".join(map(str, each["loc"])) or "entry", each["msg"])
                for each in error.errors()
            )


def double_fields(entry: Any) -> Iterator[tuple[str, int]]:
    """Fields that YAML would silently let the last one win."""
    seen: set[str] = set()
    for key, _ in entry.value if isinstance(entry, yaml.MappingNode) else ():
        if key.value in seen:
            yield key.value, line_of(key, ())
        seen.add(key.value)


def field_lines(entry: yaml.MappingNode) -> Iterator[tuple[str, int]]:
    """The line of each field, and of each item of the lists."""
    for key, value in entry.value:
        yield key.value, line_of(key, ())
        if isinstance(value, yaml.SequenceNode):
            yield from ((f"{key.value}.{number}", line_of(item, ())) for number, item in enumerate(value.value))


def line_of(node: Any, location: Iterable[int | str]) -> int:
    """The line of the deepest part of a location that is there."""
    for step in location:
        child = child_of(node, step)
        if child is None:
            break
        node = child
    return int(node.start_mark.line) + 1


def child_of(node: Any, step: int | str) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
