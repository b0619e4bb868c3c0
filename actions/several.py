"""Two questions in one message: each that is clear by itself gets its own answer, in their order."""

from __future__ import annotations

from actions.answer import topic_reply
from actions.followup import follow_up
from actions.heard import Heard, Part
from actions.services import Services
from knowledge.outcome import Ranked
from knowledge.reply import Reply

FEWEST = 2


def answers(heard: Heard, services: Services, *, in_form: bool = False) -> list[Reply] | None:
    """A reply a question, or None where the message is better taken as one: every question has to be clear by itself, or to lean
    on the one before; what an answer has already told is not told again."""
    if len(heard.parts) < FEWEST:
        return None
    replies: list[Reply] = []
    topic = ""
    for part in heard.parts:
        found = topic_of(part, heard, services)
        leaning = services.followups.leans(part.text) if topic and not found else ()
        if not found and not leaning:
            return None
        aspects = [services.followups.aspects[each] for each in leaning]
        replies += [follow_up(each, topic, services, in_form=in_form) for each in aspects]
        replies += [topic_reply(found, (), services, in_form)] if found else []
        topic = found or topic
    return in_agreement(heard, once(replies), services)


def topic_of(part: Part, heard: Heard, services: Services) -> str:
    """The topic that is likely for the question by itself and for the message as a whole, "" where there is none.

    「去哪个法院」 alone is about any court; behind a question on suing an authority it is about that one.
    """
    limits = services.dialogue.limits
    whole = {each.topic: each.score for each in heard.topics if each.score >= limits["part_in_whole"]}
    both = [
        (each.score * whole[each.topic], each)
        for each in part.topics
        if each.topic in whole and each.topic in services.knowledge
    ]
    best = max(both, key=lambda pair: pair[0], default=(0.0, Ranked("", 0.0)))[1]
    clear = best.score >= limits["part"] and part.nearest >= services.dialogue.outcomes.nearest
    return best.topic if clear else ""


def once(replies: list[Reply]) -> list[Reply]:
    """The first reply of each topic: it is the whole answer."""
    return list({reply.topic: reply for reply in reversed(replies)}.values())[::-1]


def in_agreement(heard: Heard, replies: list[Reply], services: Services) -> list[Reply] | None:
    """Where the message as a whole is surely about something else than its parts, it is not taken apart."""
    ranked = [each.topic for each in heard.topics]
    sure = bool(ranked) and heard.topics[0].score >= services.dialogue.outcomes.sure
    if len(replies) < FEWEST or (sure and ranked[0] not in [reply.topic for reply in replies]):
        return None
    replies[0].alternatives = [each for each in ranked if each != replies[0].topic][:3]
    return replies
