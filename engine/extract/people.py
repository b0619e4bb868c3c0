"""How many people or households file together."""

from __future__ import annotations

import re

from engine.extract.found import Found, Sentence
from engine.extract.numerals import to_number

_CN = "〇零一二两三四五六七八九十百千俩仨"
_NUMBER = (
    rf"(?P<number>\d{{1,5}}|[{_CN}]{{1,6}}|几百|几十|好几十|十几|好几|几|上百|上千|百十|成百)\s?(?P<more>多|来|余|几)?"
)
_WHO = (
    r"(?P<who>户人家|多户|户|家人家|家(?!公司|店|厂|单位|企业|医院|银行|里)"
    r"|个(?:人|工人|工友|业主|村民|居民|家长|家庭|租户|商户|老工人|老兵|退休\w{0,2}|职工|员工|同事|代表|邻居|姐妹|兄弟)?"
    r"(?![月年星礼小钟])|号(?:人|工人|业主|村民|住户|员工)|人|口子|名|位)"
)
_WE = r"(?:连我(?:在内)?|我们|咱们|俺们|俺|咱|[俺咱我](?=[村组院楼庄镇乡班队厂])|大伙儿?|大家伙?|我们大家)"
_GAP = (
    r"(?P<gap>(?:这|这儿|村|庄|镇|乡|队|小区|全村|全楼|全小区|全班|全厂|全组|楼|单元|组|工地|厂|班|里|上|的|有|一共|总共|共|也|那|院|栋"
    r"|全院|附近|周边|被欠薪的|受害的|工友|工人|业主|村民|家长|员工|职工|住户|兄弟|姐妹|老师)*)\s?"
)
_TOGETHER = re.compile(
    r"一起|一块儿?|联名|集体|共同|联合|都来|结伴|合伙来|代表|都(?:没|要|想|不|签|等|是)|签了?名?字|按了?手印|反映|上访|要求|受害"
)
_STATED = re.compile(rf"{_WE}{_GAP}{_NUMBER}{_WHO}")
_WHOLE = re.compile(
    rf"(?:一共|总共|全村|全楼|全小区|整栋楼|工友|业主|村民|居民|邻居)?{_NUMBER}{_WHO}[^，。；！？]{{0,6}}?"
    r"(?:一起|一块儿?|联名|集体|共同|联合|签了?[名字]|按了?手印)(?!钱|经济|企业|合同|土地|户)"
)
_ROUGH = {
    "几百": 200,
    "几十": 20,
    "好几十": 30,
    "十几": 10,
    "好几": 3,
    "几": 3,
    "上百": 100,
    "上千": 1000,
    "百十": 100,
    "成百": 100,
}


def find(sentence: Sentence) -> list[Found]:
    """Counts of people or households with a sense of "we" or "together"; of 四十多 the least."""
    found: list[Found] = []
    if not any(char in sentence.folded for char in "户家人个名位口"):
        return found
    for pattern in (_STATED, _WHOLE):
        for match in pattern.finditer(sentence.folded):
            if any(each.start < match.end() and match.start() < each.end for each in found):
                continue
            value = _value(match["number"])
            if value and value > 1 and _together(match, sentence.folded):
                found.append(sentence.found("headcount", value, match.start("number"), match.end("who")))
    return found


def parse_headcount(text: str) -> int | None:
    """The number in a bare answer: 七户, 三个人, 12."""
    match = re.search(_NUMBER, text)
    return _value(match["number"]) if match else None


def _value(number: str) -> int | None:
    if number in _ROUGH:
        return _ROUGH[number]
    value = to_number(number)
    return value if isinstance(value, int) else None


def _together(match: re.Match[str], folded: str) -> bool:
    if match["who"] == "个" and re.match(r"[^，。；！？人]", folded[match.end() :]) and "gap" in match.re.groupindex:
        return bool(
            re.match(
                r"都|一起|联|集体|想|要|来|被|在|的|工|老|业|村|学生家|家长|商|租|职|员|兄|姐|同", folded[match.end() :]
            )
        )
    if "gap" not in match.re.groupindex or not match["gap"]:
        return True
    return "有" not in match["gap"] or bool(_TOGETHER.search(folded))
