"""What was answered on a page for phones is told in the chat, once and in its place."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from cases.database import UnitOfWork
from cases.models import WechatMessage
from cases.wechat import beside, followers, inbox, leftover, outgoing
from cases.wechat.answers import Answer, Piece
from cases.wechat.followers import Window
from cases.wechat.inbox import Received
from tests.unit.cases.factories import NOON

HUANG = "oHUANG00000000000000000000001"
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(minutes=1)


def come(uow: UnitOfWork, key: str, now: datetime = NOON) -> Received:
    return inbox.receive(uow, key, HUANG, "说", window=Window.SAID, now=now)


def talking(uow: UnitOfWork) -> tuple[str, str]:
    """A follower whose first message was answered, and their conversation."""
    received = come(uow, "first")
    answer(uow, received, "在")
    inbox.arrived(uow, received.key, pictures=True, now=NOON)
    return received.follower, followers.enter(uow, received.follower, NOON).conversation


def answer(uow: UnitOfWork, received: Received, text: str, now: datetime = NOON) -> str | None:
    assert received.lease
    found = Answer((Piece(text=text),), "open")
    return inbox.finish(uow, received.lease, found, hand_over=True, pushes=True, now=now).text


def said(text: str) -> Answer:
    return Answer((Piece(text=text),), f"offered with {text}")


def sent(uow: UnitOfWork, follower: str, now: datetime) -> list[str]:
    """What goes out by customer-service messages."""
    for key in leftover.overdue(uow, now).answers:
        inbox.defer(uow, key, pictures=True, now=now)
    texts = []
    while sending := outgoing.lease(uow, follower, now):
        texts.append(sending.text)
        outgoing.sent(uow, sending, now)
    return texts


def test_it_is_sent_once_and_what_it_offers_can_be_chosen(uow: UnitOfWork) -> None:
    follower, conversation = talking(uow)
    for _ in range(3):
        assert beside.tell(uow, conversation, "story-1", said("您希望怎么解决？"), LATER)
    assert sent(uow, follower, LATER) == ["您希望怎么解决？"]
    assert beside.tell(uow, conversation, "story-1", said("您希望怎么解决？"), LATER)
    assert sent(uow, follower, LATER + SECOND) == []
    assert followers.enter(uow, follower, LATER).offered == "offered with 您希望怎么解决？"


def test_whoever_writes_meanwhile_reads_it_before_the_answer(uow: UnitOfWork) -> None:
    follower, conversation = talking(uow)
    beside.tell(uow, conversation, "story-1", said("您希望怎么解决？"), LATER)
    assert answer(uow, come(uow, "second", LATER), "好", LATER) == "您希望怎么解决？\n\n好"
    assert sent(uow, follower, LATER) == []


def test_of_the_photos_of_one_upload_only_the_last_answer_is_told(uow: UnitOfWork) -> None:
    follower, conversation = talking(uow)
    for number in range(5):
        beside.tell_together(uow, conversation, said(f"{number}份"), LATER + number * SECOND)
        assert sent(uow, follower, LATER + number * SECOND) == []
    after = LATER + 4 * SECOND + beside.TOGETHER
    assert sent(uow, follower, after) == ["4份"]
    beside.tell_together(uow, conversation, said("5份"), after)
    assert sent(uow, follower, after + beside.TOGETHER) == ["5份"]


def test_nobody_is_told_where_the_conversation_is_none_of_a_follower(uow: UnitOfWork) -> None:
    follower, conversation = talking(uow)
    assert not beside.tell(uow, "another", "story-1", said("问"), LATER)
    assert not beside.tell_together(uow, "another", said("问"), LATER)
    followers.unfollow(uow, HUANG, LATER)
    assert not beside.tell(uow, conversation, "story-2", said("问"), LATER)
    count = uow.session.scalar(select(func.count()).select_from(WechatMessage).where(WechatMessage.state != "done"))
    assert count == 0
    assert sent(uow, follower, LATER + SECOND) == []
