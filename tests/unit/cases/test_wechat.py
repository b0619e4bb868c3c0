"""The rows behind the WeChat door: who may work on what, who may be sent what, and that nothing lies there to be read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from cases.codes import VALID_FOR
from cases.conversations import close_conversation, lock_conversation
from cases.database import UnitOfWork
from cases.models import Base, Follower, OneTimeCode, WechatMessage, WechatOutgoing
from cases.wechat import answers, codes, followers, inbox, leftover, outgoing
from cases.wechat.answers import Answer, Piece
from cases.wechat.codes import Purpose
from cases.wechat.followers import Window
from cases.wechat.inbox import Lease, Received, State
from cases.wechat.outgoing import Mark
from petition.errors import LockedOut
from tests.unit.cases.factories import NOON

HUANG, MA = "oHUANG00000000000000000000001", "oMA00000000000000000000000002"
WORDS = "我姓黄，工资没有发"
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(minutes=1)


def come(
    uow: UnitOfWork, key: str, openid: str = HUANG, now: datetime = NOON, window: Window = Window.SAID
) -> Received:
    return inbox.receive(uow, key, openid, f"{WORDS} {key}", window=window, now=now)


def begun(received: Received) -> Lease:
    assert received.lease
    return received.lease


def end(uow: UnitOfWork, held: Lease, *texts: str, now: datetime = NOON, hand_over: bool = True) -> str | None:
    answer = Answer(tuple(Piece(text=each) for each in texts), "what is open")
    return inbox.finish(uow, held, answer, hand_over=hand_over, pushes=True, now=now).text


def waits(uow: UnitOfWork, openid: str, *texts: str, now: datetime = NOON) -> str:
    """A follower for whom these texts wait."""
    received = come(uow, f"message {openid} {now}", openid, now)
    end(uow, begun(received), *texts, now=now, hand_over=False)
    inbox.defer(uow, received.key, pictures=True, now=now)
    return received.follower


def count(uow: UnitOfWork, model: type[Base]) -> int:
    found = uow.session.scalar(select(func.count()).select_from(model)) or 0
    uow.rollback()
    return found


def sealed_bytes(uow: UnitOfWork) -> bytes:
    rows = [*uow.session.scalars(select(Follower)), *uow.session.scalars(select(WechatMessage))]
    rows += [*uow.session.scalars(select(WechatOutgoing)), *uow.session.scalars(select(OneTimeCode))]
    values = [getattr(row, column.name) for row in rows for column in row.__table__.columns]
    uow.rollback()
    return b"".join(each if isinstance(each, bytes) else str(each).encode() for each in values)


# --- messages -----------------------------------------------------------------------------------------------------------------------


def test_a_message_is_one_row_however_often_it_comes(uow: UnitOfWork) -> None:
    first, again = come(uow, "message 1"), come(uow, "message 1", now=NOON + SECOND)
    assert (first.key, first.state, again.lease) == (again.key, State.WAITING, None)
    assert count(uow, WechatMessage) == count(uow, Follower) == 1
    assert begun(first).body == f"{WORDS} message 1"


def test_the_second_message_waits_for_the_first(uow: UnitOfWork) -> None:
    first, second = come(uow, "message 1"), come(uow, "message 2")
    assert second.lease is None
    assert inbox.lease(uow, first.follower, NOON) is None
    assert end(uow, begun(first), "一") == "一"
    held = inbox.lease(uow, first.follower, NOON)
    assert held
    assert held.body.endswith("message 2")
    assert come(uow, "message 3", MA).lease


def test_who_lost_the_lease_answers_nothing(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    after = NOON + inbox.LEASE + SECOND
    assert leftover.overdue(uow, NOON).followers == ()
    assert leftover.overdue(uow, after).followers == (received.follower,)
    held = inbox.lease(uow, received.follower, after)
    assert held
    assert held.attempts == 2
    assert inbox.renew(uow, begun(received), after) is None
    assert end(uow, begun(received), "太晚了", now=after) is None
    assert end(uow, held, "一", now=after) == "一"


def test_a_lease_that_is_renewed_stays(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    longer = inbox.renew(uow, begun(received), NOON + SECOND)
    assert longer
    assert inbox.lease(uow, received.follower, NOON + inbox.LEASE) is None
    assert end(uow, longer, "一") == "一"


def test_one_response_carries_the_answer_and_a_repetition_only_where_it_did_not_arrive(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    assert end(uow, begun(received), "一") == "一"
    assert inbox.fetch(uow, received.key, pushes=True, now=NOON).text is None
    assert inbox.fetch(uow, received.key, pushes=True, now=NOON + inbox.ARRIVED_WITHIN).text == "一"
    inbox.came_back(uow, received.key, NOON)
    assert inbox.state_of(uow, received.key, NOON) is State.ANSWERED
    assert inbox.fetch(uow, received.key, pushes=True, now=NOON).text == "一"
    inbox.arrived(uow, received.key, pictures=True, now=NOON)
    assert inbox.fetch(uow, received.key, pushes=True, now=LATER).text is None
    assert come(uow, "message 1").state is State.DONE


def test_a_response_that_nobody_missed_has_arrived(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    end(uow, begun(received), "一", "二" * 700)
    assert leftover.overdue(uow, NOON + leftover.REPEATED_WITHIN).arrived == (received.key,)
    inbox.arrived(uow, received.key, pictures=True, now=LATER)
    sending = outgoing.lease(uow, received.follower, LATER)
    assert sending
    assert sending.text == "二" * 700


def test_what_waits_goes_before_the_next_answer(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "旧")
    assert end(uow, begun(come(uow, "message 2")), "新") == "旧\n\n新"
    assert outgoing.lease(uow, follower, LATER) is None


def test_nothing_lies_there_to_be_read_and_what_is_done_goes(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    codes.issue(uow, Purpose.DRAFT, WORDS, NOON)
    come(uow, "message 2")
    end(uow, begun(received), WORDS, "二" * 700)
    inbox.arrived(uow, received.key, pictures=True, now=NOON)
    found = sealed_bytes(uow)
    assert count(uow, WechatOutgoing) == 1
    for secret in (HUANG, "message 1", WORDS, "what is open"):
        assert secret.encode() not in found
    followers.unfollow(uow, MA, NOON)
    leftover.forget(uow, NOON + leftover.KEPT + SECOND)
    assert (count(uow, WechatMessage), count(uow, OneTimeCode)) == (1, 0)
    followers.unfollow(uow, HUANG, NOON + SECOND)
    assert count(uow, WechatOutgoing) == 0
    leftover.forget(uow, NOON + timedelta(days=31))
    assert count(uow, Follower) == count(uow, WechatMessage) == 0


# --- sending ------------------------------------------------------------------------------------------------------------------------


def sent_until_closed(uow: UnitOfWork, follower: str, now: datetime) -> list[str]:
    texts = []
    while sending := outgoing.lease(uow, follower, now):
        texts.append(sending.text)
        outgoing.sent(uow, sending, now)
    return texts


def test_five_are_sent_after_a_message_and_the_last_says_how_to_get_more(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, *"一二三四五六七")
    assert outgoing.sendable(uow, LATER) == [follower]
    texts = sent_until_closed(uow, follower, LATER)
    assert [each[0] for each in texts] == list("一二三四五")
    assert texts[-1].endswith(answers.MORE)
    assert outgoing.sendable(uow, LATER) == []
    assert followers.enter(uow, follower, LATER).more
    assert end(uow, begun(come(uow, "message 2", now=LATER)), now=LATER) == "六\n\n七"
    assert not followers.enter(uow, follower, LATER).more


@pytest.mark.parametrize(
    ("window", "after", "most"),
    [
        (Window.SAID, timedelta(hours=47), 5),
        (Window.SAID, timedelta(hours=48), 0),
        (Window.CLICKED, timedelta(seconds=50), 3),
        (Window.CLICKED, timedelta(seconds=60), 0),
        (Window.OTHER, SECOND, 0),
    ],
)
def test_what_the_platform_takes(uow: UnitOfWork, window: Window, after: timedelta, most: int) -> None:
    received = come(uow, "event 1", window=window)
    end(uow, begun(received), *"一二三四五六七", hand_over=False)
    inbox.defer(uow, received.key, pictures=True, now=NOON)
    assert bool(outgoing.sendable(uow, NOON + after)) is bool(most)
    assert len(sent_until_closed(uow, received.follower, NOON + after)) == most


def test_nothing_is_sent_while_a_response_may_still_carry_it(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "旧")
    come(uow, "message 2", now=LATER)
    assert outgoing.lease(uow, follower, LATER + SECOND) is None
    assert outgoing.lease(uow, follower, LATER + outgoing.PASSIVE_WITHIN)


def test_a_response_does_not_overtake_what_is_being_sent(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "一", "二")
    sending = outgoing.lease(uow, follower, LATER)
    assert sending
    received = come(uow, "message 2", now=LATER)
    assert end(uow, begun(received), "新", now=LATER) is None
    assert inbox.fetch(uow, received.key, pushes=True, now=LATER).later
    outgoing.sent(uow, sending, LATER)
    assert inbox.fetch(uow, received.key, pushes=True, now=LATER).text == "二\n\n新"


def test_one_piece_at_a_time_and_in_order(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "一", "二")
    first = outgoing.lease(uow, follower, LATER)
    assert first
    assert outgoing.lease(uow, follower, LATER) is None
    outgoing.postpone(uow, first, "Busy -1", LATER + SECOND)
    assert outgoing.lease(uow, follower, LATER) is None
    assert sent_until_closed(uow, follower, LATER + SECOND) == ["一", "二"]


@pytest.mark.parametrize("mark", [Mark.UNSURE, Mark.REFUSED, None])
def test_what_may_have_arrived_is_not_sent_again_but_said_again(uow: UnitOfWork, mark: Mark | None) -> None:
    """None: whoever sent it was killed meanwhile."""
    follower, after = waits(uow, HUANG, "一", "二"), LATER + outgoing.LEASE
    sending = outgoing.lease(uow, follower, LATER)
    assert sending
    if mark:
        outgoing.lay_aside(uow, sending, mark)
    assert sent_until_closed(uow, follower, after) == ["二"]
    assert end(uow, begun(come(uow, "message 2", now=after)), "新", now=after) == "一\n\n新"
    outgoing.sent(uow, sending, after)


def test_a_platform_that_takes_nothing_more_is_believed(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "一")
    sending = outgoing.lease(uow, follower, LATER)
    assert sending
    outgoing.exhaust(uow, sending, LATER)
    assert outgoing.sendable(uow, LATER) == []
    assert end(uow, begun(come(uow, "message 2", now=LATER)), now=LATER) == "一"


def test_who_left_is_sent_nothing_until_they_come_back(uow: UnitOfWork) -> None:
    follower = waits(uow, HUANG, "一")
    followers.unfollow(uow, HUANG, LATER)
    assert not followers.is_following(uow, HUANG)
    assert outgoing.sendable(uow, LATER) == []
    come(uow, "event 2", now=LATER + SECOND, window=Window.CLICKED)
    followers.unfollow(uow, HUANG, LATER)
    assert followers.is_following(uow, HUANG)
    assert followers.is_following(uow, MA)
    assert outgoing.lease(uow, follower, LATER + SECOND) is None


def test_pictures_come_last_and_only_where_they_can_be_sent(uow: UnitOfWork) -> None:
    picture, words = Piece(image=b"\x89PNG"), Piece(text="一")
    assert answers.packed((picture, words)) == (words, picture)
    for openid, pictures in ((HUANG, True), (MA, False)):
        received = come(uow, f"message {openid}", openid)
        inbox.finish(uow, begun(received), Answer((words, picture)), hand_over=True, pushes=pictures, now=NOON)
        inbox.arrived(uow, received.key, pictures=pictures, now=NOON)
        sending = outgoing.lease(uow, received.follower, LATER)
        assert (sending.piece if sending else None) == (picture if pictures else None)


# --- conversations, codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [close_conversation, lock_conversation])
def test_a_conversation_is_kept_until_it_is_ended(uow: UnitOfWork, how) -> None:  # type: ignore[no-untyped-def]
    follower = come(uow, "message 1").follower
    talk = followers.enter(uow, follower, NOON)
    assert (talk.openid, talk.offered, talk.more) == (HUANG, None, False)
    assert followers.enter(uow, follower, LATER).conversation == talk.conversation
    how(uow, talk.conversation)
    assert followers.enter(uow, follower, LATER).conversation != talk.conversation


def test_what_was_offered_is_forgotten_after_two_days(uow: UnitOfWork) -> None:
    received = come(uow, "message 1")
    end(uow, begun(received), "一")
    assert followers.enter(uow, received.follower, LATER).offered == "what is open"
    assert followers.enter(uow, received.follower, LATER + timedelta(days=2)).offered is None


def test_a_code_works_once_and_for_ten_minutes(uow: UnitOfWork) -> None:
    code, old = codes.issue(uow, Purpose.CASE, "value", NOON), codes.issue(uow, Purpose.CASE, "old", NOON)
    assert codes.looks_like_one(code)
    assert not codes.looks_like_one(f"我的码是{code}，请看看")
    carried = codes.redeem(uow, code.lower().replace("-", ""), client="c", now=LATER)
    assert carried
    assert (carried.purpose, carried.value) == (Purpose.CASE, "value")
    assert codes.redeem(uow, code, client="c", now=LATER) is None
    assert codes.redeem(uow, old, client="c", now=NOON + VALID_FOR) is None


def test_guessing_is_locked(uow: UnitOfWork) -> None:
    for number in range(5):
        assert codes.redeem(uow, f"W-0000-000{number}", client="c", now=NOON) is None
    with pytest.raises(LockedOut):
        codes.redeem(uow, codes.issue(uow, Purpose.DRAFT, "x", NOON), client="c", now=NOON)
