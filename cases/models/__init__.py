"""The tables of the case register. A column named `*_sealed` holds what only the register key opens."""

from __future__ import annotations

from cases.models.base import DIGEST, ID, Base, UtcDateTime, new_id
from cases.models.case import Case, CaseLink, CaseText, History, Party, Supplement
from cases.models.conversation import (
    ConversationRow,
    DraftRow,
    Handover,
    HandoverDraft,
    HandoverMessage,
    ReviewQuestion,
)
from cases.models.evidence import Attachment, PaperRow
from cases.models.handling import (
    ActDetail,
    Approval,
    Booking,
    CaseBody,
    Hearing,
    Mediation,
    Note,
    Notice,
    NoticeContact,
    Rating,
    ReceptionDay,
    RightsRequest,
)
from cases.models.house import (
    Audit,
    AuditDetail,
    AuditHead,
    Counter,
    DataKey,
    ExportMark,
    ImportedChange,
    KeyCheck,
    LookupMiss,
    OutboxRow,
)
from cases.models.law import Law, LawArticle, LawChange

__all__ = [
    "DIGEST",
    "ID",
    "ActDetail",
    "Approval",
    "Attachment",
    "Audit",
    "AuditDetail",
    "AuditHead",
    "Base",
    "Booking",
    "Case",
    "CaseBody",
    "CaseLink",
    "CaseText",
    "ConversationRow",
    "Counter",
    "DataKey",
    "DraftRow",
    "ExportMark",
    "Handover",
    "HandoverDraft",
    "HandoverMessage",
    "Hearing",
    "History",
    "ImportedChange",
    "KeyCheck",
    "Law",
    "LawArticle",
    "LawChange",
    "LookupMiss",
    "Mediation",
    "Note",
    "Notice",
    "NoticeContact",
    "OutboxRow",
    "PaperRow",
    "Party",
    "Rating",
    "ReceptionDay",
    "ReviewQuestion",
    "RightsRequest",
    "Supplement",
    "UtcDateTime",
    "new_id",
]
