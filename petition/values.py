"""Normal forms of slot values; every refusal is an InvalidValue with a reason that the reply catalogue explains."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from petition.errors import InvalidValue
from petition.parties import (
    NO_FIXED_ADDRESS,
    Confidentiality,
    asks_anonymity,
    has_no_address,
    is_lodging,
    representatives,
)
from petition.text import half_width

MAX_AMOUNT = 10_000_000_000  # yuan; more is a slip of the finger
EARLIEST_YEAR = 1940


class Reason(StrEnum):
    """Why a value is refused; each has a text in the reply catalogue."""

    PHONE_LENGTH = "phone-length"
    PHONE_PREFIX = "phone-prefix"
    DATE_IMPOSSIBLE = "date-impossible"
    DATE_FUTURE = "date-future"
    DATE_AMBIGUOUS = "date-ambiguous"
    AMOUNT_NOT_POSITIVE = "amount-not-positive"
    AMOUNT_TOO_LARGE = "amount-too-large"
    TEXT_TOO_SHORT = "text-too-short"
    TEXT_TOO_LONG = "text-too-long"
    NAME_IMPLAUSIBLE = "name-implausible"
    NAME_REQUIRED = "name-required"
    NOT_SKIPPABLE = "not-skippable"
    CHOICE_UNKNOWN = "choice-unknown"
    NO_ADDRESS = "no-address"


def refuse(slot: str, reason: Reason, **details: object) -> InvalidValue:
    """The error to raise."""
    return InvalidValue(slot=slot, reason=str(reason), **details)


def text_between(least: int, most: int) -> Callable[[str, object, date], str]:
    """A checker of free text by its length in characters."""

    def check(slot: str, value: object, today: date) -> str:
        text = re.sub(r"[ \t\u3000]+", " ", str(value)).strip()
        if len(text) < least:
            raise refuse(slot, Reason.TEXT_TOO_SHORT, least=least)
        if len(text) > most:
            raise refuse(slot, Reason.TEXT_TOO_LONG, most=most)
        return text

    return check


def address(slot: str, value: object, today: date) -> str:
    """Where letters reach somebody; a site hut is an address, "no fixed address" is one only where nothing else can be named."""
    text = str(value).strip()
    if text != NO_FIXED_ADDRESS and has_no_address(text):
        raise refuse(slot, Reason.NO_ADDRESS)
    return text_between(2 if is_lodging(text) else 4, 100)(slot, value, today)


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}")


def phone(slot: str, value: object, today: date) -> str:
    """A mobile number of 11 digits, or a landline with or without its area code; spoken numbers are read by the engine."""
    text = re.sub(r"\s", "", str(value))
    digits = re.sub(r"\D", "", text)
    if _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text):
        return text
    raise refuse(slot, Reason.PHONE_PREFIX if len(digits) == 11 else Reason.PHONE_LENGTH, digits=len(digits))


_INTRODUCTION = re.compile(
    r"(?:我(?:的)?(?:姓名|名字)?(?:是|叫|就是|就叫)|(?:姓名|名字)(?:是|叫|为|[::])|^姓名|本人(?:是|叫)?|名叫|俺(?:是|叫)?|鄙人)\s*"
)
_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,10}(?:[·•・][\u4e00-\u9fff]{1,10})+|[A-Za-z][A-Za-z .'-]{1,39}"
)
_BODY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()（）]{4,40}"
    r"(?:公司|厂|店|社|会|院|所|局|中心|企业|集团|部|学校|小学|中学|大学|村|组|户)"
)
_NOT_A_NAME = re.compile(
    r"[吗呢吧?？嘛么啥咋哪]|什么|怎么|为啥|谢谢|你好|您好|不知道|不想|不要|不行|不给|不说|可以|能不能|反映|投诉|举报|算了|取消|"
    r"跳过|同意|确认|先生$|女士$|师傅$|大爷$|大妈$|老师$|没有|电话|地址|我的|我们|你们|东西|工资|问题|姓名|名字"
)


def name(slot: str, value: object, today: date) -> str:
    """A person's or a body's full name (《信访工作条例》第十九条第一款); 「我姓吴，吴长林」 gives 吴长林."""
    text = half_width(str(value))
    if not text or asks_anonymity(text):
        raise refuse(slot, Reason.NAME_REQUIRED)
    introduced = _INTRODUCTION.search(text)
    pieces = re.split(r"[,。.!;、\n]|\s{2,}", text[introduced.end() :] if introduced else text)
    for piece in (*pieces, *reversed(re.split(r"[,。!;、\s]+", text))):
        candidate = re.sub(r"^[是叫:：\s]+|[啊呀哈哦的\s]+$", "", piece)
        if _NOT_A_NAME.search(candidate) or candidate.startswith(("姓", "我姓", "俺姓")):
            continue
        if _PERSON.fullmatch(candidate) or _BODY.fullmatch(candidate):
            return candidate
    raise refuse(slot, Reason.NAME_IMPLAUSIBLE)


_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def occurred_on(slot: str, value: object, today: date) -> str:
    """A day, a month, a year or a period of two in ISO form, not in the future; what people say is read by the engine."""
    parts = str(value).split("/")
    if len(parts) > 2 or not all(map(_DAY.fullmatch, parts)):
        raise refuse(slot, Reason.DATE_AMBIGUOUS)
    for part in parts:
        _check_day(slot, part, today)
    return "/".join(sorted(set(parts)))


def _check_day(slot: str, part: str, today: date) -> None:
    year, month, day = (*map(int, part.split("-")), 1, 1)[:3]
    try:
        start = date(year, month, day)
    except ValueError as error:
        raise refuse(slot, Reason.DATE_IMPOSSIBLE) from error
    if year < EARLIEST_YEAR:
        raise refuse(slot, Reason.DATE_IMPOSSIBLE)
    if start > today:
        raise refuse(slot, Reason.DATE_FUTURE)


def amount(slot: str, value: object, today: date) -> int | float:
    """Yuan: a whole number as int, else with two decimals; what people say is read by the engine."""
    try:
        yuan = float(str(value))
    except ValueError as error:
        raise refuse(slot, Reason.AMOUNT_NOT_POSITIVE) from error
    if not yuan > 0:
        raise refuse(slot, Reason.AMOUNT_NOT_POSITIVE)
    if yuan > MAX_AMOUNT:
        raise refuse(slot, Reason.AMOUNT_TOO_LARGE, most=MAX_AMOUNT)
    return int(yuan) if yuan == int(yuan) else round(yuan, 2)


def people(slot: str, value: object, today: date) -> tuple[str, ...]:
    """Names of at most 5 representatives (《信访工作条例》第二十条第三款)."""
    given = value if isinstance(value, list | tuple) else str(value)
    names = representatives(given if isinstance(given, str) else tuple(map(str, given)))
    if not names:
        raise refuse(slot, Reason.NAME_REQUIRED)
    return tuple(name(slot, each, today) for each in names)


_CHOICES = (
    (Confidentiality.ANONYMOUS, re.compile(r"anonymous|匿名|不(?:留|署|写|用|想留|愿留)(?:我的?|真)?(?:姓名|名)")),
    (
        Confidentiality.CONFIDENTIAL,
        re.compile(
            r"confidential|(?<!不用)(?<!不需要)(?<!不要)(?<!不必)保密|别(?:让|告诉|说)|不能让|不要(?:让|告诉|透露)"
        ),
    ),
    (Confidentiality.NAMED, re.compile(r"named|实名|真名|不用保密|不需要保密|不必保密|公开|署名|无所谓|不怕")),
)


def confidentiality(slot: str, value: object, today: date) -> str:
    """named, confidential or anonymous, also as 实名, 保密, 匿名."""
    for choice, pattern in _CHOICES:
        if pattern.search(str(value)):
            return str(choice)
    raise refuse(slot, Reason.CHOICE_UNKNOWN)


_YES = ("true", "yes", "同意", "确认", "是", "好", "好的", "对", "没错", "提交")


def agreed(slot: str, value: object, today: date) -> bool:
    """Only a plain yes will do; anything else is not consent (《个人信息保护法》第十四条)."""
    if value is True or str(value).strip().lower() in _YES:
        return True
    raise refuse(slot, Reason.CHOICE_UNKNOWN)


def evidence(slot: str, value: object, today: date) -> tuple[str, ...]:
    """Ids of attachments."""
    given = value if isinstance(value, list | tuple) else (value,)
    return tuple(dict.fromkeys(str(each).strip() for each in given if str(each).strip()))
