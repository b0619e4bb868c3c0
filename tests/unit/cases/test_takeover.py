"""While a clerk has a conversation: every word is kept for the two, once and sealed, and goes with the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from cases import takeover
from cases.conversations import close_conversation, open_conversation
from cases.database import UnitOfWork
from cases.handovers import HandoverKind, HandoverNotFound, HandoverState, close, open_handover, take, waiting
from cases.models import HandoverDraft, HandoverMessage
from cases.policy import NotPermitted, StaffRole
from cases.takeover import SILENT_FOR, Raised, Silence
from tests.unit.cases.factories import NOON

DRAFT = {"narrative": "厂里欠我五个月工资", "name": "周**"}


def flagged(uow: UnitOfWork, *, by: str = "") -> tuple[str, str]:
    conversation, _ = open_conversation(uow, "web", NOON)
    flag, _ = open_handover(uow, conversation, HandoverKind.ASKED, surface="web", now=NOON)
    if by:
        take(uow, flag, by)
    return conversation, flag


def test_the_assistant_goes_on_until_somebody_takes_it_and_when_it_is_closed(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    assert takeover.hear(uow, conversation, "在吗", NOON) is None
    take(uow, flag, "李")
    assert takeover.hear(uow, conversation, "在吗", NOON) == Silence(first=True)
    close(uow, flag, NOON)
    assert takeover.hear(uow, conversation, "在吗", NOON) is None


def test_the_citizen_is_told_once_and_gets_each_word_of_the_clerk_once(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, by="李")
    assert takeover.hear(uow, conversation, "在吗", NOON) == Silence(first=True)
    takeover.say(uow, flag, "李", "在，您请说", NOON)
    assert takeover.hear(uow, conversation, "我的工资", NOON) == Silence(first=False, said=("在，您请说",))
    assert takeover.hear(uow, conversation, "喂", NOON) == Silence(first=False)
    takeover.say(uow, flag, "李", "我查一下", NOON)
    assert takeover.collect(uow, conversation, NOON) == ("我查一下",)
    assert takeover.collect(uow, conversation, NOON) == ()


def test_a_clerk_who_forgot_it_does_not_silence_the_assistant_for_ever(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, by="李")
    tomorrow = NOON + SILENT_FOR
    assert takeover.hear(uow, conversation, "在吗", tomorrow) is not None
    assert takeover.hear(uow, conversation, "在吗", tomorrow + timedelta(seconds=1)) is None
    takeover.say(uow, flag, "李", "在", tomorrow)
    assert takeover.hear(uow, conversation, "在吗", tomorrow + timedelta(hours=1)) is not None


def test_both_sides_are_kept_in_order_and_sealed(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, by="李")
    takeover.hear(uow, conversation, "我的工资", NOON)
    takeover.say(uow, flag, "李", "我查一下", NOON)
    assert [(each.by, each.text) for each in takeover.messages(uow, flag)] == [
        ("citizen", "我的工资"),
        ("李", "我查一下"),
    ]
    rows = uow.session.scalars(select(HandoverMessage)).all()
    assert not [row for row in rows if "工资".encode() in row.text_sealed]


def test_only_whoever_has_it_may_speak(uow: UnitOfWork) -> None:
    _, waiting = flagged(uow)
    _, taken = flagged(uow, by="李")
    for flag, by in ((waiting, "李"), (taken, "王"), ("unknown", "李")):
        with pytest.raises(HandoverNotFound):
            takeover.say(uow, flag, by, "您好", NOON)


def test_the_draft_is_the_one_as_it_stands(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    assert takeover.draft_of(uow, flag) == {}
    takeover.keep_draft(uow, conversation, DRAFT, report=False, now=NOON)
    takeover.keep_draft(uow, conversation, DRAFT | {"amount": 21000}, report=False, now=NOON)
    assert takeover.draft_of(uow, flag) == DRAFT | {"amount": 21000}
    takeover.keep_draft(uow, conversation, {}, report=False, now=NOON)
    assert takeover.draft_of(uow, flag) == {}


def test_the_draft_of_a_report_is_for_discipline_alone(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow)
    takeover.keep_draft(uow, conversation, DRAFT, report=True, now=NOON)
    with pytest.raises(NotPermitted):
        takeover.draft_of(uow, flag)
    assert takeover.draft_of(uow, flag, StaffRole.DISCIPLINE) == DRAFT


def test_all_of_it_goes_with_the_conversation(uow: UnitOfWork) -> None:
    conversation, _ = flagged(uow, by="李")
    takeover.keep_draft(uow, conversation, DRAFT, report=False, now=NOON)
    takeover.hear(uow, conversation, "我的工资", NOON)
    close_conversation(uow, conversation)
    assert uow.session.scalars(select(HandoverMessage)).all() == []
    assert uow.session.scalars(select(HandoverDraft)).all() == []


NUMBERS = "心里难受可以打12356"


def test_a_danger_raises_the_flag_that_a_clerk_has_and_the_clerk_keeps_it(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, by="李")
    takeover.hear(uow, conversation, "我不想活了", NOON)
    raised = takeover.raise_danger(uow, conversation, HandoverKind.SELF_HARM, NUMBERS, NOON)
    assert raised == Raised(flag, news=True, first=True)
    (shown,) = waiting(uow)
    assert (shown.kind, shown.state, shown.taken_by) == (HandoverKind.SELF_HARM, HandoverState.TAKEN, "李")
    assert [(each.by, each.text) for each in takeover.messages(uow, flag)] == [
        ("citizen", "我不想活了"),
        ("assistant", NUMBERS),
    ]


def test_the_numbers_are_given_once_a_hand_over(uow: UnitOfWork) -> None:
    conversation, flag = flagged(uow, by="李")
    takeover.raise_danger(uow, conversation, HandoverKind.SELF_HARM, NUMBERS, NOON)
    again = takeover.raise_danger(uow, conversation, HandoverKind.EMERGENCY, NUMBERS, NOON)
    assert again == Raised(flag, news=False, first=False)
    assert takeover.collect(uow, conversation, NOON) == (), "the reply held them already"
    close(uow, flag, NOON)
    later, _ = open_handover(uow, conversation, HandoverKind.ASKED, surface="web", now=NOON)
    take(uow, later, "王")
    assert takeover.raise_danger(uow, conversation, HandoverKind.SELF_HARM, NUMBERS, NOON) == Raised(later, True, True)


def test_no_flag_is_raised_that_no_clerk_has(uow: UnitOfWork) -> None:
    conversation, _ = flagged(uow)
    assert takeover.raise_danger(uow, conversation, HandoverKind.SELF_HARM, NUMBERS, NOON) is None
    assert [each.kind for each in waiting(uow)] == [HandoverKind.ASKED]


def test_what_the_assistant_said_is_no_word_of_the_clerk(uow: UnitOfWork) -> None:
    conversation, _ = flagged(uow, by="李")
    tomorrow = NOON + SILENT_FOR
    takeover.raise_danger(uow, conversation, HandoverKind.SELF_HARM, NUMBERS, tomorrow)
    assert takeover.hear(uow, conversation, "在吗", tomorrow + timedelta(hours=1)) is None
