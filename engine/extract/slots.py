"""Which of the things found fill which slot of a complaint (contract.md, Slots of a complaint)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.extract.amount import choices
from engine.extract.found import Found
from engine.extract.numerals import tidy

_SLOT_OF = {
    "amount": "amount",
    "date": "occurred_on",
    "phone": "phone",
    "name": "name",
    "names": "people",
    "respondent": "respondent",
    "place": "place",
    "on_behalf_of": "on_behalf_of",
    "prior_handling": "prior_handling",
}


def fill(found: Iterable[Found]) -> dict[str, Any]:
    """Slot to value: of several of one kind the best, a total over all, the first among equals.

    Sums that contradict each other, a rate (每亩三万), an offer and a sum paid back in part are nobody's claim: the amount is then left to be asked.
    """
    found = list(found)
    best = _best(found)
    settled = any(each.part for each in found)
    filled = {slot: rivals[0].value for slot, rivals in best.items() if slot != "amount" or _agree(rivals, settled)}
    if "amount" not in filled and (whole := _whole(best.get("amount", []))):
        filled["amount"] = whole
    return filled


def doubts(found: Iterable[Found]) -> dict[str, list[Any]]:
    """Slot to the readings that stand against each other, where `fill` leaves the slot to be asked: sums that differ, a month of two years.

    两万工资 and 三千材料费 may also be meant together; 合同十五万，只给了十一万 may mean the whole or what is left.
    """
    found = list(found)
    filled = fill(found)
    whens = [list(each.choices) for each in found if each.choices]
    asked = {"occurred_on": whens[0]} if len(whens) == 1 and "occurred_on" not in filled else {}
    return asked if "amount" in filled else {**asked, **_sums(found)}


def _sums(found: list[Found]) -> dict[str, list[Any]]:
    """The sums to choose from, if they are several."""
    rivals = _best(found).get("amount", [])
    said = list(dict.fromkeys(each.value for each in rivals))
    back = sum(each.value for each in found if each.part)
    if len(said) == 1 and 0 < back < said[0]:
        said.append(tidy(said[0] - back))
    elif len(said) > 1:
        said = list(choices(said, any(each.against for each in rivals) or bool(back)))
    return {"amount": said} if len(said) > 1 else {}


_DOUBTFUL = ("amount", "date", "phone", "respondent", "place")


def _best(found: list[Found]) -> dict[str, list[Found]]:
    """Slot to those of the highest rank."""
    best: dict[str, list[Found]] = {}
    for each in found:
        slot = _SLOT_OF.get(each.entity)
        if slot is None or (each.weight < 0 and each.entity in _DOUBTFUL):
            continue
        rivals = best.setdefault(slot, [each])
        if _rank(each) > _rank(rivals[0]):
            best[slot] = [each]
        elif _rank(each) == _rank(rivals[0]) and each is not rivals[0]:
            rivals.append(each)
    return best


def _agree(rivals: list[Found], settled: bool) -> bool:
    """Whether all name one sum, and nothing was paid on it that nobody has counted off."""
    return len({each.value for each in rivals}) == 1 and (rivals[0].total or not settled)


def _whole(rivals: list[Found]) -> int | float | None:
    """工资六千，加班费两千四，八千四都没给: of three sums and more the one that the others make up."""
    sums = sorted({each.value for each in rivals})
    return sums[-1] if len(sums) > 2 and sum(sums[:-1]) == sums[-1] else None


def _rank(found: Found) -> tuple[bool, int]:
    return found.total, found.weight
