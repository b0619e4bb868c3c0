"""What an action does: from the tracker and what was heard to replies and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import Tracker

from actions.heard import Heard
from actions.services import Services
from knowledge.reply import Reply

Events = list[Mapping[str, Any]]
Spoken = tuple[Iterable[Reply], Events]
Task = Callable[[Tracker, Heard, Services], Spoken]


def set_slots(values: Mapping[str, Any], before: Mapping[str, Any]) -> Events:
    """Events for the slots that have changed."""
    return [SlotSet(slot, value) for slot, value in values.items() if before.get(slot) != value]
