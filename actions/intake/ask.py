"""Puts the next question, with what was just understood, and reads everything back at the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.intake import already, ambiguous
from actions.intake.state import Intake
from actions.intake.wording import title_of, words_for
from actions.services import Services
from knowledge.reply import Button, Kind, Reply
from petition.days import in_words
from petition.draft import SLOTS, masked, questions_left
from petition.matters import Channel
from petition.parties import Confidentiality
from petition.triage import Triage

HIDDEN = ("consent", "confirm")
OURS = (Channel.PETITION, Channel.OFFICE, Channel.NONE)  # nowhere else to send anybody


def question(intake: Intake, services: Services, *, before: str = "", brief: bool = False) -> Reply:
    """The question for `intake.asked`; `before` is said first, `brief` repeats it in one short line."""
    slot = intake.asked or ""
    if slot == "confirm":
        return summary(intake, services, before=before)
    tries = intake.attempts.get(slot, 0)
    words = which_reading(slot, intake, services) or words_for(slot, intake, services, brief=brief)
    reply = Reply(kind=Kind.QUESTION, text=joined(before, words), asks=slot, draft=masked(intake.values))
    reply.left = left(intake, services)
    usual = buttons(slot, services, person=tries >= services.dialogue.limit("person"))
    reply.buttons = [*readings(slot, intake, services), *usual] or None
    if intake.triage and not intake.told_triage:
        intake.told_triage = True
        reply.triage = triage_dict(intake.triage, intake.draft)
    return reply


def left(intake: Intake, services: Services) -> int:
    """How many questions the form still asks, with the one that is put now; one that is put again comes on top."""
    order = services.questions.order(intake.triage)
    still = questions_left(intake.draft, intake.triage, skipped=intake.skipped, order=order)
    again = intake.asked in intake.draft or intake.asked in intake.skipped
    return still + again


def which_reading(slot: str, intake: Intake, services: Services) -> str:
    """「您说的是2026年3月，还是2025年3月？」; empty where nothing is in doubt, or asking so has not helped."""
    titles = [each.title for each in readings(slot, intake, services)]
    if not titles or intake.attempts.get(slot, 0) >= services.dialogue.limit("reword"):
        return ""
    return services.replies.text(f"ambiguous.{slot}", readings="、".join(titles[:-1]), last=titles[-1])


def readings(slot: str, intake: Intake, services: Services) -> list[Button]:
    """A button for each way to read what was said; one sum that the others make together says so."""
    waiting = intake.doubts.get(slot, [])
    titles = [as_text(each, slot) for each in waiting]
    if slot == "amount" and len(waiting) > ambiguous.FEWEST and waiting[-1] == sum(waiting[:-1]):
        titles[-1] = services.replies.text("ambiguous.together", sum=titles[-1])
    return [Button(title=title, payload=ambiguous.payload(each)) for title, each in zip(titles, waiting, strict=True)]


def buttons(slot: str, services: Services, *, person: bool) -> list[Button]:
    """The choices of a question."""
    texts = services.replies
    offered = {
        "consent": [("button.agree", "/affirm"), ("button.disagree", "/deny")],
        "confidentiality": [(f"button.{each}", f'/choose{{"id": "{each}"}}') for each in map(str, Confidentiality)],
        "evidence": [("button.no-evidence", "/skip")],
    }.get(slot, [("button.skip", "/skip")] if SLOTS[slot].skippable else [])
    if person:
        offered = [*offered, ("button.person", "/handoff")]
    return [Button(title=texts.text(key), payload=payload) for key, payload in offered]


def summary(intake: Intake, services: Services, *, before: str = "") -> Reply:
    """All that will be filed, the way that fits and its clock, and three choices."""
    texts = services.replies
    lines = [f"{title}：{value}" for title, value in read_back(intake, services)]
    here = already.look(intake, services)
    parts = [before, already.told(here, services), texts.text("summary.lead"), "\n".join(lines)]
    if intake.triage:
        parts.append(advice(intake.triage, services))
    reply = Reply(
        kind=Kind.SUMMARY,
        text="\n".join(part for part in [*parts, texts.text("summary.ask")] if part),
        speech=texts.text("summary.speech"),
        asks="confirm",
        draft=masked(intake.values),
        triage=triage_dict(intake.triage, intake.draft) if intake.triage else None,
    )
    reply.buttons = [
        Button(title=texts.text("button.confirm"), payload="/affirm"),
        *already.buttons(here, services),
        Button(title=texts.text("button.change"), payload="/correct"),
        Button(title=texts.text("button.stop"), payload="/cancel"),
    ]
    return reply


def read_back(intake: Intake, services: Services) -> list[tuple[str, str]]:
    """(title, masked value) of every slot that has one; what was left out is said as well."""
    shown = masked(intake.values)
    given = [slot for slot in SLOTS if slot in shown and slot not in HIDDEN]
    rows = [(title_of(slot, SLOTS[slot].title, intake, services), as_text(shown[slot], slot)) for slot in given]
    if "confidentiality" not in shown:
        rows.append((SLOTS["confidentiality"].title, Confidentiality.NAMED.label))
    left_out = [SLOTS[slot].title for slot in intake.skipped if slot not in shown]
    return rows + ([(services.replies.text("summary.skipped"), "、".join(left_out))] if left_out else [])


def as_text(value: Any, slot: str) -> str:
    """A value as people write it."""
    if isinstance(value, list | tuple):
        return f"{len(value)}份" if slot == "evidence" else "、".join(map(str, value))
    if slot == "confidentiality":
        return Confidentiality(str(value)).label
    if slot == "occurred_on":
        return "至".join(map(in_words, str(value).split("/")))
    return f"{value}元" if slot == "amount" else str(value)


def understood(new: Mapping[str, Any], services: Services) -> str:
    """What was taken from the words just said, for the citizen to hear."""
    shown = masked(new)
    texts = services.replies
    said = "；".join(texts.text(f"said.{slot}", value=as_text(shown[slot], slot)) for slot in new if slot in shown)
    return texts.text("understood", facts=said) if said else ""


def advice(found: Triage, services: Services) -> str:
    """Where this kind of thing is resolved, why, and which clock runs: said before anything is filed."""
    clocks = services.rules.clocks.running(found.channels[:2], found.matter, found.rule)
    lines = [found.why, *ways(found, services), *(clock.warning for clock in clocks)]
    return "\n".join(dict.fromkeys(lines))


def ways(found: Triage, services: Services) -> list[str]:
    """The first two channels, each with its body here."""
    return [
        services.replies.text("triage.channel", channel=channel.info.title, where=services.office.where(str(channel)))
        for channel in found.channels[:2]
        if channel not in OURS
    ]


def triage_dict(found: Triage, draft: Mapping[str, Any]) -> dict[str, Any]:
    """The `triage` field of a reply."""
    slots = {slot: value for slot, value in masked(draft).items() if slot in SLOTS and slot not in HIDDEN}
    return {**found.as_dict(), "slots": slots}


def joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
