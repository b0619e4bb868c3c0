"""Somebody tells what happened: where that is resolved, and the form at once where they want to file."""

from __future__ import annotations

from actions.answer import decision_on
from actions.heard import Heard
from actions.intake.ask import advice, joined, triage_dict, understood
from actions.intake.listen import listen, route
from actions.intake.state import Intake
from actions.services import Services
from knowledge.outcome import Outcome
from knowledge.reply import Button, Kind, Reply
from petition.routing import triage


def wants_to_file(heard: Heard, services: Services) -> bool:
    """Whether the message says that a complaint shall be taken down."""
    return services.dialogue.says("wish", heard.text)


def asks_something(heard: Heard, services: Services) -> bool:
    """Whether it is a question that we can answer rather than a story."""
    decision = decision_on(heard, services)
    return decision.outcome is Outcome.ANSWER and services.dialogue.says("question", heard.text)


def story_weight(heard: Heard, services: Services) -> float:
    """How much speaks for a story: the weight of the words of one matter, and the facts stated; 0 for a question."""
    words = services.dialogue
    if len(heard.text) < words.limit("shortest_story") or words.says("question", heard.text):
        return 0.0
    found = triage(heard.text, services.rules)
    return max(found.scores.values(), default=0.0) + len(heard.stated)


def tells_story(heard: Heard, services: Services) -> bool:
    """Whether a message tells what happened, although the classifier took it for something that we have no answer to."""
    foreign = heard.intent == "out_of_scope" and heard.confidence >= 0.5
    least = services.dialogue.limit("least_story_if_foreign" if foreign else "least_story")
    return story_weight(heard, services) >= least


def tells_rather_than_asks(heard: Heard, services: Services) -> bool:
    """Whether a statement is a story although a topic has an answer: about as likely a complaint, or full of facts."""
    limits = services.dialogue.limits
    weight = story_weight(heard, services)
    first = heard.topics[0].score if heard.topics else 0.0
    doubtful = heard.complaint >= limits["complaint_share"] * first
    return weight >= limits["story_beyond_doubt"] or (doubtful and weight >= limits["least_story"])


def triage_reply(intake: Intake, heard: Heard, services: Services) -> Reply:
    """The channel that fits, why, which clock runs; and two ways on: that channel, or filing with us."""
    intake.opening = heard.text
    new = listen(intake, heard, services)
    route(intake, services)
    texts, found = services.replies, intake.triage
    if found is None:
        return texts.say(Kind.CHOICE, "tell-more", [Button(title=texts.text("button.file-here"), payload="/file")])
    channel = found.channels[0]
    reply = Reply(
        kind=Kind.TRIAGE,
        text=joined(
            texts.text("triage.lead"), understood(new, services), advice(found, services), texts.text("triage.choice")
        ),
        triage=triage_dict(found, intake.draft),
        citations=[dict(each.as_dict()) for each in found.citations],
    )
    reply.buttons = [
        Button(
            title=texts.text("button.use-channel", channel=channel.info.title), payload=f'/channel{{"id": "{channel}"}}'
        ),
        Button(title=texts.text("button.file-here"), payload="/file"),
    ]
    return reply
