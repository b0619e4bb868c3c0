"""Chinese numerals as statutes print them."""

from __future__ import annotations

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}


def chinese_to_int(numeral: str) -> int:
    """一千零五十四 → 1054; up to 9,999."""
    total = digit = 0
    for char in numeral:
        if char in UNITS:
            total, digit = total + (digit or 1) * UNITS[char], 0
        else:
            digit = DIGITS[char]
    return total + digit
