"""The rights of a petitioner over the data of a case (《个人信息保护法》第四章): small classes for each kind of data, three requests."""

from __future__ import annotations

from cases.rights.kinds import EXEMPT, KINDS
from cases.rights.requests import (
    Exported,
    PartyField,
    RightsKind,
    RightsState,
    correct,
    document,
    erase,
    erase_expired,
    export,
    is_over,
)
from cases.rights.shredder import Rows, Scope, Shredder

__all__ = [
    "EXEMPT",
    "KINDS",
    "Exported",
    "PartyField",
    "RightsKind",
    "RightsState",
    "Rows",
    "Scope",
    "Shredder",
    "correct",
    "document",
    "erase",
    "erase_expired",
    "export",
    "is_over",
]
