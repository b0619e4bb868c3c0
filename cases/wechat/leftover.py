"""What a crash, a restart or a lost connection leaves behind, and what is kept no longer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from cases.database import UnitOfWork
from cases.models import Attachment, Follower, OneTimeCode, WechatMessage, WechatOutgoing
from cases.wechat import outgoing
from cases.wechat.inbox import IN_DATABASE, State, is_in

REPEATED_WITHIN = timedelta(seconds=10)  # after that the platform would have repeated what did not arrive
KEPT = timedelta(hours=1)  # a repetition comes within seconds, and a replay is refused after five minutes


@dataclass(frozen=True)
class Overdue:
    """What nobody looks after: followers whose turn it is, answers that no response fetched, responses that seem to have arrived."""

    followers: tuple[str, ...] = ()
    answers: tuple[bytes, ...] = ()
    arrived: tuple[bytes, ...] = ()


def overdue(uow: UnitOfWork, now: datetime) -> Overdue:
    """What a crash, a restart or a lost connection left behind."""
    theirs, position = WechatMessage.follower_id, WechatMessage.position
    first = select(theirs.label("whose"), func.min(position).label("at")).where(is_in(State.WAITING)).group_by(theirs)
    firsts = first.subquery()
    is_first = (firsts.c.whose == theirs) & (firsts.c["at"] == position)
    whose_turn = select(theirs).join(firsts, is_first).where(is_in(State.WAITING), WechatMessage.free_at <= now)
    waits = select(WechatMessage.key_index).where(is_in(State.ANSWERED), WechatMessage.free_at <= now)
    handed = select(WechatMessage.key_index).where(is_in(State.HANDED), WechatMessage.free_at <= now - REPEATED_WITHIN)
    found = Overdue(
        tuple(uow.session.scalars(whose_turn)),
        tuple(uow.session.scalars(waits.order_by(position))),
        tuple(uow.session.scalars(handed.order_by(position))),
    )
    uow.rollback()
    return found


def kept_file(uow: UnitOfWork, conversation: str, content: bytes) -> str | None:
    """A file that a turn kept before it was broken off; so the next attempt does not keep it twice."""
    same = (Attachment.conversation_id == conversation, Attachment.sha256 == hashlib.sha256(content).digest())
    found = uow.session.scalar(select(Attachment.id).where(*same).limit(1))
    uow.rollback()
    return found


def forget(uow: UnitOfWork, now: datetime) -> None:
    """What is done and can't be repeated any more goes, codes whose time is over, and who left long ago."""
    old = delete(WechatMessage).where(is_in(State.DONE), WechatMessage.came_at < now - KEPT)
    codes = delete(OneTimeCode).where(OneTimeCode.expires_at < now)
    unsent = delete(WechatOutgoing).where(WechatOutgoing.created_at < now - outgoing.KEPT)
    gone = delete(Follower).where(Follower.unfollowed_at < now - outgoing.KEPT)
    over = (old, codes, unsent, gone)
    uow.write(lambda: [uow.session.execute(each, execution_options=IN_DATABASE) for each in over])
