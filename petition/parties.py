"""Who files: petitioner, representatives, the one filed for, and how far names are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from petition.errors import TooManyRepresentatives

MAX_REPRESENTATIVES = 5  # 《信访工作条例》第二十条第三款

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
        raise TooManyRepresentatives(slot="people", reason=TooManyRepresentatives.code, count=len(distinct))
    return distinct


def parties_of(draft: Mapping[str, object]) -> tuple[Party, ...]:
    """The parties of a draft in normal form: none by name where it is anonymous."""
    if draft.get("confidentiality") == Confidentiality.ANONYMOUS:
        return ()
    name = str(draft.get("name") or "")
    people = draft.get("people")
    others = tuple(map(str, people)) if isinstance(people, list | tuple) else ()
    parties = [
        Party(PartyRole.PETITIONER, name, str(draft.get("address") or ""), str(draft.get("phone") or "")),
        *(Party(PartyRole.REPRESENTATIVE, other) for other in representatives(others)),
    ]
    if draft.get("on_behalf_of"):
        parties.append(Party(PartyRole.BENEFICIARY, str(draft["on_behalf_of"])))
    return tuple(parties)
