"""Corrections at any time: a bad new value never wipes the good old one."""

from __future__ import annotations

import re

from actions.heard import Heard
from actions.intake.ambiguous import choices_in
from actions.intake.ask import as_text, joined
from actions.intake.listen import route
from actions.intake.state import Intake
from actions.intake.values import make_anonymous, read_value, take
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.draft import SLOTS, check_value
from petition.errors import InvalidValue
from petition.masking import mask_text, masked
from petition.parties import Confidentiality

NOT_BUT = re.compile(r"不是(?P<old>[^，,。是]{1,20})[，,]?\s*(?:而?是|应该是)(?P<new>[^，,。]{1,20})")
LEAST_REPLACED = 2  # one character stands in too many words
BY_VALUE = ("phone", "amount", "occurred_on")
WORDED = ("name", "address", "respondent", "place", "narrative", "request", "prior_handling", "on_behalf_of")
STORIES = ("narrative", "request")
FREE = ("prior_handling", "respondent", "place", "address")
CERTAIN = re.compile(r"错|改|更正")  # 「应该是」 alone may be part of an answer in free words


def is_correction(heard: Heard, services: Services) -> bool:
    """Whether the message changes something said before."""
    words = services.dialogue
    meant = words.says("correct", heard.text) or (heard.intent == "correct" and heard.confidence >= words.limits["ask"])
    return bool(heard.text) and len(heard.text) <= words.limit("longest_correction") and meant


def correct(intake: Intake, heard: Heard, services: Services) -> str | None:
    """Change the draft; what to say, or None where the message speaks of nothing in the draft."""
    if tail := phone_tail(intake, heard, services):
        return tail
    slots, said = replace_words(intake, heard, services)
    slot = spoken_of(intake, heard, services)
    if slot is None or slot in slots:
        return said or None
    try:
        value = read_value(slot, heard, services, correction=True)
    except InvalidValue as error:
        intake.asked = slot
        if choices := choices_in(error):
            intake.doubts[slot] = choices
            return said
        intake.attempts[slot] = intake.attempts.get(slot, 0) + 1
        return services.replies.text(f"reason.{error.reason}", **error.details)
    take(intake, slot, value)
    if value == Confidentiality.ANONYMOUS:
        make_anonymous(intake)
        return services.replies.text("anonymous")
    route(intake, services)
    return changed(intake, slot, services)


def spoken_of(intake: Intake, heard: Heard, services: Services) -> str | None:
    """The slot that a correction names, or whose kind of value it brings; an answer in free words may only sound like one."""
    given = {**heard.stated, **heard.entities} if CERTAIN.search(heard.text) else {}
    told = {slot for slot in ("name", *BY_VALUE) if slot in given}  # put right before it was asked for: it is known now
    known = [slot for slot in SLOTS if slot in {*intake.draft, *intake.skipped, *told, "confidentiality"}]
    only_not_but = NOT_BUT.fullmatch(heard.text.strip("。.！! "))
    if intake.asked not in FREE or CERTAIN.search(heard.text):
        for slot, words in services.dialogue.corrections.items():
            if slot in known and words.search(heard.text):
                return slot
        if heard.entities.get("name") and "name" in known:
            return "name"
    elif not only_not_but:
        return None
    said = {**(heard.tail if only_not_but else {}), **heard.stated}
    return next((slot for slot in BY_VALUE if slot in known and slot in said), None)


def phone_tail(intake: Intake, heard: Heard, services: Services) -> str:
    """「电话最后一位是8不是9」: the last digits of the phone that is in the draft; empty where nothing of the kind was said."""
    match = services.dialogue.words["phone_tail"].search(heard.text)
    phone = intake.draft.get("phone")
    if match is None or not isinstance(phone, str) or heard.stated.get("phone"):
        return ""
    old, new = match["old"] or match["not"] or "", match["new"]
    if not phone.endswith(old):
        return ""
    try:
        take(intake, "phone", check_value("phone", phone[: -len(new)] + new, services.today()))
    except InvalidValue:
        return ""
    return changed(intake, "phone", services)


def replace_words(intake: Intake, heard: Heard, services: Services) -> tuple[list[str], str]:
    """「不是张湾乡，是张汴乡」: exchange the words wherever they stand in free text; the slots changed, and what to say."""
    match = NOT_BUT.search(heard.text)
    old, new = (match["old"].strip(), match["new"].strip()) if match else ("", "")
    if len(old) < LEAST_REPLACED:
        return [], ""
    slots = []
    for slot in WORDED:
        value = intake.draft.get(slot)
        if not isinstance(value, str) or old not in value:
            continue
        try:
            intake.draft[slot] = check_value(slot, value.replace(old, new), services.today())
        except InvalidValue:
            continue
        slots.append(slot)
    intake.opening = intake.opening.replace(old, new)
    route(intake, services)
    told = [changed(intake, slot, services) for slot in slots if slot not in STORIES]
    if slots and not told:
        told = [services.replies.text("corrected", title=mask_text(old), value=mask_text(new))]
    return slots, joined(*told)


def which(intake: Intake, services: Services) -> Reply:
    """「修改」 at the summary: which item?"""
    given = [slot for slot in SLOTS if slot in intake.values and slot not in ("consent", "confirm", "evidence")]
    buttons = [Button(title=SLOTS[slot].title, payload=f'/correct{{"slot": "{slot}"}}') for slot in given]
    text = services.replies.text("summary.which")
    return Reply(kind=Kind.QUESTION, text=text, asks="confirm", buttons=buttons)


def changed(intake: Intake, slot: str, services: Services) -> str:
    """The change, read back."""
    value = masked({slot: intake.draft[slot]})[slot]
    return services.replies.text("corrected", title=SLOTS[slot].title, value=as_text(value, slot))
