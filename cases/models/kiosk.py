"""The kiosks of the reception halls: which machines are the office's own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cases.models.base import DIGEST, ID, Base, new_id


class KioskDevice(Base):
    """A machine (自助机): invited with a code for minutes, then known by its token; of both only a keyed index is kept."""

    __tablename__ = "kiosk_devices"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40), index=True)
    invited_at: Mapped[datetime]
    code_index: Mapped[bytes | None] = mapped_column(DIGEST, unique=True)
    code_until: Mapped[datetime | None]
    token_index: Mapped[bytes | None] = mapped_column(DIGEST, unique=True)
    registered_at: Mapped[datetime | None]
    seen_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
