"""A hand-over belongs to one clerk at a time; the citizen is told who comes and goes, and the audit log who took it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import takeover, taking
from cases.conversations import lock_conversation, open_conversation
from cases.database import UnitOfWork
from cases.handovers import HandoverKind, HandoverNotFound, HandoverState, open_handover
from cases.models import Audit
from cases.policy import NotPermitted, StaffRole
from cases.taking import ABSENT_AFTER, TakenAlready
from tests.unit.cases.factories import NOON

CLERK, DISCIPLINE = frozenset({StaffRole.CLERK}), frozenset({StaffRole.DISCIPLINE})
LATE = NOON + ABSENT_AFTER + timedelta(seconds=1)


def flagged(uow: UnitOfWork, kind: HandoverKind = HandoverKind.ASKED) -> tuple[str, str]:
    conversation, _ = open_conversation(uow, "web", NOON)
    flag, _ = open_handover(uow, conversation, kind, surface="web", now=NOON)
    return conversation, flag


def test_one_takes_it_and_the_citizen_is_told_once(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    assert takeover.collect(uow, conversation, NOON) == ("来了",)
    silence = takeover.hear(uow, conversation, "在吗", NOON)
    assert silence is not None
    assert not silence.first, "the hello has told it"
    with pytest.raises(TakenAlready, match="李"):
        taking.take(uow, flag, "王", CLERK, "来了", NOON)
    assert taking.one(uow, flag).flag.taken_by == "李"


def test_who_says_nothing_for_ten_minutes_gives_way(uow: UnitOfWork) -> None:
    _, flag = flagged(uow)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    with pytest.raises(TakenAlready):
        taking.take(uow, flag, "王", CLERK, "来了", NOON + ABSENT_AFTER)
    taking.take(uow, flag, "王", CLERK, "来了", LATE)
    with pytest.raises(HandoverNotFound):
        takeover.say(uow, flag, "李", "我回来了", LATE)


@pytest.mark.parametrize(
    ("leave", "state"),
    [(taking.give_back, "closed"), (taking.end, "closed"), (taking.put_back, "waiting")],
)  # fmt: skip
def test_the_citizen_is_told_when_the_clerk_goes(uow: UnitOfWork, leave: object, state: str) -> None:
    assert callable(leave)
    conversation, flag = flagged(uow)
    with pytest.raises(HandoverNotFound):
        leave(uow, flag, "李", "走了", NOON)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    with pytest.raises(HandoverNotFound):
        leave(uow, flag, "王", "走了", NOON)
    leave(uow, flag, "李", "走了", NOON)
    assert takeover.collect(uow, conversation, NOON) == ("来了", "走了")
    assert takeover.hear(uow, conversation, "在吗", NOON) is None, "the assistant answers again"
    left = [(each.flag.state, each.flag.taken_by) for each in taking.watched(uow)]
    assert left == ([] if state == "closed" else [(HandoverState.WAITING, None)])


def test_a_report_is_for_discipline_but_a_danger_for_whoever_is_there(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    takeover.keep_draft(uow, conversation, {"narrative": "某人受贿"}, report=True, now=NOON)
    with pytest.raises(NotPermitted):
        taking.take(uow, flag, "李", CLERK, "来了", NOON)
    taking.take(uow, flag, "纪", DISCIPLINE, "来了", NOON)
    other, danger = flagged(uow, HandoverKind.SELF_HARM)
    takeover.keep_draft(uow, other, {"narrative": "某人受贿"}, report=True, now=NOON)
    taking.take(uow, danger, "李", CLERK, "来了", NOON)
    assert taking.watched(uow)[0].flag.id == danger, "danger first"


def test_the_desk_sees_who_waits_for_whom(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    assert taking.one(uow, flag).unread == 1
    takeover.hear(uow, conversation, "我的工资", NOON + timedelta(minutes=1))
    seen = taking.one(uow, flag)
    assert (seen.unread, seen.unanswered_since) == (0, NOON + timedelta(minutes=1))
    takeover.say(uow, flag, "李", "我查一下", NOON + timedelta(minutes=2))
    assert taking.one(uow, flag).unanswered_since is None
    assert not taking.one(uow, flag).left
    lock_conversation(uow, conversation)
    assert taking.one(uow, flag).left


def test_nobody_is_greeted_who_has_gone(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, HandoverKind.SELF_HARM)
    lock_conversation(uow, conversation)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    assert takeover.messages(uow, flag) == []


def test_who_took_it_and_how_it_ended_is_in_the_audit_log(uow: UnitOfWork) -> None:
    _, flag = flagged(uow)
    taking.take(uow, flag, "李", CLERK, "来了", NOON)
    taking.give_back(uow, flag, "李", "走了", NOON)
    rows = uow.session.execute(select(Audit.actor, Audit.act, Audit.subject).order_by(Audit.id)).all()
    assert [tuple(each) for each in rows][-2:] == [("李", taking.TAKEN, flag), ("李", taking.GIVEN_BACK, flag)]
