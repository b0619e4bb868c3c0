"""What the conversation remembers from one message to the next: the last topic, the question, its candidates, the choices shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.heard import Heard
from knowledge.reply import Kind, Reply
from petition.draft import masked

LONGEST_QUESTION = 200
PERSONAL = ("name", "address", "phone", "on_behalf_of")


def nameless(heard: Heard) -> str:
    """What was said, with the names and addresses that the engine found masked."""
    text = heard.text
    for slot in PERSONAL:
        value = heard.stated.get(slot) or heard.entities.get(slot)
        if isinstance(value, str) and value:
            text = text.replace(value, str(masked({slot: value})[slot]))
    return text


@dataclass
class Memory:
    """`ranked`: topics of the last question with their scores, best first; `shown`: the topics that the last reply spoke of;
    `rejected`: those that the citizen did not mean; `choices`: the buttons of the last reply; `kind`: of that reply; `stays`: the replies are about a side of the topic."""

    topic: str = ""
    question: str = ""
    ranked: list[tuple[str, float]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    choices: list[dict[str, str]] = field(default_factory=list)
    kind: str = ""
    stays: bool = False

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Memory:
        """From the slots `last_topic` and `candidates`."""
        kept = slots.get("candidates") or {}
        return cls(
            topic=slots.get("last_topic") or "",
            question=kept.get("question") or "",
            ranked=[(topic, float(score)) for topic, score in kept.get("ranked") or ()],
            shown=list(kept.get("shown") or ()),
            rejected=list(kept.get("rejected") or ()),
            choices=list(kept.get("choices") or ()),
            kind=kept.get("kind") or "",
        )

    def to_slots(self) -> dict[str, Any]:
        """As Rasa keeps it."""
        kept = {
            "question": self.question,
            "ranked": [list(each) for each in self.ranked],
            "shown": self.shown,
            "rejected": self.rejected,
            "choices": self.choices,
            "kind": self.kind,
        }
        return {"last_topic": self.topic or None, "candidates": kept if any(kept.values()) else None}

    def new_question(self, heard: Heard) -> None:
        """The candidates are those of this message now."""
        self.question = nameless(heard)[:LONGEST_QUESTION]
        self.ranked = [(each.topic, each.score) for each in heard.topics]
        self.rejected = []

    def reject_shown(self) -> None:
        self.rejected = list(dict.fromkeys([*self.rejected, *self.shown]))

    def left(self) -> list[str]:
        """The candidates that were neither shown nor rejected, best first."""
        return [topic for topic, _ in self.ranked if topic not in self.rejected and topic not in self.shown]

    def hear_replies(self, replies: Sequence[Reply], home: Mapping[str, str]) -> None:
        """What was answered becomes what the next message may lean on; a triage stands for the topic of its first channel."""
        for reply in replies:
            self.topic = self.topic if self.stays else reply.topic or self.topic
            if reply.kind == Kind.TRIAGE and reply.triage:
                self.topic = home.get(next(iter(reply.triage.get("channels") or ()), ""), self.topic)
        if replies:
            last = replies[-1]
            self.kind = str(last.kind)
            self.shown = [last.topic] if last.topic else list(last.alternatives or ())
            self.choices = [each.model_dump() for each in last.buttons or ()]

    def hear_in_form(self, replies: Sequence[Reply], home: Mapping[str, str]) -> None:
        """Inside a form only what was answered in between counts, not the form's own questions."""
        self.hear_replies([each for each in replies if each.topic or each.alternatives], home)
        self.kind = str(Kind.ANSWER) if any(each.topic or each.alternatives for each in replies) else ""
