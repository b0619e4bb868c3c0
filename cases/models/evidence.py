"""Files that a citizen handed in, and papers written for a citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


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
