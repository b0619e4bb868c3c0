"""Which of the things found fill which slot of a complaint (contract.md, Slots of a complaint)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.extract.found import Found

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
    best: dict[str, list[Found]] = {}
    found = list(found)
    settled = any(each.part for each in found)
    for each in found:
        slot = _SLOT_OF.get(each.entity)
        if slot is None or (each.weight < 0 and each.entity in _DOUBTFUL):
            continue
        rivals = best.setdefault(slot, [each])
        if _rank(each) > _rank(rivals[0]):
            best[slot] = [each]
        elif _rank(each) == _rank(rivals[0]):
            rivals.append(each)
    return {slot: rivals[0].value for slot, rivals in best.items() if slot != "amount" or _agree(rivals, settled)}


def doubts(found: Iterable[Found]) -> dict[str, list[Any]]:
    """Slot to the readings that stand against each other, where `fill` leaves the slot to be asked: sums that differ."""
    found = list(found)
    said = dict.fromkeys(each.value for each in found if each.entity == "amount" and each.weight >= 0)
    return {"amount": list(said)} if len(said) > 1 and "amount" not in fill(found) else {}


_DOUBTFUL = ("amount", "date", "phone", "respondent", "place")


def _agree(rivals: list[Found], settled: bool) -> bool:
    """Whether all name one sum, and nothing was paid on it that nobody has counted off."""
    return len({each.value for each in rivals}) == 1 and (rivals[0].total or not settled)


def _rank(found: Found) -> tuple[bool, int]:
    return found.total, found.weight
