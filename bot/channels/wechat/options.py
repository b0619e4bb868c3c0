"""Numbered options in place of buttons: the citizen answers with the number, or with the words."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass

DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
NUMBER = r"(?P<number>\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
VERB = r"(?:我?(?:要|想)?(?:选择?|点|按|回复?|答)|我?要)?"
CHOSEN = re.compile(rf"{VERB}(?:第{NUMBER}(?:个|项|条|种|那个)?|{NUMBER.replace('number', 'alone')})[吧的了]?")
NUMBERED = re.compile(r"(?P<number>\d{1,2})\s*[.、:：)）,，]?\s*(?P<words>\D.*)", re.DOTALL)
# What people say in place of the two answers to 「您说的是：…对吗？」
ALSO = {
    "对": frozenset(
        ["是", "是的", "对的", "对对", "对对对", "没错", "嗯", "嗯嗯", "好", "好的", "行", "中", "可以", "正确"]
    ),
    "不对": frozenset(["不是", "不是的", "不", "错", "错了", "不行", "没有", "听错了"]),
}
LAST = frozenset({"最后一个", "最后那个", "最后一项", "最后1个"})


@dataclass(frozen=True)
class Option:
    """A choice that was shown; `payload` is what a touch of the button would send."""

    title: str
    payload: str


@dataclass(frozen=True)
class Offered:
    """What the last answer left open: its options, and the slot that it asked for."""

    options: tuple[Option, ...] = ()
    asks: str = ""

    def as_json(self) -> str:
        """To be kept, sealed, until the citizen answers."""
        return json.dumps({"options": [asdict(each) for each in self.options], "asks": self.asks}, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Offered:
        """What `as_json` wrote."""
        read = json.loads(text)
        return cls(tuple(Option(**each) for each in read["options"]), read["asks"])


def choice(text: str, options: Sequence[Option], menu_id: str = "") -> str | None:
    """The payload that a message means: 「1」, 「１」, 「一」, 「第一个」, 「选1」, the option's words, or a touch (`menu_id`).

    None where it is none of them; then it is said as it stands.
    """
    if menu_id.isascii() and menu_id.isdigit() and (touched := numbered(int(menu_id[:3]), options)):
        return touched.payload
    said = bare(text)
    found = by_words(said, options) or by_number(trimmed(text), options) or by_both(text, options)
    return found.payload if found else None


def by_words(said: str, options: Sequence[Option]) -> Option | None:
    """The one option that is called so; where two are, nothing is guessed."""
    found = [each for each in options if said and (bare(each.title) == said or said in ALSO.get(each.title, ()))]
    return found[0] if len(found) == 1 else None


def by_number(said: str, options: Sequence[Option]) -> Option | None:
    if said in LAST:
        return options[-1] if options else None
    match = CHOSEN.fullmatch(said)
    value = number_of(match["number"] or match["alone"]) if match else None
    return numbered(value, options) if value is not None else None


def by_both(text: str, options: Sequence[Option]) -> Option | None:
    """「1. 同意」 as it was shown; a number with other words is no choice (「3月的事」)."""
    match = NUMBERED.fullmatch(one_width(text).strip())
    found = numbered(int(match["number"]), options) if match else None
    return found if match and found and bare(found.title) == bare(match["words"]) else None


def numbered(value: int, options: Sequence[Option]) -> Option | None:
    return options[value - 1] if 1 <= value <= len(options) else None


def number_of(text: str) -> int | None:
    """7, 「七」, 「十二」; None where it is no number below a hundred."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return DIGITS.get(text)
    if not {tens, ones} <= DIGITS.keys() | {""}:
        return None
    return DIGITS.get(tens, 1) * 10 + DIGITS.get(ones, 0)


def bare(text: str) -> str:
    """In one width, without blanks, punctuation and the marks of an emoji such as 1️⃣."""
    return "".join(each for each in one_width(text).casefold() if unicodedata.category(each)[0] in "LN")


def trimmed(text: str) -> str:
    """Without what stands around it; 「1.5」 and 「3-5」 are no 15 and no 35."""
    seen = "".join(each for each in one_width(text) if unicodedata.category(each)[0] not in "MZC")
    return re.sub(r"^[\W_]+|[\W_]+$", "", seen)


def one_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
