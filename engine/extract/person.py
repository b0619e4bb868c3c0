"""The citizen's own name, lists of representatives, and the person someone files for."""

from __future__ import annotations

import re
from datetime import date

from engine.extract.folding import fold, still
from engine.extract.found import Found, Sentence
from engine.extract.words import listed, words

HAN = "\u4e00-\u9fff"
SURNAME = rf"(?:{words('compound_surnames')}|[{''.join(listed('surnames'))}])"
_DOTTED = rf"[{HAN}]{{2,6}}(?:[·•・‧.][{HAN}]{{2,6}}){{1,3}}"
_FULL = re.compile(rf"(?:{_DOTTED}|(?:{words('compound_surnames')})[{HAN}]{{1,2}}|{SURNAME}[{HAN}]{{1,2}})")
_FULL_ANSWER = re.compile(rf"(?:{_DOTTED}|(?:{words('compound_surnames')})[{HAN}]{{1,2}}|{SURNAME}[{HAN}]{{1,3}})")
_FOREIGN = rf"[{''.join(listed('transliterated'))}]{{4,6}}(?=$|[^{HAN}]|[在是住来])"
_FOREIGN_SOUND = re.compile(rf"[{''.join(listed('transliterated'))}]{{2,6}}")
NOT_A_NAME = re.compile(rf"{words('not_a_name')}|某")
_AFTER = "".join(listed("after_a_name"))
_NO_VERB = rf"(?!{words('verb_like_surnames')})"
_END = r"(?=$|[\s，。；！？、,;!?.:()\d\"”'])"
_SURE = (
    r"(?:(?<![人的妈爸亲子女公婆弟哥姐妹])(?:我|俺|咱)(?:的)?(?:名字)?(?:就)?叫做?"
    r"|(?<![人的])(?:我的?|本人)?(?:姓名|名字)(?:是|叫|为|[:：])\s?"
    r"|(?<![人的])(?:名字|姓名)[^，。；\d]{0,3}(?:错|不对)了?[，,\s]*(?:应该|应当)?[是叫]"
    r"|本人(?:叫|姓名|名叫)|(?:我|俺)的?(?:大名|本名|真名)(?:是|叫)?|实名[:：]\s?"
    rf"|(?<!被)(?:投诉|反映|举报|申请|申诉|来信|来访|上访|信访|控告)人(?:姓名)?(?:是|叫|[:：]|{_NO_VERB})|签[名字][:：]|署名[:：]"
    rf"|姓名\s?{_NO_VERB})(?:个(?!人))?\s*"
)
_ROLE = (
    r"(?:村民|受害人|受害者|残疾人|伤者|患者|低保户|贫困户|司机|车夫|个体户|消费者|租客|购房人|股民|储户|学员|会员|业主|居民|退役军人|退伍军人|退伍兵|老兵|学生家长|家长|工人|农民工|职工|员工|群众|教师"
    r"|租户|商户|党员|市民|老师|户主)"
)
_MAYBE = (
    rf"(?:(?:我|俺)就?是(?:[^，。；,;\s]{{1,8}}的)?[^，。；,;\s]{{0,6}}?{_ROLE}?"
    rf"|本人(?:[是系][^，。；,;\s]{{0,8}}?{_ROLE})?)\s{{0,6}}"
)
_STATED = re.compile(
    rf"{_SURE}(?P<sure>{_FOREIGN}|{_FULL.pattern})|{_MAYBE}(?P<maybe>{_FULL.pattern})(?:{_END}|(?=我|今年|现?家?住在?|现居|[男女]|电话|手机|身份证))"
)
_BY_SURNAME = re.compile(
    rf"(?:我|俺|本人|免贵)\s?姓(?P<surname>{SURNAME})[，,\s、]*(?:[{HAN}]{{1,3}}(?P=surname)[，,\s、]*)?"
    rf"(?:(?:我|俺)?(?:名字|全名|大名)?(?:叫|是)?\s?(?P<full>(?P=surname)[{HAN}]{{1,2}}){_END}|名?叫(?P<given>[{HAN}]{{1,2}}){_END}"
    rf"|单名一?个?(?P<single>[{HAN}])字?)"
)
_SIGNED = re.compile(
    rf"(?:^|[，。；！？,;!?\s])(?P<name>{_FULL.pattern})[，,、\s:：]*(?:电话|手机|联系电话|联系方式|号码)?[:：]?\s?(?=(?:\+?86)?1[3-9]\d)"
)
_PREFIX = re.compile(
    rf"^(?:(?:不是[{HAN}]{{1,4}}?[，,\s]*(?=是|叫)|不是|(?:名字|姓名)?[写打说填记弄]错了|更正|对了|嗯|哦|噢|啊|那|就|先|你|您|给我|帮我|好的?|行|改成|改为|换成|填写|填|写|记|登记|用)[，,\s]*){{0,5}}"
    rf"(?:(?:{_SURE})|(?:我|俺)是|(?:我的?)?(?:真名|大名|名字|姓名)(?:是|叫)?|我|叫|是)?\s*"
)
_CALLED = re.compile(rf"[，,\s]叫(?P<name>{_FULL_ANSWER.pattern}){_END}")
_TAIL = re.compile(r"(?:[，,。.！!\s]|啊|吧|呀|呢|哈|嘛|先生|女士|同志|这个名字?|好了|就行|就好)+$")


