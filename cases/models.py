"""The tables of the case register. A column named `*_sealed` holds what only the register key opens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
DIGEST = LargeBinary(32)
ID = String(36)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_id() -> str:
    """A row's identity, known before the row is written: what is sealed is bound to it."""
    return str(uuid4())


class Base(DeclarativeBase):
    """Rows show their table and identity in logs, never a value."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, bytes: LargeBinary}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'id', '')}>"


class Case(Base):
    """A registered petition (登记的信访事项, 《信访工作条例》第二十二条)."""

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    filing_index: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    code_hash: Mapped[str] = mapped_column(String(255))
    office: Mapped[str] = mapped_column(String(32))
    surface: Mapped[str] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(32))
    matter: Mapped[str] = mapped_column(String(32))
    branch: Mapped[int | None] = mapped_column(Integer)
    channels: Mapped[str] = mapped_column(Text)
    confidentiality: Mapped[str] = mapped_column(String(32))
    stage: Mapped[str] = mapped_column(String(32), index=True)
    filed_at: Mapped[datetime]
    respondent_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)
    place_index: Mapped[bytes | None] = mapped_column(DIGEST)
    sketch: Mapped[bytes | None]

    texts: Mapped[list[CaseText]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    parties: Mapped[list[Party]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="Party.position"
    )
    history: Mapped[list[History]] = relationship(order_by="History.id", back_populates="case")


class CaseText(Base):
    """One slot of the draft in the citizen's own words: narrative, request, respondent, place, …"""

    __tablename__ = "case_texts"
    __table_args__ = (UniqueConstraint("case_id", "slot"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    slot: Mapped[str] = mapped_column(String(32))
    sealed_for: Mapped[str] = mapped_column(String(32), server_default="data")
    value_sealed: Mapped[bytes]


class Party(Base):
    """A person of the case: petitioner, representative, or the one on whose behalf it is filed."""

    __tablename__ = "parties"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(32))
    position: Mapped[int]
    sealed_for: Mapped[str] = mapped_column(String(32), server_default="data")
    name_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    name_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)
    phone_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)
    address_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)


class History(Base):
    """One event of a case (petition.stages.Event) and the moment it was written; never changed (see history.py)."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    on: Mapped[date]
    act: Mapped[str] = mapped_column(String(32))
    stage: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(String(32))
    received_on: Mapped[date | None]
    days: Mapped[int | None]
    at: Mapped[datetime]

    case: Mapped[Case] = relationship(back_populates="history")


class CaseLink(Base):
    """Two cases that seem to be about the same thing, for staff to look at; the newer one first."""

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("case_id", "other_id", "kind"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    other_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class Supplement(Base):
    """What a citizen added to a case that was filed already (补充材料), sealed like the case itself."""

    __tablename__ = "supplements"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    filing_index: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    sealed_for: Mapped[str] = mapped_column(String(32))
    values_sealed: Mapped[bytes]
    at: Mapped[datetime]


class Audit(Base):
    """Who did what to which row, without a word of the petition itself; written once, never changed."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)


class Attachment(Base):
    """A file that a citizen handed in; its bytes lie outside the database. A kept draft holds it beyond its conversation."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    draft_id: Mapped[str | None] = mapped_column(ID, index=True)
    sha256: Mapped[bytes] = mapped_column(DIGEST)
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    name_sealed: Mapped[bytes | None]
    display_sha256: Mapped[bytes | None] = mapped_column(DIGEST)
    scan_state: Mapped[str] = mapped_column(String(16), server_default="unchecked", index=True)
    stored_at: Mapped[datetime]


class OutboxRow(Base):
    """A message that has to leave the house; the payload names the case and carries no personal data."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    payload: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    free_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(index=True)


class ConversationRow(Base):
    """An open conversation; closing deletes the row."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    surface: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[bytes] = mapped_column(DIGEST)
    opened_at: Mapped[datetime]
    heard_on: Mapped[date | None] = mapped_column(index=True)


class PaperRow(Base):
    """A paper written for a citizen from what was said; one of a kind a conversation, deleted with it."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("conversation_id", "paper"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    paper: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(100))
    docx_sealed: Mapped[bytes]
    pdf_sealed: Mapped[bytes | None]
    made_at: Mapped[datetime]


class LookupMiss(Base):
    """Failed look-ups of one client or one number; the subject is a keyed index, so no address of a client is kept."""

    __tablename__ = "lookup_misses"

    subject: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    misses: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Counter(Base):
    """The last case number given out by an office on a day."""

    __tablename__ = "counters"

    office: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]


class KeyCheck(Base):
    """Which register key this database was written with: its id and a known text sealed with it."""

    __tablename__ = "key_check"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


class Law(Base):
    """A law whose official text an office imported; `key` is its title without country and year, the same in every revision."""

    __tablename__ = "laws"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    law_id: Mapped[str] = mapped_column(String(255), index=True)
    title: Mapped[str] = mapped_column(String(255))
    effective_from: Mapped[date | None]
    in_force: Mapped[bool]
    version: Mapped[int]
    file: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[bytes] = mapped_column(DIGEST)
    imported_at: Mapped[datetime]


class LawArticle(Base):
    """One article (条) of the version in the register; `suffix` is the N of 之N, 0 without one."""

    __tablename__ = "law_articles"

    law_key: Mapped[str] = mapped_column(ForeignKey("laws.key", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    suffix: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chapter: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[bytes] = mapped_column(DIGEST)


class LawChange(Base):
    """An article that an import changed, added or took away, with its wording before; written once."""

    __tablename__ = "law_changes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    law_key: Mapped[str] = mapped_column(ForeignKey("laws.key", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    suffix: Mapped[int]
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


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
