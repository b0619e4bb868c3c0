"""Open conversations, what is kept of them, and who of the staff looks after them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class ConversationRow(Base):
    """An open conversation; closing deletes the row."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    surface: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[bytes] = mapped_column(DIGEST)
    opened_at: Mapped[datetime]
    heard_on: Mapped[date | None] = mapped_column(index=True)


class DraftRow(Base):
    """A complaint that is kept for later (留着以后填的草稿): sealed, found by its resume code alone, gone when filed or expired."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    code_index: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    owner_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)
    conversation_id: Mapped[str] = mapped_column(String(255), index=True)
    surface: Mapped[str] = mapped_column(String(32))
    payload_sealed: Mapped[bytes]
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ReviewQuestion(Base):
    """A question that was not answered or not rightly; masked, sealed, without any trace of who asked it."""

    __tablename__ = "review_questions"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    asked_on: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(32))
    text_sealed: Mapped[bytes]
    topics: Mapped[str] = mapped_column(Text)
    surface: Mapped[str] = mapped_column(String(32))
    times: Mapped[int]
    state: Mapped[str] = mapped_column(String(32))


class Handover(Base):
    """A flag for staff (转人工): somebody in a conversation is in danger or asked for a person. Not a word of what was said.

    A conversation has at most one that is not closed.
    """

    __tablename__ = "handovers"
    __table_args__ = (
        Index(
            "uq_handovers_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state != 'closed'"),
            postgresql_where=text("state != 'closed'"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    surface: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(32), index=True)
    opened_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]


class HandoverDraft(Base):
    """What a conversation with a flag has told so far, masked and sealed: a clerk who takes it need not ask again."""

    __tablename__ = "handover_drafts"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    sealed_for: Mapped[str] = mapped_column(String(32))
    draft_sealed: Mapped[bytes]
    at: Mapped[datetime]


class HandoverMessage(Base):
    """What citizen and clerk say to each other while a clerk has the conversation; gone with the conversation."""

    __tablename__ = "handover_messages"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    handover_id: Mapped[str] = mapped_column(ID)
    place: Mapped[str] = mapped_column(ID)
    by: Mapped[str] = mapped_column(String(64))
    text_sealed: Mapped[bytes]
    at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