def find(sentence: Sentence) -> list[Found]:
    """The citizen's own name, only where it is stated."""
    folded = sentence.folded
    found = []
    for match in _BY_SURNAME.finditer(folded):
        name = match["full"] or match["surname"] + (match["given"] or match["single"])
        if not NOT_A_NAME.search(name):
            start = match.start("full") if match["full"] else match.start("surname")
            found.append(sentence.found("name", name, start, match.end(), weight=2))
    for match in _STATED.finditer(folded):
        group = "sure" if match["sure"] else "maybe"
        name = cut_name(match[group], folded[match.end(group) :]) if group == "sure" else match[group]
        if _is_name(name) and not (group == "maybe" and name[-1] in "人户的"):
            start = match.start(group)
            found.append(sentence.found("name", name, start, start + len(name), weight=2 if group == "sure" else 1))
    if not found:
        found = [
            sentence.found("name", match["name"], *match.span("name"))
            for match in _SIGNED.finditer(folded)
            if _is_name(match["name"])
        ]
    sentence.taken += [(each.start, each.end) for each in found]
    return found


def cut_name(name: str, after: str) -> str:
    """A name without the first word after it, where no mark stands between (我叫张伟在工地)."""
    if "·" in name or len(name) < 3 or re.match(_END, after):
        return name
    return name[:-1] if name[-1] in _AFTER else name


def _is_name(name: str) -> bool:
    return len(name) >= 2 and not NOT_A_NAME.search(name)


def parse_name(text: str) -> str | None:
    """The name in a bare answer; 匿名 and the like are none."""
    folded = still(fold(text)).strip()
    if match := _BY_SURNAME.search(folded):
        name = match["full"] or match["surname"] + (match["given"] or match["single"])
        return name if not NOT_A_NAME.search(name) else None
    if match := _STATED.search(folded):
        name = match["maybe"] or cut_name(match["sure"], folded[match.end() :])
        if _is_name(name):
            return name
    if (match := _CALLED.search(folded)) and _is_name(match["name"]):
        return match["name"]
    bare = re.split(r"[，,。；;\s]", _TAIL.sub("", _PREFIX.sub("", folded)))[0]
    return bare if _bare_name(bare) else None


def _bare_name(bare: str) -> bool:
    if NOT_A_NAME.search(bare) or bare[-1:] in "的了吗呢吧镇村县市区":
        return False
    return bool(_FULL_ANSWER.fullmatch(bare) or re.fullmatch(_DOTTED, bare) or _FOREIGN_SOUND.fullmatch(bare))


_BETWEEN = re.compile(r"[、，,；;\s/和与及跟]|以及|还有|另外|外加")
_LIST_PREFIX = re.compile(
    r"^.*?(?:代表(?:人)?(?:是|为|有|就是|[:：])|推选了?|我们选了?|选(?:了|出)?|分别是|名单(?:是|[:：])|我们是|有|就是|是|[:：])\s*"
)
_LIST_TAIL = re.compile(
    r"(?:[一二两三四五六七八九十\d]{1,5}\s?(?:个人|个|人|位|名)?(?:代表|人)?|等.*|做代表|当代表|为代表|代表|来反映|一起)[。.！!吧\s]*$"
)


