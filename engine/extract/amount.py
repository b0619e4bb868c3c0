"""Amounts of money in yuan: where a money unit, a money word or a rate says that a number is money."""

from __future__ import annotations

import re
from typing import Any

from engine.extract.folding import fold
from engine.extract.found import AmountResult, Found, Problem, Sentence
from engine.extract.numerals import RUN, UNITS, tidy, to_number
from engine.extract.words import listed, words

HAN = "\u4e00-\u9fff"
_ABOUT = r"(?:来|多|余|好几|大几|几|把|上下|左右)?"
_NOT_YUAN = words("not_a_yuan")  # 块 before these is a piece, not a yuan
_JIAO = r"(?P<jiao>[一二两三四五六七八九\d](?![\d十百千万个人天年月]))?"
_UNIT = rf"(?P<unit>元|块(?!{_NOT_YUAN})|人民币|(?i:rmb)){_JIAO}钱?"
_SMALL = r"(?P<small>毛|角)钱?"
_AMOUNT = re.compile(
    rf"(?:(?P<sign>[¥$]|人民币|(?i:rmb))\s*)?(?<![\d.A-Za-z\-])(?P<number>{RUN})\s?(?P<about>{_ABOUT})\s?"
    rf"(?P<scale>[万千百](?:(?={_ABOUT}\s?[元块])|(?<=[来多余几][万千百])))?"
    rf"{_ABOUT}\s?(?:{_UNIT}|{_SMALL})?"
)
_COUNTED = re.compile(
    rf"\s?(?!只[肯给赔退有要还答同愿]|本[金息钱人]|房[子款租价]|次日|中介|人工费|车[位险费]|场地|门[面票]|包装)(?:{words('measure')})"
)
_MONEY_BEFORE = re.compile(rf"(?:{words('money_before')})")
_MONEY_AFTER = re.compile(rf"(?:的|多的|多)?(?:{words('money_after')})|多?的[^，。；,;\d]{{1,6}}(?:款|费|金|钱|账|债)")
_RATE = re.compile(
    rf"(?:每|(?<![修换看洗查测做吃住去搬拖送办跑])一个?|按|单)(?:{words('rate_unit')})\s?(?:只|才|就|要|收|给|赔|补|交|扣|少|多|涨|降|加|减|罚|发|拿|付|是|卖|值|合|算|能)*(?:了|我)?$"
)
_RATE_AFTER = re.compile(rf"\s?(?:[每一/]|一?个)\s?(?:{words('rate_unit')})(?![{HAN}]{{0,2}}(?:没|不))")
_PRICE = re.compile(r"(?:涨|降|减|提|调|升|加|变|改)(?:到|成|为|至)(?:了)?\s?$")
_OLD_PRICE = re.compile(r"的?(?:直接|一下子?)?(?:涨|降|减|提|调|升|加|变)(?:到|成|为|至|价)")
_REST = re.compile(
    r"(?:(?:还|尚|仍)(?:差|欠|剩|有|少)|剩)(?:差|欠|剩|有|下|余)*(?:我|俺|我们|人工)?(?:了|着)?[^，。；,;\d]{0,2}$"
)
_BACK = re.compile(r"(?<![要让叫逼催求]我)(?:退|还|报|结)(?:给|回)?了?(?:我|俺)?(?:了)?$|[退还付结赔]给?[我俺]们?的$")
_NUMBERED = re.compile(r"(?:号码?|编号|单号|账号|卡号|密码|代码)[是为:]?\s?$")
_NOTHING = re.compile(r"\s?钱?[^，。；,;]{0,3}(?:没|未|不)")
_CONTRAST = re.compile(rf"不是\s?{RUN}")
_CHANGED = re.compile(r"不是|不对|错|应该是|应当是|改成|改为")
_MISSAID = re.compile(r"(?:说|记|写|打|报|弄|填)错")
_TOTAL = re.compile(rf"(?:{words('total')})[^，。；,;]{{0,6}}$")
_PAID_BY_THEM = re.compile(
    r"(?:[他她]们?|对方|那边|老板|公司|厂里|单位|村里|物业|包工头|开发商|房东|中介|店家|商家|政府|工地)[^，。；,;\d]{0,3}[给付还退赔结]给?了(?:我|俺)?们?$"
)
_ALSO = re.compile(r"还[有欠差][^，。；,;\d]{0,4}$")  # 工资欠两万，还有押金三千: no rest of the first
_PAID = re.compile(r"[付给还退发结赔交]了")
_OWED = re.compile(r"欠|拖|差|少[给发]|没[给发退结还付]")
_BOUGHT = re.compile(r"[元块]?钱?(?:左右|多)?(?:买|购|入手)(?:的|了|来|下)")
_WAGE = re.compile(r"(?:[月底日时年周]薪|(?<!个)月工资|日工资|月租|月供|月收入)[^，。；,;\d]{0,3}$")
_DEMAND = re.compile(
    r"(?:^|[，。；！？,;\s]|[我俺咱]们?|现在|所以|就|只)(?:要求|请求|索赔|主张|诉求|想要|只想要?)(?:法院|他们?|她|对方|公司|老板|厂里|物业|依法)?"
    r"(?:赔|退|补|还|给|返|支付|结|付)?(?:赔偿|补偿|还|清|给)?(?:我|我们|俺)?(?:的是|是|损失)?\s?$"
)
_AGAINST = re.compile(
    r"其实|实际|本来|原来|应得|应该|[他她]们?[^，。；]{0,4}[要说认]|要[我俺]|说[我俺]|[我俺]算|承认|不认|到底|还是|或者?|要么|[合借]同?[条上]|约定"
)
_SLIP = re.compile(r"(?:[\s，,。、啊哦噢嗯哎呃块]|不对|不|说错了?|记错了?|错了|应该|应当|是|吧)*")
_PUT_RIGHT = re.compile(r"不|错|应")
_SAID_AGAIN = re.compile(r"[\s，,块吧]*(?:也?就是)?\s?")
_LAST_WORD = re.compile(r"\s?(?:吧|了|呢|啊)?\s?$|\s")
_BIG = re.compile(r"[百千万亿佰仟]")
_HOTLINES = frozenset(listed("hotline"))
_SUM_WORD = re.compile(r"金额|数额|钱数|款数")
_DENIED = re.compile(r"不是\s?$")
_OFFER = re.compile(r"(?:只|才|就|仅)(?:肯|愿意?|答应|同意|能)?(?:给|赔|退|补|还|发|付|结|出|认|承认)[^，。；,;]{0,3}$")
_PAID_ONLY = re.compile(r"(?:只|才|就|仅)(?:给|赔|退|补|还|发|付|结)(?:给)?了(?:我|俺|我们)?$")
_ANSWER = re.compile(rf"(?P<number>{RUN})\s?(?P<about>{_ABOUT})\s?(?P<scale>[万千百])?{_ABOUT}\s?(?:{_UNIT}|{_SMALL})?")


