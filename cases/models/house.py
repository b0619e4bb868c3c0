"""What the house itself keeps: the audit log, the outbox, numbers, keys, locks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class Audit(Base):
    """Who did what to which row, without a word of the petition itself; written once, never changed (cases/audit.py).

    `id` counts without a gap; `chained` is the keyed hash over the row and the hash of the row before.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"), index=True)
    subject: Mapped[str | None] = mapped_column(String(128))
    details_digest: Mapped[bytes | None] = mapped_column(DIGEST)
    chained: Mapped[bytes | None] = mapped_column(DIGEST)


class AuditDetail(Base):
    """What an audit row says beyond its columns, sealed; erased on request, and the chain stays whole: it holds the digest only."""

    __tablename__ = "audit_details"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True, autoincrement=False)
    sealed_for: Mapped[str] = mapped_column(String(32))
    value_sealed: Mapped[bytes]


class AuditHead(Base):
    """The end of the chain; whoever writes the next row holds it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    chained: Mapped[bytes | None] = mapped_column(DIGEST)


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
    channel: Mapped[str] = mapped_column(String(32), server_default="none", default="none")
    dedup_key: Mapped[str | None] = mapped_column(String(128), index=True, unique=True)
    last_error: Mapped[str | None] = mapped_column(String(200))
    dead_at: Mapped[datetime | None] = mapped_column(index=True)


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


class DataKey(Base):
    """One version of a key of the register, sealed with the register key itself (cases/keys.py)."""

    __tablename__ = "data_keys"
    __table_args__ = (UniqueConstraint("purpose", "version"),)

    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class ExportMark(Base):
    """What an upstream system has of a case: the digest of the row that was exported last, and its own number for it."""

    __tablename__ = "export_marks"
    __table_args__ = (UniqueConstraint("system", "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    system: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(DIGEST)
    exported_at: Mapped[datetime]
    external_number: Mapped[str | None] = mapped_column(String(64), index=True)


class ImportedChange(Base):
    """A change of status that came back from an upstream system; the same one is taken in once."""

    __tablename__ = "imported_changes"
    __table_args__ = (UniqueConstraint("system", "key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    system: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(128))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
