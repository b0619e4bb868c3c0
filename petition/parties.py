"""Who files: petitioner, representatives, the one filed for, and how far names are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from petition.citation import Citation, Law
from petition.errors import TooManyRepresentatives

MAX_REPRESENTATIVES = 5
REPRESENTATION = Citation(Law.PETITION, 20, "第三款")
NO_FIXED_ADDRESS = "无固定住处"

_SEPARATORS = re.compile(r"[、,，;；/\s]+")
_CONJUNCTION = re.compile(r"以及|还有|和|与|跟|及")
_LEAD = re.compile(
    r"^(?:[一二两三四五六七八九十\d]+(?:个人|位|名|人|户)的?|我们的?|推选的?|选的?|(?:全权)?代表们?|人员|名单|分别|"
    r"有|就|是|为|叫|[:：])+"
)
_TAIL = re.compile(r"(?:等|这|一共|总共|共)*[一二两三四五六七八九十\d]*(?:个人|位|名|人)?(?:代表)?[。.!！]*$")
_ANONYMOUS = re.compile(
    r"匿名|不(?:想|愿|要|能|肯)?(?:意)?(?:留|署|写|说|透露|提供|给)(?:我的?|真|个)?(?:姓名|名字?|姓|住址|地址)"
)


_ORGANISATION = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9()（）]{3,40}(?:公司|厂|店|合作社|协会|学会|业委会|委员会|村委会|居委会|研究所|事务所|中心|企业|集团|学校|"
    r"小学|中学|医院|村民小组|村|组)"
)
_CONTACT = re.compile(
    r"(?:联系人|经办人|负责人|法人代表|法定代表人|法人|代理人)(?:是|为|叫|[:：])?\s*([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])"
)
_NO_ADDRESS = re.compile(
    r"(?:没有?|无|不)(?:个)?(?:固定|稳定|长期|住的)?(?:的)?(?:住处|住址|住所|地址|地方住|家)|居无定所|到处(?:住|跑|漂)|住处不(?:定|固定)|"
    r"(?:睡|住)(?:在)?(?:桥洞|街上|车上|车里|马路)|流浪"
)
_LODGING = re.compile(r"工棚|工地|宿舍|板房|帐篷|救助站|旅[店馆社]|医院|敬老院|养老院|亲戚家|朋友家")


class Confidentiality(StrEnum):
    """实名、保密、匿名."""

    NAMED = "named"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"named": "实名", "confidential": "实名并保密", "anonymous": "匿名"}[self.value]


class PartyRole(StrEnum):
    """What someone is to a petition."""

    PETITIONER = "petitioner"
    REPRESENTATIVE = "representative"
    BENEFICIARY = "beneficiary"
    CONTACT = "contact"  # who speaks for a legal person or another organisation


@dataclass(frozen=True)
class Party:
    """One person or organisation behind a petition (信访人、代表、被代办人)."""

    role: PartyRole
    name: str = field(repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


def asks_anonymity(text: str) -> bool:
    """Whether the citizen says that no name shall be given."""
    return bool(_ANONYMOUS.search(text))


def is_organisation(name: object) -> bool:
    """Whether a petitioner's name is that of a legal person or another organisation (法人或者其他组织, 第十七条)."""
    return bool(_ORGANISATION.fullmatch(str(name or "")))


def contact_in(text: str) -> str:
    """Who speaks for an organisation, in 「永发砖厂，联系人李四海」; empty where nobody is named."""
    match = _CONTACT.search(text)
    return match[1] if match else ""


def has_no_address(text: str) -> bool:
    """Whether somebody says that there is no place where they always live."""
    return bool(_NO_ADDRESS.search(text)) and not _LODGING.search(text)


def is_lodging(text: str) -> bool:
    """Whether a short address names a place where somebody stays: a site hut, a dormitory, with relatives."""
    return bool(_LODGING.search(text))


def split_names(text: str) -> tuple[str, ...]:
    """The names in 「代表是秦小雨、谢芳和卓玛三个人」, in the order said."""
    names: list[str] = []
    for piece in _SEPARATORS.split(text.strip()):
        names += _split_conjunction(_strip(piece))
    return tuple(name for name in map(_strip, names) if name)


def _strip(piece: str) -> str:
    piece = _LEAD.sub("", piece.strip("。.!！ "))
    shorter = _TAIL.sub("", piece)
    return shorter if len(shorter) >= 2 else piece if len(piece) >= 2 and not _TAIL.fullmatch(piece) else shorter


def _split_conjunction(piece: str) -> list[str]:
    """Split at 和 only where both sides can be a name, so that 李和平 stays whole."""
    for match in _CONJUNCTION.finditer(piece):
        left, right = piece[: match.start()], piece[match.end() :]
        if len(left) >= 2 and len(right) >= 2:
            return [left, *_split_conjunction(right)]
    return [piece] if piece else []


def representatives(names: Iterable[str] | str) -> tuple[str, ...]:
    """Distinct names of the representatives, at most 5 (《信访工作条例》第二十条第三款)."""
    given = split_names(names) if isinstance(names, str) else (name.strip() for name in names)
    distinct = tuple(dict.fromkeys(name for name in given if name))
    if len(distinct) > MAX_REPRESENTATIVES:
        raise TooManyRepresentatives(
            slot="people", reason=TooManyRepresentatives.code, count=len(distinct), law=REPRESENTATION.text
        )
    return distinct


def parties_of(draft: Mapping[str, object]) -> tuple[Party, ...]:
    """The parties of a draft in normal form: none by name where it is anonymous."""
    if draft.get("confidentiality") == Confidentiality.ANONYMOUS:
        return ()
    name = str(draft.get("name") or "")
    people = draft.get("people")
    others = tuple(map(str, people)) if isinstance(people, list | tuple) else ()
    role = PartyRole.CONTACT if is_organisation(name) else PartyRole.REPRESENTATIVE
    parties = [
        Party(PartyRole.PETITIONER, name, str(draft.get("address") or ""), str(draft.get("phone") or "")),
        *(Party(role, other) for other in representatives(others)),
    ]
    if draft.get("on_behalf_of"):
        parties.append(Party(PartyRole.BENEFICIARY, str(draft["on_behalf_of"])))
    return tuple(parties)
