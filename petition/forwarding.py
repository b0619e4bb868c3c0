"""Where a report may not go (检举控告的转送): never to the person or body that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from petition.citation import Citation, Law
from petition.errors import NotAllowed
from petition.matters import PetitionType
from petition.text import half_width

CITATION = Citation(Law.PETITION, 30, "第三款")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:有限责任公司|有限公司|公司|集团|委员会|管委会|居委会|村委会|街道办|办事处|派出所|卫生院|政府|"
    r"法院|检察院|医院|学院|学校|中学|小学|中心|支队|大队|局|厅|所|站|办|厂|村|社|行)"
)
_SAME = (
    (re.compile(r"人民政府"), "政府"),
    (re.compile(r"人民(?=法院|检察院|医院)"), ""),
    (re.compile(r"街道办事处"), "街道办"),
    (re.compile(r"村民委员会"), "村委会"),
    (re.compile(r"居民委员会"), "居委会"),
    (re.compile(r"有限责任公司|有限公司"), "公司"),
)


def check_forward(kind: PetitionType, values: Mapping[str, object], body: str) -> None:
    """Raises NotAllowed where a report would reach the body that it names, or the person's own body.

    《信访工作条例》第三十条第三款. Whoever forwards shows the respondent as filed; without one the story itself counts.
    """
    if kind is not PetitionType.REPORT:
        return
    named = str(values.get("respondent") or values.get("narrative") or "")
    if names_body(named, body):
        raise NotAllowed(act="forward", stage="registered", citation=CITATION.text)


def names_body(text: str, body: str) -> bool:
    """Whether a text names this body, in full or without its district; in doubt it does."""
    text, body = _plain(text), _plain(body)
    if not body:
        return True
    return body in text or text in body or any(organ in body for organ in _ORGAN.findall(text))


def _plain(text: str) -> str:
    text = re.sub(r"\W", "", half_width(text))
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    return text
