"""The catalogue of the kiosk: everything a citizen reads there, one file a theme, in as many languages as there are folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import yaml

from knowledge.office import Office
from knowledge.replies import flatten

PLAIN = "zh-CN"  # what a language does not say is said in plain Chinese


class Texts:
    """Texts by key: `start.ask` is the key `ask` of start.yml."""

    def __init__(self, texts: Mapping[str, str], language: str = PLAIN) -> None:
        self._texts = texts
        self.language = language

    @classmethod
    def load(cls, folder: Path, language: str) -> Texts:
        """`folder` is data/kiosk; the texts of a language lie in texts/<language>/<namespace>.yml."""
        return cls({**read(folder / "texts" / PLAIN), **read(folder / "texts" / language)}, language)

    def filled_by(self, office: Office) -> Texts:
        """The same with the office's facts where a text says {office.phone}."""
        return Texts({key: office.fill(text) for key, text in self._texts.items()}, self.language)

    def __call__(self, key: str, **values: object) -> str:
        """The text; KeyError for a key or a value that is not there."""
        return Formatter().vformat(self._texts[key], (), values)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def raw(self, key: str) -> str:
        """The text with its braces, for a script that fills them."""
        return self._texts[key]

    def of(self, *namespaces: str) -> dict[str, str]:
        """Every text of these namespaces, with its braces."""
        return {key: text for key, text in self._texts.items() if key.partition(".")[0] in namespaces}


def read(folder: Path) -> dict[str, str]:
    """Every file of one language; KeyError never, yaml.YAMLError where a file is broken."""
    return {
        f"{file.stem}.{key}": text
        for file in sorted(folder.glob("*.yml"))
        for key, text in flatten(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    }
