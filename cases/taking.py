"""A clerk takes a hand-over (接手), and gives it back: one clerk at a time, each step audited, and the citizen is told who is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, case, func, select

from cases import audit
from cases.conversations import NO_HASH
from cases.database import UnitOfWork
from cases.handovers import Flag, HandoverKind, HandoverNotFound, HandoverState, flag_of, is_open
from cases.models import ConversationRow, Handover, HandoverDraft, HandoverMessage
from cases.policy import OPENS, Compartment, NotPermitted, StaffRole
from cases.takeover import ASSISTANT, CITIZEN, SILENT_FOR, word

ABSENT_AFTER = timedelta(minutes=10)  # whoever has it says nothing for so long: a colleague may take it
TAKEN, GIVEN_BACK, PUT_BACK, ENDED = "handover-taken", "handover-given-back", "handover-put-back", "handover-ended"


class TakenAlready(Exception):
    """A colleague has it, and is there."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True)
class Watched:
    """A hand-over as the desk watches it; not a word of what is said. `left`: the citizen has gone for good, and what was said is kept
    because somebody is in danger. `unread`: how many words of the clerk the citizen has not got. `spoke_last`: the citizen did."""

    flag: Flag
    report: bool = False
    left: bool = False
    last: int = 0
    unread: int = 0
    spoke_last: bool = False
    citizen_at: datetime | None = None
    clerk_at: datetime | None = None

    @property
    def danger(self) -> bool:
        return self.flag.kind is not HandoverKind.ASKED

    @property
    def unanswered_since(self) -> datetime | None:
        """When the citizen last said something that the clerk has not answered."""
        return self.citizen_at if self.spoke_last else None

    def free(self, now: datetime) -> bool:
        """Nobody has it, or whoever has it says nothing."""
        return self.flag.state is HandoverState.WAITING or now - (self.clerk_at or self.flag.opened_at) > ABSENT_AFTER

    def forgotten(self, now: datetime) -> bool:
        """For so long that the assistant answers again by itself."""
        taken = self.flag.state is HandoverState.TAKEN
        return taken and now - max(self.flag.opened_at, self.clerk_at or self.flag.opened_at) > SILENT_FOR


def watched(uow: UnitOfWork) -> tuple[Watched, ...]:
    """Every hand-over that nobody has closed: danger first, then the oldest. One query."""
    found = _seen(uow)
    uow.rollback()
    return tuple(sorted(found, key=lambda each: not each.danger))


def one(uow: UnitOfWork, handover: str) -> Watched:
    """A hand-over that is open; HandoverNotFound."""
    found = _one(uow, handover)
    uow.rollback()
    return found


def may_take(each: Watched, roles: frozenset[StaffRole]) -> bool:
    """A report is for the discipline role alone (《信访工作条例》第三十条第三款), but whoever is there helps where a life is at risk."""
    return each.danger or not each.report or bool(roles & OPENS[Compartment.DISCIPLINE])


def take(uow: UnitOfWork, handover: str, by: str, roles: frozenset[StaffRole], hello: str, now: datetime) -> None:
    """`by` has it from now on, alone, and the citizen is told `hello`; HandoverNotFound, TakenAlready, NotPermitted."""

    def step() -> None:
        flag, seen = _locked(uow, handover), _one(uow, handover)
        if flag.taken_by == by and flag.state == HandoverState.TAKEN:
            return
        if not may_take(seen, roles):
            raise NotPermitted(f"{by} opens no report")
        if not seen.free(now):
            raise TakenAlready(flag.taken_by or "")
        before = flag.taken_by or ""
        flag.state, flag.taken_by = HandoverState.TAKEN, by
        if not seen.left:
            uow.session.add(word(uow, flag.conversation_id, flag.id, by, hello, now))
        audit.note(uow.session, audit.Entry(now, by, TAKEN, subject=handover, details={"from": before}))

    uow.write(step)


