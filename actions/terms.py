"""「复核是什么意思」: a term of art in plain words; 「什么意思」 alone explains the terms of what was just said."""

from __future__ import annotations

from actions.answer import decision_on, topic_button, topic_reply
from actions.heard import Heard
from actions.memory import Memory
from actions.services import Services
from knowledge.entry import Entry
from knowledge.outcome import Outcome
from knowledge.render import answer_text, basis, citation_dict, merged
from knowledge.reply import Button, Kind, Reply
from knowledge.terms import Term, rarest_first

MOST_AT_ONCE = 2


def meaning(heard: Heard, memory: Memory, services: Services, spoken: str = "") -> Reply | None:
    """The meaning of the term that is asked for; for 「什么意思」 alone of those in the last answer, or in what was `spoken` else."""
    words = services.followups.explains(heard.text)
    if words:
        term = services.terms.named(words)
        return term_or_topic(term, heard, services) if term else None
    if words is None or not (spoken or memory.topic in services.knowledge):
        return None
    said = spoken or answer_text(services.knowledge[memory.topic])
    answers = [entry.answer for entry in services.knowledge]
    return several(rarest_first(services.terms.within(said), answers), memory.topic, services)


def term_or_topic(term: Term, heard: Heard, services: Services) -> Reply:
    """The topic where it is sure and tells what the term means, else the term; both where the topic is the term's own."""
    decision = decision_on(heard, services)
    first = decision.topics[0] if decision.outcome is Outcome.ANSWER else ""
    sure = bool(first) and heard.topics[0].score >= services.dialogue.outcomes.sure
    if not sure or (first != term.topic and not defines(services.knowledge[first], term, services)):
        return term_reply(term, services, decision.topics)
    reply = topic_reply(first, decision.topics[1:4], services, in_form=False)
    if not defines(services.knowledge[first], term, services):
        reply.text = f"{line(term)}\n{reply.text}"
        reply.speech = f"{line(term)}{reply.speech}"
    return reply


def defines(entry: Entry, term: Term, services: Services) -> bool:
    """Whether people ask the entry itself what the term means."""
    return any(services.terms.named(services.followups.explains(each) or "") == term for each in entry.phrasings)


def term_reply(term: Term, services: Services, alternatives: tuple[str, ...] = ()) -> Reply:
    """The meaning, its law, and the topic that says more."""
    law = services.replies.text("term.basis", law=basis(term.citations)) if term.citations else ""
    return Reply(
        kind=Kind.ANSWER,
        text="\n".join(filter(None, [line(term), law])),
        speech=line(term),
        topic=term.topic,
        alternatives=[each for each in alternatives if each != term.topic][:3],
        citations=[citation_dict(each) for each in merged(term.citations)],
        buttons=[topic_button(term.topic, services)],
    )


def several(terms: list[Term], topic: str, services: Services) -> Reply | None:
    """The first terms explained, the further ones as buttons."""
    if not terms:
        return None
    told, left = terms[:MOST_AT_ONCE], terms[MOST_AT_ONCE : MOST_AT_ONCE + 3]
    text = "\n".join(map(line, told))
    return Reply(
        kind=Kind.ANSWER,
        text=f"{text}\n{services.replies.text('term.more')}" if left else text,
        speech=text,
        topic=topic or told[0].topic,
        citations=[citation_dict(each) for each in merged(cited for term in told for cited in term.citations)],
        buttons=[term_button(each) for each in left] or None,
    )


def line(term: Term) -> str:
    return f"“{term.term}”：{term.meaning}"


def term_button(term: Term) -> Button:
    return Button(title=term.term, payload=f'/ask{{"term": "{term.id}"}}')
