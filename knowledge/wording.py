"""Comparing Chinese texts: by their letters alone, and by their numbers whether written 十五日, 15日 or 15天."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from petition.numerals import chinese_to_int

_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百千万]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_DATE = re.compile(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?")
_AMOUNT = re.compile(
    r"(?<![\d.第])(?!(?<=[哪那这每某上下])1(?:天|日|年|人))(\d+(?:\.\d+)?)(个工作日|个月|日|天|年|元|人|%|倍)"
)


def letters(text: str) -> str:
    """NFKC, lower case, without punctuation and white space."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()


def arabic(text: str) -> str:
    """NFKC, no white space, every Chinese numeral in Arabic digits."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return _NUMERAL.sub(lambda match: str(chinese_to_int(match.group())), text)


def contains(text: str, wanted: str) -> bool:
    """Whether text holds wanted, numbers compared by value; 5日 is not found in 15日."""
    wanted = arabic(wanted)
    before = r"(?<![\d.])" if wanted[:1].isdigit() else ""
    after = r"(?!\d)" if wanted[-1:].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, arabic(text)) is not None


def says(text: str, item: str) -> bool:
    """Whether one of the alternatives "A|B" stands in text."""
    return any(contains(text, alternative) for alternative in item.split("|"))


def amounts(text: str) -> Iterator[str]:
    """Numbers with a unit (天 as 日) and full dates; a year alone names a time and is no amount."""
    normal = arabic(text)
    yield from (date for date in _DATE.findall(normal) if "月" in date)
    for number, unit in _AMOUNT.findall(_DATE.sub("", normal)):
        yield number + ("日" if unit == "天" else unit)


def shared_runs(text: str, other: str, least: int) -> Iterator[str]:
    """The longest runs of letters and numbers that both texts have, of at least so many characters."""
    text, other = letters(arabic(text)), letters(arabic(other))
    known = {other[index : index + least] for index in range(len(other) - least + 1)}
    start = 0
    while start + least <= len(text):
        if text[start : start + least] not in known:
            start += 1
            continue
        end = start + least
        while end < len(text) and text[start : end + 1] in other:
            end += 1
        yield text[start:end]
        start = end
