"""The body, company or person complained about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.extract.found import Found, Sentence
from engine.extract.lexicon import Word, Words
from engine.extract.person import HAN, NOT_A_NAME, SURNAME, cut_name
from engine.extract.words import listed, words

_THRESHOLD = 3
_LONGEST_NAME = 16
_NOT_BARE = frozenset(listed("not_bare"))
_BARE = frozenset(listed("bare_firm")) | frozenset(listed("bare_body")) | frozenset(listed("role"))
_SOFT = frozenset(
    "送修建装拆盖铺租卖做打经连同自于当任回走看干追收交开用告"
)  # verbs that also end a firm's name (快送公司)
_VERB_LIKE = frozenset(listed("verb_like_surnames"))  # 老板应该…, 司机时常… begin with a surname too
_LEADERS = listed("leader")
_BARE_TITLE = frozenset(listed("title_bare"))
_NOT_OF_NAME = frozenset(listed("not_of_name"))
_BRAND_NOT = frozenset(listed("brand_not"))
_TRADE = frozenset(listed("trade"))
_COUNTED_INSIDE = re.compile(
    r"[一二三四五六七八九十百千两几\d]{1,8}(?:[多几来]?)[户个家人套间年月天次岁万块亩]|时候?[\u4e00-\u9fff]"
)
_COUNT = re.compile(
    rf"^(?:[一二三四五六七八九十两几\d]+(?:[个家名位间]|(?=$))|第[一二三]|这个|那个|某个?|全|(?:单位|公司|物业|学校|医院)(?=[{HAN}]{{2}}))"
)
_NAME = re.compile(rf"{SURNAME}(?:某某?|[{HAN}]{{1,2}})")
_SO_AND_SO = re.compile(rf"(?P<name>{SURNAME}某某?)(?![{HAN}]?(?:镇|村|乡|县|公司))")
_NEAR = re.compile(rf"(?:{words('near_person')})的?(?P<name>{SURNAME}(?:某某?|[{HAN}]{{1,2}}))")
_HOUSE = re.compile(
    rf"(?P<house>(?:[东西南北村]头|前院|后院|隔壁|对门|楼上|楼下|邻居)?老{SURNAME}家|[{HAN}]?[一二三四五六七八九十\d]{{1,4}}(?:楼|零\d|\d\d)(?:那家|那户|住户|人家|的?邻居|业主)"
    r"|(?:楼上|楼下|隔壁|对门|邻居)(?:那家(?![\u4e00-\u9fff]{1,4}(?:公司|店|厂|馆|铺|机构))|那户|那家人|住户|人家|邻居|业主))"
)
_NEXT_DOOR = re.compile(
    r"(?:隔壁|楼[上下]|对[门面]|门口|旁边|附近|村[口头里]|小区里)(?:的|那家|那个|有家|有个|这家|开的?)?$"
)
_SURNAMED = re.compile(rf"姓{SURNAME}(?![{HAN}]?名)")
_NEIGHBOUR = re.compile(rf"(?:{words('near_person')})姓{SURNAME}(?![{HAN}]?名)")
_OLD = re.compile(rf"老(?![师板人家乡婆公总时远早]){SURNAME}头?")
_PRONOUN = re.compile(r"[她他]$")
_FOR_OTHER = re.compile(rf"(?:替|帮|代|为|给)[我俺咱]?们?家?的?(?:{words('kin')})")
_APP = re.compile(
    rf"叫做?[\"“‘《]?(?P<name>[{HAN}A-Za-z0-9]{{2,8}}?)[\"”’》]?的?(?P<kind>APP|app|App|软件|平台|网站|公众号|小程序|直播间|网店)"
)
_COMPLAIN = re.compile(rf"(?:{words('complain')})(?:的是|了|一下|的就是|:)?\s?(?:我们|咱们?|俺们)?(?:这个?|一家|某)?$")
_ASK = re.compile(rf"(?:{words('ask_body')})(?:我们|你们|咱们?|当地|有关|上级|相关|贵|一下|各|政府|能|到|去|和|、)*$")
_WISHED = re.compile(r"(?:建议|希望|盼望?|期盼)(?:我们|咱们?|在|各|能|让)?$")
_ASKED = re.compile(rf"(?:{words('asked_before')})(?:了|到|过|我们|咱们?|当地)*$")
_APPLIED = re.compile(r"^[^，。；]{0,2}(?:申请|提交|递交|交了|报名|要求|买|签|订|借)")
_OWN = re.compile(r"(?:我|俺|自己|我们|咱)(?:家)?(?:的|家|开的?|开了?个?小?|办的?|经营的?|自己的?|这个?)$")
_PAYS = re.compile(r"^(?:赔|补发|退还|返还|还我|道歉|把|给我|退|补)")
_HELPS = re.compile(
    r"^(?:(?:也|都|还)?[来去](?:劝|调解|看过|协调|调处|人看)|调解|劝|协调|受理|帮|出面|介入|认定|来查|查处|管一?管|管不管|调查处理)"
)
_REPORTING = re.compile(r"举报|检举|控告|揭发")
_ONCE = re.compile(r"(?:进|分到|分配到|调到|调进|招进|招到)(?:的|了)?$")  # 1979年进的县农机厂: the story before
_SCENE = re.compile(r"^被[几人别他]|^挨打|^摔")
_FOUND_BOTH = re.compile(r"(?:找|问|跑)(?:了|过)?[\u4e00-\u9fff]{2,6}[和与、]$")  # 找社区和物业都说劝不动
_NEGLECT = re.compile(r"不管|不理|不作为|不处理|没下文|推|不了了之|敷衍|偏")
_KIN = re.compile(rf"(?:{words('kin')})(?:名字)?$")
_AT = re.compile(r"(?:大?门口|后面|对面|附近|旁边|边上|后边|前面|门前)")
_PREDICATE = re.compile(words("predicate"))
_DEALT = re.compile(r"(?:被|跟着?|在|和|与|入职|遭|叫|从|收到|接到|是)$")


@dataclass(frozen=True)
class Candidate:
    """A possible respondent; `kind` is firm, body or person; `base` says how much it is worth by itself."""

    start: int
    end: int
    kind: str
    base: int


def find(sentence: Sentence, scanned: Words) -> list[Found]:
    """Every respondent that the words around it speak for, best by weight."""
    candidates = [
        each
        for each in _longest(_organisations(sentence, scanned) + _persons(sentence, scanned))
        if (each.kind == "person" or not _AT.match(sentence.folded, each.end))
        and not sentence.folded.endswith("不是", 0, each.start)
    ]
    found: list[Found] = []
    helper_end = -1
    reporting = bool(_REPORTING.search(sentence.folded))
    for order, each in enumerate(candidates):
        if _helps(sentence, each, helper_end):
            helper_end = each.end
            continue
        following = candidates[order + 1].start if order + 1 < len(candidates) else len(sentence.folded)
        weight = _score(sentence, each, following) + 2 * (reporting and each.kind == "person")
        weight += order == 0 and each.base > 1
        if weight >= _THRESHOLD:
            value = sentence.folded[each.start : each.end]
            found.append(sentence.found("respondent", value, each.start, each.end, weight=weight))
    return found


def _organisations(sentence: Sentence, scanned: Words) -> list[Candidate]:
    found = []
    for word in scanned.words:
        if word.kinds & {"firm", "body", "brand", "bare", "role"}:
            candidate = _organisation(sentence, scanned, word)
            if candidate is not None:
                found.append(candidate)
    for match in _APP.finditer(sentence.folded):
        found.append(Candidate(*match.span("name"), "firm", 6))
    return found


def _organisation(sentence: Sentence, scanned: Words, word: Word) -> Candidate | None:
    start = scanned.edges[word.start]
    if counted := _COUNT.match(sentence.folded[start : word.start]):
        start += counted.end()
    if start and sentence.folded[start - 1] in "那这" and sentence.folded[start] == "家":
        start += 1  # 那家装修公司
    name = sentence.folded[start : word.start]
    if not name and word.text in _NOT_BARE and word.start > 1 and sentence.folded[word.start - 1] in _SOFT:
        start = scanned.edges[word.start - 1]
        name = sentence.folded[start : word.start] if word.start - start >= 3 else ""
    kind = "body" if "body" in word.kinds or word.text in listed("bare_body") else "firm"
    if not name or name in _NOT_OF_NAME or word.kinds == {"role"}:
        if word.text in _NOT_BARE and "firm" in word.kinds and _NEXT_DOOR.search(sentence.folded[: word.start]):
            return Candidate(word.start, word.end, kind, 3)
        bare = word.text in _BARE or (len(word.text) >= 3 and word.text not in _NOT_BARE and "brand" not in word.kinds)
        base = 2 if len(word.text) >= 3 and word.text not in _BARE else 1
        return Candidate(word.start, word.end, kind, base) if bare else None
    if _COUNTED_INSIDE.search(name):
        return None
    if "place" in word.kinds:  # 社区 is first of all a place
        return Candidate(start, word.end, kind, 1)
    if len(name) > _LONGEST_NAME or "bare" in word.kinds and not word.kinds & {"firm", "body", "brand"}:
        return (
            Candidate(word.start, word.end, kind, 1)
            if word.text in _BARE and len(name) > _LONGEST_NAME
            else (Candidate(start, word.end, kind, 3) if word.text in _BARE else None)
        )
    if not word.kinds & {"firm", "body"} and (not 2 <= len(name) <= 6 or name in _BRAND_NOT):
        return Candidate(word.start, word.end, kind, 1) if word.text in _BARE else None
    return Candidate(start, word.end, kind, 5 if kind == "firm" and name not in _TRADE else 4)


def _persons(sentence: Sentence, scanned: Words) -> list[Candidate]:
    found = [
        person
        for word in scanned.words
        if "title" in word.kinds
        if (person := _titled(sentence, scanned, word)) is not None
    ]
    found += [Candidate(*match.span(), "person", 5) for match in _NEIGHBOUR.finditer(sentence.folded)]
    for match in _SO_AND_SO.finditer(sentence.folded):
        found.append(_with_post(sentence, scanned, *match.span("name")))
    houses = {match.end("house"): match.start("house") for match in _HOUSE.finditer(sentence.folded)}
    for match in _NEAR.finditer(sentence.folded):
        own = match[0].startswith("叫") and _is_kin(sentence.folded[: match.start()])
        if not own and (name := _person_name(sentence, scanned, *match.span("name"))):
            start = houses.pop(match.start("name"), match.start("name"))
            found.append(Candidate(start, match.start("name") + len(name), "person", 6))
    found += [Candidate(start, end, "person", 5) for end, start in houses.items()]
    return found


def _is_kin(before: str) -> bool:
    """我老公叫周强; 我替我妈说，她叫吴秀珍."""
    return bool(_KIN.search(before) or _PRONOUN.search(before) and _FOR_OTHER.search(before))


def _person_name(sentence: Sentence, scanned: Words, start: int, end: int) -> str:
    """The name at [start, end) without the word after it; empty where no person is meant."""
    name = sentence.folded[start:end]
    if "某" in name:
        return name
    if name[0] in _VERB_LIKE or NOT_A_NAME.search(name) or not _not_a_word(scanned, start, end):
        return ""
    name = cut_name(name, sentence.folded[end:])
    return name if len(name) > 1 and sentence.free(start, start + len(name)) else ""


def _not_a_word(scanned: Words, start: int, end: int) -> bool:
    return not any(word.start <= start < word.end and word.end - word.start > 1 for word in scanned.words)


def _titled(sentence: Sentence, scanned: Words, word: Word) -> Candidate | None:
    """A post with a name (镇长马某), a surname (陈主任) or a place (县中医院院长)."""
    text = sentence.folded
    start, end = scanned.edges[word.start], word.end
    named = _NAME.match(text, end)
    if named and (name := _person_name(sentence, scanned, *named.span())):
        return Candidate(start if word.start - start <= _LONGEST_NAME else word.start, end + len(name), "person", 7)
    if surnamed := _SURNAMED.match(text, end):
        return Candidate(word.start, surnamed.end(), "person", 6)
    if old := _OLD.match(text, end):
        return Candidate(word.start, old.end(), "person", 6)
    before = text[start : word.start]
    if before and re.fullmatch(rf"{SURNAME}", before):
        return Candidate(_owner(sentence, scanned, start), end, "person", 6)
    if before and len(before) <= _LONGEST_NAME and before not in _NOT_OF_NAME and len(before) > 1:
        leads = word.text.endswith(_LEADERS) and _has_post(scanned, start, word.start)
        return Candidate(start, end, "person", 4) if leads or word.text in _BARE_TITLE else None
    return Candidate(word.start, end, "person", 2) if word.text in _BARE_TITLE else None


def _has_post(scanned: Words, start: int, end: int) -> bool:
    return any(
        start <= word.start and word.end <= end and word.kinds & {"firm", "body", "brand", "bare", "place"}
        for word in scanned.words
    )


def _with_post(sentence: Sentence, scanned: Words, start: int, end: int) -> Candidate:
    """马某, together with the body or post named right before."""
    left = scanned.edges[start]
    if (
        start - left <= _LONGEST_NAME
        and left < start
        and (
            _has_post(scanned, left, start)
            or any(word.end == start and "title" in word.kinds for word in scanned.words)
        )
    ):
        return Candidate(left, end, "person", 7)
    return Candidate(_owner(sentence, scanned, start), end, "person", 7)


def _owner(sentence: Sentence, scanned: Words, start: int) -> int:
    """Where the body begins whose person this is (环保执法队的郑某)."""
    if start < 2 or sentence.folded[start - 1] != "的":
        return start
    for word in scanned.words:
        if word.end == start - 1 and word.kinds & {"firm", "body"}:
            return scanned.edges[word.start]
    return start


def _longest(candidates: list[Candidate]) -> list[Candidate]:
    """Of overlapping ones the longest; a person over the body inside."""
    kept: list[Candidate] = []
    for each in sorted(candidates, key=lambda one: (one.start - one.end, -one.base)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)


def _helps(sentence: Sentence, each: Candidate, helper_end: int) -> bool:
    """Whether a public body is asked for help, or gave some, and is not complained about."""
    left, right = sentence.clause(each.start, each.end)
    before, after = sentence.folded[left : each.start], sentence.folded[each.end : right]
    if _WISHED.search(before) and not _PAYS.match(after):
        return True
    if _FOUND_BOTH.search(before):
        return True
    if each.kind != "body" and not (each.kind == "person" and each.base <= 4):
        return False
    if helper_end >= 0 and re.fullmatch(r"[和与及、跟或]|以及|还有", sentence.folded[helper_end : each.start]):
        return True
    if _HELPS.match(after) and not _NEGLECT.search(after):
        return True
    return bool(_ASK.search(before)) and not _PAYS.match(after)


def _score(sentence: Sentence, each: Candidate, following: int) -> int:
    """How strongly the words around speak of a complaint about it; `following` is where the next candidate stands."""
    left, right = sentence.clause(each.start, each.end)
    before, after = sentence.folded[left : each.start], sentence.folded[each.end : right]
    if _OWN.search(before):
        return -1
    if _SCENE.match(after) and before.endswith("在"):
        return 0
    score = each.base - 2 * bool(_ONCE.search(before))
    if _COMPLAIN.search(before):
        score += 4
    elif _DEALT.search(before):
        score += 1 + (each.base == 1)
    elif _ASKED.search(before) and not _APPLIED.match(after) and each.kind != "person":
        score -= 3 if each.kind == "body" else 1
    if _PREDICATE.search(after):
        return score + 2
    next_end = sentence.clause(right + 1, right + 1)[1]
    return score + (following >= next_end and bool(_PREDICATE.search(sentence.folded[right + 1 : next_end])))
