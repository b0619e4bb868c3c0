"""Through which door a petition comes (信、访、网、电); every one of them leads into the same register (第二十一条、第二十二条)."""

from __future__ import annotations

from enum import StrEnum


class Door(StrEnum):
    """来信、来访、网上、来电."""

    LETTER = "letter"
    VISIT = "visit"
    NETWORK = "network"
    CALL = "call"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"letter": "来信", "visit": "来访", "network": "网上", "call": "来电"}[self.value]
