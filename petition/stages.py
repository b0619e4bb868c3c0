"""The life of a petition as one table: who may do what at which stage, within which period, on which article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petition import deadlines
from petition.citation import Citation, Law
from petition.deadlines import Period, due_date
from petition.errors import DeadlinePassed, NotAllowed
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
    FORWARD = "forward"
    ASSIGN = "assign"
    GUIDE = "guide"
    OBJECT = "object"
    ACCEPT = "accept"
    DECLINE = "decline"
    HANDLE = "handle"
    EXTEND = "extend"
    REPLY = "reply"
    REQUEST_REVIEW = "request-review"
    REVIEW = "review"
    REQUEST_RECHECK = "request-recheck"
    RECHECK = "recheck"
    CONCLUDE = "conclude"
    WITHDRAW = "withdraw"
    SUPPLEMENT = "supplement"
    REMIND = "remind"
    RATE = "rate"

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


class Track(StrEnum):
    """Whether a petition ends in a handling opinion that can be reviewed: only branch (6) of 第三十一条 does."""

    OPINION = "opinion"
    OTHER = "other"


def track_of(kind: PetitionType, branch: Branch | None) -> Track:
    """The track of a petition; the 60 days and the reviews belong to OPINION only (第三十四条至第三十六条)."""
    return Track.OPINION if kind is PetitionType.CLAIM and branch is Branch.OPINION else Track.OTHER


def _xf(article: int, clause: str = "") -> Citation:
    return Citation(Law.PETITION, article, clause)


STAGES: dict[Stage, tuple[str, Citation]] = {
    Stage.REGISTERED: ("已登记", _xf(22, "第一款")),
    Stage.FORWARDED: ("已转送", _xf(22, "第一款")),
    Stage.ASSIGNED: ("已交办", _xf(22, "第一款")),
    Stage.GUIDED: ("已导入法定途径", _xf(31)),
    Stage.ACCEPTED: ("已受理", _xf(23, "第三款")),
    Stage.DECLINED: ("不予受理", _xf(23, "第一款")),
    Stage.HANDLING: ("办理中", _xf(31)),
    Stage.EXTENDED: ("已延期", _xf(34)),
    Stage.REPLIED: ("已答复", _xf(32)),
    Stage.REVIEWING: ("复查中", _xf(35)),
    Stage.REVIEWED: ("已复查", _xf(35)),
    Stage.RECHECKING: ("复核中", _xf(36)),
    Stage.RECHECKED: ("已复核", _xf(36)),
    Stage.CONCLUDED: ("已终结", _xf(36, "第三款")),
    Stage.WITHDRAWN: ("已撤回", _xf(17)),
}

ACT_LABELS: dict[Act, str] = {
    Act.REGISTER: "登记", Act.FORWARD: "转送", Act.ASSIGN: "交办", Act.GUIDE: "导入法定途径", Act.OBJECT: "提出异议",
    Act.ACCEPT: "受理", Act.DECLINE: "不予受理", Act.HANDLE: "开始办理", Act.EXTEND: "延期", Act.REPLY: "答复",
    Act.REQUEST_REVIEW: "申请复查", Act.REVIEW: "作出复查意见", Act.REQUEST_RECHECK: "申请复核", Act.RECHECK: "作出复核意见",
    Act.CONCLUDE: "终结", Act.WITHDRAW: "撤回", Act.SUPPLEMENT: "补充材料", Act.REMIND: "催办", Act.RATE: "评价",
}  # fmt: skip

S, A, R, T = Stage, Act, Role, Track
_SENT = (S.FORWARDED, S.ASSIGNED)
_OPEN = (S.REGISTERED, *_SENT, S.GUIDED, S.ACCEPTED, S.HANDLING, S.EXTENDED)
_RUNNING = (S.REGISTERED, *_SENT, S.ACCEPTED, S.HANDLING, S.EXTENDED, S.REVIEWING, S.RECHECKING)
_BOTH = (T.OPINION, T.OTHER)


@dataclass(frozen=True)
class Step:
    """One row: from any of `source`, `role` may do `act`, leading to `to` (None: the stage stays), within `within`."""

    source: tuple[Stage, ...]
    act: Act
    to: Stage | None
    role: Role
    within: Period | None
    citation: Citation
    told: str
    tracks: tuple[Track, ...] = _BOTH
    to_whom: str = ""  # addressee of a citizen's right


LIFECYCLE: tuple[Step, ...] = (
    Step((S.REGISTERED,), A.FORWARD, S.FORWARDED, R.OFFICE, deadlines.ROUTE, _xf(22, "第一款"), "已转送有权处理的单位。"),
    Step((S.REGISTERED,), A.ASSIGN, S.ASSIGNED, R.OFFICE, deadlines.ROUTE, _xf(22, "第一款第（三）项"),
         "已交有权处理的单位办理，并要求其反馈结果。"),
    Step((S.REGISTERED,), A.GUIDE, S.GUIDED, R.OFFICE, deadlines.ROUTE, _xf(31), "这件事有专门的法定途径，已引导您按该程序办理。"),
    Step(_SENT, A.GUIDE, S.GUIDED, R.ORGAN, deadlines.TRANSFERRED_NOTICE, _xf(31), "这件事有专门的法定途径，已引导您按该程序办理。"),
    Step(_SENT, A.OBJECT, S.REGISTERED, R.ORGAN, deadlines.OBJECTION, _xf(23, "第三款"), "接收单位认为不归它管，材料已交还，正在重新分流。"),
    Step((S.REGISTERED,), A.ACCEPT, S.ACCEPTED, R.ORGAN, deadlines.DIRECT_NOTICE, _xf(23, "第二款"), "您的事项已受理。"),
    Step(_SENT, A.ACCEPT, S.ACCEPTED, R.ORGAN, deadlines.TRANSFERRED_NOTICE, _xf(23, "第三款"), "您的事项已受理。"),
    Step((S.REGISTERED,), A.DECLINE, S.DECLINED, R.ORGAN, deadlines.DIRECT_NOTICE, _xf(23, "第一款"),
         "未予受理，理由和有权处理的单位已书面告知您。"),
    Step(_SENT, A.DECLINE, S.DECLINED, R.ORGAN, deadlines.TRANSFERRED_NOTICE, _xf(23, "第三款"),
         "未予受理，理由和有权处理的单位已书面告知您。"),
    Step((S.ACCEPTED,), A.HANDLE, S.HANDLING, R.ORGAN, None, _xf(31), "办理单位正在听取陈述、调查核实。"),
    Step((S.HANDLING,), A.EXTEND, S.EXTENDED, R.ORGAN, deadlines.EXTENSION, _xf(34), "经负责人批准延长办理期限，理由已告知您。", (T.OPINION,)),
    Step((S.HANDLING, S.EXTENDED), A.REPLY, S.REPLIED, R.ORGAN, deadlines.HANDLING, _xf(34), "处理意见书已出具。", (T.OPINION,)),
    Step((S.HANDLING,), A.REPLY, S.REPLIED, R.ORGAN, None, _xf(31), "办理单位已答复。", (T.OTHER,)),
    Step((S.REPLIED,), A.REQUEST_REVIEW, S.REVIEWING, R.PETITIONER, deadlines.REVIEW_REQUEST, _xf(35), "复查请求已提出。",
         (T.OPINION,), "原办理机关、单位的上一级机关、单位"),
    Step((S.REVIEWING,), A.REVIEW, S.REVIEWED, R.REVIEWER, deadlines.REVIEW, _xf(35), "复查意见已作出。", (T.OPINION,)),
    Step((S.REVIEWED,), A.REQUEST_RECHECK, S.RECHECKING, R.PETITIONER, deadlines.RECHECK_REQUEST, _xf(36, "第一款"), "复核请求已提出。",
         (T.OPINION,), "复查机关、单位的上一级机关、单位"),
    Step((S.RECHECKING,), A.RECHECK, S.RECHECKED, R.RECHECKER, deadlines.RECHECK, _xf(36, "第一款"), "复核意见已作出。", (T.OPINION,)),
    Step((S.GUIDED, S.DECLINED, S.REPLIED, S.REVIEWED), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, _xf(31), "信访程序到此结束。"),
    Step((S.RECHECKED,), A.CONCLUDE, S.CONCLUDED, R.OFFICE, None, _xf(36, "第三款"),
         "信访程序到此结束：同一事实和理由不再受理；生活有困难的，可以申请救助帮扶。"),
    Step((*_OPEN, S.DECLINED), A.WITHDRAW, S.WITHDRAWN, R.PETITIONER, None, _xf(17), "已按您的意思撤回。", to_whom="登记的信访部门"),
    Step(_RUNNING, A.SUPPLEMENT, None, R.PETITIONER, None, _xf(19, "第一款"), "补充的材料已附入。", to_whom="登记的信访部门"),
    Step(_RUNNING, A.REMIND, None, R.PETITIONER, None, _xf(28, "第一款"), "已提醒办理单位。", to_whom="登记的信访部门"),
    Step(tuple(stage for stage in S if stage not in (S.REGISTERED, S.WITHDRAWN)), A.RATE, None, R.PETITIONER, None, _xf(21, "第二款"),
         "评价已记下。", to_whom="登记的信访部门"),
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One entry of a petition's history; `received_on`: the day it reached its addressee, from which periods run."""

    on: date
    act: Act
    to: Stage
    by: Role
    received_on: date | None = None
    days: int | None = None  # of an extension

    @property
    def counted_from(self) -> date:
        """The day that starts the periods of this event."""
        return self.received_on or self.on


