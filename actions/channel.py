"""How to use a channel: where it is, what it costs, what to bring, on which law it stands, and which clock runs."""

from __future__ import annotations

from actions.heard import Heard
from actions.intake.ask import joined
from actions.services import Services
from knowledge.entry import Entry
from knowledge.reply import Button, Kind, Reply
from petition.matters import Channel

MOST_MATERIALS = 4


def how_to(heard: Heard, services: Services) -> Reply:
    """The channel whose button was touched, as the route of that triage has it; the petition channel leads into the form."""
    texts = services.replies
    file_here = Button(title=texts.text("button.file-here"), payload="/file")
    if heard.params.get("id") not in set(Channel):
        return texts.say(Kind.CHOICE, "tell-more", [file_here])
    channel, route = Channel(heard.params["id"]), heard.params.get("route", "")
    entry = entry_for(channel, route, services)
    clocks = services.rules.clocks.running([channel], route=route)
    law = channel.info.citation
    text = joined(
        texts.text("channel.where", channel=channel.info.title, where=services.office.where(str(channel))),
        expense(entry, services),
        *(clock.warning for clock in clocks),
        texts.text("channel.law", law=law.text) if law else "",
        texts.text("channel.also-here"),
    )
    citations = [each.as_dict() for each in [law, *(clock.citation for clock in clocks)] if each]
    reply = Reply(kind=Kind.ANSWER, text=text, buttons=[file_here], citations=citations)
    if entry:
        reply.topic = entry.id
        reply.buttons = [Button(title=entry.title, payload=f'/ask{{"topic": "{entry.id}"}}'), file_here]
    return reply


def entry_for(channel: Channel, route: str, services: Services) -> Entry | None:
    """The topic that tells how to use a channel."""
    topic = services.rules.topic_for(channel, route)
    if topic not in services.knowledge:
        return None
    return services.knowledge[topic]


def expense(entry: Entry | None, services: Services) -> str:
    """Cost and papers in one line; empty where neither is known."""
    texts = services.replies
    parts = []
    if entry and entry.cost:
        parts.append(texts.text("channel.cost", value=entry.cost))
    if entry and entry.materials:
        parts.append(texts.text("channel.materials", value="、".join(entry.materials[:MOST_MATERIALS])))
    return services.office.fill("".join(parts))
