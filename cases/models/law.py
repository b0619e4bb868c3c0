"""Official texts of laws that an office imported."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, Base


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