def find(sentence: Sentence) -> list[Found]:
    """Every amount, in order; one that is put right at once (三千，不对，三千五) is gone."""
    found: list[Found] = []
    for match in _AMOUNT.finditer(sentence.folded):
        each = _money(sentence, match, found)
        if each is None:
            continue
        sentence.taken.append((each.start, each.end))
        if found and _misspoken(found[-1], each, sentence.folded[found[-1].end : each.start]):
            found.pop()
        found.append(each)
    return found


def _money(sentence: Sentence, match: re.Match[str], earlier: list[Found]) -> Found | None:
    """The amount of a match, or nothing where it is no money."""
    value = _value(match)
    start = match.start("sign") if match["sign"] else match.start("number")
    if value is None or not sentence.free(start, match.end()):
        return None
    left, right = sentence.clause(start, match.end())
    before, after = sentence.folded[left:start], sentence.folded[match.end() : right]
    if _DENIED.search(before) or _none_at_all(match, after):
        return None
    if not (
        _is_money(match, value, before, after)
        or _in_correction(sentence.folded, match, after)
        or earlier
        and _set_against(match, after)
    ):
        return None
    end = match.end() - len(match[0]) + len(match[0].rstrip())
    return sentence.found("amount", value, start, end, **_rank(sentence, start, before, after, earlier))


def _misspoken(one: Found, other: Found, between: str) -> bool:
    """三千，不对，三千五; 八千 八千二."""
    if _SLIP.fullmatch(between) and _PUT_RIGHT.search(between):
        return True
    same = str(one.value)[0] == str(other.value)[0] and 0 < abs(other.value - one.value) < 0.2 * one.value
    return same and bool(_SAID_AGAIN.fullmatch(between))


def _set_against(match: re.Match[str], after: str) -> bool:
    """他说三千二，我算着只有一千八: a number that ends its clause, behind a sum."""
    return bool(_BIG.search(match["number"]) and _LAST_WORD.match(after) and not _counted(match, after))


