"""The custom actions that Rasa calls: thin, one call into a conversation task each."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Tracker

from actions import answer, care, channel, narrative, talk
from actions.heard import Heard, heard_in
from actions.intake import pause
from actions.intake.finish import receipt_again
from actions.intake.form import FormTurn
from actions.intake.state import Intake
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from knowledge.reply import Button, Kind, Reply
from petition.errors import PetitionError

logger = logging.getLogger(__name__)
Events = list[Mapping[str, Any]]
Spoken = tuple[Iterable[Reply], Events]
Task = Callable[[Tracker, Heard, Services], Spoken]


class ActionFault(RuntimeError):
    """An action broke; its text names the kind of error and nothing that was said."""


class Told(Action):  # type: ignore[misc]  # rasa-sdk has no types
    """Runs one task in a thread and utters its replies; a domain error is an answer, a fault is the engine's to report."""

    def __init__(self, name: str, task: Task, services: Services) -> None:
        self._name, self._task, self._services = name, task, services

    def name(self) -> str:
        return self._name

    async def run(self, dispatcher: Any, tracker: Tracker, domain: Any) -> Events:
        message = tracker.latest_message or {}
        heard = heard_in(message, message.get("metadata"))
        try:
            replies, events = await asyncio.to_thread(self._task, tracker, heard, self._services)
        except PetitionError as error:
            logger.info("domain error %s in %s", error.code, self._name)
            replies, events = [talk.domain_notice(error, self._services)], []
        except Exception as error:  # the outer edge of an action; the error's own text may quote a citizen
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("fault in %s: %s\n%s", self._name, type(error).__name__, where)
            raise ActionFault(type(error).__name__) from None
        for reply in replies:
            buttons = [each.model_dump() for each in reply.buttons or []]
            dispatcher.utter_message(text=reply.text, buttons=buttons, reply=reply.as_dict())
        return events


def say(make: Callable[[Heard, Services], Reply]) -> Task:
    """A task that only says something."""
    return lambda tracker, heard, services: ([make(heard, services)], [])


def set_slots(values: Mapping[str, Any], before: Mapping[str, Any]) -> Events:
    """Events for the slots that have changed."""
    return [SlotSet(slot, value) for slot, value in values.items() if before.get(slot) != value]


def holds_a_case(heard: Heard) -> bool:
    """Whether the message brings the number of a receipt, whatever it was taken for."""
    return bool(heard.entities.get("case_number"))


