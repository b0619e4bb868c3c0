"""The reply catalogue: every sentence that is not an answer of the knowledge base, in one file that a clerk can edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from knowledge.office import Office
from knowledge.reply import Button, Kind, Reply
from knowledge.yamls import read_yaml


class Replies:
    """Texts by dotted key (`ask.name`, `error.case-not-found`), filled with values and with the office's facts."""

    def __init__(self, texts: dict[str, str], office: Office) -> None:
        self._texts = texts
        self.office = office

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def text(self, key: str, **values: object) -> str:
        """The text; raises KeyError for a key or a value that is not there."""
        return Formatter().vformat(self._texts[key], (), {**values, "office": self.office})

    def say(self, kind: Kind, key: str, buttons: list[Button] | None = None, **values: Any) -> Reply:
        """A reply with the text of a key."""
        return Reply(kind=kind, text=self.text(key, **values), buttons=buttons)


def load_replies(path: Path, office: Office) -> Replies:
    """Nested YAML becomes dotted keys."""
    return Replies(dict(flatten(read_yaml(path))), office)


def flatten(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flatten(value, f"{name}.")
        else:
            yield name, str(value).strip()
