"""Where it happened."""

from __future__ import annotations

import re

from engine.extract.found import Found, Sentence
from engine.extract.lexicon import Word, Words
from engine.extract.words import listed, words

_BARE = frozenset(listed("place_bare"))
_NOT_OF_NAME = frozenset(listed("not_of_name"))
_WEAK = frozenset((*"县市区州旗苑滩岛港组湖巷路街", "大街"))  # need a name of two characters
_TAIL = "".join(listed("place_tail"))
_NOT_A_NAME = re.compile(
    r"^[\d一二三四五六七八九十]+$|[一二三四五六七八九十百两几\d]{1,8}多?[个条座户家人年月天次]|时候?[\u4e00-\u9fff]"
)
_CHAIN = re.compile(rf"[\u4e00-\u9fff]{{1,3}}?[{_TAIL}](?![\u4e00-\u9fff]?(?:[委干部主]|长))")
_NUMBERED = re.compile(
    r"(?:[\d一二三四五六七八九十甲乙ABC]{1,4}(?:号院|号楼(?![上下])|号|栋|幢|单元|组|社|队|座|楼|排|室|弄|期|区|米))+(?:[A-Z\d]{1,4}室?(?![\d年月日元万号个]))?"
)
_SPOT = re.compile(
    r"(?:大?门口|村口|路口|后面|对面|附近|旁边|边上|外面?|里面|[东西南北](?:边|侧|门|头|段|口)|前面|门前|楼下)(?![\u4e00-\u9fff]?(?:省|县|地))"
)
_AT = re.compile(r"(?:大?门口|后面|对面|附近|旁边|边上|门前)")
_ROADS = frozenset(("国道", "省道", "县道", "乡道"))
_LANDMARKS = frozenset(("广场", "公园", "市场", "车站", "桥", "工地", "码头", "大桥"))
_SIDE = re.compile(
    r"(?<![\u4e00-\u9fff])?(?P<side>(?:村|镇|乡|城|县城|屋|房)(?:东|西|南|北|头|尾)头?)(?=的|那|有|建|边|口|$|[，。,])"
)
_BEFORE = re.compile(rf"(?:{words('place_before')})$")
_OWNERS = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{1,8}?(?:小区|社区|街道|村|镇|乡))(?:物业|村?委|居委|[\u4e00-\u9fff]{0,4}(?:主任|村?支书|副?[镇乡村站所]长|书记|会计)|两委)"
)
_SUFFIXES = frozenset(listed("place_suffix"))
_COMPANY_TAIL = frozenset(("firm", "body", "brand", "title", "bare"))


def find(sentence: Sentence, scanned: Words) -> list[Found]:
    """Places by their endings, by the gazetteer, and those that name a body (杨家坝村委会)."""
    spans: dict[tuple[int, int], int] = {}
    for word in scanned.words:
        if "place" in word.kinds and (span := _span(sentence, scanned, word)) is not None:
            spans[span] = _weight(sentence, word, span)
        elif (
            word.kinds & {"firm", "body"}
            and scanned.edges[word.start] < word.start
            and _AT.match(sentence.folded, word.end)
        ):
            spans[scanned.edges[word.start], _tail(sentence.folded, word.end)] = 2
    for match in _SIDE.finditer(sentence.folded):
        if re.search(r"(?:在|把|从|^|[，。,])$", sentence.folded[: match.start()]):
            spans[match.span("side")] = 1
    for match in _OWNERS.finditer(sentence.folded):
        start = max(match.start(), scanned.edges[match.end("place") - 1])
        if match.end("place") - start > 2:
            spans[start, match.end("place")] = 1
    return _official(sentence, _longest(spans))


