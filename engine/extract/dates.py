"""Dates and periods in normal form: 2026-10-15, 2026-10, 2026, 2026-03/2026-08."""

from __future__ import annotations

import re
from datetime import date

from engine.extract.date_terms import COMPACT, DAY_ONLY, NUMBERS, TERM, UNTIL, UNTIL_NOW, VAGUE
from engine.extract.date_values import checked, month_day, months_back, period, resolve
from engine.extract.folding import fold
from engine.extract.found import DateResult, Found, Problem, Sentence
from engine.extract.numerals import to_small

_HINT = re.compile(
    r"[年月日号周天前]|\d[-/.]\d|星期|礼拜|昨|今|旦|节|庆|清明|端午|中秋|重阳|除夕|元宵|三十|初一|五一|十一"
)
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
        if result.value is None:
            continue
        anchor = result.value[:7] if match["year"] or match["relative_year"] or match["iso"] else anchor
        span = match.start(), _trim(text, match.start(), end)
        sentence.taken.append(span)
        found.append(sentence.found("date", result.value, *span, weight=_weight(match, result.value, text)))
    return found


def parse_date(text: str, today: date) -> DateResult:
    """The date of a bare answer, or why there is none."""
    folded = fold(text)
    if match := COMPACT.fullmatch(folded):
        return checked(f"{match[1]}-{match[2]}-{match[3]}", today)
    if match := NUMBERS.fullmatch(folded):
        return month_day(match, int(match["year"]) if match["year"] else None, int(match["month"]), today, None)
    problem = Problem.NONE
    for match in TERM.finditer(folded):
        if not _plausible(match, folded):
            continue
        result, _ = _with_period(match, folded, today, None)
        if result.value is not None:
            return result
        problem = problem if problem is not Problem.NONE else result.problem
    if problem is not Problem.NONE:
        return DateResult(None, problem)
    if match := DAY_ONLY.search(folded):
        return _day_of_recent_month(match, today)
    if re.fullmatch(r"\s*(?:19|20)\d{2}\s*", folded):
        return checked(folded.strip(), today)
    return DateResult(None, Problem.AMBIGUOUS if VAGUE.search(folded) else Problem.NONE)


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " 的":
        end -= 1
    return end


def _weight(match: Match, value: str, text: str) -> int:
    """A day over a month over a year; 今天 is mostly about the visit."""
    if match["relative_day"] and match["relative_day"][0] == "今":
        return -1
    if text[max(0, match.start() - 3) : match.start()].rstrip("在").endswith("不是"):  # 不是8月，是9月
        return -1
    return min(value.split("/")[0].count("-") + 1, 3)


def _plausible(match: Match, text: str) -> bool:
    """Not a length of time (二三年, 15年), a rate (一月两千) or a name (五月花)."""
    before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 2]
    if match["year"] and len(match["year"]) == 2 and not match["month"]:
        return _two_digit_year(match["year"], before, after)
    if match["month"] and not match["year"] and not match["relative_year"] and not match["day"]:
        if match[0] in ("一月", "1月") and re.match(r"[\d一二两三四五六七八九十几才只]", after):
            return False
        return before[-1:] not in ("每", "第", "几", "、") and not re.match(r"[饼嫂球亮亮光台]", after)
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
    start = resolve(match, today, anchor)
    if start.value is None or "/" in start.value:
        return start, match.end()
    rest = match.end()
    if (now := UNTIL_NOW.match(text, rest)) and (not now["gap"] or start.value.count("-")):
        return period(start.value, today.isoformat()[:7]), now.end()
    if (joint := UNTIL.match(text, rest)) and (second := TERM.match(text, joint.end())):
        end = resolve(second, today, start.value)
        if end.value is not None and "/" not in end.value:
            return period(start.value, end.value), second.end()
        if end.problem in (Problem.FUTURE, Problem.IMPOSSIBLE):
            return end, second.end()
    return start, rest


def _day_of_recent_month(match: Match, today: date) -> DateResult:
    """15号 alone: the last 15th that has been."""
    for back in (0, -1, -2):
        year, month = months_back(today, back)
        result = month_day(match, year, month, today, None)
        if result.value:
            return result
    return DateResult(None, Problem.IMPOSSIBLE)
