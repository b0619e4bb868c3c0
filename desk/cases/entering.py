"""A letter, a visit or a call as the citizen's own case: what a clerk types, checked as a citizen's own words are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar
from uuid import UUID

from starlette.datastructures import FormData

from petition.doors import Door
from petition.draft import Filing, check_value
from petition.errors import InvalidValue
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.parties import Confidentiality, parties_of

PLAIN = ("narrative", "request", "respondent", "place", "occurred_on", "amount", "prior_handling", "on_behalf_of")
PERSON = ("name", "address", "phone", "people")
CHOICES = ("door", "type", "matter", "branch", "confidentiality")
FIELDS = (*CHOICES, "received_on", *PERSON, *PLAIN, "key")
NEEDED = ("narrative", "request")  # 第十九条第一款: facts, grounds, the request; name and address where it is signed
NEEDED_SIGNED = ("name", "address")
DOORS = (Door.LETTER, Door.VISIT, Door.CALL)

Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class Entry:
    """What was typed; once it holds, a filing."""

    typed: Mapping[str, str] = field(repr=False)
    filing: Filing | None = None
    door: Door = Door.LETTER
    received_on: date = date.min
    faults: tuple[InvalidValue, ...] = ()


def typed_in(data: FormData) -> dict[str, str]:
    """Every field as it was typed; two representatives stand in two lines."""
    return {name: str(data.get(name, ""))[:4000] for name in FIELDS}


def read_entry(typed: Mapping[str, str], today: date) -> Entry:
    """The filing, or all that is wrong with it at once."""
    faults: list[InvalidValue] = []
    door = _choice(typed, "door", {each.value: each for each in DOORS}, faults)
    kind = _choice(typed, "type", {each.value: each for each in PetitionType}, faults)
    matter = _choice(typed, "matter", {each.value: each for each in Matter}, faults)
    shown = _choice(typed, "confidentiality", {each.value: each for each in Confidentiality}, faults)
    branch = _branch(typed, kind, faults)
    received_on = _day(typed, today, faults)
    anonymous = shown is Confidentiality.ANONYMOUS
    values = _values(typed, anonymous, today, faults)
    key = _key(typed, faults)
    if faults or not (door and kind and matter and shown and received_on):
        return Entry(typed, faults=tuple(faults))
    draft = {**values, "confidentiality": shown.value}
    filed = {name: value for name, value in values.items() if not (anonymous and name in (*PERSON, "on_behalf_of"))}
    filing = Filing(
        filing_key=f"desk:{key}",
        surface="desk",
        type=kind,
        matter=matter,
        branch=branch,
        channels=(Channel.PETITION,),
        values=filed,
        confidentiality=shown,
        parties=parties_of(draft),
    )
    return Entry(typed, filing, door, received_on)


def _values(typed: Mapping[str, str], anonymous: bool, today: date, faults: list[InvalidValue]) -> dict[str, object]:
    needed = NEEDED if anonymous else (*NEEDED, *NEEDED_SIGNED)
    values: dict[str, object] = {}
    for slot in (*(() if anonymous else PERSON), *PLAIN):
        text = typed.get(slot, "").strip()
        if not text:
            if slot in needed:
                faults.append(InvalidValue(slot=slot, reason="missing"))
            continue
        try:
            values[slot] = check_value(slot, text.splitlines() if slot == "people" else text, today)
        except InvalidValue as fault:
            faults.append(fault)
    return values


def _branch(typed: Mapping[str, str], kind: PetitionType | None, faults: list[InvalidValue]) -> Branch | None:
    """Only a claim has one, and every claim does."""
    if kind is not PetitionType.CLAIM:
        return None
    return _choice(typed, "branch", {str(each.value): each for each in Branch}, faults)


def _choice(
    typed: Mapping[str, str], slot: str, known: Mapping[str, Chosen], faults: list[InvalidValue]
) -> Chosen | None:
    found = known.get(typed.get(slot, ""))
    if found is None:
        faults.append(InvalidValue(slot=slot, reason="missing"))
    return found


def _day(typed: Mapping[str, str], today: date, faults: list[InvalidValue]) -> date | None:
    try:
        given = date.fromisoformat(typed.get("received_on", ""))
    except ValueError:
        faults.append(InvalidValue(slot="received_on", reason="day"))
        return None
    if given > today:
        faults.append(InvalidValue(slot="received_on", reason="date-future"))
    return given


def _key(typed: Mapping[str, str], faults: list[InvalidValue]) -> str:
    """Of the form that was opened: sent twice, it is one case."""
    try:
        return str(UUID(typed.get("key", "")))
    except ValueError:
        faults.append(InvalidValue(slot="key", reason="other"))
        return ""
