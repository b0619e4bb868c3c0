"""A registered petition: its row, its words and persons, its history, what was added to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cases.models.base import DIGEST, ID, Base, new_id


class Case(Base):
    """A registered petition (登记的信访事项, 《信访工作条例》第二十二条).

    `body`: the organ that has it now; `due_on`: the next day an organ must keep; `right_until`: the last day of the citizen's next
    right. Both stand here for lists and jobs only: they are computed from the history whenever an event is recorded.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_stage_due_on", "stage", "due_on"),
        Index("ix_cases_due_on_id", "due_on", "id"),
        Index("ix_cases_body_due_on_id", "body", "due_on", "id"),
    )

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
    filed_at: Mapped[datetime] = mapped_column(index=True)
    door: Mapped[str] = mapped_column(String(16), server_default="network", default="network")
    entered_by: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(String(128))
    clerk: Mapped[str | None] = mapped_column(String(64), index=True)
    urgent: Mapped[bool] = mapped_column(server_default=false(), default=False)
    due_on: Mapped[date | None]
    right_until: Mapped[date | None] = mapped_column(index=True)
    closed_on: Mapped[date | None] = mapped_column(index=True)
    merged_into: Mapped[str | None] = mapped_column(ID, index=True)
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    respondent_index: Mapped[bytes | None] = mapped_column(DIGEST, index=True)
    place_index: Mapped[bytes | None] = mapped_column(DIGEST)
    sketch: Mapped[bytes | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

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
    actor: Mapped[str] = mapped_column(String(64), server_default="system", default="system")
    body: Mapped[str | None] = mapped_column(String(128))

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
