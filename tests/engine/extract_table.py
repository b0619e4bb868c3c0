"""The table of cases and what the rules make of it: right or wrong, slot by slot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, List, Optional

import yaml

from engine.components.entities import readings
from engine.extract import Gazetteer, doubts, extract, fill, load_gazetteer

ROOT = Path(__file__).resolve().parents[2]
LISTS = ("improved_on", "kept_unseen", "third_unseen", "fourth_unseen", "fifth_unseen")
NEVER_INVENTED = ("amount", "occurred_on", "name", "phone", "headcount")
TABLE: Dict[str, Any] = {
    name: cases
    for path in sorted((Path(__file__).parent / "extract").glob("cases*.yml"))
    for name, cases in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}
TODAY: date = TABLE["today"]
PLACES: Gazetteer = load_gazetteer(ROOT / "data" / "office" / "sample.yml")


@dataclass(frozen=True)
class Judged:
    """One slot of one case."""

    text: str
    slot: str
    expected: Any
    got: Any
    right: bool

    def __str__(self) -> str:
        return f"{self.slot}: {self.text}\n    expected {self.expected!r}, got {self.got!r}"


@dataclass
class Share:
    """How many of the slots of a list are right."""

    right: Counter = field(default_factory=Counter)
    all: Counter = field(default_factory=Counter)

    def add(self, judged: Judged) -> None:
        self.all[judged.slot] += 1
        self.right[judged.slot] += judged.right

    def share(self, slot: str) -> float:
        return self.right[slot] / self.all[slot]

    @property
    def overall(self) -> float:
        return sum(self.right.values()) / sum(self.all.values())

    def __str__(self) -> str:
        rows = [(slot, self.right[slot], self.all[slot]) for slot in sorted(self.all)]
        rows.append(("overall", sum(self.right.values()), sum(self.all.values())))
        return "\n".join(f"{name:15} {right:4}/{count:<4} {right / count:.3f}" for name, right, count in rows)


@dataclass(frozen=True)
class Asked:
    """A slot that is left to be asked, with the readings that are put to the citizen."""

    readings: FrozenSet[Any]


def understood(text: str, asks: Optional[str], today: date = TODAY) -> Dict[str, Any]:
    """Slot to value, as the form takes them: the answer to what it asked, else what a story states."""
    found = extract(text, today, PLACES)
    stated: Dict[str, Any] = {slot: Asked(frozenset(choices)) for slot, choices in doubts(found).items()}
    stated.update(fill(found))
    stated["headcount"] = next((each.value for each in found if each.entity == "headcount"), None)
    if asks:
        read = readings(text, today)["whole"]
        choices = read.get(f"{asks}_choices")
        stated[asks] = read.get(asks) or (Asked(frozenset(choices)) if choices else stated.get(asks))
    return stated


def judge(case: Dict[str, Any]) -> Iterator[Judged]:
    text, asks, expect = case["text"], case.get("asks"), case["expect"]
    got = understood(text, asks)
    invented = [] if asks else [slot for slot in NEVER_INVENTED if slot not in expect and taken(got.get(slot))]
    for slot in [*expect, *invented]:
        expected = expect.get(slot)
        yield Judged(text, slot, expected, got.get(slot), fits(slot, expected, got.get(slot)))


def taken(value: Any) -> bool:
    return value is not None and not isinstance(value, Asked)


def fits(slot: str, expected: Any, value: Any) -> bool:
    if isinstance(expected, dict) and "any" in expected:
        return any(fits(slot, each, value) for each in expected["any"])
    if isinstance(expected, dict):
        return isinstance(value, Asked) and is_offered(expected["ask"], value.readings)
    if expected is None:
        return not taken(value)
    if slot == "prior_handling" and value:
        return expected in value
    return bool(value == expected)


def is_offered(expected: List[Any], readings: FrozenSet[Any]) -> bool:
    """Whether just these readings are put, with or without the sum of them all."""
    whole = {sum(expected)} if all(isinstance(each, (int, float)) for each in expected) else set()
    return set(expected) <= readings <= set(expected) | whole


def judged(name: str) -> List[Judged]:
    return [each for case in TABLE[name] for each in judge(case)]
