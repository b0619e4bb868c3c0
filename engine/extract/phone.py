"""Phone numbers: mobile, and landline with its area code, however they are spaced or spoken."""

from __future__ import annotations

import re

from engine.extract.folding import fold, still
from engine.extract.found import Found, PhoneResult, Problem, Sentence

_SPOKEN = str.maketrans("〇零幺一二三四五六七八九两", "0011234567892")
_SPOKEN_DIGITS = "〇零幺一二三四五六七八九两"
_TIMES = {"两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_REPEATED = re.compile(rf"([{''.join(_TIMES)}])个([\d{_SPOKEN_DIGITS}])")  # 138四个0四个1
_GAP = r"[\s\-.·、，,]{0,2}"
_MOBILE = re.compile(rf"(?<![\d.])(?:\+?86{_GAP})?(1[3-9](?:{_GAP}\d){{9}})(?!\d)")
_LANDLINE = re.compile(
    r"(?<![\d\-])\(?(0(?:10|2\d|[3-9]\d{2}))\)?[\s\-,，]{0,2}(?:号码是?)?(\d{7,8}|\d{3,4}[\s\-]\d{4})(?!\d)"
)
_SPOKEN_MOBILE = re.compile(rf"(?<![{_SPOKEN_DIGITS}\d])[幺一1][{_SPOKEN_DIGITS}\d\s]{{10,20}}(?![{_SPOKEN_DIGITS}\d])")
_FROM_OTHERS = re.compile(r"\D{0,2}(?:给我|打来|打过来|打电话|发来|发的?短信|联系我|骚扰)")
_OTHERS = re.compile(
    r"(?:骗子|诈骗|陌生人?)[^，。；]{0,6}$|(?:用|拿)\D{0,3}$|(?:对方|老板|他|她|骚扰|中介|物业|公司|店家|房东|经理|主任|包工头)[^，。；]{0,4}(?:电话|手机|号码?)\D{0,3}$|不是\D{0,2}$"
)


def find(sentence: Sentence) -> list[Found]:
    """Every number; one that is said to be another's, or wrong, has a low weight."""
    found = []
    for match, value in _numbers(sentence.folded):
        if sentence.free(*match):
            sentence.taken.append(match)
            others = _OTHERS.search(sentence.folded[: match[0]]) or _FROM_OTHERS.match(sentence.folded, match[1])
            weight = -1 if others else 0
            found.append(sentence.found("phone", value, *match, weight=weight))
    return sorted(found, key=lambda each: each.start)


def parse_phone(text: str) -> PhoneResult:
    """The number of a bare answer, or what is wrong with it."""
    folded = still(fold(text))
    if numbers := _numbers(folded):
        corrected = re.search(r"不是|错|改", folded)
        return PhoneResult(numbers[-1 if corrected else 0][1])
    digits = re.sub(r"\D", "", _REPEATED.sub(lambda match: match[2] * _TIMES[match[1]], folded).translate(_SPOKEN))
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    if len(digits) < 3:
        return PhoneResult(None)
    if re.fullmatch(r"1[3-9]\d{9}|[2-9]\d{6,7}", digits):
        return PhoneResult(digits)
    if len(digits) == 11:
        return PhoneResult(None, Problem.PREFIX)
    return PhoneResult(None, Problem.LENGTH)


def _numbers(folded: str) -> list[tuple[tuple[int, int], str]]:
    numbers = [((match.start(), match.end()), re.sub(r"\D", "", match[1])) for match in _MOBILE.finditer(folded)]
    numbers += [
        ((match.start(), match.end()), f"{match[1]}-{re.sub(r'[^0-9]', '', match[2])}")
        for match in _LANDLINE.finditer(folded)
    ]
    for match in _SPOKEN_MOBILE.finditer(folded):
        said = match[0].rstrip()
        digits = re.sub(r"\s", "", said).translate(_SPOKEN)
        if len(digits) == 11 and not said.isdecimal() and re.fullmatch(r"1[3-9]\d{9}", digits):
            numbers.append(((match.start(), match.start() + len(said)), digits))
    return _apart(numbers)


def _apart(numbers: list[tuple[tuple[int, int], str]]) -> list[tuple[tuple[int, int], str]]:
    """Without those that overlap an earlier one."""
    kept: list[tuple[tuple[int, int], str]] = []
    for span, value in sorted(numbers):
        if not kept or span[0] >= kept[-1][0][1]:
            kept.append((span, value))
    return kept
