"""Who follows the account: known by a keyed index of the openid, with the conversation, what was offered last, and what may be sent.

The platform takes five customer-service messages within 48 hours after a message of the citizen, and three within a minute after a
click, a follow or a scan.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from cases.ciphers import hash_token
from cases.conversations import ID_BYTES, authenticate
from cases.database import UnitOfWork
from cases.models import ConversationRow, Follower, WechatOutgoing, new_id
from petition.days import china_day
from petition.errors import UnknownConversation

SURFACE = "wechat"
SAID_FOR, CLICKED_FOR = timedelta(hours=48), timedelta(minutes=1)
MOST_AFTER_SAYING, MOST_AFTER_CLICK = 5, 3
OFFERED_FOR = timedelta(hours=48)
# The platform and this machine do not have the same clock, and a message takes its time.
MARGIN = timedelta(seconds=5)


class Window(StrEnum):
    """What opens the door for customer-service messages; OTHER opens nothing."""

    SAID = "said"
    CLICKED = "clicked"
    OTHER = "other"


@dataclass(frozen=True)
class Talk:
    """A follower in a turn; `offered` is what the last answer left open, `more`: part of it waits to be asked for."""

    follower: str
    conversation: str
    openid: str = field(repr=False)
    offered: str | None = field(default=None, repr=False)
    more: bool = False


def enter(uow: UnitOfWork, follower: str, now: datetime) -> Talk:
    """The follower's conversation: the one that is open, else a new one."""
    row = uow.session.get_one(Follower, follower)
    conversation, openid, left = row.conversation_id, _openid(uow, row), _left(uow, row, now)
    uow.rollback()
    if not conversation or not _is_open(uow, conversation, now):
        conversation = uow.write(lambda: _open(uow, follower, now))
    return Talk(follower, conversation, openid, left.get("offered"), bool(left.get("more")))


def is_following(uow: UnitOfWork, openid: str) -> bool:
    """Whether somebody has not left; who was never seen here may follow all the same."""
    row = uow.session.scalar(select(Follower).where(_is(uow, openid)))
    following = row is None or row.unfollowed_at is None
    uow.rollback()
    return following


def unfollow(uow: UnitOfWork, openid: str, left_at: datetime) -> None:
    """They left: nothing is sent any more, and what waited is deleted. An old event after a new follow changes nothing."""

    def step() -> None:
        row = uow.session.scalar(select(Follower).where(_is(uow, openid)).with_for_update())
        if row and not (row.followed_at and row.followed_at > left_at):
            leave(uow, row, left_at)

    uow.write(step)


# --- steps inside a transaction -----------------------------------------------------------------------------------------------------


def meet(uow: UnitOfWork, openid: str, window: Window, now: datetime) -> Follower:
    """The row of somebody who wrote or touched something, locked; what they did opens its window anew."""
    row = uow.session.scalar(select(Follower).where(_is(uow, openid)).with_for_update())
    if row is None:
        row = Follower(id=new_id(), openid_index=_index(uow, openid), followed_at=now)
        row.openid_sealed = uow.ciphers.seal(openid, _place("openid", row.id))
        row.sent_since_said = row.sent_since_clicked = 0
        uow.session.add(row)
    if row.unfollowed_at:
        row.followed_at, row.unfollowed_at = now, None
    if window is Window.SAID:
        row.said_at, row.sent_since_said = now, 0
    elif window is Window.CLICKED:
        row.clicked_at, row.sent_since_clicked = now, 0
    return row


def leave(uow: UnitOfWork, row: Follower, now: datetime) -> None:
    """Nobody to send to any more."""
    row.unfollowed_at = now
    row.options_sealed = row.options_at = None
    waiting = select(WechatOutgoing).where(WechatOutgoing.follower_id == row.id, WechatOutgoing.sent_at.is_(None))
    for each in uow.session.scalars(waiting):
        uow.session.delete(each)


def allowance(row: Follower, now: datetime) -> int:
    """How many customer-service messages may be sent now."""
    return _left_of(row, Window.SAID, now) + _left_of(row, Window.CLICKED, now)


def spend(row: Follower, now: datetime) -> Window:
    """Count one message; the window that ends first pays. ValueError where none is left."""
    if _left_of(row, Window.CLICKED, now):
        row.sent_since_clicked += 1
        return Window.CLICKED
    if not _left_of(row, Window.SAID, now):
        raise ValueError("no customer-service message is left")
    row.sent_since_said += 1
    return Window.SAID


