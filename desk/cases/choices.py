"""What the lists of a form hold: (value, words) each, the words from the tables of law and not from a file of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cases.hearings import Held
from cases.jurisdiction import OF_SUCCESSION
from desk.pages import day
from petition.citation import chinese_number
from petition.lifecycle import Step
from petition.matters import Branch, Channel, Matter, PetitionType
from petition.proceedings import Decision, Settlement, Weight
from petition.stages import Ground, Outcome

Pairs = tuple[tuple[str, str], ...]


def types() -> Pairs:
    return tuple((each.value, each.label) for each in PetitionType)


def matters() -> Pairs:
    return tuple((each.value, each.info.title) for each in Matter)


def branches() -> Pairs:
    return tuple((str(each.value), f"（{chinese_number(each.value)}）{each.label}") for each in Branch)


def channels() -> Pairs:
    return tuple((each.value, each.info.title) for each in Channel)


FIXED: Mapping[str, Callable[[], Pairs]] = {
    "types": types,
    "matters": matters,
    "branches": branches,
    "channels": channels,
    "outcomes": lambda: tuple((each.value, each.label) for each in Outcome),
    "decisions": lambda: tuple((each.value, f"{each.label}（{each.citation.text}）") for each in Decision),
    "successions": lambda: tuple(
        (each.value, f"{each.label}（{each.citation.text}）") for each in Decision if each in OF_SUCCESSION
    ),
    "settlements": lambda: tuple((each.value, each.label) for each in Settlement),
    "weights": lambda: tuple((each.value, each.label) for each in Weight),
}


def choices(source: str, step: Step | None, hearings: Sequence[Held]) -> Pairs:
    """The list of this name, where it depends on the case: of this case."""
    if source == "grounds":
        known: Sequence[Ground] = step.grounds if step else ()
        return tuple((each.value, f"{each.label}（{each.citation.text}）") for each in known)
    if source == "hearings":
        return tuple((each.id, f"{day(each.begins_on)} {each.place}") for each in hearings if each.ends_on is None)
    return FIXED[source]()
