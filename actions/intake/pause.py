"""Stopping: asked once whether to keep, to delete or to go on."""

from __future__ import annotations

from actions.heard import Heard
from actions.intake import shelf
from actions.intake.ask import question
from actions.intake.state import Intake
from actions.services import Services
from knowledge.reply import Button, Kind, Reply


def wants_to_stop(heard: Heard, services: Services) -> bool:
    """Whether the message gives up for now."""
    words = services.dialogue
    short = len(heard.text) <= words.limit("longest_stop")
    return heard.is_button("cancel") or (not heard.button and short and words.says("stop", heard.text))


def offer(intake: Intake, services: Services) -> Reply:
    """The choice between keeping, deleting and going on."""
    intake.pausing = True
    return services.replies.say(Kind.CHOICE, "pause.offer", choices(services))


def choices(services: Services) -> list[Button]:
    """Keep, delete, go on."""
    return [
        Button(title=services.replies.text(f"button.{each}"), payload=f"/{each}")
        for each in ("keep", "discard", "resume")
    ]


def decide(intake: Intake, heard: Heard, services: Services) -> tuple[Reply, bool]:
    """The reply to the choice, and whether the form goes on; what is unclear deletes nothing."""
    words = services.dialogue
    if heard.is_button("resume") or (not heard.button and words.says("resume", heard.text)):
        intake.pausing = False
        return question(intake, services, before=services.replies.text("pause.going-on")), True
    if words.says("keep", heard.text) and words.says("discard", heard.text):
        return offer(intake, services), True
    if heard.is_button("keep") or words.says("keep", heard.text):
        return shelf.keep(intake, heard, services), False
    if heard.is_button("discard") or words.says("discard", heard.text):
        return discard(intake, services), False
    return offer(intake, services), True


def put_away(intake: Intake, heard: Heard, services: Services) -> Reply:
    """Keep the draft and clear the table for another one: its code is all that leads back to it."""
    reply = shelf.keep(intake, heard, services)
    wipe(intake)
    return reply


def discard(intake: Intake, services: Services) -> Reply:
    """Nothing of the draft is left, here or under its resume code."""
    shelf.delete(intake, services)
    wipe(intake)
    return services.replies.say(Kind.NOTICE, "pause.discarded")


def wipe(intake: Intake) -> None:
    """Nothing of the draft is left."""
    clean = Intake(filed_key=intake.filed_key, flagged=intake.flagged)
    intake.__dict__.update(clean.__dict__)