def parse_names(text: str) -> list[str]:
    """The persons of a list in the order given: 秦小雨、谢芳和卓玛三个人."""
    folded = fold(text).strip(" 。.！!")
    stripped = _LIST_PREFIX.sub("", folded, count=1)
    for source in (folded, stripped):
        names = _split(_LIST_TAIL.sub("", source))
        if names:
            return names
    names = [name for part in re.split(r"[、，,；;\s]|和|以及", stripped) if (name := parse_name(part))]
    return list(dict.fromkeys(names))


def _split(source: str) -> list[str]:
    """All names, or none unless every part is one; 和 inside a name (周和平) is no mark."""
    names: list[str] = []
    for part in re.split(r"[、，,；;\s/]+|以及|还有|另外|外加", source):
        if not part:
            continue
        if _bare_name(part) and len(part) <= 4 or "·" in part and _bare_name(part):
            names.append(part)
            continue
        halves = next((pair for pair in _halves(part) if all(map(_bare_name, pair))), None)
        if halves is None:
            return []
        names += halves
    return list(dict.fromkeys(names))


def _halves(part: str) -> list[list[str]]:
    return [[part[:at], part[at + 1 :]] for at in range(1, len(part) - 1) if part[at] in "和与及跟同"] + [
        list(filter(None, re.split(r"[和与及跟同]", part)))
    ]


_LISTED = re.compile(
    r"(?:代表(?:人)?(?:是|为|有|就是|[:：])|推选了?|我们选了?|分别是|名单(?:是|[:：]))\s*(?P<list>[^。；！？\n]{4,60})"
)


def find_names(sentence: Sentence) -> list[Found]:
    """A list of representatives inside a longer text."""
    found = []
    for match in _LISTED.finditer(sentence.folded):
        names = parse_names(match["list"])
        if len(names) >= 2:
            end = max(sentence.folded.find(name, match.start("list")) + len(name) for name in names)
            found.append(sentence.found("names", names, match.start("list"), end))
    return found


_KIN = words("kin")
_FILING = r"(?:反映|投诉|举报|登记|申请|申诉|办|写|填|来|问|讨|要个|上访|信访|报|递|提)"
_BEHALF = re.compile(
    rf"(?:替|代替|代表|代)(?P<sure>(?:我|俺|咱)?(?:们)?(?:家)?(?:的)?(?:{_KIN})(?P<n1>{SURNAME}(?:某某?|[{HAN}]{{1,2}}))?)"
    rf"|(?:帮|为|给|受)(?P<maybe>(?:我|俺|咱)(?:家)?(?:的)?(?:{_KIN})(?P<n2>{SURNAME}(?:某某?|[{HAN}]{{1,2}}))?)(?=(?:来|委托)?{_FILING}|委托|托)"
)
_WHO = re.compile(rf"(?P<who>(?:我|俺|咱)?(?:家)?(?:的)?(?:{_KIN})(?:{SURNAME}(?:某某?|[{HAN}]{{1,2}}))?)")


def find_behalf(sentence: Sentence) -> list[Found]:
    """Whom the citizen files for: 我妈, 我父亲康某."""
    found = []
    for match in _BEHALF.finditer(sentence.folded):
        group = "sure" if match["sure"] else "maybe"
        named = match["n1"] or match["n2"] or ""
        start, end = match.span(group)
        end = end - len(named) + len(_without_verb(named, sentence.folded[end:])) if named else end
        found.append(sentence.found("on_behalf_of", sentence.folded[start:end], start, end))
    return found


def _without_verb(name: str, after: str) -> str:
    """The name after a kinship word, or nothing where it is the next word (替我妈来办)."""
    if re.match(r"来|向|时|和|管|解|查|办|应|代|申|问", name) or NOT_A_NAME.search(name) and "某" not in name:
        return ""
    return name[:-1] if len(name) > 2 and name[-1] in _AFTER + "办反投登申讨" and "某某" not in name else name


def parse_behalf(text: str) -> str | None:
    """The person in a bare answer: 替我母亲康秀英办的, 我母亲康秀英, 康秀英."""
    folded = fold(text).strip(" 。，,.")
    sentence = Sentence(folded, folded, date.min)
    if found := find_behalf(sentence):
        return str(found[0].value)
    if match := _WHO.search(folded):
        return match["who"]
    return parse_name(folded)
