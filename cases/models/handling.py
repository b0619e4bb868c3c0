"""What happens to a petition while it is handled, beyond its history: reasons, approvals, bodies, mediation, hearings, ratings."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class ActDetail(Base):
    """What somebody wrote with an act: reason, ground, outcome …, as sealed JSON; the history row itself holds no free text."""

    __tablename__ = "act_details"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    history_id: Mapped[int] = mapped_column(ForeignKey("history.id"), index=True)
    sealed_for: Mapped[str] = mapped_column(String(32))
    value_sealed: Mapped[bytes]


class Approval(Base):
    """An act that one person proposed and another has to approve (四眼原则); at most one open for a case and an act."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index(
            "uq_approvals_open",
            "case_id",
            "act",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), index=True)
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    sealed_for: Mapped[str] = mapped_column(String(32))
    payload_sealed: Mapped[bytes]


class CaseBody(Base):
    """An organ that a petition concerns: proposed, or determined as lead or co-handling (《信访工作条例》第二十四条)."""

    __tablename__ = "case_bodies"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    body: Mapped[str] = mapped_column(String(128))
    part: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    sealed_for: Mapped[str] = mapped_column(String(32))
    reason_sealed: Mapped[bytes | None]


class Mediation(Base):
    """A mediation or a settlement while a claim is handled (《信访工作条例》第三十三条)."""

    __tablename__ = "mediations"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    mediator: Mapped[str] = mapped_column(String(128))
    consented_on: Mapped[date]
    ended_on: Mapped[date | None]
    attachment_id: Mapped[str | None] = mapped_column(ID)
    sealed_for: Mapped[str] = mapped_column(String(32))
    terms_sealed: Mapped[bytes | None]
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Hearing(Base):
    """A hearing (听证) of a grave, complex or difficult matter, or at the recheck (《信访工作条例》第三十一条第六项、第三十六条)."""

    __tablename__ = "hearings"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(32))
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(128))
    public: Mapped[bool] = mapped_column(server_default=false(), default=False)
    sealed_for: Mapped[str] = mapped_column(String(32))
    outcome_sealed: Mapped[bytes | None]
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Rating(Base):
    """What the citizen thinks of the registering office and of the handling organ, apart (《信访工作条例》第二十一条第二款)."""

    __tablename__ = "ratings"
    __table_args__ = (UniqueConstraint("case_id", "of", "stage"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    of: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(32))
    satisfaction: Mapped[str] = mapped_column(String(16))
    sealed_for: Mapped[str] = mapped_column(String(32))
    reason_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)


class Note(Base):
    """A note of the staff about a case; the citizen never sees it."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    sealed_for: Mapped[str] = mapped_column(String(32))
    text_sealed: Mapped[bytes]


class Notice(Base):
    """What the citizen of a case is told (通知), shown with the case whatever else carries it; nothing personal in it."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("case_id", "kind", "key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(64))
    payload: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class NoticeContact(Base):
    """Where a citizen wants notices of a case sent, and since when they agreed."""

    __tablename__ = "notice_contacts"
    __table_args__ = (UniqueConstraint("case_id", "channel"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(32))
    sealed_for: Mapped[str] = mapped_column(String(32))
    address_sealed: Mapped[bytes]
    agreed_at: Mapped[datetime]


class RightsRequest(Base):
    """A citizen asked to see, correct, take along or erase what is kept (《个人信息保护法》第四十四条至第四十七条)."""

    __tablename__ = "rights_requests"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    asked_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))
    done_at: Mapped[datetime | None]
    digest: Mapped[bytes | None] = mapped_column(DIGEST)


class ReceptionDay(Base):
    """A day on which a leader receives citizens (领导接访, 《信访工作条例》第十八条第二款)."""

    __tablename__ = "reception_days"
    __table_args__ = (UniqueConstraint("office", "on", "starts", "leader"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    office: Mapped[str] = mapped_column(String(32))
    on: Mapped[date] = mapped_column(index=True)
    starts: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    leader: Mapped[str] = mapped_column(String(64))
    place: Mapped[str] = mapped_column(String(128))
    seats: Mapped[int]
    cancelled_at: Mapped[datetime | None]


class Booking(Base):
    """A place in the queue of a reception day."""

    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("day_id", "queue_number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    day_id: Mapped[str] = mapped_column(ForeignKey("reception_days.id"), index=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    queue_number: Mapped[int]
    key_index: Mapped[bytes] = mapped_column(DIGEST, unique=True)
    state: Mapped[str] = mapped_column(String(16))
    sealed_for: Mapped[str] = mapped_column(String(32))
    visitor_sealed: Mapped[bytes]
    at: Mapped[datetime]
