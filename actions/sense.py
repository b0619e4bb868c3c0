"""What is understood from the conversation and not from the message alone, in this order: a rejected answer, a term, a question
that leans on the last answer, several questions at once."""

from __future__ import annotations

from actions import followup, several, terms
from actions.heard import Heard
from actions.memory import Memory
from actions.reject import rejection
from actions.services import Services
from knowledge.followups import Piece
from knowledge.reply import Reply

LEADS_ON = (Piece.IF_REFUSED, Piece.HOW)
SAID_ANYWAY = (Piece.AGAIN, Piece.SIMPLER)


def sense(heard: Heard, memory: Memory, services: Services) -> list[Reply] | None:
    """The replies, or None where the message speaks for itself."""
    if heard.button:
        return term_of_button(heard, services)
    rejected = rejection(heard, memory, services)
    if rejected:
        return [rejected]
    meant = terms.meaning(heard, memory, services)
    if meant:
        return [meant]
    return leaning(heard, memory, services) or several.answers(heard, services)


def sense_in_form(heard: Heard, memory: Memory, services: Services, question: str) -> list[Reply] | None:
    """The same inside a form, where `question` was put and only what is asked like a question is one."""
    if heard.button:
        return term_of_button(heard, services)
    answered = memory.kind == "answer"
    meant = terms.meaning(heard, memory, services, "" if answered else question)
    if meant:
        return [meant]
    aspects = services.followups.leans(heard.text)
    anyway = answered and any(services.followups.aspects[each].field in SAID_ANYWAY for each in aspects)
    if not anyway and not services.dialogue.says("question", heard.text):
        return None
    return leaning(heard, memory, services, in_form=True) or several.answers(heard, services, in_form=True)


def term_of_button(heard: Heard, services: Services) -> list[Reply] | None:
    """「复核」 touched below an explanation."""
    term = heard.params.get("term", "")
    return [terms.term_reply(services.terms[term], services)] if term in services.terms else None


def leaning(heard: Heard, memory: Memory, services: Services, *, in_form: bool = False) -> list[Reply] | None:
    """A reply an aspect of the last topic that is asked for."""
    if memory.topic not in services.knowledge:
        return None
    aspects = [services.followups.aspects[each] for each in services.followups.leans(heard.text)]
    memory.stays = bool(aspects) and not any(each.field in LEADS_ON for each in aspects)
    return [followup.follow_up(each, memory.topic, services, in_form=in_form) for each in aspects] or None
