"""Somebody tells what happened: where that is resolved, and the form at once where they want to file."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from actions.answer import answer, decision_on
from actions.channel import entry_for, expense
from actions.heard import Heard
from actions.intake.ask import advice, joined, triage_dict, understood
from actions.intake.listen import listen, route
from actions.intake.state import Intake
from actions.papers import paper_buttons
from actions.services import Services
from knowledge.outcome import Outcome, Ranked
from knowledge.reply import Button, Kind, Reply
from petition.guides import Demand
from petition.matters import PetitionType
from petition.routing import triage
from petition.triage import NO_HINT, Triage

CLAUSES = re.compile(r"[，,。；;！!？?\s]+")
SURE_MATTER = 0.7  # right in 93 of 100 cases (bench/matters.py)
LEAST_FACTS = 2  # stated facts with which a long question is a story too


def wants_to_file(heard: Heard, services: Services) -> bool:
    """Whether the message says that a complaint shall be taken down."""
    return services.dialogue.says("wish", heard.text)


def asks(heard: Heard, services: Services) -> bool:
    """Whether it is put as a question; one that ends by demanding something is told, whatever words stand before."""
    if suggests(heard, services) or demands(heard, services):
        return False
    return services.dialogue.says("question", heard.text)


def suggests(heard: Heard, services: Services) -> bool:
    """Whether it is a suggestion, which is often put as a question: 「能不能在校门口装个红绿灯」."""
    likely = heard.hint.types.get(PetitionType.SUGGESTION, 0.0) >= services.dialogue.limits["sure_suggestion"]
    return likely and len(heard.text) >= services.dialogue.limit("shortest_narrative")


def demands(heard: Heard, services: Services) -> bool:
    """Whether the last clause asks an organ or the other side to do something: 「…，要求镇政府责令他们公开」."""
    clauses = [each for each in CLAUSES.split(heard.text.strip("。.!！ ")) if each]
    return len(clauses) > 1 and services.dialogue.says("demand", clauses[-1])


def asks_something(heard: Heard, services: Services) -> bool:
    """Whether it is a question that we can answer rather than a story."""
    return decision_on(heard, services).outcome is Outcome.ANSWER and asks(heard, services)


def advertises(heard: Heard, services: Services) -> bool:
    """Whether what was taken for a complaint tells nothing of anybody, blames nobody and asks for nothing."""
    words = services.dialogue
    unsure = heard.intent == "complain" and heard.confidence < words.limits["sure_complaint"]
    personal = words.says("own", heard.text) or words.says("wish", heard.text) or demands(heard, services)
    if not unsure or personal or services.rules.cues["grievance"].search(heard.text):
        return False
    return not heard.stated or evidence(heard, services) < words.limit("least_story_if_foreign")


def story_weight(heard: Heard, services: Services) -> float:
    """How much speaks for a story: the weight of the words of one matter, and the facts stated; 0 for a question."""
    if len(heard.text) < services.dialogue.limit("shortest_story") or asks(heard, services):
        return 0.0
    return evidence(heard, services)


def evidence(heard: Heard, services: Services) -> float:
    """Words of one matter and facts stated; a classifier that is sure of a matter counts where people tell of themselves."""
    hint = heard.hint if services.dialogue.says("own", heard.text) and heard.hint.surest >= SURE_MATTER else NO_HINT
    found = triage(heard.text, services.rules, hint)
    return max(found.scores.values(), default=0.0) + len(heard.stated)


def tells_story(heard: Heard, services: Services) -> bool:
    """Whether a message that we have no answer to tells what happened, also where it ends in 「咋办」."""
    foreign = heard.intent == "out_of_scope" and heard.confidence >= 0.5
    least = services.dialogue.limit("least_story_if_foreign" if foreign else "least_story")
    told = len(heard.stated) >= LEAST_FACTS and len(heard.text) >= services.dialogue.limit("shortest_narrative")
    return (evidence(heard, services) if told else story_weight(heard, services)) >= least


def tells_rather_than_asks(heard: Heard, services: Services) -> bool:
    """Whether a statement is a story although a topic has an answer: about as likely a complaint, or full of facts."""
    limits = services.dialogue.limits
    weight = story_weight(heard, services)
    first = heard.topics[0].score if heard.topics else 0.0
    doubtful = heard.complaint >= limits["complaint_share"] * first
    return weight >= limits["story_beyond_doubt"] or (doubtful and weight >= limits["least_story"])


def tells_as_well(heard: Heard, services: Services) -> bool:
    """Whether a question that we can answer is also the story of the one who asks: both get their reply."""
    limits, first = services.dialogue.limits, heard.topics[0].score if heard.topics else 0.0
    long = len(heard.text) >= services.dialogue.limit("shortest_narrative")
    personal = services.dialogue.says("own", heard.text) or len(heard.stated) >= LEAST_FACTS
    likely = heard.complaint >= limits["story_share"] * first
    return long and personal and likely and evidence(heard, services) >= limits["least_story_in_question"]


def answer_in_story(heard: Heard, services: Services) -> list[Reply]:
    """The answer to the question in which a story ends, where a topic is likely among all topics."""
    mass = sum(each.score for each in heard.topics)
    if not asks(heard, services) or mass < services.dialogue.limits["least_question_in_story"]:
        return []
    topics = tuple(Ranked(each.topic, each.score / mass) for each in heard.topics)
    reply = answer(replace(heard, topics=topics, foreign=0.0), services)
    return [reply] if reply.kind == Kind.ANSWER else []


def triage_reply(intake: Intake, heard: Heard, services: Services) -> Reply:
    """The row of the guide, why, the channels with their bodies, cost and clock; and the ways on. Never a refusal."""
    intake.opening = heard.text
    new = listen(intake, heard, services)
    route(intake, services)
    texts, found = services.replies, intake.triage
    if found is None:
        return texts.say(Kind.CHOICE, "tell-more", [Button(title=texts.text("button.file-here"), payload="/file")])
    demand = services.guides.row(found.matter, found.rule, intake.story())
    row = classified(found, demand, services)
    return Reply(
        kind=Kind.TRIAGE,
        text=joined(
            texts.text("triage.lead"),
            understood(new, services),
            row,
            advice(found, services),
            expense(entry_for(found.channels[0], found.rule, services), services),
            texts.text("triage.choice"),
        ),
        speech=spoken(found, demand, services),
        triage=triage_dict(found, intake.draft) | {"demand": demand.demand if demand else ""},
        citations=[dict(each.as_dict()) for each in found.citations],
        buttons=[*ways_on(found, services), *paper_buttons(found, services, intake.draft, most=1)],
    )


def classified(found: Triage, demand: Demand | None, services: Services) -> str:
    """Type, matter and demand as the office's own sheet has them."""
    texts = services.replies
    sort = texts.text("triage.sort", type=found.type.label, matter=found.matter.info.title)
    if demand is None:
        return sort
    channels = "、".join(channel.info.title for channel in found.channels)
    return joined(sort, texts.text("triage.row", demand=demand.demand, channels=channels))


def spoken(found: Triage, demand: Demand | None, services: Services) -> str:
    """What a voice reads out: the demand, the first channel with its body, the first clock, the choice."""
    texts, first = services.replies, found.channels[0]
    clocks = services.rules.clocks.running(found.channels[:2], found.matter, found.rule)
    name = demand.demand if demand else found.matter.info.title
    body = services.office.bodies.get(str(first))
    way = texts.text(
        "triage.spoken", demand=name, channel=first.info.title, where=body.name if body else services.office.name
    )
    return joined(texts.text("triage.lead"), way, *(clock.warning for clock in clocks[:1]), texts.text("triage.choice"))


def ways_on(found: Triage, services: Services) -> list[Button]:
    """How to use the first channel, filing here, and how such things go in general."""
    texts, first = services.replies, found.channels[0]
    target = json.dumps({"id": str(first), "route": found.rule})
    return [
        Button(title=texts.text("button.use-channel", channel=first.info.title), payload=f"/channel{target}"),
        Button(title=texts.text("button.file-here"), payload="/file"),
        Button(title=texts.text("button.guide"), payload=f'/guide{{"matter": "{found.matter}"}}'),
    ]
