"""Answers a question: one topic, a choice of topics, or an honest "I don't know"."""

from __future__ import annotations

from actions.heard import Heard
from actions.services import Services
from knowledge.entry import Audience
from knowledge.outcome import Decision, Outcome, decide, first_for
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
        sure = heard.topics[0].score >= services.dialogue.outcomes.sure
        return with_present_name(reply if sure else unsure(reply, services), heard, services)
    return clarify(decision.topics, services) if decision.outcome is Outcome.CLARIFY else unknown(services, heard)


def decision_on(heard: Heard, services: Services) -> Decision:
    """Answer, clarify or unknown, among the topics that there is an entry for; of two about as likely a citizen's topic is first."""
    decision = decide(heard.topics, heard.nearest, services.dialogue.outcomes)

    def for_citizens(topic: str) -> bool:
        return topic in services.knowledge and Audience.CITIZEN in services.knowledge[topic].audience

    ranking = first_for(heard.topics, for_citizens, services.dialogue.limits["about_as_likely"])
    known = tuple(each.topic for each in ranking if each.topic in services.knowledge)[: len(decision.topics)]
    return Decision(decision.outcome if known and not far_away(heard, services) else Outcome.UNKNOWN, known)


def far_away(heard: Heard, services: Services) -> bool:
    """Whether the message is much more likely none of our business than about the first topic, which is not sure."""
    first = heard.topics[0].score if heard.topics else 0.0
    foreign = heard.foreign >= services.dialogue.limits["foreign_times"] * first
    return foreign and first < services.dialogue.outcomes.sure


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
    return unknown(services, heard) if decision.outcome is Outcome.UNKNOWN else clarify(decision.topics, services)


def unknown(services: Services, heard: Heard | None = None) -> Reply:
    """What we can do instead, who knows, and at most two topics that it may have been about."""
    texts = services.replies
    near = near_topics(heard, services) if heard else []
    buttons = [
        *(topic_button(each, services) for each in near),
        Button(title=texts.text("button.file"), payload="/file"),
        Button(title=texts.text("button.roadmap"), payload='/ask{"topic": "petition.roadmap"}'),
        Button(title=texts.text("button.person"), payload="/handoff"),
    ]
    reply = texts.say(Kind.UNKNOWN, "unknown", buttons)
    if near:
        reply.text = f"{reply.text}\n{texts.text('unknown-near')}"
    return reply


def near_topics(heard: Heard, services: Services) -> list[str]:
    """The two likeliest topics that are not quite out of the way."""
    limits = services.dialogue.limits
    if heard.nearest < limits["near_cosine"] or far_away(heard, services):
        return []
    near = [each.topic for each in heard.topics if each.score >= limits["near_score"]]
    return [each for each in near if each in services.knowledge][:2]


def with_present_name(reply: Reply, heard: Heard, services: Services) -> Reply:
    """Where somebody looks for a body by its old name, the present one is said first."""
    old = services.synonyms.old_body(heard.text)
    if old and services.dialogue.says("where", heard.text):
        line = services.replies.text("present-name", value=old[0], title=old[1])
        reply.text, reply.speech = f"{line}\n{reply.text}", f"{line}{reply.speech or ''}"
    return reply


def topic_button(topic: str, services: Services) -> Button:
    title = services.labels.get(topic) or services.knowledge[topic].title
    return Button(title=title, payload=f'/ask{{"topic": "{topic}"}}')
