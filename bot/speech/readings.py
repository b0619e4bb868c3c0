"""Words that an engine reads wrong, given to it in pinyin: 重新 → chong2 xin1."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

SYLLABLE = re.compile(r"[a-zv]{1,6}[1-5]")


@dataclass(frozen=True)
class Readings:
    """Pinyin by word, the longest word first; a word of one character says how it is read where no longer word holds it."""

    words: Mapping[str, str]

    def __post_init__(self) -> None:
        for word, pinyin in self.words.items():
            syllables = pinyin.split()
            if len(syllables) != len(word) or not all(SYLLABLE.fullmatch(each) for each in syllables):
                raise ValueError(f"{word}: {pinyin} is not one syllable with its tone for each character")

    def applied(self, text: str) -> str:
        """The text with those words in pinyin."""
        if not self.words:
            return text
        return self._pattern.sub(lambda found: f" {self.words[found.group()]} ", text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self.words, key=len, reverse=True))))
