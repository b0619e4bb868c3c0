"""What was done before, or that nothing was: earlier petitions, court, arbitration, reconsideration."""

from __future__ import annotations

import re

from engine.extract.found import Found, Sentence

_BODY = (
    r"(?:复议|复核|复查|仲裁|诉讼|官司|起诉|法院|信访|上访|举报|投诉|反映|报警|调解|申诉|热线|12345|市长|劳动局|鉴定)"
)
_DONE = re.compile(
    rf"(?:(?:还|也|从来|从|都|一直)?(?:没有?|未)(?:再)?(?:去|向|找|打|申请|提|走|经|做|报|起|上|投|反|举|问|告|到)[^，。；！？]{{0,8}}?(?:{_BODY}|过|政府|部门|别的|哪))"
    r"|(?:打|找|去|问|反映|投诉|举报|报|信访|上访|起诉|申请|告|求|跑|催|交涉|协商|吵|谈|闹|调解|仲裁|复议)[^，。；！？]{0,10}?过"
    r"|(?:打了|找了|去了|问了|反映了?|投诉了|报了|报警|报了案|跑了)[^，。；！？]{0,8}?(?:次|回|趟|遍|年|个月|政府|部门|案|警)"
    r"|(?:法院|仲裁委?|仲裁庭)[^，。；！？]{0,10}?(?:判|裁决|裁定|立案|受理|调解)"
    r"|(?:一审|二审|再审|终审|已经?(?:起诉|申请|立案|报警|提起)|正在[^，。；！？]{0,3}(?:官司|仲裁|诉讼|复议|起诉|调解)"
    r"|第[二三四五六七八九十\d]+[次回趟][^，。；！？]{0,4}(?:来|找|上访|信访|反映|投诉)|头一[次回][^，。；！？]{0,3}(?:来|反映|投诉|信访|上访)"
    r"|(?:跟|向|给|和)[^，。；！？]{1,8}(?:说|反映|汇报|讲|提)[过了]|调解(?:过|了|不成|失败|书)|写[过了][^，。；！？]{0,8}(?:信|材料)|官司[^，。；！？]{0,4}[打赢输判]|(?:仲裁|复议|诉讼|官司|鉴定)(?:都|也|已经?|是|给|打)?[赢输胜败]了?|(?:复议|仲裁|一审|二审|再审|法院|判决)[^，。；！？]{0,4}(?:维持|驳回|撤销|改判|不予)|写信[给到向]|寄[了过出][^，。；！？]{0,6}(?:信|材料)|[拨打](?:了|过|通了?)(?:市长|政府|政务|便民)?(?:热线|1\d{4}(?!\d)|110)|[赢输]了?官司|(?:派出所|公安|警察|法院|警方)[^，。；！？]{0,4}立(?:了?案|过案))"
)
_RESULT = re.compile(
    r"^\s?(?:说|没|也没|还没|都没|都说|叫|让|推|一直|到现在|至今|不理|不管|不给|不来|就|结果|都不|也不|没人|人家|他们说|互相|踢皮球|对方|只|答复|后来|还是|可|但|(?:他|她|它|人家|厂里|公司|村里|镇上)(?:们)?(?:不|没|说|就|还))"
)
_NOT = re.compile(
    r"(?:医院|诊所|大夫|医生)[^，。；]{0,3}[看查治住][^，。；]{0,3}过|(?:没有?发|干|做|交|休|买|吃|打工|打架|打我|被打|打伤)[^，。；]{0,2}过|打过[我他她人孩]|难过|找过(?:工作|活|对象|房|厂|我[们]?$)|经过|通过|超过|过期|过年|过去的|不过|过敏|过分|过户|过世|过道|过半|过来|上过[学班]|当过兵|家闹过|路过|过高|过重|过程|过节|错过|罪过|功过"
)
_LONGEST_RESULT = 16


def find(sentence: Sentence) -> list[Found]:
    """The clauses that tell of earlier handling, together with the result that follows."""
    found: list[Found] = []
    clauses = [match.span() for match in re.finditer(r"[^，。；！？,;!?\n]+", sentence.folded)]
    at = 0
    while at < len(clauses):
        start, end = clauses[at]
        at += 1
        if not _tells(sentence.folded[start:end]):
            continue
        while at < len(clauses) and _continues(sentence.folded, end, *clauses[at]):
            end = clauses[at][1]
            at += 1
        start += len(sentence.folded[start:end]) - len(sentence.folded[start:end].lstrip())
        found.append(sentence.found("prior_handling", sentence.text[start:end], start, end))
    return found


def _tells(clause: str) -> bool:
    match = _DONE.search(clause)
    return match is not None and not _NOT.search(clause[max(0, match.start() - 1) : match.end() + 2])


def _continues(folded: str, before: int, start: int, end: int) -> bool:
    clause = folded[start:end]
    same = not any(mark in folded[before:start] for mark in "。！？\n")
    return same and (_tells(clause) or end - start <= _LONGEST_RESULT and bool(_RESULT.match(clause)))
