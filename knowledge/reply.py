"""The neutral reply (contract.md, "Reply"): actions make it, every channel renders it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Kind(StrEnum):
    """What a reply is for."""

    GREETING = "greeting"
    ANSWER = "answer"
    TRIAGE = "triage"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"
    CHOICE = "choice"
    QUESTION = "question"
    SUMMARY = "summary"
    RECEIPT = "receipt"
    STATUS = "status"
    ROADMAP = "roadmap"
    SAFETY = "safety"
    HANDOFF = "handoff"
    NOTICE = "notice"


class Button(BaseModel):
    """A choice that can be touched; `payload` goes back as it is."""

    title: str
    payload: str


class Reply(BaseModel):
    """One reply; `text` is complete in itself on any channel, plain text."""

    model_config = ConfigDict(use_enum_values=True)

    kind: Kind
    text: str
    speech: str | None = None
    buttons: list[Button] | None = None
    topic: str | None = None
    alternatives: list[str] | None = None
    citations: list[dict[str, Any]] | None = None
    triage: dict[str, Any] | None = None
    asks: str | None = None
    draft: dict[str, Any] | None = None
    left: int | None = None
    receipt: dict[str, Any] | None = None
    resume: dict[str, Any] | None = None
    files: list[dict[str, Any]] | None = None
    roadmap: dict[str, Any] | None = None
    case: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON of the contract; fields that do not apply are left out."""
        return self.model_dump(mode="json", exclude_none=True)
