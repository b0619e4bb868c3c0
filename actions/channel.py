"""How to use a channel: where it is, on which law it stands, and which clock runs."""

from __future__ import annotations

from actions.heard import Heard
from actions.intake.ask import joined
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.clocks import clocks_for
from petition.matters import Channel


def how_to(heard: Heard, services: Services) -> Reply:
    """The body, the law and the running clock of the channel whose button was touched; the petition channel leads into the form."""
    texts = services.replies
    file_here = Button(title=texts.text("button.file-here"), payload="/file")
    if heard.params.get("id") not in set(Channel):
        return texts.say(Kind.CHOICE, "tell-more", [file_here])
    channel = Channel(heard.params["id"])
    clocks = clocks_for([channel])
    law = channel.info.citation
    text = joined(
        texts.text("channel.where", channel=channel.info.title, where=services.office.where(str(channel))),
        *(clock.warning for clock in clocks),
        texts.text("channel.law", law=law.text) if law else "",
        texts.text("channel.also-here"),
    )
    citations = [each.as_dict() for each in [law, *(clock.citation for clock in clocks)] if each]
    return Reply(kind=Kind.ANSWER, text=text, buttons=[file_here], citations=citations)
