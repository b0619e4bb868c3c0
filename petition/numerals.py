"""Chinese numerals as statutes print them."""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def chinese_to_int(numeral: str) -> int:
    """A Chinese numeral as statutes print it (一千零五十四), or digit by digit (二〇二二)."""
    if not any(char in _UNITS for char in numeral):
        return int("".join(str(_DIGITS[char]) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        unit = _UNITS.get(char)
        if unit is None:
            digit = _DIGITS[char]
        elif unit == _UNITS["万"]:
            total, section, digit = (total + section + digit or 1) * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
    return total + section + digit