def parse_amount(text: str) -> int | float | None:
    """Yuan out of a bare answer: 21000, 八百, 两万二, 五十元, 大概三千来块."""
    return read_amount(text).value


def read_amount(text: str) -> AmountResult:
    """The sum of a bare answer; of several different ones none is guessed (本金十万利息两万)."""
    folded = fold(text)
    said: dict[int | float, None] = {}
    at, counted = 0, False
    for match in _ANSWER.finditer(folded):
        value = _value(match)
        after = folded[match.end() :]
        if value is None or (not match["unit"] and _counted(match, after)):
            counted = counted or bool(value and value > 1)
            continue
        if not match["unit"] and (len(match["number"]) >= 11 or _part_of_word(folded, match)):
            continue
        before, at = folded[at : match.start()], match.end()
        if counted and _RATE.search(before):
            return AmountResult(None, Problem.AMBIGUOUS)  # 15个月，每个月两千
        counted = False
        if _DENIED.search(before) or _none_at_all(match, after):
            continue
        if _CHANGED.search(before) or _TOTAL.search(before):
            said.clear()  # 三千六不对，是六千三: the later one counts
        said[value] = None
    if len(said) > 1:
        return AmountResult(None, Problem.AMBIGUOUS, choices(list(said), bool(_AGAINST.search(folded))))
    return AmountResult(next(iter(said), None))


def choices(sums: list[int | float], against: bool) -> tuple[int | float, ...]:
    """The sums to choose from; two that do not stand against each other may also be meant together."""
    return (*sums, tidy(sum(sums))) if len(sums) == 2 and not against else tuple(sums)


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
    if _counted(match, after) or number.isdigit() and (len(number) > 8 or value < 10):
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


def _counted(match: re.Match[str], after: str) -> bool:
    """三十棵; a blank behind a spoken number is a pause and not the space of 20 棵 (给了十六万八 人跑了)."""
    paused = match[0][-1:] == " " or after[:1] == " "
    return not (paused and not match["number"][-1].isascii()) and bool(_COUNTED.match(after))


def _in_correction(folded: str, match: re.Match[str], after: str) -> bool:
    """金额说错了，是六千三: the word for a sum stands in another clause; 不是三万是两万: a number stands against another."""
    against = _CONTRAST.search(folded) and folded[: match.start("number")].rstrip().endswith("是")
    return (
        bool(_SUM_WORD.search(folded) or (against or _MISSAID.search(folded)) and _BIG.search(match["number"]))
        and not _counted(match, after)
        and (bool(_BIG.search(match["number"])) or match["number"].isdigit() and 2 <= len(match["number"]) <= 8)
    )


def _none_at_all(match: re.Match[str], after: str) -> bool:
    """一分钱没有, 一毛都没见着."""
    return match[0].strip().rstrip("钱") in ("一毛", "一块", "1毛", "一角") and bool(_NOTHING.match(after))


def _rank(sentence: Sentence, start: int, before: str, after: str, earlier: list[Found]) -> dict[str, Any]:
    """What is still owed over a total, that and what is demanded over a claim, the price of a thing, an offer (只肯赔三百), a rate (每亩三万)."""
    rest = bool(_REST.search(before)) and not _adds(sentence, before, start, earlier)
    came_back = bool(_BACK.search(before) or _PAID_ONLY.search(before) or _PAID_BY_THEM.search(before))
    if _OFFER.search(before) or came_back and not rest:
        return {"weight": -1, "part": came_back}
    if not _SUM_WORD.search(sentence.folded) and (_PRICE.search(before) or _OLD_PRICE.match(after)):
        return {"weight": -1}
    if _RATE.search(before) or _RATE_AFTER.match(after) or _WAGE.search(before):
        return {"weight": -1}
    if rest or _TOTAL.search(before) or _DEMAND.search(before):
        return {"total": True, "weight": 1 + rest}
    left = earlier[-1].end if earlier else 0
    return {"weight": int(not _BOUGHT.match(after)), "against": bool(_AGAINST.search(sentence.folded, left, start))}


def _adds(sentence: Sentence, before: str, start: int, earlier: list[Found]) -> bool:
    """欠我工资两万，还欠押金三千: one more claim, and not what is left of the first."""
    if (
        not earlier
        or any(each.part or each.total for each in earlier)
        or not _ALSO.search(before)
        or _PAID.search(sentence.folded, 0, start)
    ):
        return False
    return "还有" in before or bool(_OWED.search(sentence.folded, 0, earlier[-1].start))
