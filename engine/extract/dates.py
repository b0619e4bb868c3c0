"""Dates and periods in normal form: 2026-10-15, 2026-10, 2026, 2026-03/2026-08."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from engine.extract.date_terms import (
    COMPACT,
    DAY_ONLY,
    ISO_END,
    NUMBERS,
    SHORT_YEAR,
    TERM,
    TERM_ON,
    THAT_YEAR,
    UNTIL,
    UNTIL_NOW,
    VAGUE,
)
from engine.extract.date_values import checked, is_ahead, month_day, months_back, period, resolve
from engine.extract.folding import fold, still
from engine.extract.found import DateResult, Found, Problem, Sentence
from engine.extract.lunar import SOLAR_FEASTS
from engine.extract.numerals import to_small

_HINT = re.compile(
    r"[年月日号周天前]|\d[-/.]\d|星期|礼拜|昨|今|旦|节|庆|清明|端午|中秋|重阳|除夕|元宵|三十|初一|五一|十一"
)
_LIFE = re.compile(
    r"\s?(?:[\d一二三四五六七八九十]+了?岁|[一二三四五六七八九十]{2,3}了|[\d]{2}了|(?:出?生|生人|的?兵(?!团)|入伍|参军|当兵|参加工作|退伍))"
)
_EARLIER = re.compile(
    r"\s?(?:[我俺就在][^，。；\s]{0,6})?(?:入职|进厂|进的?公司|签的?|签了?合同|买的|买了|购房|入住|结的?婚|开业)"
)
_PROMISED = re.compile(r"(?<![听据我你])(?:说好?|答应|承诺|约定|保证|许诺|定在|通知)(?:的|了|是|在|我)*\s?$")
_OR = re.compile(r"或者?|还是|要么")
_ONE_OF_TWO = re.compile(r"不是[^，。；]{1,8}(?:就|便)是")
_NOT = re.compile(r"不是\s?在?$")
_SIGNED = re.compile(r"此致|敬礼|签[名字]|署名|[报访诉请映]人\s?:")
Match = re.Match[str]


def find(sentence: Sentence) -> list[Found]:
    """Every past date or period; what is impossible or still to come is left out."""
    text, at = sentence.folded, 0
    found: list[Found] = []
    if not _HINT.search(text):
        return found
    anchor: str | None = None
    while match := TERM.search(text, at):
        at = max(match.end(), match.start() + 1)
        if not sentence.free(match.start(), match.end()) or not _plausible(match, text):
            continue
        result, end = _with_period(match, text, sentence.today, anchor)
        at = max(at, end)
        if result.value is None and not result.choices:
            continue
        span = match.start(), _trim(text, match.start(), end)
        sentence.taken.append(span)
        if result.value is None:
            found.append(sentence.found("date", result.choices[0], *span, weight=-1, choices=result.choices))
            continue
        anchor = result.value[:7] if match["year"] or match["relative_year"] or match["iso"] else anchor
        weight = -1 if _open_choice(found, text, span[0]) else _weight(match, result.value, text, span[1])
        found.append(sentence.found("date", result.value, *span, weight=weight))
    return found or _days_alone(sentence)


def _open_choice(found: list[Found], text: str, start: int) -> bool:
    """Whether the date is said as one of two (三月或者四月): then neither counts."""
    if not found or not _OR.fullmatch(text[found[-1].end : start].strip()):
        return False
    found[-1] = replace(found[-1], weight=-1)
    return True


def _days_alone(sentence: Sentence) -> list[Found]:
    """28号晚上: a day without its month, where the time of the day shows that no house is meant."""
    found = []
    for match in TERM_ON.finditer(sentence.folded):
        value = _day_of_recent_month(match, sentence.today).value
        if value and sentence.free(*match.span()):
            sentence.taken.append(match.span())
            found.append(sentence.found("date", value, *match.span(), weight=3))
    return found


def parse_date(text: str, today: date) -> DateResult:
    """The date of a bare answer, or why there is none."""
    folded = still(fold(text))
    if folded.strip(" 。.吧") in SOLAR_FEASTS:
        folded = folded.strip(" 。.吧") + "那天"  # 五一 by itself, which in a story may be any number
    if match := COMPACT.fullmatch(folded):
        return checked(f"{match[1]}-{match[2]}-{match[3]}", today)
    if match := SHORT_YEAR.fullmatch(folded):
        return checked(f"20{match[1]}-{int(match[3]):02d}-{int(match[4]):02d}", today)
    if match := NUMBERS.fullmatch(folded):
        return month_day(match, int(match["year"]) if match["year"] else None, int(match["month"]), today, None)
    said, problem, at = [], Problem.NONE, 0
    one_of_two = _ONE_OF_TWO.search(folded)
    while match := TERM.search(folded, at):
        at = max(match.end(), match.start() + 1)
        if not _plausible(match, folded) or not one_of_two and _NOT.search(folded[: match.start()]):
            continue
        result, at = _with_period(match, folded, today, None)
        if result.value is not None:
            said.append((result, match.start(), at))
        if result.choices:
            return result
        problem = problem if problem is not Problem.NONE else result.problem
    if said and one_of_two:
        return _between(said)
    if said:
        return _between(said) if _undecided(said, folded) else said[0][0]
    if problem is not Problem.NONE:
        return DateResult(None, problem)
    if match := DAY_ONLY.search(folded):
        return _day_of_recent_month(match, today)
    if re.fullmatch(r"\s*(?:19|20)\d{2}\s*", folded):
        return checked(folded.strip(), today)
    return DateResult(None, Problem.AMBIGUOUS if VAGUE.search(folded) else Problem.NONE)


def _between(said: list[tuple[DateResult, int, int]]) -> DateResult:
    return DateResult(None, Problem.AMBIGUOUS, tuple(dict.fromkeys(result.value or "" for result, _, _ in said)))


def _undecided(said: list[tuple[DateResult, int, int]], folded: str) -> bool:
    """三月或者四月."""
    return any(_OR.fullmatch(folded[one[2] : two[1]].strip()) for one, two in pairwise(said))


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " 的":
        end -= 1
    return end


def _weight(match: Match, value: str, text: str, end: int) -> int:
    """A day over a month over a year, over the day of a contract; 今天 is mostly about the visit."""
    if match["relative_day"] and match["relative_day"] in ("今天", "今日", "今儿"):
        return -1
    before = text[max(0, match.start() - 6) : match.start()]
    if _NOT.search(before) or _PROMISED.search(before) or _ONE_OF_TWO.search(text):  # 不是8月，是9月
        return -1
    if not text[end:].strip(" 。.日号") and _SIGNED.search(text):
        return -1
    if _EARLIER.match(text, end):
        return 0
    return min(value.split("/")[0].count("-") + 1, 3)


def _plausible(match: Match, text: str) -> bool:
    """Not a length of time (二三年, 15年), a rate (一月两千) or a name (五月花)."""
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 2]
    if (match["year"] or match["relative_year"]) and _LIFE.match(text, match.end()):
        return False
    if match["relative_year"] and not (match["month"] or match["part"]) and after == "过年":
        return False
    if match["year"] and len(match["year"]) == 2 and not (match["month"] or match["lunar_month"] or match["feast"]):
        return _two_digit_year(match["year"], before, after)
    if match["month"] and not match["year"] and not match["relative_year"] and not match["day"]:
        if match[0] in ("一月", "1月") and re.match(r"[\d一二两三四五六七八九十几才只]", after):
            return False
        return before[-1:] not in ("每", "第", "几", "、") and not re.match(r"[饼嫂球亮光台红]|花[^了费钱掉去]", after)
    if match["bare_part"]:
        return before[-1:] not in ("每", "大", "历", "成", "少", "新", "学")
    if match["relative_year"] and match["relative_year"] == "前年":
        return before[-1:] not in ("之", "以", "几")
    if match["relative_day"] and match["relative_day"][0] == "前":
        return before[-1:] not in ("之", "以", "天", "年", "月")
    if match["relative_day"] and match["relative_day"] == "后天":
        return before[-1:] not in ("以", "之", "然", "先")
    return not (match["feast"] and re.match(r"补贴|福利|慰问|值班", after))


def _two_digit_year(year: str, before: str, after: str) -> bool:
    if year.isdigit() and year.isascii():
        return year[0] == "0" or int(year) >= 50 or before[-1:] in ("从", "在", "于", "自", "是")
    first, second = (to_small(char) or 0 for char in year)
    return second != first + 1 and after[:1] not in ("前", "来", "多", "没", "内") and first != second


def _with_period(match: Match, text: str, today: date, anchor: str | None) -> tuple[DateResult, int]:
    """The date of a term, joined with 到…: the value and where the expression ends."""
    start = _start(match, text, today, anchor)
    if start.value is None or "/" in start.value:
        return start, match.end()
    rest = match.end()
    if (now := UNTIL_NOW.match(text, rest)) and (not now["gap"] or start.value.count("-")):
        return period(start.value, today.isoformat()[:7]), now.end()
    if (joint := UNTIL.match(text, rest)) and (
        second := TERM.match(text, joint.end()) or ISO_END.match(text, joint.end())
    ):
        end = resolve(second, today, start.value)
        if end.value is not None and "/" not in end.value:
            return period(start.value, end.value), second.end()
        if end.problem in (Problem.FUTURE, Problem.IMPOSSIBLE):
            return end, second.end()
    return start, rest


def _start(match: Match, text: str, today: date, anchor: str | None) -> DateResult:
    """The date of the term itself; a month still to come was that of last year only where a period begins with it."""
    if THAT_YEAR.search(text, max(0, match.start() - 5), match.start()) and (match["month"] or match["lunar_month"]):
        start = resolve(match, today, f"{anchor[:4]}-01") if anchor else DateResult(None, Problem.AMBIGUOUS)
    else:
        start = resolve(match, today, anchor)
    joint = UNTIL.match(text, match.end())
    goes_on = UNTIL_NOW.match(text, match.end()) or joint and TERM.match(text, joint.end())
    return DateResult(start.choices[0]) if goes_on and is_ahead(start, today) else start


def _day_of_recent_month(match: Match, today: date) -> DateResult:
    """15号 alone: the last 15th that has been."""
    for back in (0, -1, -2):
        year, month = months_back(today, back)
        result = month_day(match, year, month, today, None)
        if result.value:
            return result
    return DateResult(None, Problem.IMPOSSIBLE)
