"""Answers a question: one topic, a choice of topics, or an honest "I don't know"."""

from __future__ import annotations

from actions.heard import Heard
from actions.services import Services
from knowledge.outcome import Decision, Outcome, decide
from knowledge.render import answer_reply
from knowledge.reply import Button, Kind, Reply

ALTERNATIVES = 3


def answer(heard: Heard, services: Services, *, in_form: bool = False) -> Reply:
    """The reply to a question, or to the button of a topic."""
    topic = heard.params.get("topic", "")
    if topic in services.knowledge:
        return topic_reply(topic, (), services, in_form)
    decision = decision_on(heard, services)
    if decision.outcome is Outcome.ANSWER:
        reply = topic_reply(decision.topics[0], decision.topics[1 : 1 + ALTERNATIVES], services, in_form)
        return reply if heard.topics[0].score >= services.dialogue.outcomes.sure else unsure(reply, services)
    return clarify(decision.topics, services) if decision.outcome is Outcome.CLARIFY else unknown(services)


def decision_on(heard: Heard, services: Services) -> Decision:
    """Answer, clarify or unknown, among the topics that there is an entry for."""
    decision = decide(heard.topics, heard.nearest, services.dialogue.outcomes)
    known = tuple(each for each in decision.topics if each in services.knowledge)
    return Decision(decision.outcome if known else Outcome.UNKNOWN, known)


def topic_reply(topic: str, alternatives: tuple[str, ...], services: Services, in_form: bool) -> Reply:
    """An answer with its law; outside a form with what people ask next."""
    entry = services.knowledge[topic]
    nexts = [each for each in entry.related if each in services.knowledge][:2]
    buttons = [] if in_form else [topic_button(each, services) for each in nexts]
    return answer_reply(entry, services.office, alternatives, buttons)


def unsure(reply: Reply, services: Services) -> Reply:
    """An answer that may not be the one: the next candidates are a touch away."""
    reply.text = f"{reply.text}\n{services.replies.text('unsure')}"
    reply.buttons = [topic_button(each, services) for each in (reply.alternatives or [])[:2]]
    return reply


def clarify(topics: tuple[str, ...], services: Services) -> Reply:
    """At most three topics to choose from, in their own words."""
    offered = topics[:ALTERNATIVES]
    reply = services.replies.say(Kind.CLARIFY, "clarify", [topic_button(each, services) for each in offered])
    reply.alternatives = list(offered)
    return reply


def guess(heard: Heard, services: Services) -> Reply:
    """For what is taken for none of our business: a choice where a topic is near all the same."""
    decision = decision_on(heard, services)
    return unknown(services) if decision.outcome is Outcome.UNKNOWN else clarify(decision.topics, services)


def unknown(services: Services) -> Reply:
    """What we can do instead, and who knows."""
    texts = services.replies
    buttons = [
        Button(title=texts.text("button.file"), payload="/file"),
        Button(title=texts.text("button.roadmap"), payload='/ask{"topic": "petition.roadmap"}'),
        Button(title=texts.text("button.person"), payload="/handoff"),
    ]
    return texts.say(Kind.UNKNOWN, "unknown", buttons)


def topic_button(topic: str, services: Services) -> Button:
    return Button(title=services.knowledge[topic].title, payload=f'/ask{{"topic": "{topic}"}}')
