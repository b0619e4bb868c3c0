"""Chinese, Arabic and mixed numerals, also as they are spoken: 一万二, 三千八百七, 2万8, 十二万六."""

from __future__ import annotations

import re

DIGITS = {
    **{char: n for n, char in enumerate("零一二三四五六七八九")},
    **{char: n for n, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000, "亿": 100_000_000}
CHARS = "〇零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
# A run that may be a numeral; to_number says whether it is.
RUN = (
    rf"(?:\d{{1,3}}(?:[,，]\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?!\d)|[{CHARS}])"
    # the marks around the digits leave one way only to cut them up: no run of digits can take exponential time
    rf"(?:(?<![\d.])\d+(?:\.\d+)?(?!\d)|(?!一[直共起定些样])(?:点(?=[{CHARS}])|(?<![一二三四五六七八九])两|[{CHARS.replace('两', '')}]))*"
)

_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")
_POINT = re.compile(r"([零〇一二三四五六七八九十两]+)点([零〇一二三四五六七八九]+)([万千亿]?)$")
_ARABIC = re.compile(r"\d+(?:\.\d+)?")


def to_number(numeral: str) -> int | float | None:
    """The number, or None; of a range like 两三百 the lower end."""
    numeral = re.sub(r"[,，\s]", "", numeral)
    if not numeral:
        return None
    if _ARABIC.fullmatch(numeral):
        return tidy(float(numeral)) if len(numeral) < 16 else None
    if point := _POINT.fullmatch(numeral):
        return _with_point(point)
    if not any(char in UNITS for char in numeral):
        return _digit_by_digit(numeral)
    return _with_units(numeral)


def to_small(numeral: str) -> int | None:
    """A day, month or count: an int under 10,000, or None."""
    number = to_number(numeral)
    return number if isinstance(number, int) and number < 10_000 else None


def tidy(number: float) -> int | float:
    """An int where there is no fraction."""
    number = round(number, 4)
    return int(number) if number == int(number) else number


def _with_point(match: re.Match[str]) -> int | float | None:
    whole = to_number(match[1])
    if whole is None:
        return None
    fraction = "".join(str(DIGITS[char]) for char in match[2])
    return tidy(float(f"{whole}.{fraction}") * UNITS.get(match[3], 1))


def _digit_by_digit(numeral: str) -> int | None:
    if not all(char in DIGITS for char in numeral) or len(numeral) > 15:
        return None
    return int("".join(str(DIGITS[char]) for char in numeral))


def _with_units(numeral: str) -> int | float | None:
    """Sections of 亿 and 万; a digit that closes the numeral counts in the next lower unit (一万二)."""
    total = section = 0.0
    digit: float | None = None
    last_unit, after_zero = 1, False
    for token in _TOKEN.findall(numeral):
        if token in UNITS:
            unit = UNITS[token]
            if unit >= 10_000:
                section += digit or 0
                total = (total + section or 1) * unit if unit > 10_000 else total + (section or 1) * unit
                section = 0.0
            elif digit is None and section and last_unit <= unit:
                return None
            else:
                section += (1 if digit is None else digit) * unit
            digit, last_unit, after_zero = None, unit, False
        elif token in DIGITS:
            value = DIGITS[token]
            after_zero = after_zero or value == 0
            digit = value if digit in (None, 0) else digit  # 两三百: the lower end
        elif token[0].isdigit():
            digit = float(token)
        else:
            return None
    spoken = last_unit // 10 if last_unit >= 100 and not after_zero and (digit or 0) < 10 else 1
    number = total + section + (digit or 0) * spoken
    return tidy(number) if number < 1e13 else None
