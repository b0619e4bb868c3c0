"""The custom actions that Rasa calls: thin, one call into a conversation task each."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import Tracker

from actions import answer, channel, danger, guide, narrative, papers, resume, talk
from actions.choose import spelled_out
from actions.heard import Heard, heard_in, with_words
from actions.intake import pause, shelf, staff
from actions.intake.finish import receipt_again
from actions.intake.form import FormTurn
from actions.intake.state import Intake
from actions.memory import Memory
from actions.remember import touched, with_sense
from actions.services import Services
from actions.status import StatusQuery, StatusTurn
from actions.tasks import Events, Spoken, Task, set_slots
from knowledge.reply import Button, Kind, Reply
from petition.errors import PetitionError
from zhilu import trace

logger = logging.getLogger(__name__)


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
        metadata = message.get("metadata") or {}
        trace.begin(metadata.get("trace"))
        heard = replace(
            heard_in(message, metadata),
            conversation=str(tracker.sender_id or ""),
            surface=str(tracker.get_latest_input_channel() or ""),
        )
        heard = with_words(heard, self._services.words, self._services.dialogue.outcomes.words_weight)
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
    intake = Intake.from_slots(tracker.slots)
    if reply.kind == Kind.ANSWER and not intake.started and narrative.tells_as_well(heard, services):
        return [reply, narrative.triage_reply(intake, heard, services)], set_slots(intake.to_slots(), tracker.slots)
    return [reply], []


def not_ours(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """What was taken for none of our business: a story all the same, a near topic, or an honest "I don't know".

    「先放着」 beside a draft leaves it as it is.
    """
    if holds_a_case(heard):
        return [], [FollowupAction("status_form")]
    if heard.intent == "keep" and (intake := Intake.from_slots(tracker.slots)).started:
        return [shelf.keep(intake, heard, services)], set_slots(intake.to_slots(), tracker.slots)
    if narrative.tells_story(heard, services):
        return tell(tracker, heard, services)
    return [answer.guess(heard, services)], []


def tell(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A story: triage; the form at once where the citizen wants to file."""
    if narrative.wants_to_file(heard, services):
        return [], [FollowupAction("intake_form")]
    if narrative.asks_something(heard, services):
        return ask(tracker, heard, services)
    if narrative.advertises(heard, services):
        return [answer.guess(heard, services)], []
    intake = Intake.from_slots(tracker.slots)
    if intake.started:
        return [services.replies.say(Kind.CHOICE, "pause.offer", pause.choices(services))], []
    answered = narrative.answer_in_story(heard, services)
    return [*answered, narrative.triage_reply(intake, heard, services)], set_slots(intake.to_slots(), tracker.slots)


