"""「不是这个」: the next candidates of the question; with new words, their answer without the topics that were not meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.answer import answer, topic_button, unknown
from actions.heard import Heard
from actions.memory import Memory
from actions.services import Services
from knowledge.outcome import Ranked
from knowledge.reply import Button, Kind, Reply

CHOICES = 3
LEAST_LEFT = 0.2  # what is left of a very sure ranking is not blown up to certainty
MARKS = "，,。.！!？?：: "
PARTICLES = "吧啊呀的了呢嘛哦"


def rejection(heard: Heard, memory: Memory, services: Services) -> Reply | None:
    """What to say to somebody whom the last answer did not help; None where nothing is rejected."""
    new = rest_of(heard.text.strip(MARKS), services) if memory.shown else None
    if new is None:
        return None
    again = bool(memory.rejected)
    memory.reject_shown()
    left = memory.left()
    if new:
        return anew(new, heard, memory, services)
    return given_up(services) if again or not left else next_candidates(left, services)


def rest_of(text: str, services: Services) -> str | None:
    """What is said behind a rejection, "" for nothing; None where nothing is rejected."""
    words = services.dialogue.words
    for name in ("reject", "reject_alone"):
        match = words[name].match(text)
        if match:
            rest = text[match.end() :].lstrip(PARTICLES + MARKS)
            anew = words["ask_anew"].match(rest)
            if name == "reject" or anew or not rest:
                return rest[anew.end() :].strip(MARKS) if anew else rest
    return None


def anew(new: str, heard: Heard, memory: Memory, services: Services) -> Reply:
    """The new words without the rejected topics; the engine has ranked them alone where it could."""
    alone = heard.parts[-1] if len(heard.parts) == 1 else None
    ranked, nearest = (alone.topics, alone.nearest) if alone else (heard.topics, heard.nearest)
    asked = replace(heard, text=new, topics=without(ranked, memory.rejected), nearest=nearest, parts=())
    rejected = memory.rejected
    memory.new_question(asked)
    memory.rejected = rejected
    return answer(asked, services)


def without(ranked: Sequence[Ranked], rejected: Sequence[str]) -> tuple[Ranked, ...]:
    """The ranking, given that it is none of the rejected topics."""
    left = 1.0 - sum(each.score for each in ranked if each.topic in rejected)
    allowed = (each for each in ranked if each.topic not in rejected)
    return tuple(Ranked(each.topic, each.score / max(left, LEAST_LEFT)) for each in allowed)


def next_candidates(left: list[str], services: Services) -> Reply:
    """At most three further topics, and a person."""
    known = [each for each in left if each in services.knowledge][:CHOICES]
    person = Button(title=services.replies.text("button.person"), payload="/handoff")
    buttons = [*(topic_button(each, services) for each in known), person]
    reply = services.replies.say(Kind.CLARIFY, "reject.next", buttons)
    reply.alternatives = known
    return reply


def given_up(services: Services) -> Reply:
    """Twice not what was meant: a person knows."""
    reply = unknown(services)
    reply.text = services.replies.text("reject.person")
    reply.buttons = [
        Button(title=services.replies.text("button.person"), payload="/handoff"),
        *(reply.buttons or [])[:2],
    ]
    return reply
