"""Amounts of money in yuan: where a money unit, a money word or a rate says that a number is money."""

from __future__ import annotations

import re
from typing import Any

from engine.extract.folding import fold
from engine.extract.found import AmountResult, Found, Problem, Sentence
from engine.extract.numerals import RUN, UNITS, to_number
from engine.extract.words import listed, words

HAN = "\u4e00-\u9fff"
_ABOUT = r"(?:来|多|余|好几|大几|几|把|上下|左右)?"
_NOT_YUAN = words("not_a_yuan")  # 块 before these is a piece, not a yuan
_JIAO = r"(?P<jiao>[一二两三四五六七八九\d](?![\d十百千万个人天年月]))?"
_UNIT = rf"(?P<unit>元|块(?!{_NOT_YUAN})|人民币|(?i:rmb)){_JIAO}钱?"
_SMALL = r"(?P<small>毛|角)钱?"
_AMOUNT = re.compile(
    rf"(?P<sign>[¥$]|人民币|(?i:rmb))?\s*(?<![\d.A-Za-z\-])(?P<number>{RUN})\s?(?P<about>{_ABOUT})\s?"
    rf"(?P<scale>[万千百](?:(?={_ABOUT}\s?[元块])|(?<=[来多余几][万千百])))?"
    rf"{_ABOUT}\s?(?:{_UNIT}|{_SMALL})?"
)
_COUNTED = re.compile(rf"\s?(?!只[肯给赔退有要还答同愿]|本[金息钱人]|房[子款租价]|次日)(?:{words('measure')})")
_MONEY_BEFORE = re.compile(rf"(?:{words('money_before')})")
_MONEY_AFTER = re.compile(rf"(?:的|多的|多)?(?:{words('money_after')})|多?的[^，。；,;\d]{{1,6}}(?:款|费|金|钱|账|债)")
_RATE = re.compile(
    rf"(?:每|一个?|按|单)(?:{words('rate_unit')})\s?(?:只|才|就|要|收|给|赔|补|交|扣|少|多|涨|降|加|减|罚|发|拿|付|是|卖)*(?:了|我)?$"
)
_RATE_AFTER = re.compile(rf"\s?(?:[每一/]|一?个)\s?(?:{words('rate_unit')})(?![{HAN}]{{0,2}}(?:没|不))")
_PRICE = re.compile(r"(?:涨|降|减|提|调|升|加|变|改)(?:到|成|为|至)(?:了)?\s?$")
_OLD_PRICE = re.compile(r"的?(?:直接|一下子?)?(?:涨|降|减|提|调|升|加|变)(?:到|成|为|至|价)")
_REST = re.compile(
    r"(?:(?:还|尚|仍)(?:差|欠|剩|有)|剩)(?:差|欠|剩|有|下|余)*(?:我|俺|我们|人工)?(?:了|着)?[^，。；,;\d]{0,2}$"
)
_BACK = re.compile(r"(?:退|还|报|结)(?:给|回)?了?(?:我|俺)?(?:了)?$")
_NUMBERED = re.compile(r"(?:号码?|编号|单号|账号|卡号|密码|代码)[是为:]?\s?$")
_NOTHING = re.compile(r"\s?钱?[^，。；,;]{0,3}(?:没|未|不)")
_CONTRAST = re.compile(rf"不是\s?{RUN}")
_CHANGED = re.compile(r"不是|不对|错|应该是|应当是|改成|改为")
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
        if _DENIED.search(before) or _none_at_all(match, after):
            continue
        if _is_money(match, value, before, after) or _in_correction(sentence.folded, match, after):
            end = match.end() - len(match[0]) + len(match[0].rstrip())
            sentence.taken.append((start, end))
            found.append(sentence.found("amount", value, start, end, **_rank(before, after)))
    return found


def parse_amount(text: str) -> int | float | None:
    """Yuan out of a bare answer: 21000, 八百, 两万二, 五十元, 大概三千来块."""
    return read_amount(text).value


def read_amount(text: str) -> AmountResult:
    """The sum of a bare answer; of several different ones none is guessed (本金十万利息两万)."""
    folded = fold(text)
    said: dict[int | float, None] = {}
    at = 0
    for match in _ANSWER.finditer(folded):
        value = _value(match)
        after = folded[match.end() :]
        if value is None or (not match["unit"] and _COUNTED.match(after)):
            continue
        if not match["unit"] and (len(match["number"]) >= 11 or _part_of_word(folded, match)):
            continue
        before, at = folded[at : match.start()], match.end()
        if _DENIED.search(before) or _none_at_all(match, after):
            continue
        if _CHANGED.search(before) or _TOTAL.search(before):
            said.clear()  # 三千六不对，是六千三: the later one counts
        said[value] = None
    if len(said) > 1:
        return AmountResult(None, Problem.AMBIGUOUS, tuple(said))
    return AmountResult(next(iter(said), None))


def _part_of_word(folded: str, match: re.Match[str]) -> bool:
    """Whether a lone numeral is part of a word (万一, 千万, 一分钱 in 一分没有) and not an answer."""
    return match["number"] in ("一", "万", "千", "百", "十", "千万", "万一", "零") and folded.strip() != match["number"]


def _value(match: re.Match[str]) -> int | float | None:
    number = match["number"]
    if number in ("百", "千", "万", "亿", "千万", "万千", "百万") and not match["about"]:
        return None
    scale = match["scale"] or ""
    if scale and UNITS.get(number[-1], 1) > UNITS[scale]:
        scale = ""  # 四千好几百
    value = to_number(number + scale)
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
    if number[0] == "0" or number in _HOTLINES or before[-1:] in ("第", "零") or value < 10 or _NUMBERED.search(before):
        return False
    big = _BIG.search(number + (match["scale"] or ""))
    if _RATE.search(before) and big:
        return True
    if _MONEY_AFTER.match(after):
        return True
    near = _MONEY_BEFORE.search(before[-10:])
    if not near:
        return False
    return bool(big) or len(before[-10:]) - near.end() <= 3


def _in_correction(folded: str, match: re.Match[str], after: str) -> bool:
    """金额说错了，是六千三: the word for a sum stands in another clause; 不是三万是两万: a number stands against another."""
    against = _CONTRAST.search(folded) and folded[: match.start("number")].rstrip().endswith("是")
    return (
        bool(_SUM_WORD.search(folded) or against and _BIG.search(match["number"]))
        and not _COUNTED.match(after)
        and (bool(_BIG.search(match["number"])) or match["number"].isdigit() and 2 <= len(match["number"]) <= 8)
    )


def _none_at_all(match: re.Match[str], after: str) -> bool:
    """一分钱没有, 一毛都没见着."""
    return match[0].strip().rstrip("钱") in ("一毛", "一块", "1毛", "一角") and bool(_NOTHING.match(after))


def _rank(before: str, after: str) -> dict[str, Any]:
    """What is still owed over a total, that over a claim, a price told in passing, an offer (只肯赔三百), a rate (每亩三万)."""
    rest = bool(_REST.search(before))
    if _OFFER.search(before) or _BACK.search(before) and not rest:
        return {"weight": -1, "part": bool(_BACK.search(before))}
    if _PRICE.search(before) or _OLD_PRICE.match(after):
        return {"weight": -1}
    rate = _RATE.search(before) or _RATE_AFTER.match(after)
    total = rest or bool(_TOTAL.search(before))
    return {"total": total, "weight": rest + 2 * bool(_STRONG.search(before)) - 3 * bool(rate)}
