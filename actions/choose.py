"""「第二个」, 「2」 or the words of a button: which of the choices that were shown is meant."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from actions.heard import Heard
from actions.intake import ask, pause
from actions.intake.state import Intake
from actions.services import Services
from knowledge.terms import folded

CHOSEN = ("consent", "confidentiality")
DIGITS = {each: number for number, pair in enumerate(("1一", "2二两", "3三", "4四", "5五", "6六"), 1) for each in pair}


def chosen(text: str, choices: Sequence[dict[str, str]], services: Services) -> str | None:
    """The payload of the choice that a text names, by its number or by its words."""
    said = folded(text)
    by_words = [each["payload"] for each in choices if said and folded(each["title"]) == said]
    if by_words:
        return by_words[0]
    number = number_in(said, len(choices), services)
    return choices[number - 1]["payload"] if number else None


def spelled_out(heard: Heard, intake: Intake, services: Services) -> Heard:
    """Inside the form: 「第二个」 where one of several is to be chosen is its button; everywhere else a number is a number."""
    slot = str(intake.asked)
    doubted = ask.readings(slot, intake, services) if heard.whole.get(slot) is None else []
    if heard.button or not (intake.pausing or slot in CHOSEN or doubted):
        return heard
    offered = pause.choices(services) if intake.pausing else doubted or ask.buttons(slot, services, person=False)
    payload = chosen(heard.text, [each.model_dump() for each in offered], services)
    return pressed(payload, heard) if payload else heard


def number_in(said: str, count: int, services: Services) -> int | None:
    """Which of `count` choices a short text speaks of, counted from 1."""
    words = services.dialogue.words
    if count and words["choose_last"].fullmatch(said):
        return count
    if count and words["choose_first"].fullmatch(said):
        return 1
    match = words["choose"].fullmatch(said)
    number = DIGITS.get(match["number"], 0) if match else 0
    return number if 0 < number <= count else None


def pressed(payload: str, heard: Heard) -> Heard:
    """The message as if the button had been touched."""
    name, _, values = payload.removeprefix("/").partition("{")
    params = json.loads("{" + values) if values else {}
    blank = Heard("", message_id=heard.message_id, client=heard.client)
    return replace(blank, intent=name, confidence=1.0, params=params, button=True)
