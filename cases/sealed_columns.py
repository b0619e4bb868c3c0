"""Every sealed column of the register: what its value is bound to, and in which compartment it belongs.

A new `*_sealed` column joins here; a test compares this table with the models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, and_, case, exists, func, inspect, literal, or_

from cases.keyring import KEY_ID_LENGTH
from cases.models import (
    ActDetail,
    Approval,
    Attachment,
    AuditDetail,
    Base,
    Booking,
    Case,
    CaseBody,
    CaseText,
    DraftRow,
    Follower,
    HandoverDraft,
    HandoverMessage,
    Hearing,
    IssuedPaper,
    KeyCheck,
    Mediation,
    Note,
    NoticeContact,
    OneTimeCode,
    PaperRow,
    Party,
    Rating,
    ReviewQuestion,
    StaffAccount,
    Supplement,
    TelegramBinding,
    WechatMessage,
    WechatOutgoing,
    WechatToken,
)
from cases.policy import Compartment
from petition.matters import PetitionType

BY_ROW = None  # the row says it itself, in `sealed_for`
BY_CASE = "by-case"  # what was handed in for a report belongs to the discipline compartment


@dataclass(frozen=True)
class SealedColumn:
    """One column; its values are sealed for `{place}:{value of bound_to}`."""

    model: type[Base]
    column: str
    place: str
    belongs: Compartment | str | None = BY_ROW
    bound_to: str = "id"

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.model.__tablename__}.{self.column}"

    @property
    def value(self) -> ColumnElement[bytes | None]:
        """The sealed bytes."""
        return self._of(self.column)

    @property
    def key(self) -> ColumnElement[Any]:
        """The primary key of its table."""
        (key,) = inspect(self.model).primary_key
        return key

    @property
    def bound(self) -> ColumnElement[Any]:
        """What names the place of a value."""
        return self._of(self.bound_to)

    @property
    def compartment(self) -> ColumnElement[str]:
        """The compartment that the value belongs to, for every row."""
        if isinstance(self.belongs, Compartment):
            return literal(self.belongs.value)
        if self.belongs == BY_CASE:
            report = exists().where(Case.id == self._of("case_id"), Case.type == PetitionType.REPORT.value)
            return case((report, Compartment.DISCIPLINE.value), else_=Compartment.GENERAL.value)
        return self._of("sealed_for")

    def place_of(self, bound: object) -> str:
        """What the value of a row is bound to; bytes are spelt in hexadecimal."""
        return f"{self.place}:{bound.hex() if isinstance(bound, bytes) else bound}"

    def sealed_otherwise(self, newest: dict[str, bytes]) -> ColumnElement[bool]:
        """Rows that are not sealed with the newest key of their compartment."""
        key_id = key_id_of(self.value)
        return or_(*(and_(self.compartment == each, key_id != newest[each]) for each in newest))

    def _of(self, column: str) -> ColumnElement[Any]:
        return self.model.__table__.c[column]


def key_id_of(value: ColumnElement[bytes | None]) -> ColumnElement[bytes]:
    """The key id that a sealed value begins with."""
    return func.substr(value, 1, KEY_ID_LENGTH, type_=LargeBinary)


SEALED = (
    SealedColumn(CaseText, "value_sealed", "case_texts.value"),
    SealedColumn(Party, "name_sealed", "parties.name"),
    SealedColumn(Party, "address_sealed", "parties.address"),
    SealedColumn(Party, "phone_sealed", "parties.phone"),
    SealedColumn(Supplement, "values_sealed", "supplements.values"),
    SealedColumn(ActDetail, "value_sealed", "act_details.value"),
    SealedColumn(Approval, "payload_sealed", "approvals.payload"),
    SealedColumn(CaseBody, "reason_sealed", "case_bodies.reason"),
    SealedColumn(Mediation, "terms_sealed", "mediations.terms"),
    SealedColumn(Hearing, "outcome_sealed", "hearings.outcome"),
    SealedColumn(Rating, "reason_sealed", "ratings.reason"),
    SealedColumn(Note, "text_sealed", "notes.text"),
    SealedColumn(NoticeContact, "address_sealed", "notice_contacts.address"),
    SealedColumn(Booking, "visitor_sealed", "bookings.visitor"),
    SealedColumn(IssuedPaper, "fields_sealed", "issued_papers.fields"),
    SealedColumn(AuditDetail, "value_sealed", "audit_details.value", bound_to="audit_id"),
    SealedColumn(Attachment, "name_sealed", "attachments.name_sealed", BY_CASE),
    SealedColumn(PaperRow, "docx_sealed", "papers.docx", Compartment.DISCIPLINE),
    SealedColumn(PaperRow, "pdf_sealed", "papers.pdf", Compartment.DISCIPLINE),
    SealedColumn(DraftRow, "payload_sealed", "drafts.payload_sealed", Compartment.GENERAL),
    SealedColumn(ReviewQuestion, "text_sealed", "review_questions.text", Compartment.GENERAL),
    SealedColumn(HandoverDraft, "draft_sealed", "handover_drafts.draft", bound_to="conversation_id"),
    SealedColumn(HandoverMessage, "text_sealed", "handover_messages.text", Compartment.GENERAL, "place"),
    SealedColumn(StaffAccount, "totp_sealed", "staff_accounts.totp", Compartment.GENERAL),
    SealedColumn(Follower, "openid_sealed", "wechat_followers.openid", Compartment.GENERAL),
    SealedColumn(Follower, "options_sealed", "wechat_followers.options", Compartment.GENERAL),
    SealedColumn(WechatMessage, "body_sealed", "wechat_messages.body", Compartment.GENERAL, "key_index"),
    SealedColumn(WechatMessage, "answer_sealed", "wechat_messages.answer", Compartment.GENERAL, "key_index"),
    SealedColumn(WechatOutgoing, "piece_sealed", "wechat_outgoing.piece", Compartment.GENERAL, "follower_id"),
    SealedColumn(WechatToken, "token_sealed", "wechat_tokens.token", Compartment.GENERAL, "appid_index"),
    SealedColumn(OneTimeCode, "value_sealed", "one_time_codes.value", Compartment.GENERAL, "code_index"),
    SealedColumn(TelegramBinding, "user_sealed", "telegram_bindings.user", Compartment.GENERAL),
    SealedColumn(KeyCheck, "sealed", "key_check.sealed", Compartment.GENERAL),
)