def take_down(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """One turn of the complaint form."""
    intake = Intake.from_slots(tracker.slots)
    memory = Memory.from_slots(tracker.slots)
    heard = spelled_out(heard, intake, services)
    entry = resume.enter_form(intake, heard, services)
    replies, goes_on = entry.replies, entry.goes_on
    if not entry.over:
        surface = str(tracker.get_latest_input_channel() or "web")
        turn = FormTurn(intake, entry.heard, services, surface=surface, memory=memory)
        replies, goes_on = [*entry.replies, *turn.replies()], turn.goes_on
    if goes_on and intake.resume_code:
        shelf.save(intake, heard, services)
    staff.keep_note(intake, heard, services)
    memory.hear_in_form(replies, services.followups.home)
    events = set_slots(intake.to_slots() | memory.to_slots(), tracker.slots)
    return replies, [
        SlotSet("requested_slot", intake.asked if goes_on else None),
        *events,
        SlotSet("turn", heard.message_id),
    ]


def look_up(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """One turn of a status query."""
    known = tracker.slots
    query = StatusQuery.from_slots(known)
    memory = Memory.from_slots(known)
    turn = StatusTurn(query, heard, services, client=heard.client or tracker.sender_id, memory=memory)
    replies = turn.replies()
    memory.hear_in_form(replies, services.followups.home)
    query.heard_at = services.now().isoformat()
    kept = query.to_slots() if turn.goes_on else StatusQuery.no_slots()
    return replies, [
        SlotSet("requested_slot", query.asked if turn.goes_on else None),
        *set_slots(kept | memory.to_slots(), known),
        *([evidence_with(tracker, turn.handed_in)] if turn.handed_in else []),
        SlotSet("turn", heard.message_id),
        *([FollowupAction(turn.then)] if turn.then else []),
    ]


def confirm_again(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A confirmation that comes again after filing shows the same receipt."""
    intake = Intake.from_slots(tracker.slots)
    reply = receipt_again(intake.filed_key, services) if intake.filed_key else None
    return [reply or talk.small_talk("help", services)], []


def go_on(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Take a kept draft up again: the one of this conversation, the one that this person kept, or another one by its resume code."""
    intake = Intake.from_slots(tracker.slots)
    if intake.started or intake.opening:
        return [], [FollowupAction("intake_form")]
    if heard.params.get("id") == resume.NO_CODE:
        return [resume.explain(services)], []
    code = shelf.own_code(heard, services)
    if not code:
        return [resume.ask(services)], []
    found = resume.take_up(intake, code, heard, services)
    events = set_slots(intake.to_slots(), tracker.slots)
    return found.replies, [*events, *([touched("resume"), FollowupAction("intake_form")] if found.taken else [])]


def discard(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Delete a kept draft; somebody who only says 「取消」 is asked first."""
    intake = Intake.from_slots(tracker.slots)
    if intake.started and heard.intent != "discard":
        return [services.replies.say(Kind.CHOICE, "pause.offer", pause.choices(services))], []
    empty = not (intake.values or intake.resume_code)
    said = pause.discard(intake, services)
    reply = services.replies.say(Kind.NOTICE, "pause.nothing-kept") if empty else said
    return [reply], set_slots(intake.to_slots(), tracker.slots)


def attach(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """Material that comes before the complaint is kept for it."""
    said = "attached-story" if Intake.from_slots(tracker.slots).opening else "attached-early"
    file_here = Button(title=services.replies.text("button.file-here"), payload="/file")
    return [services.replies.say(Kind.CHOICE, said, [file_here])], [evidence_with(tracker, heard.params.get("id", ""))]


def evidence_with(tracker: Tracker, attachment: str) -> SlotSet:
    """What was handed in before, and this."""
    kept = [*(tracker.slots.get("evidence") or ()), attachment]
    return SlotSet("evidence", list(dict.fromkeys(filter(None, kept))))


def with_care(task: Task) -> Task:
    """Danger is answered instead of the task, and what is kept stays as it is; where it is doubtful, before the task."""

    def run(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
        alarm = danger.alarm(heard, services)
        if alarm.replies and not alarm.doubtful:
            return alarm.replies, []
        replies, events = task(tracker, heard, services)
        return [*alarm.replies, *replies], events

    return run


OUTSIDE: dict[str, Task] = {
    "action_greet": say(lambda heard, services: talk.small_talk("greet", services)),
    "action_goodbye": say(lambda heard, services: talk.small_talk("goodbye", services)),
    "action_thanks": say(lambda heard, services: talk.small_talk("thanks", services)),
    "action_help": say(lambda heard, services: talk.small_talk("help", services)),
    "action_handoff": say(talk.handoff),
    "action_unknown": not_ours,
    "action_channel": say(lambda heard, services: channel.how_to(heard, services)),
    "action_guide": say(lambda heard, services: guide.how_such_things_go(heard, services)),
    "action_paper": papers.write,
    "action_answer": ask,
    "action_triage": tell,
    "action_confirm": confirm_again,
    "action_resume": go_on,
    "action_discard": discard,
    "action_attach": attach,
}


def with_resume(task: Task) -> Task:
    """A resume code is taken up whatever else the message was taken for; after the code was asked for, also what is no code."""

    def run(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
        memory, intake = Memory.from_slots(tracker.slots), Intake.from_slots(tracker.slots)
        found = resume.hear(intake, heard, services, asked=resume.was_asked(memory))
        if found is None:
            return task(tracker, heard, services)
        memory.question, memory.ranked = "", []  # a code is nobody else's to read
        memory.hear_replies(found.replies, services.followups.home)
        events = set_slots(intake.to_slots() | memory.to_slots(), tracker.slots)
        return found.replies, [*events, *([touched("resume"), FollowupAction("intake_form")] if found.taken else [])]

    return run


def look_up_or_resume(tracker: Tracker, heard: Heard, services: Services) -> Spoken:
    """A resume code in the middle of a status query ends the query."""
    if not resume.names_a_draft(heard, services):
        return look_up(tracker, heard, services)
    ended = [
        SlotSet("requested_slot", None),
        *set_slots(StatusQuery.no_slots(), tracker.slots),
        SlotSet("turn", heard.message_id),
    ]
    return [], [*ended, FollowupAction("action_resume")]


FORMS: dict[str, Task] = {"validate_intake_form": take_down, "validate_status_form": look_up_or_resume}
TASKS = {name: with_care(with_resume(with_sense(task, OUTSIDE))) for name, task in OUTSIDE.items()} | FORMS


def build_executor(services: Services) -> ActionExecutor:
    """All actions of domain.yml, ready to be served."""
    executor = ActionExecutor()
    for name, task in TASKS.items():
        executor.register_action(Told(name, task, services))
    return executor
