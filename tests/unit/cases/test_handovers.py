"""Flags for staff: one open flag a conversation, danger first, and the conversation kept while a life is at risk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cases.conversations import authenticate, lock_conversation, open_conversation
from cases.database import UnitOfWork
from cases.handovers import (
    KEPT_AT_MOST,
    HandoverKind,
    HandoverNotFound,
    HandoverState,
    close,
    count_waiting,
    leave,
    open_handover,
    take,
    waiting,
)
from petition.errors import UnknownConversation
from tests.unit.cases.factories import NOON

ASKED, SAD = HandoverKind.ASKED, HandoverKind.SELF_HARM


def flag(uow: UnitOfWork, kind: HandoverKind = SAD, conversation: str = "c1", now: datetime = NOON) -> tuple[str, bool]:
    return open_handover(uow, conversation, kind, surface="kiosk", now=now)


def test_a_conversation_has_one_open_flag(uow: UnitOfWork) -> None:
    first, news = flag(uow)
    assert (first, False) == flag(uow, HandoverKind.THREAT)
    assert news
    assert [(each.kind, each.state) for each in waiting(uow)] == [(SAD, HandoverState.WAITING)]


def test_after_it_is_closed_a_new_one_opens(uow: UnitOfWork) -> None:
    first, _ = flag(uow)
    close(uow, first, NOON)
    assert waiting(uow) == []
    second, news = flag(uow)
    assert news
    assert second != first


def test_danger_makes_a_flag_urgent_that_was_only_asked_for(uow: UnitOfWork) -> None:
    first, _ = flag(uow, ASKED)
    take(uow, first, "李")
    assert flag(uow, SAD) == (first, True)
    (urgent,) = waiting(uow)
    assert (urgent.kind, urgent.state, urgent.taken_by) == (SAD, HandoverState.WAITING, None)
    assert flag(uow, ASKED) == (first, False)
    assert waiting(uow)[0].kind == SAD


def test_danger_comes_first_then_who_waits_longest(uow: UnitOfWork) -> None:
    flag(uow, ASKED, "old")
    flag(uow, SAD, "newest", NOON + timedelta(minutes=2))
    flag(uow, HandoverKind.VIOLENCE, "newer", NOON + timedelta(minutes=1))
    assert [each.conversation for each in waiting(uow)] == ["newer", "newest", "old"]


def test_who_is_taken_waits_no_longer_and_is_still_shown(uow: UnitOfWork) -> None:
    handover, _ = flag(uow)
    flag(uow, ASKED, "c2")
    assert count_waiting(uow) == 2
    take(uow, handover, "李")
    assert count_waiting(uow) == 1
    assert waiting(uow)[0].taken_by == "李"


@pytest.mark.parametrize("act", [lambda uow, id: take(uow, id, "李"), lambda uow, id: close(uow, id, NOON)])
def test_what_is_closed_or_unknown_is_not_found(uow: UnitOfWork, act: Callable[[UnitOfWork, str], None]) -> None:
    handover, _ = flag(uow)
    close(uow, handover, NOON)
    for each in (handover, "unknown"):
        with pytest.raises(HandoverNotFound):
            act(uow, each)


def test_a_conversation_in_danger_stays_until_staff_have_closed_it(uow: UnitOfWork) -> None:
    handover, _ = flag(uow)
    assert leave(uow, "c1", NOON)
    take(uow, handover, "李")
    assert leave(uow, "c1", NOON)
    close(uow, handover, NOON)
    assert not leave(uow, "c1", NOON)


def test_who_only_asked_for_a_person_may_take_that_back(uow: UnitOfWork) -> None:
    flag(uow, ASKED)
    assert not leave(uow, "c1", NOON)
    assert waiting(uow) == []


def test_a_flag_that_nobody_closes_does_not_keep_a_conversation_for_ever(uow: UnitOfWork) -> None:
    flag(uow)
    assert leave(uow, "c1", NOON + KEPT_AT_MOST - timedelta(seconds=1))
    assert not leave(uow, "c1", NOON + KEPT_AT_MOST)
    assert waiting(uow) == []


def test_a_conversation_without_a_flag_goes_at_once(uow: UnitOfWork) -> None:
    assert not leave(uow, "c1", NOON)


def test_nobody_speaks_in_a_locked_conversation(uow: UnitOfWork) -> None:
    conversation, token = open_conversation(uow, "kiosk", NOON)
    lock_conversation(uow, conversation)
    with pytest.raises(UnknownConversation):
        authenticate(uow, conversation, token)