def give_back(row: Follower, window: Window) -> None:
    """The message was not sent."""
    if window is Window.CLICKED:
        row.sent_since_clicked = max(0, row.sent_since_clicked - 1)
    else:
        row.sent_since_said = max(0, row.sent_since_said - 1)


def exhaust(row: Follower) -> None:
    """The platform says that the windows are closed, whatever was counted here."""
    row.sent_since_said, row.sent_since_clicked = MOST_AFTER_SAYING, MOST_AFTER_CLICK


def may_get_more(now: datetime) -> ColumnElement[bool]:
    """The same question as `allowance`, for a query over followers."""
    said = and_(Follower.said_at > now - SAID_FOR + MARGIN, Follower.sent_since_said < MOST_AFTER_SAYING)
    clicked = and_(Follower.clicked_at > now - CLICKED_FOR + MARGIN, Follower.sent_since_clicked < MOST_AFTER_CLICK)
    return and_(Follower.unfollowed_at.is_(None), or_(said, clicked))


def leave_open(uow: UnitOfWork, row: Follower, offered: str | None, now: datetime) -> None:
    """What the answer offers; None leaves open what was open before."""
    if offered is not None:
        _write_left(uow, row, {**_left(uow, row, now), "offered": offered}, now)


def note_more(uow: UnitOfWork, row: Follower, more: bool, now: datetime) -> None:
    """Whether the citizen was told that there is more to see."""
    left = _left(uow, row, now)
    if bool(left.get("more")) != more:
        _write_left(uow, row, {**left, "more": more}, now)


# --- parts --------------------------------------------------------------------------------------------------------------------------


def _is_open(uow: UnitOfWork, conversation: str, now: datetime) -> bool:
    """Not closed, and not locked for staff."""
    try:
        authenticate(uow, conversation, _token(uow, conversation), now)
    except UnknownConversation:
        return False
    return True


def _open(uow: UnitOfWork, follower: str, now: datetime) -> str:
    row = uow.session.get_one(Follower, follower, with_for_update=True)
    conversation = secrets.token_urlsafe(ID_BYTES)
    hashed = hash_token(_token(uow, conversation))
    opened = ConversationRow(
        id=conversation, surface=SURFACE, token_hash=hashed, opened_at=now, heard_on=china_day(now)
    )
    uow.session.add(opened)
    row.conversation_id = conversation
    return conversation


def _token(uow: UnitOfWork, conversation: str) -> str:
    """The platform vouches for who writes, so nobody carries this token; whoever locks the conversation makes it worthless."""
    return uow.ciphers.index("wechat-conversation", conversation).hex()


def _left_of(row: Follower, window: Window, now: datetime) -> int:
    if row.unfollowed_at is not None:
        return 0
    if window is Window.SAID:
        opened, length, most, sent = row.said_at, SAID_FOR, MOST_AFTER_SAYING, row.sent_since_said
    else:
        opened, length, most, sent = row.clicked_at, CLICKED_FOR, MOST_AFTER_CLICK, row.sent_since_clicked
    return max(0, most - sent) if opened and opened > now - length + MARGIN else 0


def _left(uow: UnitOfWork, row: Follower, now: datetime) -> dict[str, Any]:
    if row.options_sealed is None or row.options_at is None or row.options_at < now - OFFERED_FOR:
        return {}
    opened: dict[str, Any] = json.loads(uow.ciphers.open(row.options_sealed, _place("options", row.id)))
    return opened


def _write_left(uow: UnitOfWork, row: Follower, left: dict[str, Any], now: datetime) -> None:
    row.options_sealed = uow.ciphers.seal(json.dumps(left, ensure_ascii=False), _place("options", row.id))
    row.options_at = now


def _openid(uow: UnitOfWork, row: Follower) -> str:
    return uow.ciphers.open(row.openid_sealed, _place("openid", row.id))


def _is(uow: UnitOfWork, openid: str) -> ColumnElement[bool]:
    return Follower.openid_index == _index(uow, openid)


def _index(uow: UnitOfWork, openid: str) -> bytes:
    return uow.ciphers.index("wechat-openid", openid)


def _place(column: str, follower: str) -> str:
    return f"wechat_followers.{column}:{follower}"
