"""Where the petitions of a period are about: the district or town, where the petitioner named one.

The place is sealed text. It is opened here to be counted, and nothing but the name of a district or a town leaves this module. Reports
are never opened (《信访工作条例》第三十条第三款); the petitioner's own address is not looked at.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from cases.database import UnitOfWork
from cases.figures_sql import Seen
from cases.models import Case, CaseText
from cases.policy import Compartment

SLOT = "place"
MOST_OPENED = 20_000
# behind a county, a city or the beginning: two to four characters that end like a town
_TOWN = re.compile(r"(?:^|[省市县区州盟旗])([\u4e00-\u9fff]{2,4}?(?:街道|镇|乡|苏木))")
_DISTRICT = re.compile(r"(?:^|[省市州盟])([\u4e00-\u9fff]{2,4}?[县区旗])")


@dataclass(frozen=True)
class Places:
    """How many petitions name which place; `unnamed`: they name none that is known."""

    named: Mapping[str, int]
    unnamed: int


def places(uow: UnitOfWork, scope: Seen, known: Mapping[str, str]) -> Places:
    """Most frequent first; `known`: what people call a place → its name, from the profile of the office."""
    filed = select(Case.id).where(*scope.filed)
    total = len(uow.session.scalars(filed).all())
    told = (CaseText.slot == SLOT, CaseText.sealed_for == Compartment.GENERAL.value)
    wanted = (
        select(CaseText.id, CaseText.value_sealed)
        .join(Case, Case.id == CaseText.case_id)
        .where(*scope.filed, *told)
        .order_by(Case.filed_at.desc())
        .limit(MOST_OPENED)
    )
    longest_first = sorted(known, key=len, reverse=True)
    counted: Counter[str] = Counter()
    for row_id, sealed in uow.session.execute(wanted):
        text = json.loads(uow.ciphers.open(sealed, f"case_texts.value:{row_id}"))
        if place := place_of(str(text), known, longest_first):
            counted[place] += 1
    uow.rollback()
    named = dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
    return Places(named, total - counted.total())


def place_of(text: str, known: Mapping[str, str], longest_first: list[str]) -> str | None:
    """The place of the office's list that the text names, else the town or the district that it is written with."""
    for name in longest_first:
        if name in text:
            return known[name]
    found = _TOWN.search(text) or _DISTRICT.search(text)
    return found[1] if found else None


def split_small(places: Places, least: int) -> tuple[dict[str, int], int, int]:
    """Those with at least so many; of the others only how many places and how many petitions."""
    shown = {name: count for name, count in places.named.items() if count >= least}
    hidden = [count for count in places.named.values() if count < least]
    return shown, len(hidden), sum(hidden)
