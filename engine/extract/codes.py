"""Case numbers (QH-20261121-3) and query codes (7K3M-9QXD-2F4H)."""

from __future__ import annotations

import re

from engine.extract.folding import fold
from engine.extract.found import Found, Sentence

_SEP = r"\s?[-_－—·杠]{1,2}\s?|\s"
_CASE = re.compile(
    rf"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9]{{1,11}})(?:{_SEP}|)((?:19|20)\d{{6}})(?:{_SEP})(?:第)?(\d{{1,6}})(?![A-Za-z0-9])"
)
_CODE = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z0-9](?:[ -]?[A-Za-z0-9]){9,15}(?![A-Za-z0-9]|-[A-Za-z0-9])")
_SAID = re.compile(r"(?:查询|查件|查件|取件)(?:码|密码)[^A-Za-z0-9]{0,6}$")
_LOOKALIKE = str.maketrans("OIL", "011")
_CROCKFORD = re.compile(r"[0-9A-HJKMNP-TV-Z]+")


def find(sentence: Sentence) -> list[Found]:
    """Case numbers, then query codes in what is left."""
    found = []
    for match in _CASE.finditer(sentence.folded):
        sentence.taken.append(match.span())
        found.append(sentence.found("case_number", f"{match[1]}-{match[2]}-{int(match[3])}".upper(), *match.span()))
    for match in _CODE.finditer(sentence.folded):
        if not sentence.free(*match.span()):
            continue
        code = parse_query_code(match[0], said=bool(_SAID.search(sentence.folded[: match.start()])))
        if code:
            sentence.taken.append(match.span())
            found.append(sentence.found("query_code", code, *match.span()))
    return found


def parse_query_code(text: str, said: bool = True) -> str | None:
    """Upper case without separators, O read as 0 and I, L as 1; digits alone only where a query code was `said`."""
    code = re.sub(r"[\s\-_]", "", fold(text)).upper()
    mixed = bool(re.search(r"\d", code)) and bool(re.search(r"[A-Z]", code))
    code = code.translate(_LOOKALIKE)
    if not 10 <= len(code) <= 16 or not _CROCKFORD.fullmatch(code) or not (mixed or said):
        return None
    if not said and not _grouped(text) and not _at_random(text):
        return None
    return code


def _grouped(text: str) -> bool:
    return bool(re.fullmatch(r"\w{4}(?:[\s-]\w{2,4})+", text))


def _at_random(text: str) -> bool:
    """Whether it looks drawn by lot and not like a product or a word: one case throughout, digits among the letters."""
    if re.fullmatch(r"(?i)(?:tel|phone|mob|mobile)\W*\d+", text):
        return False
    one_case = text in (text.upper(), text.lower())
    return one_case and len(re.findall(r"[A-Za-z]", text)) >= 2 and len(re.findall(r"\d", text)) >= 2


def parse_case_number(text: str) -> str | None:
    """The normal form of a case number in a bare answer."""
    match = _CASE.search(fold(text))
    return f"{match[1]}-{match[2]}-{int(match[3])}".upper() if match else None
