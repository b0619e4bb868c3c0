"""The catalogue of the kiosk: everything a citizen reads there, one file a theme, in as many languages as there are folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from knowledge.catalogue import Catalogue
from knowledge.office import Office

PLAIN = "zh-CN"  # what a language does not say is said in plain Chinese


class Texts(Catalogue):
    """A catalogue that knows its language."""

    def __init__(self, texts: Mapping[str, str], language: str = PLAIN) -> None:
        super().__init__(texts)
        self.language = language

    @classmethod
    def of_kiosk(cls, folder: Path, language: str) -> Texts:
        """`folder` is data/kiosk; the texts of a language lie in texts/<language>/<namespace>.yml."""
        found = cls.load(folder / "texts" / PLAIN, folder / "texts" / language)
        found.language = language
        return found

    def filled_by(self, office: Office) -> Self:
        """In the same language."""
        filled = super().filled_by(office)
        filled.language = self.language
        return filled
