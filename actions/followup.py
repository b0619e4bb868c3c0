"""「那要多久」, 「要钱吗」, 「不服怎么办」: questions that lean on the last answer are answered from its entry, or from a related one."""

from __future__ import annotations

from collections.abc import Iterable

from actions.answer import topic_button, topic_reply
from actions.services import Services
from actions.terms import line
from knowledge.entry import Citation, Deadline, Entry
from knowledge.followups import Aspect, Piece
from knowledge.periods import spoken
from knowledge.render import answer_text, basis, citation_dict, merged
from knowledge.reply import Button, Kind, Reply
from knowledge.vocabulary import EVENTS
from petition.matters import Channel

MOST_LINES = 3
SHOWN_WITHOUT_LAW = (Piece.WHERE, Piece.MATERIALS)


def follow_up(aspect: Aspect, topic: str, services: Services, *, in_form: bool = False) -> Reply:
    """The aspect of a topic: its own words, else a related topic's whole answer, else an honest "not found"."""
    entry = services.knowledge[topic]
    match aspect.field:
        case Piece.AGAIN:
            return topic_reply(topic, (), services, in_form)
        case Piece.SIMPLER:
            return simpler(entry, services)
        case Piece.MORE:
            return more(entry, services)
        case _:
            own = None if aspect.related_first and aspect.topic_for(entry) else from_entry(aspect, entry, services)
            return own or from_related(aspect, entry, services, in_form)


def from_entry(aspect: Aspect, entry: Entry, services: Services) -> Reply | None:
    """What the entry itself says; a period that is not of the kind that is meant counts only where no other topic has it."""
    if aspect.field is Piece.DEADLINES:
        own = aspect.deadlines_of(entry) or ([] if aspect.topic_for(entry) else entry.deadlines)
        return periods(entry, own, services) if own else None
    text = own_words(aspect.field, entry, services)
    return short(text, entry, entry.citations, services, law=aspect.field not in SHOWN_WITHOUT_LAW) if text else None


def own_words(field: Piece, entry: Entry, services: Services) -> str:
    texts, office = services.replies, services.office
    match field:
        case Piece.COST if entry.cost:
            return texts.text("followup.cost", value=office.fill(entry.cost).rstrip("。"))
        case Piece.MATERIALS if entry.materials:
            return texts.text("followup.materials", value=office.fill("、".join(entry.materials)).rstrip("。"))
        case Piece.IF_REFUSED if entry.if_refused:
            return office.fill(entry.if_refused)
        case Piece.BASIS if entry.citations:
            return texts.text("followup.basis", value=basis(entry.citations))
        case Piece.WHERE:
            return where(entry, services)
    return ""


def where(entry: Entry, services: Services) -> str:
    """The place of the entry, else the local body of its channel; our own with its hours."""
    texts = services.replies
    ours = entry.channel in (Channel.PETITION, Channel.OFFICE, Channel.NONE)
    place = services.office.fill(entry.where) or ("" if ours else services.office.where(entry.channel))
    lines = [texts.text("followup.where", value=place.rstrip("。"))] if place else []
    return "\n".join([*lines, texts.text("followup.office")] if ours else lines)


def periods(entry: Entry, deadlines: list[Deadline], services: Services) -> Reply:
    """The sentences of the entry that say these periods; a period that no sentence says is put into words."""
    pieces = [entry.answer, *entry.details]
    said = [piece for piece in pieces if any(spoken(each) in piece for each in deadlines)]
    unsaid = [each for each in deadlines if not any(spoken(each) in piece for piece in said)]
    lines = [services.office.fill(each) for each in said] + [in_words(each) for each in unsaid]
    articles = {(entry.law_of(each), each.article) for each in deadlines}
    cited = [each for each in entry.citations if (each.law, each.article) in articles]
    return short("\n".join(lines[:MOST_LINES]), entry, cited or entry.citations, services)


def in_words(deadline: Deadline) -> str:
    return f"从{EVENTS[deadline.start]}起，{spoken(deadline)}。"


def from_related(aspect: Aspect, entry: Entry, services: Services, in_form: bool) -> Reply:
    """The whole answer of the topic that has it, a field of the channel's own topic, or the honest sentence with whom to ask."""
    topic = aspect.topic_for(entry)
    if topic in services.knowledge:
        return topic_reply(str(topic), (entry.id,), services, in_form)
    if aspect.field is Piece.HOW:
        return topic_reply(entry.id, (), services, in_form)
    home = services.followups.home.get(entry.channel, entry.id)
    found = from_entry(aspect, services.knowledge[home], services) if home != entry.id else None
    person = Button(title=services.replies.text("button.person"), payload="/handoff")
    return found or services.replies.say(Kind.UNKNOWN, "followup.none", [person], title=entry.title)


def simpler(entry: Entry, services: Services) -> Reply:
    """The result alone, and the hard words in it."""
    terms = services.terms.within(entry.answer)[:2]
    text = "\n".join([services.office.fill(entry.answer), *map(line, terms)])
    return short(text, entry, entry.citations, services, law=False)


def more(entry: Entry, services: Services) -> Reply:
    """What people ask next."""
    nexts = [each for each in entry.related if each in services.knowledge][:3]
    reply = services.replies.say(Kind.CLARIFY, "followup.more", [topic_button(each, services) for each in nexts])
    reply.alternatives = nexts
    return reply


def short(text: str, entry: Entry, cited: Iterable[Citation], services: Services, *, law: bool = True) -> Reply:
    """A short answer on a topic, with its law."""
    cited = list(cited)
    shown = law and cited and not text.startswith("依据")
    full = f"{text}\n{services.replies.text('term.basis', law=basis(cited))}" if shown else text
    return Reply(
        kind=Kind.ANSWER,
        text=full,
        speech=text,
        topic=entry.id,
        alternatives=[],
        citations=[citation_dict(each) for each in merged(cited)],
        buttons=[topic_button(entry.id, services)] if text not in answer_text(entry) else None,
    )
