"""Greeting, thanks, help, a person: what frames a conversation."""

from __future__ import annotations

import math

from actions.handover import tell_staff
from actions.heard import Heard
from actions.services import Services
from cases.handovers import HandoverKind
from knowledge.reply import Button, Kind, Reply
from petition.errors import PetitionError

STARTS = (
    ("button.ask", "/help"),
    ("button.file", "/file"),
    ("button.status", "/status"),
    ("button.roadmap", '/ask{"topic": "petition.roadmap"}'),
)


def small_talk(intent: str, services: Services) -> Reply:
    """A short friendly line for a greeting, thanks, a goodbye, or the question what we can do."""
    kind = Kind.GREETING if intent in ("greet", "help") else Kind.NOTICE
    buttons = [Button(title=services.replies.text(key), payload=payload) for key, payload in STARTS]
    return services.replies.say(kind, f"talk.{intent}", buttons if kind is Kind.GREETING else None)


def handoff(heard: Heard, services: Services) -> Reply:
    """Who can be spoken to, where and when; staff see that this conversation asked for them."""
    told = tell_staff(HandoverKind.ASKED, heard, services)
    windows = services.windows()
    reply = services.replies.say(Kind.HANDOFF, "handoff-told" if told else "handoff")
    reply.text = f"{reply.text.strip()}{windows}。" if windows else reply.text
    return reply


def domain_notice(error: PetitionError, services: Services) -> Reply:
    """The text of the catalogue for a domain error, a wait in whole minutes."""
    minutes = max(1, math.ceil(float(str(error.details.get("retry_after", 0))) / 60))
    text = services.replies.text(f"error.{error.code}", **{**error.details, "minutes": minutes})
    return Reply(kind=Kind.NOTICE, text=text)
