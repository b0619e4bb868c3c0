"""The kinds of data of a case, one row each; a table that names a case joins here or says why it does not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, or_, select

from cases.models import (
    ActDetail,
    Approval,
    Attachment,
    Audit,
    AuditDetail,
    Booking,
    CaseBody,
    CaseLink,
    CaseText,
    Hearing,
    IssuedPaper,
    Mediation,
    Note,
    Notice,
    NoticeContact,
    Party,
    Rating,
    Supplement,
)
from cases.paper_files import delete_files
from cases.rights.shredder import BlackenedRows, Rows, Scope, Shown, Shredder, open_value, plain
from cases.sealed_columns import SEALED

DETAIL = next(column for column in SEALED if column.model is AuditDetail)


@dataclass(frozen=True)
class Evidence(Rows):
    """Files and their rows; the files go first: what is interrupted is found again."""

    def erase(self, scope: Scope) -> None:
        for row in self.rows(scope):
            scope.files.delete(row.id)
        super().erase(scope)


@dataclass(frozen=True)
class Papers(BlackenedRows):
    """Issued notices: their files and what stood in them go, the numbers and digests stay, since they count without a gap."""

    def erase(self, scope: Scope) -> None:
        for row in self.rows(scope):
            delete_files(scope.files, row.id)
        super().erase(scope)


class Marks:
    """What the case is compared with others by: keyed indexes, a sketch, links."""

    name, title, tables = "marks", "与其他信访事项的比对标记", frozenset({"case_links"})

    def export(self, scope: Scope) -> list[Shown]:
        """Nothing that anybody could read."""
        return []

    def erase(self, scope: Scope) -> None:
        case = scope.case
        case.respondent_index = case.place_index = case.sketch = None
        linked = or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)
        scope.uow.session.execute(delete(CaseLink).where(linked))


@dataclass(frozen=True)
class LogDetails:
    """What the audit log says beyond its columns: the fields go, the row and the chain stay."""

    name: str = "log"
    title: str = "查阅和处理记录中的内容"
    tables: frozenset[str] = frozenset({"audit_details"})

    def export(self, scope: Scope) -> list[Shown]:
        wanted = select(Audit, AuditDetail).join(AuditDetail, AuditDetail.audit_id == Audit.id)
        rows = scope.uow.session.execute(wanted.where(Audit.case_id == scope.case.id).order_by(Audit.id))
        return [
            {"时间": plain(row.at), "动作": row.act, "内容": open_value(scope, detail, DETAIL)} for row, detail in rows
        ]

    def erase(self, scope: Scope) -> None:
        of_case = select(Audit.id).where(Audit.case_id == scope.case.id)
        scope.uow.session.execute(delete(AuditDetail).where(AuditDetail.audit_id.in_(of_case)))


VALUE = frozenset(  # what is written as JSON
    {
        "value_sealed", "values_sealed", "payload_sealed", "payload", "visitor_sealed", "terms_sealed", "reason_sealed",
        "outcome_sealed",
    }
)  # fmt: skip

KINDS: tuple[Shredder, ...] = (
    Rows("parties", "当事人", Party, {"role": "身份", "name_sealed": "姓名", "address_sealed": "住址", "phone_sealed": "电话"}),
    Rows("texts", "反映的内容", CaseText, {"slot": "项目", "value_sealed": "内容"}, VALUE),
    Rows("supplements", "补充的材料", Supplement, {"at": "时间", "values_sealed": "内容"}, VALUE),
    Evidence(
        "attachments", "证据文件", Attachment,
        {"id": "编号", "name_sealed": "文件名", "media_type": "类型", "size": "字节数", "stored_at": "时间", "scan_state": "病毒检查"},
    ),
    Rows("act-details", "办理中写下的内容", ActDetail, {"value_sealed": "内容"}, VALUE),
    BlackenedRows(
        "approvals", "审批", Approval,
        {"act": "事项", "state": "结果", "proposed_at": "提出时间", "payload_sealed": "内容"}, VALUE, internal=True,
    ),
    BlackenedRows("bodies", "涉及的机关单位", CaseBody, {"body": "机关单位", "part": "地位", "at": "时间", "reason_sealed": "理由"}, VALUE),
    Rows("notes", "工作人员的记录", Note, {"at": "时间", "text_sealed": "内容"}, internal=True),
    BlackenedRows(
        "ratings", "评价", Rating,
        {"of": "对象", "stage": "阶段", "satisfaction": "评价", "reason_sealed": "理由", "at": "时间"},
    ),
    BlackenedRows(
        "mediations", "调解", Mediation,
        {"state": "结果", "mediator": "调解人", "consented_on": "同意日期", "ended_on": "结束日期", "terms_sealed": "内容"}, VALUE,
    ),
    BlackenedRows(
        "hearings", "听证", Hearing,
        {"begins_on": "开始", "ends_on": "结束", "place": "地点", "outcome_sealed": "结果"}, VALUE,
    ),
    Rows("bookings", "接访预约", Booking, {"at": "时间", "state": "状态", "queue_number": "号", "visitor_sealed": "来访人"}, VALUE),
    Rows("notice-contacts", "通知方式", NoticeContact, {"channel": "渠道", "address_sealed": "地址", "agreed_at": "同意时间"}),
    Papers("issued-papers", "开具的文书", IssuedPaper, {"number": "文号", "issued_at": "时间"}),
    Rows("notices", "通知", Notice, {"at": "时间", "kind": "种类", "payload": "内容"}, VALUE),
    LogDetails(),
    Marks(),
)  # fmt: skip

# Tables that name a case and hold nothing personal.
EXEMPT = {
    "history": "stages, days and roles; never a word of anybody",
    "audit": "who did what to which row, append-only; its contents lie in audit_details",
    "outbox": "names the case only; sent rows go by retention",
    "rights_requests": "shows that the request was dealt with (《个人信息保护法》第五十条)",
    "export_marks": "a digest and the number of the upstream system",
    "imported_changes": "a key of the upstream system",
}