def ask(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A question about petitioning or the channels; a story that was taken for one is triaged."""
    if holds_a_case(heard):
        return [], [FollowupAction("status_form")]
    reply = answer.answer(heard, services)
    plain_wish = narrative.wants_to_file(heard, services) and not services.dialogue.says("question", heard.text)
    without_answer = reply.kind != Kind.ANSWER and narrative.tells_story(heard, services)
    if plain_wish or without_answer or narrative.tells_rather_than_asks(heard, services):
        return tell(tracker, heard, services)
    return [reply], [SlotSet("last_topic", reply.topic)] if reply.topic else []


def not_ours(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """What was taken for none of our business: a story all the same, a near topic, or an honest "I don't know".

    「先放着」 beside a draft leaves it as it is.
    """
    if holds_a_case(heard):
        return [], [FollowupAction("status_form")]
    if heard.intent == "keep" and Intake.from_slots(tracker.slots).started:
        return [services.replies.say(Kind.NOTICE, "pause.kept")], []
    if narrative.tells_story(heard, services):
        return tell(tracker, heard, services)
    return [answer.guess(heard, services)], []


def tell(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A story: triage; the form at once where the citizen wants to file."""
    if narrative.wants_to_file(heard, services):
        return [], [FollowupAction("intake_form")]
    if narrative.asks_something(heard, services):
        return ask(tracker, heard, services)
    intake = Intake.from_slots(tracker.slots)
    if intake.started:
        return [services.replies.say(Kind.CHOICE, "pause.offer", pause.choices(services))], []
    reply = narrative.triage_reply(intake, heard, services)
    return [reply], set_slots(intake.to_slots(), tracker.slots)


def take_down(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """One turn of the complaint form."""
    intake = Intake.from_slots(tracker.slots)
    turn = FormTurn(intake, heard, services, surface=str(tracker.get_latest_input_channel() or "web"))
    replies = turn.replies()
    events = set_slots(intake.to_slots(), tracker.slots)
    return replies, [
        SlotSet("requested_slot", intake.asked if turn.goes_on else None),
        *events,
        SlotSet("turn", heard.message_id),
    ]


def look_up(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """One turn of a status query."""
    known = tracker.slots
    query = StatusQuery(
        number=known.get("case_number") or "",
        code=known.get("query_code") or "",
        asked=known.get("requested_slot"),
        tries=int(known.get("status_tries") or 0),
    )
    turn = StatusTurn(query, heard, services, client=heard.client or tracker.sender_id)
    replies = turn.replies()
    kept: dict[str, Any] = {"case_number": None, "query_code": None, "status_tries": None}
    if turn.goes_on:
        kept = {"case_number": query.number, "query_code": query.code, "status_tries": query.tries}
    return replies, [
        SlotSet("requested_slot", query.asked if turn.goes_on else None),
        *set_slots(kept, known),
        SlotSet("turn", heard.message_id),
        *([FollowupAction(turn.then)] if turn.then else []),
    ]


def confirm_again(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A confirmation that comes again after filing shows the same receipt."""
    intake = Intake.from_slots(tracker.slots)
    reply = receipt_again(intake.filed_key, services) if intake.filed_key else None
    return [reply or talk.small_talk("help", services)], []


def resume(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Take a kept draft up again."""
    intake = Intake.from_slots(tracker.slots)
    if intake.started or intake.opening:
        return [], [FollowupAction("intake_form")]
    return [services.replies.say(Kind.NOTICE, "pause.nothing-kept")], []


def discard(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Delete a kept draft; somebody who only says 「取消」 is asked first."""
    intake = Intake.from_slots(tracker.slots)
    if intake.started and heard.intent != "discard":
        return [services.replies.say(Kind.CHOICE, "pause.offer", pause.choices(services))], []
    key = "pause.discarded" if intake.values else "pause.nothing-kept"
    pause.wipe(intake)
    return [services.replies.say(Kind.NOTICE, key)], set_slots(intake.to_slots(), tracker.slots)


def attach(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Material that comes before the complaint is kept for it."""
    kept = [*(tracker.slots.get("evidence") or ()), heard.params.get("id", "")]
    file_here = Button(title=services.replies.text("button.file-here"), payload="/file")
    return [services.replies.say(Kind.CHOICE, "attached-early", [file_here])], [
        SlotSet("evidence", list(dict.fromkeys(filter(None, kept))))
    ]


def with_care(task: Task) -> Task:
    """Danger is answered instead of the task; what is kept stays as it is."""

    def run(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
        danger = care.heard(heard.text, services)
        return (danger, []) if danger else task(tracker, heard, services)

    return run


OUTSIDE: dict[str, Task] = {
    "action_greet": say(lambda heard, services: talk.small_talk("greet", services)),
    "action_goodbye": say(lambda heard, services: talk.small_talk("goodbye", services)),
    "action_thanks": say(lambda heard, services: talk.small_talk("thanks", services)),
    "action_help": say(lambda heard, services: talk.small_talk("help", services)),
    "action_handoff": say(lambda heard, services: talk.handoff(services)),
    "action_unknown": not_ours,
    "action_channel": say(lambda heard, services: channel.how_to(heard, services)),
    "action_answer": ask,
    "action_triage": tell,
    "action_confirm": confirm_again,
    "action_resume": resume,
    "action_discard": discard,
    "action_attach": attach,
}
FORMS: dict[str, Task] = {"validate_intake_form": take_down, "validate_status_form": look_up}
TASKS = {name: with_care(task) for name, task in OUTSIDE.items()} | FORMS


def build_executor(services: Services) -> ActionExecutor:
    """All actions of domain.yml, ready to be served."""
    executor = ActionExecutor()
    for name, task in TASKS.items():
        executor.register_action(Told(name, task, services))
    return executor
