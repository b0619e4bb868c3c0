"""Takes over what a story already tells, so that it is not asked again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from actions.heard import Heard
from actions.intake.ambiguous import possible
from actions.intake.state import Intake
from actions.services import Services
from petition.draft import SLOTS, check_value
from petition.errors import InvalidValue
from petition.routing import triage

FROM_STORY = ("amount", "occurred_on", "place", "respondent", "name", "phone", "prior_handling", "on_behalf_of")


def listen(intake: Intake, heard: Heard, services: Services, slots: Iterable[str] = FROM_STORY) -> dict[str, Any]:
    """Fill empty slots from what the message states; returns what was new. A value in doubt is left to be asked."""
    words = services.dialogue
    keep_hint(intake, heard)
    new: dict[str, Any] = {}
    for slot in slots:
        value = heard.stated.get(slot)
        if intake.draft.get(slot) is not None:
            continue
        if value is None:
            keep_doubt(intake, slot, heard, services)
            continue
        try:
            new[slot] = check_value(slot, value, services.today())
        except InvalidValue:
            continue
        intake.doubts.pop(slot, None)
    headcount = heard.entities.get("headcount")
    if headcount or words.says("group", heard.text):
        intake.draft.setdefault("headcount", int(headcount or 2))
    if "on_behalf_of" in new:
        intake.draft["for_other"] = True
    if words.says("privacy", heard.text) or words.says("report_wish", heard.text):
        intake.draft["privacy_raised"] = True
    intake.draft |= new
    return {slot: value for slot, value in new.items() if slot in SLOTS}


def keep_doubt(intake: Intake, slot: str, heard: Heard, services: Services) -> None:
    """Readings of which the story does not say which holds, for the question that will come."""
    readings = possible(slot, heard.doubts.get(slot, ()), services)
    if readings:
        intake.doubts[slot] = readings


def keep_hint(intake: Intake, heard: Heard) -> None:
    """A story told anew takes the classifier's hint with it; of several parts the surest counts."""
    anew = heard.text == intake.opening or (intake.asked == "narrative" and not intake.opening)
    if anew or heard.hint.surest > intake.hint.surest:
        intake.hint = heard.hint


def route(intake: Intake, services: Services) -> None:
    """Triage anew from all that was told so far."""
    story = intake.story()
    if len(story) >= services.dialogue.limit("shortest_triage"):
        intake.triage = triage(story, services.rules, intake.hint)
