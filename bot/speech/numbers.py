"""Numbers as they are said: 35000 → 三万五千, 2 before a measure → 两, a year and a phone digit by digit."""

from __future__ import annotations

from petition.citation import chinese_number

DIGITS = "零一二三四五六七八九"
STEP = 10_000
UNITS = ("", "万", "亿", "万亿")
MOST_DIGITS = 4 * len(UNITS)


def said(number: str) -> str:
    """A number such as 35,000 or 3.50; digits one by one where it begins with a needless 0 or is too long to be one."""
    whole, dot, fraction = number.replace(",", "").partition(".")
    if len(whole) > MOST_DIGITS or (len(whole) > 1 and whole[0] == "0"):
        return digits(whole + dot + fraction)
    tail = fraction.rstrip("0")
    return whole_number(int(whole)) + (f"点{digits(tail)}" if tail else "")


def whole_number(number: int) -> str:
    """0 and up: 10500 → 一万零五百, 20000 → 两万, 110010 → 十一万零一十."""
    text, gap = "", False
    for unit in reversed(range(len(UNITS))):
        part = number // STEP**unit % STEP
        if not part:
            gap = bool(text)
            continue
        words = beginning_with_two(chinese_number(part), part, unit)
        if text:
            words = ("零" if gap or part < STEP // 10 else "") + ("一" if words[0] == "十" else "") + words
        text, gap = text + words + UNITS[unit], False
    return text or "零"


def beginning_with_two(words: str, part: int, unit: int) -> str:
    """两千, 两万, 两亿; but 二百, 二十, 二."""
    if words.startswith("二千") or (part == 2 and unit):
        return "两" + words[1:]
    return words


def digits(text: str, one: str = "一") -> str:
    """Digit by digit; 一 is said 幺 in phone numbers and codes."""
    names = {str(place): name for place, name in enumerate(DIGITS)} | {"1": one, ".": "点"}
    return "".join(names.get(each, each) for each in text)
