"""A text made ready for the ear: dates, phones, codes, amounts and signs become words; addresses of pages and brackets go."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bot.speech.numbers import digits, said
from bot.speech.tables import ReadingTable

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+[”』」）)]*|[^。！？!?；;\n]+")
CLAUSE = re.compile(r"[^，,、：]*[，,、：]+|[^，,、：]+")
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
DAY = r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?"
PAUSES = "，。！？；：、"
LATIN = re.compile(r"[A-Za-z]")
NARROW = {0xFEE0 + each: each for each in map(ord, "0123456789%-/*~" + string.ascii_letters)}  # full-width signs
BULLET = re.compile(r"^\s*(?:[·•●▪◦*✓✔-]|\d{1,2}[.)](?=\s))\s*", re.M)


@dataclass(frozen=True)
class Spoken:
    """Turns what stands on the screen into what is said, by the tables of voice.yml."""

    table: ReadingTable

    def __call__(self, text: str) -> str:
        """Chinese characters and pauses, nothing else; empty where there is nothing to say."""
        text = BULLET.sub("", text.translate(NARROW))
        for pattern, words in self._rules:
            text = pattern.sub(words, text)
        return tidy(text)

    @cached_property
    def _rules(self) -> tuple[Rule, ...]:
        table = self.table
        no_amount = rf"(?![\d.,:-]|\s*[{table.measures}])"  # 12345元 is no phone
        return tuple(
            (re.compile(pattern), words)
            for pattern, words in (
                (r"https?://[!-~]+|www\.[!-~]+|[A-Za-z\d.+_-]+@[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)+", lambda _: ""),
                (r"(\d*)\*{2,}(\d+)|(\d+)\*+", self._masked),
                (r"(?<=[一-鿿])\*+", lambda _: table.masked_name),
                (r"\*+", lambda _: ""),
                (rf"{DAY}\s*/\s*{DAY}", self._period),
                (rf"(?<![A-Za-z\d-]){DAY}(?![A-Za-z\d-])", lambda found: self._day(*found.groups())),
                (r"(\d{4})(?=年)", lambda found: digits(found[1])),
                (r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?!\d)", self._time),
                (r"(?<!\d)(\d{3,4})-(\d{7,8})(?!\d)", self._phone),
                (r"(?<!\d)([48]00)-?(\d{3})-?(\d{4})(?!\d)", self._phone),
                (r"(?<![\d.,])(1(?:10|19|20|22)|1[26]\d{3}|9[56]\d{3})" + no_amount, self._phone),
                (r"(?<=[点分])\s*[-~—–]+\s*(?=[一二两三四五六七八九十零])", lambda _: "到"),
                (r"(?<![A-Za-z\d.,-])[A-Za-z\d]+(?:-[A-Za-z\d]+)*(?![A-Za-z\d-]|[.,]\d)", self._code),
                (r"(?<![\d.,])\d{7,}" + no_amount, self._phone),
                (rf"[¥￥]\s*({NUMBER})(万|亿)?", lambda found: f"{said(found[1])}{found[2] or ''}元"),
                (rf"({NUMBER})\s*%", lambda found: f"百分之{said(found[1])}"),
                (r"(?<![\d/])([1-9])/([2-9]|10)(?![\d/])", lambda found: f"{said(found[2])}分之{said(found[1])}"),
                (rf"({NUMBER})\s*[-~—–]\s*(?={NUMBER})", lambda found: f"{found[1]}到"),
                (rf"(?<![\d.,第])2(?=\s*(?:[{table.measures_of_two}万亿]))", lambda _: "两"),
                (NUMBER, lambda found: said(found[0])),
                (r"[A-Za-z]+", self._letters),
            )
        )

    def _masked(self, found: re.Match[str]) -> str:
        """139****0001."""
        begin, rest = found[1] or found[3] or "", found[2] or ""
        return f"{digits(begin, self.table.one)}，{self.table.masked_number}，{digits(rest, self.table.one)}"

    def _period(self, found: re.Match[str]) -> str:
        parts = found.groups()
        return f"{self._day(*parts[:3])}到{self._day(*parts[3:])}"

    def _day(self, year: str, month: str, day: str | None = None) -> str:
        return f"{digits(year)}年{said(str(int(month)))}月" + (f"{said(str(int(day)))}日" if day else "")

    def _time(self, found: re.Match[str]) -> str:
        hour, minute = said(str(int(found[1]))), int(found[2])
        return f"{'两' if hour == '二' else hour}点" + (
            f"{'零' if minute < 10 else ''}{said(str(minute))}分" if minute else ""
        )

    def _phone(self, found: re.Match[str]) -> str:
        return "，".join(digits(group, self.table.one) for group in found.groups() or (found[0],))

    def _code(self, found: re.Match[str]) -> str:
        """A case number, a query code: sign by sign, a pause between the groups. Plain numbers and words are left to other rules."""
        groups = found[0].split("-")
        if found[0] in self.table.abbreviations:
            return self.table.abbreviations[found[0]]
        counted = (
            found.string[found.end() : found.end() + 1] in self.table.measures
        )  # 1000-2000元, and where the text ends
        if all(group.isdecimal() for group in groups) and (len(groups) == 1 or (len(groups) == 2 and counted)):
            return found[0]
        if all(group.isalpha() for group in groups):
            return found[0]
        return "，".join(self._signs(group) for group in groups)

    def _signs(self, group: str) -> str:
        return "".join(self.table.letters.get(each.upper(), each) for each in digits(group, self.table.one))

    def _letters(self, found: re.Match[str]) -> str:
        return self.table.abbreviations.get(found[0], self._signs(found[0]))


def tidy(text: str) -> str:
    """Signs become pauses or go; never two pauses in a row."""
    text = re.sub(r"[。．.…]{2,}|—{1,2}|[（）\[\]【】()|/·:：→~]", "，", text)
    text = re.sub(r"\n+", "。", text).translate(
        {ord("!"): "！", ord("?"): "？", ord(";"): "；", ord(","): "，", ord("."): "，"}
    )
    text = re.sub(rf"[^㐀-䶿一-鿿〇{PAUSES}]", "", text)
    text = re.sub(rf"[，、：]*([。！？；])[{PAUSES}]*", r"\1", text)
    text = re.sub(r"[，、：]{2,}", "，", text).strip("，、：。；")
    return f"{text}。" if text and text[-1] not in "！？" else text


def sentences(text: str) -> list[str]:
    """The sentences of a text as they stand, without the blanks around them."""
    return [each.strip() for each in SENTENCE.findall(text) if each.strip()]


def cut(text: str, first: int, longest: int) -> list[str]:
    """Pieces that end where a sentence ends: the first one short, so that it sounds at once; a sentence that is too long ends at a comma."""
    pieces: list[str] = []
    for part in (short for sentence in sentences(text) for short in shortened(sentence, longest)):
        limit = first if len(pieces) == 1 else longest
        if pieces and len(pieces[-1]) + len(part) <= limit:
            pieces[-1] += f"\n{part}"
        else:
            pieces.append(part)
    return pieces


def shortened(sentence: str, longest: int) -> list[str]:
    if len(sentence) <= longest:
        return [sentence]
    parts: list[str] = []
    for clause in CLAUSE.findall(sentence):
        if parts and len(parts[-1]) + len(clause) <= longest:
            parts[-1] += clause
        else:
            parts.append(clause)
    return [piece for part in parts for piece in (part[i : i + longest] for i in range(0, len(part), longest))]