def register(on: date, by: Role = Role.OFFICE) -> Event:
    """The first event of every history (第二十二条第一款)."""
    return Event(on, Act.REGISTER, Stage.REGISTERED, by)


def stage_of(history: Sequence[Event]) -> Stage:
    """Where a petition stands."""
    return history[-1].to


def steps_from(stage: Stage, track: Track = Track.OPINION) -> tuple[Step, ...]:
    """The rows of the table that lead on from a stage."""
    return tuple(step for step in LIFECYCLE if stage in step.source and track in step.tracks)


def allowed_acts(stage: Stage, role: Role, track: Track = Track.OPINION) -> tuple[Act, ...]:
    """What `role` may do at `stage`."""
    return tuple(step.act for step in steps_from(stage, track) if step.role is role)


def find_step(stage: Stage, act: Act, role: Role, track: Track = Track.OPINION) -> Step:
    """The row for an act; raises NotAllowed with the article that stands against it."""
    for step in steps_from(stage, track):
        if step.act is act and step.role is role:
            return step
    citation = next((step.citation for step in LIFECYCLE if step.act is act), stage.citation)
    raise NotAllowed(act=str(act), stage=str(stage), citation=citation.text)


def last_reaching(history: Sequence[Event], *stages: Stage) -> Event | None:
    """The latest event that led from another stage to one of `stages`."""
    before: list[Stage | None] = [None, *(event.to for event in history)]
    moved = [event for event, previous in zip(history, before, strict=False) if event.to is not previous]
    return next((event for event in reversed(moved) if event.to in stages), None)


