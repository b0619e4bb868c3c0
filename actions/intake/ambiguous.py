"""Values that can be read in two ways: the readings wait in the draft until the citizen says which is meant; none is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actions.heard import Heard
from actions.intake.state import Intake
from actions.services import Services
from petition.draft import check_value
from petition.errors import InvalidValue

FEWEST, MOST = 2, 3  # more are no choice any more: the question is put anew


def possible(slot: str, readings: Iterable[Any], services: Services) -> list[Any]:
    """The readings that the slot would take; empty where they are no choice."""
    good: list[Any] = []
    for reading in readings:
        try:
            good.append(check_value(slot, reading, services.today()))
        except InvalidValue:
            continue
    good = list(dict.fromkeys(good))
    return good if FEWEST <= len(good) <= MOST else []


def payload(reading: Any) -> str:
    """The button of a reading; a period is joined by what a button may carry."""
    return f'/choose{{"id": "{id_of(reading)}"}}'


def id_of(reading: Any) -> str:
    return str(reading).replace("/", "_")


def picked(intake: Intake, slot: str, heard: Heard) -> Any:
    """The reading whose button was touched; None where it is none of those that wait."""
    if not heard.is_button("choose"):
        return None
    return next((each for each in intake.doubts.get(slot, ()) if id_of(each) == heard.params.get("id")), None)


def choices_in(error: InvalidValue) -> list[Any]:
    """The readings of an answer that can be read in several ways; empty where it is simply no good."""
    choices = error.details.get("choices")
    return choices if isinstance(choices, list) else []


def is_answer(intake: Intake, slot: str, heard: Heard) -> bool:
    """Whether words were said, or one of the buttons of this very question was touched."""
    choice = slot == "confidentiality" and heard.intent == "choose"
    return not heard.button or choice or picked(intake, slot, heard) is not None