def give_back(uow: UnitOfWork, handover: str, by: str, goodbye: str, now: datetime) -> None:
    """The assistant goes on where it was; HandoverNotFound where it is not theirs."""
    _leave(uow, handover, by, goodbye, now, HandoverState.CLOSED, GIVEN_BACK)


def end(uow: UnitOfWork, handover: str, by: str, goodbye: str, now: datetime) -> None:
    """It is done: what the citizen wanted erased is erased now; HandoverNotFound where it is not theirs."""
    _leave(uow, handover, by, goodbye, now, HandoverState.CLOSED, ENDED)


def put_back(uow: UnitOfWork, handover: str, by: str, goodbye: str, now: datetime) -> None:
    """It waits for a colleague; HandoverNotFound where it is not theirs."""
    _leave(uow, handover, by, goodbye, now, HandoverState.WAITING, PUT_BACK)


def _leave(
    uow: UnitOfWork, handover: str, by: str, goodbye: str, now: datetime, state: HandoverState, act: str
) -> None:
    def step() -> None:
        flag = _locked(uow, handover)
        if flag.taken_by != by or flag.state != HandoverState.TAKEN:
            raise HandoverNotFound(handover)
        if not _one(uow, handover).left:
            uow.session.add(word(uow, flag.conversation_id, flag.id, by, goodbye, now))
        flag.state = state
        if state is HandoverState.CLOSED:
            flag.closed_at = now
        else:
            flag.taken_by = None
        audit.note(uow.session, audit.Entry(now, by, act, subject=handover, details={"kind": flag.kind}))

    uow.write(step)


def _locked(uow: UnitOfWork, handover: str) -> Handover:
    flag = uow.session.get(Handover, handover, with_for_update=True)
    if flag is None or flag.state == HandoverState.CLOSED:
        raise HandoverNotFound(handover)
    return flag


def _one(uow: UnitOfWork, handover: str) -> Watched:
    for each in _seen(uow, Handover.id == handover):
        return each
    raise HandoverNotFound(handover)


def _seen(uow: UnitOfWork, *which: ColumnElement[bool]) -> list[Watched]:
    said = _said(*which)
    rows = uow.session.execute(
        select(Handover, HandoverDraft.sealed_for, ConversationRow.token_hash, said)
        .outerjoin(HandoverDraft, HandoverDraft.conversation_id == Handover.conversation_id)
        .outerjoin(ConversationRow, ConversationRow.id == Handover.conversation_id)
        .outerjoin(said, said.c.flag == Handover.id)
        .where(is_open(), *which)
        .order_by(Handover.opened_at, Handover.id)
    ).all()
    return [
        Watched(
            flag=flag_of(row.Handover),
            report=row.sealed_for == Compartment.DISCIPLINE,
            left=row.token_hash in (None, NO_HASH),
            last=row.last or 0,
            unread=row.unread or 0,
            spoke_last=(row.citizen or 0) > (row.clerk or 0),
            citizen_at=row.citizen_at,
            clerk_at=row.clerk_at,
        )
        for row in rows
    ]


def _said(*which: ColumnElement[bool]) -> Subquery:
    """Of each hand-over: its last word, how many of the clerk wait, and when either last spoke."""
    theirs = HandoverMessage.by.not_in((CITIZEN, ASSISTANT))
    figures = (
        HandoverMessage.handover_id.label("flag"),
        func.max(HandoverMessage.id).label("last"),
        func.sum(case((theirs & HandoverMessage.delivered_at.is_(None), 1), else_=0)).label("unread"),
        func.max(case((HandoverMessage.by == CITIZEN, HandoverMessage.id))).label("citizen"),
        func.max(case((theirs, HandoverMessage.id))).label("clerk"),
        func.max(case((HandoverMessage.by == CITIZEN, HandoverMessage.at))).label("citizen_at"),
        func.max(case((theirs, HandoverMessage.at))).label("clerk_at"),
    )
    open_ones = select(Handover.conversation_id).where(is_open(), *which)
    of_them = select(*figures).where(HandoverMessage.conversation_id.in_(open_ones))
    return of_them.group_by(HandoverMessage.handover_id).subquery()
