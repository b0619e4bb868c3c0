"""The bodies of the API as /openapi.json describes them (contract.md)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from bot.normalise import LONGEST
from cases.acts import Rated, Satisfaction
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


class NewsOut(BaseModel):
    """What staff said meanwhile; `with_person`: they have the conversation or are to take it, so there may be more."""

    replies: list[Reply]
    with_person: bool


class AttachmentOut(BaseModel):
    """A stored file; `preview`: its picture can be fetched now."""

    attachment: str
    sha256: str
    preview: bool
    replies: list[Reply]


class HistoryEntry(BaseModel):
    """One event of a case, what the petitioner was told of it, and the organ that it names."""

    on: str
    event: str
    title: str
    by: str
    told: str
    body: str | None


class Clock(BaseModel):
    """What an organ has to have done, and until when; `days_left` is negative where it is late."""

    due: str
    days_left: int
    owed_by: str
    period: str
    citation: str


class NoticeOut(BaseModel):
    """What the petitioner was told and has not seen yet."""

    id: str
    kind: str
    at: str
    text: str


class CaseFields(BaseModel):
    """Where a case stands; `body` has it, `late` is what helps where an organ is late, `acts` what the petitioner may do now."""

    number: str
    stage: str
    stage_title: str
    due: str | None
    days_left: int | None
    history: list[HistoryEntry]
    body: str | None
    clock: Clock | None
    late: list[str]
    acts: list[str]
    merged_into: str | None
    notices: list[NoticeOut]


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
    clock: Clock | None
    late: list[str]


class CaseOut(BaseModel):
    """A case and its road."""

    case: CaseFields
    roadmap: Roadmap


class DoneOut(CaseOut):
    """The same after an act of the petitioner, and what it came to in words."""

    told: str


class ReasonIn(BaseModel):
    """Why; nobody has to say it."""

    reason: str = Field("", max_length=LONGEST)


class ReviewIn(ReasonIn):
    """The organ that is asked may be left open."""

    body: str | None = Field(None, max_length=100)


class RatingIn(ReasonIn):
    """Who is rated, and how."""

    of: Rated
    satisfaction: Satisfaction


class SupplementIn(BaseModel):
    """What is added, in words."""

    text: str = Field(min_length=1, max_length=LONGEST)


class ContactIn(BaseModel):
    """Where notices go, with the petitioner's consent (《个人信息保护法》第十四条)."""

    phone: str = Field(min_length=1, max_length=40)
    agree: Literal[True]


class SeenIn(BaseModel):
    """Notices that the petitioner has read."""

    ids: list[str] = Field(max_length=100)


class BookingIn(BaseModel):
    """A reception day (《信访工作条例》第十八条第二款)."""

    day: str = Field(min_length=1, max_length=64)


class SlipOut(BaseModel):
    """A place in the queue; nothing personal."""

    booking: str
    queue_number: int
    on: str
    starts: str
    ends: str
    leader: str
    place: str
    state: str


class ReceptionOut(BaseModel):
    """A reception day and the places that are left."""

    id: str
    on: str
    starts: str
    ends: str
    leader: str
    place: str
    seats: int
    free: int


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
