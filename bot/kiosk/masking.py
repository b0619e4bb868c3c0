"""What stays on the screen of what a citizen said: enough to follow the conversation, nothing for the next in the queue."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.reply import Reply
from petition.days import in_words
from petition.draft import SLOTS
from petition.masking import mask_question
from petition.parties import Confidentiality

LONGEST_BUBBLE = 40
KEPT = "已记下（{count}个字）"  # whoever tells a story tells it to the office, not to the next in the queue
STORY = "narrative"
HIDDEN = ("consent", "confirm")
FREE = ("narrative", "request", "prior_handling", "respondent", "place", "occurred_on", "amount", "confidentiality")
SHORT_CODE = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}-?[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Exchange:
    """One thing that was said, masked, and what it was answered; `me` is empty where nobody said anything."""

    me: str
    replies: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A value of the draft as people write it, masked."""

    slot: str
    title: str
    value: str


def exchange(said: str, asked: Reply | None, replies: Iterable[Reply]) -> Exchange:
    """What is shown of a turn; `said` are the citizen's words, `asked` the question that they answered."""
    replies = tuple(replies)
    return Exchange(bubble(said, asked, replies), tuple(told(each) for each in replies))


def bubble(said: str, asked: Reply | None, replies: Iterable[Reply]) -> str:
    """A value as the draft of the next reply shows it; else the words, masked; of a long text only how long it is."""
    slot = (asked.asks or "") if asked else ""
    draft: Mapping[str, Any] = next((each.draft for each in replies if each.draft), {})
    if slot in draft and slot not in HIDDEN:
        return f"{SLOTS[slot].title}：{cut(as_text(slot, draft[slot]))}"
    if slot in SLOTS and slot not in (*FREE, *HIDDEN) and said:
        return f"{SLOTS[slot].title}：****"  # what was not taken may still be somebody's name or phone
    return cut(masked_words(said))


def button_title(payload: str, replies: Iterable[Reply]) -> str:
    """The words on the button that was touched; empty for one that was not offered."""
    found = (button.title for reply in replies for button in reply.buttons or () if button.payload == payload)
    return next(found, "")


def masked_words(text: str) -> str:
    """Free words without numbers, codes and names."""
    return SHORT_CODE.sub("****", mask_question(text))


def told(reply: Reply) -> str:
    """A reply as it stays in the conversation: a code that was shown once does not."""
    return (reply.speech or "") if reply.receipt or reply.resume else reply.text


def rows(draft: Mapping[str, Any] | None) -> list[Row]:
    """The draft so far, in the order of the form; it comes masked."""
    given = draft or {}
    return [
        Row(slot, SLOTS[slot].title, cut(as_text(slot, given[slot])))
        for slot in SLOTS
        if slot in given and slot not in HIDDEN
    ]


def as_text(slot: str, value: Any) -> str:
    """A masked value as people write it."""
    if isinstance(value, list | tuple):
        return f"{len(value)}份" if slot == "evidence" else "、".join(map(str, value))
    if slot == STORY:
        return KEPT.format(count=len(str(value)))
    if slot == "confidentiality":
        return Confidentiality(str(value)).label
    if slot == "occurred_on":
        return "至".join(map(in_words, str(value).split("/")))
    return f"{value}元" if slot == "amount" else str(value)


def cut(text: str) -> str:
    """Short words as they are; of a long text only how long it is."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_BUBBLE else KEPT.format(count=len(plain))
