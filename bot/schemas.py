"""The bodies of the API as /openapi.json describes them (contract.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.normalise import LONGEST
from knowledge.reply import Reply


class ConversationIn(BaseModel):
    """Where the citizen is."""

    surface: Literal["kiosk", "web"]


class MessageIn(BaseModel):
    """What the citizen typed, or the payload of a button; a message sent again carries the same message_id."""

    text: str | None = Field(None, min_length=1, max_length=LONGEST)
    payload: str | None = Field(None, pattern="^/")
    message_id: str | None = Field(None, pattern="^[A-Za-z0-9_-]{1,64}$")


class ConversationOut(BaseModel):
    """A new conversation; `token` is its secret."""

    conversation: str
    token: str
    replies: list[Reply]


class MessageOut(BaseModel):
    """The replies to one message."""

    replies: list[Reply]
    elapsed_ms: float


class AttachmentOut(BaseModel):
    """A stored file; `preview`: its picture can be fetched now."""

    attachment: str
    sha256: str
    preview: bool
    replies: list[Reply]


class HistoryEntry(BaseModel):
    """One event of a case."""

    on: str
    event: str
    title: str
    by: str


class CaseFields(BaseModel):
    """Where a case stands."""

    number: str
    stage: str
    due: str | None
    days_left: int | None
    history: list[HistoryEntry]


class RoadmapStage(BaseModel):
    """One stage of the road."""

    id: str
    title: str
    state: Literal["done", "now", "next", "skipped"]
    on: str | None
    due: str | None


class Right(BaseModel):
    """What the petitioner may do now."""

    act: str
    title: str
    until: str | None
    to: str
    citation: str


class Roadmap(BaseModel):
    """The whole road."""

    stage: str
    stages: list[RoadmapStage]
    rights: list[Right]


class CaseOut(BaseModel):
    """A case and its road."""

    case: CaseFields
    roadmap: Roadmap


class Problem(BaseModel):
    """Why a request is refused, in Chinese."""

    detail: str


class Readiness(BaseModel):
    """Whether each part answers."""

    engine: Literal["ok", "failed"]
    actions: Literal["ok", "failed"]
    database: Literal["ok", "failed"]


def request_body(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    """For routes that read their body themselves."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route."""
    return {status: {"model": Problem} for status in statuses}
