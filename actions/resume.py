"""「接着上次的」: a kept draft is taken up again, here or on another device with its resume code (续填码)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from actions.heard import Heard
from actions.intake import pause, shelf
from actions.intake.ask import question
from actions.intake.finish import receipt_again
from actions.intake.state import Intake
from actions.memory import Memory
from actions.services import Services
from actions.talk import domain_notice
from knowledge.reply import Button, Kind, Reply
from petition.errors import DraftNotFound, LockedOut

NO_CODE = "none"
NO_CODE_PAYLOAD = f'/resume{{"id": "{NO_CODE}"}}'
FOUR = r"[A-Za-z0-9]{4}"
JOINED = r"[-\s_.,，。、‐‑–—－]*"
CODE = re.compile(rf"(?<![A-Za-z0-9])[Dd]{JOINED}{FOUR}{JOINED}{FOUR}(?![A-Za-z0-9])")
# without the D: eight digits alone are a date
BARE = re.compile(rf"(?<![A-Za-z0-9-])(?=[-\s\d]*[A-Za-z]){FOUR}{JOINED}{FOUR}(?![A-Za-z0-9])")
PART = re.compile(r"[A-Za-z0-9][-A-Za-z0-9 ]{2,14}[A-Za-z0-9]")
LEAST_ELSE = 6  # this few other characters beside a code are an introduction and no story


@dataclass(frozen=True)
class Found:
    """What a message with a code leads to: replies, or the draft was taken and the form goes on."""

    replies: list[Reply] = field(default_factory=list)
    taken: bool = False


@dataclass(frozen=True)
class Entry:
    """How a turn of the form begins: what is heard, what is said before; `over` where that is the whole turn."""

    heard: Heard
    replies: list[Reply] = field(default_factory=list)
    over: bool = False
    goes_on: bool = True


# --- asking for the code ------------------------------------------------------------------------------------------------------------


def ask(services: Services, key: str = "resume.ask") -> Reply:
    """Ask for the code; there are two ways out for who has none."""
    offered = (("button.no-code", NO_CODE_PAYLOAD), ("button.file", "/file"), ("button.person", "/handoff"))
    buttons = [Button(title=services.replies.text(title), payload=payload) for title, payload in offered]
    reply = services.replies.say(Kind.QUESTION, key, buttons)
    reply.asks = "resume_code"
    return reply


def was_asked(memory: Memory) -> bool:
    """Whether the last reply asked for the code."""
    return any(each["payload"] == NO_CODE_PAYLOAD for each in memory.choices)


def explain(services: Services) -> Reply:
    """Why nothing can be opened without the code, and what can be done."""
    offered = (("button.file", "/file"), ("button.person", "/handoff"))
    buttons = [Button(title=services.replies.text(title), payload=payload) for title, payload in offered]
    return services.replies.say(Kind.CHOICE, "resume.no-code", buttons)


# --- hearing it ---------------------------------------------------------------------------------------------------------------------


def code_in(heard: Heard, services: Services, *, asked: bool = False) -> str:
    """The resume code of a message; without the D in front only where it was asked for or something is to be gone on with."""
    words, text = services.dialogue, heard.text
    if heard.button:
        return ""
    meant = asked or heard.intent == "resume" or any(words.says(each, text) for each in ("resume", "resume_code"))
    match = CODE.search(text)
    if match and (meant or wants_it_deleted(heard, services) or len(text) <= len(match[0]) + LEAST_ELSE):
        return match[0]
    match = BARE.search(text) if meant else None
    return match[0] if match else ""


def names_a_draft(heard: Heard, services: Services) -> bool:
    """Whether a message inside a form is about another draft: its code with the D in front and hardly anything else, or the wish to
    go on with it."""
    return bool(CODE.search(code_in(heard, services))) and not services.care.recognise(heard.text)


def wants_it_deleted(heard: Heard, services: Services) -> bool:
    return heard.intent == "discard" or services.dialogue.says("discard", heard.text)


def hear(intake: Intake, heard: Heard, services: Services, *, asked: bool) -> Found | None:
    """Take the draft up whose code is said; None where the message has nothing to do with a code."""
    code = code_in(heard, services, asked=asked)
    if code:
        return take_up(intake, code, heard, services)
    if heard.button or not asked:
        return None
    if services.dialogue.says("no_code", heard.text):
        return Found([explain(services)])
    known = heard.entities.get("case_number") or heard.entities.get("phone")
    incomplete = PART.search(heard.text) and len(heard.text) <= services.dialogue.limit("longest_stop") and not known
    return Found([ask(services, "resume.again")]) if incomplete else None


def take_up(intake: Intake, code: str, heard: Heard, services: Services) -> Found:
    """The draft with this code; whoever wants it deleted is asked once more."""
    try:
        shelf.take(intake, code, heard, services)
    except DraftNotFound:
        return Found([ask(services, "resume.not-found")])
    if wants_it_deleted(heard, services):
        return Found([services.replies.say(Kind.CHOICE, "pause.offer", pause.choices(services))])
    return Found(taken=True)


# --- the form -----------------------------------------------------------------------------------------------------------------------


def enter_form(intake: Intake, heard: Heard, services: Services) -> Entry:
    """Before a turn of the form: what was kept is read from its store, and a code that comes in between is heard."""
    if intake.asked is None and intake.resume_code:
        return read_again(intake, heard, services)
    if intake.asked and names_a_draft(heard, services):
        return another(intake, heard, services)
    return Entry(heard)


def read_again(intake: Intake, heard: Heard, services: Services) -> Entry:
    """The stored draft, wherever it was worked on meanwhile; where it is gone, its receipt or the reason."""
    try:
        shelf.reopen(intake, heard, services)
    except DraftNotFound:
        receipt = receipt_again(intake.filing_key, services)
        filed = intake.filing_key if receipt else intake.filed_key
        pause.wipe(intake)
        intake.filed_key = filed
        gone = receipt or services.replies.say(Kind.NOTICE, "resume.gone")
        over = receipt is not None or heard.intent == "resume"
        return Entry(heard, [gone], over=over, goes_on=not over)
    return Entry(heard)


def another(intake: Intake, heard: Heard, services: Services) -> Entry:
    """A code inside the form: its draft is opened where nothing was told here yet, else nothing of what is under way is lost."""
    again = question(intake, services, brief=True)
    if shelf.worth_keeping(intake):
        return Entry(heard, [services.replies.say(Kind.NOTICE, "resume.busy"), again], over=True)
    try:
        shelf.take(intake, code_in(heard, services), heard, services)
    except (DraftNotFound, LockedOut) as error:
        return Entry(heard, [domain_notice(error, services), again], over=True)
    return Entry(replace(heard, text="", intent="resume", button=True))
