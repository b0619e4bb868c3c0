"""A catalogue of texts: everything that people read, one file a theme, under keys `theme.name`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Self

from knowledge.office import Office
from knowledge.replies import flatten
from knowledge.yamls import read_yaml


class Catalogue:
    """Texts by key: `start.ask` is the key `ask` of start.yml."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    @classmethod
    def load(cls, *folders: Path) -> Self:
        """Every file of the folders; what a later folder says goes before what an earlier one says."""
        return cls({key: text for folder in folders for key, text in read(folder).items()})

    def filled_by(self, office: Office) -> Self:
        """The same with the office's facts where a text says {office.phone}."""
        return type(self)({key: office.fill(text) for key, text in self._texts.items()})

    def __call__(self, key: str, **values: object) -> str:
        """The text; KeyError for a key or a value that is not there."""
        return Formatter().vformat(self._texts[key], (), values)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def raw(self, key: str) -> str:
        """The text with its braces, for a script that fills them."""
        return self._texts[key]

    def of(self, *themes: str) -> dict[str, str]:
        """Every text of these themes, with its braces."""
        return {key: text for key, text in self._texts.items() if key.partition(".")[0] in themes}


def read(folder: Path) -> dict[str, str]:
    """Every file of one folder; yaml.YAMLError where one is broken."""
    return {
        f"{file.stem}.{key}": text
        for file in sorted(folder.glob("*.yml"))
        for key, text in flatten(read_yaml(file) or {})
    }