def _span(sentence: Sentence, scanned: Words, word: Word) -> tuple[int, int] | None:
    text, start = sentence.folded, _behind_firm(scanned, scanned.edges[word.start], word.start)
    name = text[start : word.start]
    if not name or name in _NOT_OF_NAME or len(name) > 12:
        end = _tail(text, word.end)
        return (word.start, end) if word.text in _BARE or word.text in _LANDMARKS and end > word.end else None
    numbered = word.text in _ROADS and re.fullmatch(r"[A-Z]?\d{1,3}", name)
    if len(name) < 2 and word.text in _WEAK or not sentence.free(start, word.end):
        return None
    if _NOT_A_NAME.search(name) and not numbered:
        return None
    if word.text in ("街", "路") and name[-1] in "镇乡村县" and text[word.end : word.end + 1] in "上边":
        return (start, word.start)
    if word.text == "街" and text[word.end : word.end + 1] == "上" and _is_known(sentence, start, word.start):
        return (start, word.start)
    if word.text == "路" and text[word.end : word.end + 1] == "过" and name[-1] in "口家边旁前门里面":
        return None
    end = word.end
    if word.text in ("镇", "乡", "村", "县", "街道", "社区") and (chain := _CHAIN.match(text, end)):
        inside = [
            each
            for each in scanned.words
            if end <= each.start < chain.end() and ("edge" in each.kinds or each.kinds & _COMPANY_TAIL)
        ]
        end = end if inside else chain.end()
    return (start, _tail(text, end)) if not _names_a_body(scanned, end) else None


def _is_known(sentence: Sentence, start: int, end: int) -> bool:
    """云溪街上: in the town and not a street of that name."""
    known = sentence.places.find(sentence.folded) if sentence.places else []
    return any((left, right) == (start, end) for left, right, _ in known)


def _behind_firm(scanned: Words, start: int, end: int) -> int:
    """Where the place begins whose firm was named right before it (宏达公司滨江新城工地)."""
    return max([start] + [each.end for each in scanned.words if "firm" in each.kinds and start < each.end <= end - 2])


def _names_a_body(scanned: Words, end: int) -> bool:
    """Whether the name goes on and ends in a body (花园街派出所)."""
    return any(
        word.start >= end
        and scanned.edges[word.start] < end
        and word.kinds & _COMPANY_TAIL - {"bare"}
        and word.start - end <= 6
        for word in scanned.words
    )


def _tail(text: str, end: int) -> int:
    if match := _NUMBERED.match(text, end):
        end = match.end()
    if match := _SPOT.match(text, end):
        end = match.end()
    return end


def _weight(sentence: Sentence, word: Word, span: tuple[int, int]) -> int:
    before = sentence.folded[max(0, span[0] - 3) : span[0]]
    weak = word.text in _WEAK
    if before.endswith("不是"):
        return -9
    return 2 - weak + 2 * bool(_BEFORE.search(before)) + (len(word.text) > 1)


def _longest(spans: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    kept: dict[tuple[int, int], int] = {}
    for span in sorted(spans, key=lambda each: each[0] - each[1]):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept[span] = spans[span]
    return kept


def _official(sentence: Sentence, spans: dict[tuple[int, int], int]) -> list[Found]:
    """The spans with the official names of the gazetteer put in; known places that no rule found are added."""
    known = sentence.places.find(sentence.folded) if sentence.places else []
    found = []
    for (start, end), weight in sorted(spans.items()):
        value = sentence.folded[start:end]
        for left, right, name in reversed(known):
            if start <= left and right <= end and value[right - start :] not in _SUFFIXES:  # 双河大桥 stays
                value = value[: left - start] + name + value[right - start :]
                weight += 2
        found.append(sentence.found("place", value, start, end, weight=weight))
    for left, right, name in known:
        if all(right <= start or end <= left for start, end in spans):
            chain = _CHAIN.match(sentence.folded, right) if name[-1] in "乡镇道" else None
            end = chain.end() if chain else right
            found.append(sentence.found("place", name + sentence.folded[right:end], left, end, weight=5))
    return sorted(found, key=lambda each: each.start)
