"""One turn outside a form as part of a conversation: what was said before is looked at first, and what is said is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk.events import FollowupAction, UserUttered
from rasa_sdk.interfaces import Tracker

from actions.choose import chosen, pressed
from actions.heard import Heard
from actions.memory import Memory
from actions.notes import Notes
from actions.sense import sense
from actions.services import Services
from actions.tasks import Spoken, Task, set_slots

# What a button leads to, for somebody who names it by its number or its words; a form hears the message as if it had been touched.
BEHIND: dict[str, str] = {
    "ask": "action_answer",
    "channel": "action_channel",
    "guide": "action_guide",
    "paper": "action_paper",
    "handoff": "action_handoff",
    "help": "action_help",
    "keep": "action_unknown",
    "discard": "action_discard",
    "resume": "action_resume",
    "file": "intake_form",
    "status": "status_form",
}


def press(outside: Mapping[str, Task], tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Do what a button does."""
    action = BEHIND.get(heard.intent, "action_help")
    if action in outside:
        return outside[action](tracker, heard, services)
    return [], [touched(heard.intent), FollowupAction(action)]


def touched(intent: str) -> Mapping[str, Any]:
    """As if the citizen had touched this button."""
    event: Mapping[str, Any] = UserUttered(
        text=f"/{intent}", parse_data={"intent": {"name": intent, "confidence": 1.0}, "entities": []}
    )
    return event


def with_sense(task: Task, outside: Mapping[str, Task]) -> Task:
    """What the conversation tells comes before what the message alone would be taken for; and is remembered.

    `outside`: every task by its action, for a choice that is named instead of touched.
    """

    def run(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
        memory = Memory.from_slots(tracker.slots)
        notes = Notes(memory, services, surface=str(tracker.get_latest_input_channel() or "web"))
        payload = None if heard.button else chosen(heard.text, memory.choices, services)
        if payload:
            replies, events = press(outside, tracker, pressed(payload, heard), services)
        else:
            rejected = list(memory.rejected)
            sensed = sense(heard, memory, services)
            notes.before(heard, rejected != memory.rejected)
            replies, events = (sensed, []) if sensed else task(tracker, heard, services)
            if not sensed and not heard.button:
                memory.new_question(heard)
        replies = list(replies)
        memory.hear_replies(replies, services.followups.home)
        notes.after(heard, replies)
        return replies, [*events, *set_slots(memory.to_slots(), tracker.slots)]

    return run
