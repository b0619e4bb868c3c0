"""What the desk has to remember: accounts and sessions of the staff, saved lists, issued notices, what was taught, bound telegrams."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class StaffAccount(Base):
    """Somebody of the staff. `password` is an Argon2id text; `totp_last` the last time step that was used; `subject` who they are at
    the identity provider; roles are separated by blanks."""

    __tablename__ = "staff_accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    roles: Mapped[str] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(String(128))
    password: Mapped[str | None] = mapped_column(String(200))
    must_change: Mapped[bool] = mapped_column(default=False)
    totp_sealed: Mapped[bytes | None]
    totp_last: Mapped[int | None]
    subject: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSession(Base):
    """A browser that somebody has signed in with; only a digest of its secret is kept."""

    __tablename__ = "staff_sessions"

    token_index: Mapped[bytes] = mapped_column(DIGEST, primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class StaffView(Base):
    """A list of cases with its filters, kept under a name of its owner's."""

    __tablename__ = "staff_views"
    __table_args__ = (UniqueConstraint("account_id", "name", name="uq_staff_views_account_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]


class IssuedPaper(Base):
    """A notice as it was issued: its number, its fields sealed, and the digests of the archived files."""

    __tablename__ = "issued_papers"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    sealed_for: Mapped[str] = mapped_column(String(32))
    fields_sealed: Mapped[bytes]
    word_sha256: Mapped[bytes] = mapped_column(DIGEST)
    pdf_sha256: Mapped[bytes | None] = mapped_column(DIGEST)
    issued_by: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(index=True)
    replaced_by: Mapped[str | None] = mapped_column(ID)


class TeachingChange(Base):
    """Something that a clerk wants the assistant to know: from a proposal to its publication, or back. `content` is JSON."""

    __tablename__ = "teaching_changes"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(24))
    topic: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(24), index=True)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(64))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(index=True)
    decided_at: Mapped[datetime | None]
    release_id: Mapped[str | None] = mapped_column(ForeignKey("teaching_releases.id"), index=True)


class TeachingRelease(Base):
    """A trained model with what was changed for it and how it compares with the one before. `report` is JSON."""

    __tablename__ = "teaching_releases"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(String(24), index=True)
    model: Mapped[str | None] = mapped_column(String(200))
    before: Mapped[str | None] = mapped_column(String(200))
    report: Mapped[str | None] = mapped_column(Text)
    begun_by: Mapped[str] = mapped_column(String(64))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[datetime | None]


class TelegramBinding(Base):
    """A Telegram account of somebody of the staff; before it is bound, the code that binds it."""

    __tablename__ = "telegram_bindings"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"), unique=True)
    user_index: Mapped[bytes | None] = mapped_column(DIGEST, unique=True)
    user_sealed: Mapped[bytes | None]
    code_index: Mapped[bytes | None] = mapped_column(DIGEST, unique=True)
    code_until: Mapped[datetime | None]
    bound_at: Mapped[datetime | None]
