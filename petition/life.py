"""The words of a petition's life: its stages, what can be done with it, who does it, and what its history consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petition.citation import Citation, Law
from petition.matters import Branch, PetitionType


class Stage(StrEnum):
    """办理阶段 (contract.md)."""

    REGISTERED = "registered"
    FORWARDED = "forwarded"
    ASSIGNED = "assigned"
    GUIDED = "guided"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HANDLING = "handling"
    EXTENDED = "extended"
    REPLIED = "replied"
    REVIEWING = "reviewing"
    REVIEWED = "reviewed"
    RECHECKING = "rechecking"
    RECHECKED = "rechecked"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """In Chinese."""
        return STAGES[self][0]

    @property
    def citation(self) -> Citation:
        """The article that governs a petition at this stage."""
        return STAGES[self][1]


class Act(StrEnum):
    """What can be done with a petition."""

    REGISTER = "register"
    CLASSIFY = "classify"
    PROPOSE_BODY = "propose-body"
    DETERMINE_BODY = "determine-body"
    FORWARD = "forward"
    ASSIGN = "assign"
    GUIDE = "guide"
    OBJECT = "object"
    ACCEPT = "accept"
    DECLINE = "decline"
    HANDLE = "handle"
    REFER_MEDIATION = "refer-mediation"
    RECORD_MEDIATION = "record-mediation"
    HOLD_HEARING = "hold-hearing"
    EXTEND = "extend"
    REPLY = "reply"
    DELIVER = "deliver"
    REQUEST_REVIEW = "request-review"
    REVIEW = "review"
    REQUEST_RECHECK = "request-recheck"
    RECHECK = "recheck"
    CONCLUDE = "conclude"
    SUPERVISE = "supervise"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    SUPPLEMENT = "supplement"
    REMIND = "remind"
    RATE = "rate"
    UNSOLVED = "unsolved"

    @property
    def label(self) -> str:
        """In Chinese."""
        return ACT_LABELS[self]


class Role(StrEnum):
    """Who acts: 信访人, 登记的信访部门, 办理单位, 复查机关, 复核机关."""

    PETITIONER = "petitioner"
    OFFICE = "office"
    ORGAN = "organ"
    REVIEWER = "reviewer"
    RECHECKER = "rechecker"

    @property
    def label(self) -> str:
        """In Chinese."""
        return ROLE_LABELS[self]


class Track(StrEnum):
    """Which way a petition goes: only branch (6) of 第三十一条 ends in a handling opinion that can be reviewed."""

    OPINION = "opinion"
    OTHER = "other"
    SUGGESTION = "suggestion"
    REPORT = "report"

    @property
    def label(self) -> str:
        """In Chinese."""
        return TRACK_LABELS[self]


class Ground(StrEnum):
    """Why a petition is not taken on (不予受理); the regulation has no other grounds."""

    NOT_IN_REMIT = "not-in-remit"
    ALREADY_HANDLED = "already-handled"
    AFTER_RECHECK = "after-recheck"

    @property
    def label(self) -> str:
        """In Chinese."""
        return GROUNDS[self][0]

    @property
    def citation(self) -> Citation:
        """The article that it stands in."""
        return GROUNDS[self][1]


class Outcome(StrEnum):
    """What a handling opinion says to the request (第三十二条第一款): 支持, 解释说明, 不予支持."""

    SUPPORT = "support"
    EXPLAIN = "explain"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """In Chinese."""
        return OUTCOME_LABELS[self]


@dataclass(frozen=True)
class Event:
    """One entry of a petition's history; `received_on`: the day it reached its addressee, from which periods run.

    `days`: of an extension, or of a hearing; `body`: the organ that the act names.
    """

    on: date
    act: Act
    to: Stage
    by: Role
    received_on: date | None = None
    days: int | None = None
    body: str | None = None

    @property
    def counted_from(self) -> date:
        """The day that starts the periods of this event."""
        return self.received_on or self.on


def track_of(kind: PetitionType, branch: Branch | None) -> Track:
    """The track of a petition; the 60 days and the reviews belong to OPINION only (第三十四条至第三十六条)."""
    if kind is PetitionType.SUGGESTION:
        return Track.SUGGESTION
    if kind is PetitionType.REPORT:
        return Track.REPORT
    return Track.OPINION if branch is Branch.OPINION else Track.OTHER


def regulation(article: int, clause: str = "") -> Citation:
    """An article of 《信访工作条例》."""
    return Citation(Law.PETITION, article, clause)


STAGES: dict[Stage, tuple[str, Citation]] = {
    Stage.REGISTERED: ("已登记", regulation(22, "第一款")),
    Stage.FORWARDED: ("已转送", regulation(22, "第一款")),
    Stage.ASSIGNED: ("已交办", regulation(22, "第一款")),
    Stage.GUIDED: ("已导入法定途径", regulation(31)),
    Stage.ACCEPTED: ("已受理", regulation(23, "第三款")),
    Stage.DECLINED: ("不予受理", regulation(23, "第一款")),
    Stage.HANDLING: ("办理中", regulation(31)),
    Stage.EXTENDED: ("已延期", regulation(34)),
    Stage.REPLIED: ("已答复", regulation(32)),
    Stage.REVIEWING: ("复查中", regulation(35)),
    Stage.REVIEWED: ("已复查", regulation(35)),
    Stage.RECHECKING: ("复核中", regulation(36)),
    Stage.RECHECKED: ("已复核", regulation(36)),
    Stage.CONCLUDED: ("已终结", regulation(36, "第三款")),
    Stage.WITHDRAWN: ("已撤回", regulation(17)),
}

ACT_LABELS: dict[Act, str] = {
    Act.REGISTER: "登记", Act.CLASSIFY: "分类", Act.PROPOSE_BODY: "提出受理单位建议", Act.DETERMINE_BODY: "确定受理单位",
    Act.FORWARD: "转送", Act.ASSIGN: "交办", Act.GUIDE: "导入法定途径", Act.OBJECT: "提出异议", Act.ACCEPT: "受理",
    Act.DECLINE: "不予受理", Act.HANDLE: "开始办理", Act.REFER_MEDIATION: "转入调解", Act.RECORD_MEDIATION: "记录调解结果",
    Act.HOLD_HEARING: "举行听证", Act.EXTEND: "延期", Act.REPLY: "答复", Act.DELIVER: "记录送达", Act.REQUEST_REVIEW: "申请复查",
    Act.REVIEW: "作出复查意见", Act.REQUEST_RECHECK: "申请复核", Act.RECHECK: "作出复核意见", Act.CONCLUDE: "终结",
    Act.SUPERVISE: "督办", Act.MERGE: "并入同一事项", Act.UNMERGE: "取消并入", Act.WITHDRAW: "撤回", Act.SUPPLEMENT: "补充材料",
    Act.REMIND: "催办", Act.RATE: "评价", Act.UNSOLVED: "反映问题没有解决",
}  # fmt: skip

ROLE_LABELS: dict[Role, str] = {
    Role.PETITIONER: "信访人", Role.OFFICE: "登记的信访部门", Role.ORGAN: "办理单位", Role.REVIEWER: "复查机关",
    Role.RECHECKER: "复核机关",
}  # fmt: skip

TRACK_LABELS: dict[Track, str] = {
    Track.OPINION: "申诉求决（第六项）", Track.OTHER: "申诉求决（第一至五项）", Track.SUGGESTION: "建议意见",
    Track.REPORT: "检举控告",
}  # fmt: skip

GROUNDS: dict[Ground, tuple[str, Citation]] = {
    Ground.NOT_IN_REMIT: ("不属于本机关、单位或者本系统的职权范围", regulation(23, "第一款")),
    Ground.ALREADY_HANDLED: ("同一事项已经受理或者正在办理", regulation(19, "第三款")),
    Ground.AFTER_RECHECK: ("已经复核，仍是同一事实和理由", regulation(36, "第三款")),
}

OUTCOME_LABELS: dict[Outcome, str] = {
    Outcome.SUPPORT: "予以支持", Outcome.EXPLAIN: "作出解释说明", Outcome.REFUSE: "不予支持",
}  # fmt: skip
