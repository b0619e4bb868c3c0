"""What was answered beside the chat, on a page for phones: it stands in the chat as well, once, in its place among the answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from cases.database import UnitOfWork
from cases.models import Follower, WechatMessage
from cases.wechat import followers
from cases.wechat.answers import Answer
from cases.wechat.inbox import State, keep_answer

TOGETHER = timedelta(seconds=6)  # from one photo of an upload to the next
INDEX = "wechat-message"


def tell(uow: UnitOfWork, conversation: str, key: str, answer: Answer, now: datetime) -> bool:
    """An answer that no response waits for; one key is told once. False where no follower has the conversation."""
    index = uow.ciphers.index(INDEX, f"beside:{conversation}:{key}")

    def step() -> bool:
        known = uow.session.get(WechatMessage, index) is not None
        return known or _add(uow, conversation, index, answer, now, now)

    return uow.write(step)


def tell_together(uow: UnitOfWork, conversation: str, answer: Answer, now: datetime) -> bool:
    """As `tell`, a moment later: of what follows each other by less than that only the last is told."""

    def step() -> bool:
        index, row = _open(uow, conversation)
        if row is None:
            return _add(uow, conversation, index, answer, now, now + TOGETHER)
        keep_answer(uow, row, answer.pieces, now + TOGETHER)
        follower = uow.session.get_one(Follower, row.follower_id, with_for_update=True)
        followers.leave_open(uow, follower, answer.offered, now)
        return True

    return uow.write(step)


def _open(uow: UnitOfWork, conversation: str) -> tuple[bytes, WechatMessage | None]:
    """The one that still waits, else the index for a new one."""
    number = 0
    while True:
        index = uow.ciphers.index(INDEX, f"beside:{conversation}:together:{number}")
        row = uow.session.get(WechatMessage, index, with_for_update=True, populate_existing=True)
        if row is None or row.state == State.ANSWERED:
            return index, row
        number += 1


def _add(uow: UnitOfWork, conversation: str, index: bytes, answer: Answer, now: datetime, free_at: datetime) -> bool:
    theirs = (Follower.conversation_id == conversation, Follower.unfollowed_at.is_(None))
    follower = uow.session.scalar(select(Follower).where(*theirs).with_for_update())
    if follower is None:
        return False
    of_theirs = WechatMessage.follower_id == follower.id
    last = uow.session.scalar(select(func.max(WechatMessage.position)).where(of_theirs)) or 0
    row = WechatMessage(key_index=index, follower_id=follower.id, position=last + 1, came_at=now, answered_at=now)
    keep_answer(uow, row, answer.pieces, free_at)
    uow.session.add(row)
    followers.leave_open(uow, follower, answer.offered, now)
    return True
