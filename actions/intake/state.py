"""The complaint under way, as it travels in Rasa's slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from petition.draft import SLOTS, USUAL, Order, next_slot
from petition.triage import NO_HINT, Hint, Triage

MARKS = ("headcount", "for_other", "privacy_raised")


@dataclass
class Intake:
    """`draft` holds values in normal form; `asked` is the slot whose answer is awaited; `hint` the surest of its stories;
    `resume_code` opens the stored copy of what was kept for later; `other_story` waits for the choice which story comes first,
    `next_story` until this one is filed; `flagged`: staff were called; `doubts`: of a slot, the readings to choose from."""

    draft: dict[str, Any] = field(default_factory=dict)
    asked: str | None = None
    skipped: list[str] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=dict)
    opening: str = ""
    triage: Triage | None = None
    hint: Hint = NO_HINT
    told_triage: bool = False
    pausing: bool = False
    filing_key: str = ""
    filed_key: str = ""
    resume_code: str = ""
    other_story: dict[str, Any] = field(default_factory=dict)
    next_story: dict[str, Any] = field(default_factory=dict)
    flagged: bool = False
    doubts: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Intake:
        """Read the slots of contract.md and the slot `intake`."""
        rest = slots.get("intake") or {}
        draft = {slot: slots[slot] for slot in SLOTS if slots.get(slot) is not None}
        return cls(
            draft=draft | (rest.get("marks") or {}),
            asked=slots.get("requested_slot"),
            skipped=list(rest.get("skipped") or ()),
            attempts=dict(rest.get("attempts") or {}),
            opening=rest.get("opening") or "",
            triage=Triage.from_dict(rest["triage"]) if rest.get("triage") else None,
            hint=Hint.from_dict(rest.get("hint") or {}),
            told_triage=bool(rest.get("told_triage")),
            pausing=bool(rest.get("pausing")),
            filing_key=rest.get("filing_key") or "",
            filed_key=rest.get("filed_key") or "",
            resume_code=rest.get("resume_code") or "",
            other_story=dict(rest.get("other_story") or {}),
            next_story=dict(rest.get("next_story") or {}),
            flagged=bool(rest.get("flagged")),
            doubts=dict(rest.get("doubts") or {}),
        )

    def to_slots(self) -> dict[str, Any]:
        """Every slot with its value, None where there is none."""
        slots: dict[str, Any] = {slot: plain(self.draft.get(slot)) for slot in SLOTS if slot != "confirm"}
        slots["intake"] = {
            "marks": {mark: self.draft[mark] for mark in MARKS if mark in self.draft},
            "skipped": self.skipped,
            "attempts": self.attempts,
            "opening": self.opening,
            "triage": self.triage.as_dict() if self.triage else None,
            "hint": self.hint.as_dict(),
            "told_triage": self.told_triage,
            "pausing": self.pausing,
            "filing_key": self.filing_key,
            "filed_key": self.filed_key,
            "resume_code": self.resume_code,
            "other_story": self.other_story,
            "next_story": self.next_story,
            "flagged": self.flagged,
            "doubts": self.doubts,
        }
        return slots

    @property
    def values(self) -> dict[str, Any]:
        """The draft without the marks."""
        return {slot: value for slot, value in self.draft.items() if slot in SLOTS}

    @property
    def started(self) -> bool:
        """Whether the citizen has agreed and can go on later."""
        return bool(self.draft.get("consent"))

    def next(self, order: Order = USUAL) -> str | None:
        """The slot to ask now."""
        return next_slot(self.draft, self.triage, skipped=self.skipped, order=order)

    def story(self) -> str:
        """All that was told, for triage."""
        parts = [self.opening, str(self.draft.get("narrative") or ""), str(self.draft.get("request") or "")]
        return "\n".join(dict.fromkeys(part for part in parts if part))


def plain(value: Any) -> Any:
    """As JSON keeps it."""
    return list(value) if isinstance(value, tuple) else value