def apply_act(
    history: Sequence[Event], act: Act, role: Role, on: date, *,
    track: Track = Track.OPINION, received_on: date | None = None, days: int | None = None,
) -> Event:  # fmt: skip
    """The event that follows; raises NotAllowed, or DeadlinePassed where the citizen's own period is over."""
    stage = stage_of(history)
    step = find_step(stage, act, role, track)
    refusal = {"act": str(act), "stage": str(stage), "citation": step.citation.text}
    if role is Role.PETITIONER and step.within:
        until = due_date(step.within, _reached(history, stage).counted_from)
        if on > until:
            raise DeadlinePassed(**refusal, until=until)
    if act is Act.CONCLUDE and (right := _open_right(history, on, track)):
        raise NotAllowed(**(refusal | {"citation": right.citation.text}))
    if act is Act.EXTEND and not 1 <= (days or 0) <= deadlines.EXTENSION.length:
        raise NotAllowed(**refusal, most=deadlines.EXTENSION.length)
    return Event(on, act, step.to or stage, role, received_on, days)


def _open_right(history: Sequence[Event], on: date, track: Track) -> Step | None:
    """The request that the petitioner may still make: nobody concludes over it (第三十五条、第三十六条)."""
    stage = stage_of(history)
    start = _reached(history, stage).counted_from
    timed = ((step, step.within) for step in steps_from(stage, track) if step.role is Role.PETITIONER and step.within)
    return next((step for step, within in timed if on <= due_date(within, start)), None)


def _reached(history: Sequence[Event], stage: Stage) -> Event:
    return last_reaching(history, stage) or history[0]
