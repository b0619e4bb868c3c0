"""Amounts of money in yuan: where a money unit, a money word or a rate says that a number is money."""

from __future__ import annotations

import re

from engine.extract.folding import fold
from engine.extract.found import Found, Sentence
from engine.extract.numerals import RUN, to_number
from engine.extract.words import listed, words

_ABOUT = r"(?:来|多|余|好几|大几|几|把|上下|左右)?"
_NOT_YUAN = words("not_a_yuan")  # 块 before these is a piece, not a yuan
_JIAO = r"(?P<jiao>[一二两三四五六七八九\d](?![\d十百千万个人天年月]))?"
_UNIT = rf"(?P<unit>元|块(?!{_NOT_YUAN})|人民币|(?i:rmb)){_JIAO}钱?"
_SMALL = r"(?P<small>毛|角)钱?"
_AMOUNT = re.compile(
    rf"(?P<sign>[¥$]|人民币|(?i:rmb))?\s*(?<![\d.A-Za-z\-])(?P<number>{RUN})\s?(?P<about>{_ABOUT})\s?"
    rf"(?P<scale>[万千百](?={_ABOUT}\s?[元块]))?"
    rf"{_ABOUT}\s?(?:{_UNIT}|{_SMALL})?"
)
_COUNTED = re.compile(rf"\s?(?!只[肯给赔退有要还答同愿])(?:{words('measure')})")
_MONEY_BEFORE = re.compile(rf"(?:{words('money_before')})")
_MONEY_AFTER = re.compile(rf"(?:的|多的|多)?(?:{words('money_after')})")
_RATE = re.compile(rf"(?:每|一|按|单)(?:{words('rate_unit')})(?:只|才|就|要|收|给|赔|补|交|扣|少|多)*(?:了|我)?$")
_TOTAL = re.compile(rf"(?:{words('total')})[^，。；,;]{{0,6}}$")
_STRONG = re.compile(rf"(?:{words('money_claim')})[^，。；,;]{{0,8}}$")
_BIG = re.compile(r"[百千万亿佰仟]")
_HOTLINES = frozenset(listed("hotline"))
_SUM_WORD = re.compile(r"金额|数额|钱数|款数")
_DENIED = re.compile(r"不是\s?$")
_OFFER = re.compile(r"(?:只|才|就|仅)(?:肯|愿意?|答应|同意|能)?(?:给|赔|退|补|还)[^，。；,;]{0,3}$")
_ANSWER = re.compile(rf"(?P<number>{RUN})\s*(?P<about>{_ABOUT})\s*(?P<scale>[万千百])?{_ABOUT}\s*(?:{_UNIT}|{_SMALL})?")


def find(sentence: Sentence) -> list[Found]:
    """Every amount, in order."""
    found = []
    for match in _AMOUNT.finditer(sentence.folded):
        value = _value(match)
        start = match.start("sign") if match["sign"] else match.start("number")
        if value is None or not sentence.free(start, match.end()):
            continue
        left, right = sentence.clause(start, match.end())
        before, after = sentence.folded[left:start], sentence.folded[match.end() : right]
        if _DENIED.search(before):
            continue
        if _is_money(match, value, before, after) or _in_correction(sentence.folded, match, after):
            end = match.end() - len(match[0]) + len(match[0].rstrip())
            sentence.taken.append((start, end))
            found.append(
                sentence.found("amount", value, start, end, total=bool(_TOTAL.search(before)), weight=_weight(before))
            )
    return found


def parse_amount(text: str) -> int | float | None:
    """Yuan out of a bare answer: 21000, 八百, 两万二, 五十元, 大概三千来块."""
    folded = fold(text)
    best = None
    for match in _ANSWER.finditer(folded):
        value = _value(match)
        after = folded[match.end() :]
        if value is None or (not match["unit"] and _COUNTED.match(after)):
            continue
        if not match["unit"] and (len(match["number"]) >= 11 or _part_of_word(folded, match)):
            continue
        # 不是三千六，是六千三: the later one counts
        best = (
            value
            if best is None or "不是" in folded[: match.start()] or _TOTAL.search(folded[: match.start()])
            else best
        )
    return best


def _part_of_word(folded: str, match: re.Match[str]) -> bool:
    """Whether a lone numeral is part of a word (万一, 千万, 一分钱 in 一分没有) and not an answer."""
    return match["number"] in ("一", "万", "千", "百", "十", "千万", "万一", "零") and folded.strip() != match["number"]


def _value(match: re.Match[str]) -> int | float | None:
    number = match["number"]
    if number in ("百", "千", "万", "亿", "千万", "万千", "百万") and not match["about"]:
        return None
    value = to_number(number + (match["scale"] or ""))
    if value is None or value <= 0:
        return None
    if match["small"]:
        return round(value / 10, 2)
    if match["jiao"]:
        value = round(value + (to_number(match["jiao"]) or 0) / 10, 2)
    return value


def _is_money(match: re.Match[str], value: float, before: str, after: str) -> bool:
    number = match["number"]
    if match["sign"] or match["unit"] or match["small"]:
        # 一块 alone is mostly "together" or a patch: 青一块紫一块, 在一块
        return match[0].strip() not in ("一块", "1块") or bool(_MONEY_BEFORE.search(before[-4:]))
    if _COUNTED.match(after) or number.isdigit() and (len(number) > 8 or value < 10):
        return False
    if number[0] == "0" or number in _HOTLINES or before[-1:] in ("第", "零") or value < 10:
        return False
    if _RATE.search(before) and _BIG.search(number):
        return True
    if _MONEY_AFTER.match(after):
        return True
    near = _MONEY_BEFORE.search(before[-10:])
    if not near:
        return False
    return bool(_BIG.search(number)) or len(before[-10:]) - near.end() <= 3


def _in_correction(folded: str, match: re.Match[str], after: str) -> bool:
    """金额说错了，是六千三: the word for a sum stands in another clause."""
    return (
        bool(_SUM_WORD.search(folded))
        and not _COUNTED.match(after)
        and (bool(_BIG.search(match["number"])) or match["number"].isdigit() and 2 <= len(match["number"]) <= 8)
    )


def _weight(before: str) -> int:
    """A claimed amount over a price told in passing, that over an offer (只肯赔三百) and a rate (每亩三万)."""
    if _OFFER.search(before):
        return -1
    return 2 * bool(_STRONG.search(before)) - 2 * bool(_RATE.search(before))
