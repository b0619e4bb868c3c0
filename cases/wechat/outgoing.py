"""Pieces of answers that no passive reply carried: sent by customer-service message, or with the next passive reply.

A piece that is being sent is marked so. Where the mark outlives the sender, or the platform's answer was lost, nobody knows whether the
citizen has it: it is not sent again, but goes with the next passive reply, so that nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from cases import takeover
from cases.database import UnitOfWork
from cases.models import Follower, HandoverMessage, WechatMessage, WechatOutgoing
from cases.wechat import followers
from cases.wechat.answers import Piece, with_more
from cases.wechat.followers import Window

LEASE = timedelta(seconds=20)  # whoever sends gives up before
PASSIVE_WITHIN = timedelta(seconds=4.5)  # so long a response may still carry what waits
KEPT = timedelta(days=30)
LONGEST = 2000  # bytes of a message; the platform takes 2,048 (45002)


class Mark(StrEnum):
    """Why a piece is not sent just now; every other word is the fault after which it is tried again."""

    SENDING = "sending"
    UNSURE = "unsure"
    REFUSED = "refused"


@dataclass(frozen=True)
class Sending:
    """A piece that the caller sends now; `last`: the citizen has to ask for what follows it."""

    id: int
    follower: str
    until: datetime
    window: Window
    attempts: int
    last: bool
    openid: str = field(repr=False)
    piece: Piece = field(repr=False)

    @property
    def text(self) -> str:
        """As it is sent."""
        return with_more(self.piece.text) if self.last else self.piece.text


def add(uow: UnitOfWork, follower: str, piece: Piece, now: datetime) -> None:
    """A piece at the end of what waits, inside a transaction."""
    kind = "text" if piece.text else "image"
    sealed = uow.ciphers.seal(piece.as_json(), _place(follower))
    uow.session.add(
        WechatOutgoing(follower_id=follower, kind=kind, piece_sealed=sealed, created_at=now, free_at=now, attempts=0)
    )
    uow.session.flush()


def is_on_its_way(uow: UnitOfWork, follower: str, now: datetime) -> bool:
    """Whether a message is being sent, which a passive reply must not overtake; inside a transaction."""
    sending = (WechatOutgoing.last_error == Mark.SENDING.value, WechatOutgoing.free_at > now)
    found = select(WechatOutgoing.id).where(WechatOutgoing.follower_id == follower, *sending)
    return uow.session.scalar(found.limit(1)) is not None


def take_waiting(uow: UnitOfWork, follower: str) -> list[Piece]:
    """The texts that wait, for a passive reply, inside a transaction; none of them is being sent (`is_on_its_way`)."""
    waiting = select(WechatOutgoing).where(WechatOutgoing.follower_id == follower, WechatOutgoing.sent_at.is_(None))
    taken = []
    for row in uow.session.scalars(waiting.order_by(WechatOutgoing.id).with_for_update()).all():
        if row.kind == "text":
            taken.append(_piece(uow, row))
            uow.session.delete(row)
    return taken


def sendable(uow: UnitOfWork, now: datetime) -> list[str]:
    """The followers to whom something can be sent now."""
    wanted = select(WechatOutgoing.follower_id).join(Follower).where(_is_first(now), _may_be_sent(now))
    found = list(uow.session.scalars(wanted.order_by(WechatOutgoing.id)))
    uow.rollback()
    return found


def lease(uow: UnitOfWork, follower: str, now: datetime) -> Sending | None:
    """The follower's next piece, counted as sent; None where nothing can be sent."""
    return uow.write(lambda: _lease(uow, follower, now))


def sent(uow: UnitOfWork, sending: Sending, now: datetime) -> None:
    """The platform has it: nothing of it is kept."""

    def step() -> None:
        if row := _mine(uow, sending):
            uow.session.delete(row)
            if sending.last:
                _note_more(uow, sending.follower, now)

    uow.write(step)


def postpone(uow: UnitOfWork, sending: Sending, error: str, free_at: datetime) -> None:
    """It was not sent: again, not before then."""

    def step() -> None:
        if row := _mine(uow, sending):
            row.last_error, row.free_at = error, free_at
            followers.give_back(_follower(uow, sending.follower), sending.window)

    uow.write(step)


def lay_aside(uow: UnitOfWork, sending: Sending, mark: Mark) -> None:
    """It is never sent by itself again; a text goes with the next passive reply, a picture goes nowhere."""

    def step() -> None:
        if row := _mine(uow, sending):
            row.last_error = mark.value
            if row.kind != "text":
                uow.session.delete(row)

    uow.write(step)


def exhaust(uow: UnitOfWork, sending: Sending, now: datetime) -> None:
    """The platform takes nothing more before the citizen writes again."""

    def step() -> None:
        if row := _mine(uow, sending):
            row.last_error, row.free_at = None, now
        followers.exhaust(_follower(uow, sending.follower))

    uow.write(step)


def unfollowed(uow: UnitOfWork, sending: Sending, now: datetime) -> None:
    """They left: nothing waits for them any more."""
    uow.write(lambda: followers.leave(uow, _follower(uow, sending.follower), now))


def take_over_clerks_words(uow: UnitOfWork, now: datetime) -> int:
    """What a clerk said to a follower waits to be sent; to how many."""
    said = (HandoverMessage.by != takeover.CITIZEN, HandoverMessage.delivered_at.is_(None))
    whose = select(Follower.id, HandoverMessage.conversation_id).join(
        HandoverMessage, HandoverMessage.conversation_id == Follower.conversation_id
    )
    found = uow.session.execute(whose.where(*said, Follower.unfollowed_at.is_(None)).distinct()).all()
    uow.rollback()
    for follower, conversation in found:
        uow.write(partial(_take_over, uow, follower, conversation, now))
    return len(found)


# --- steps inside one transaction ---------------------------------------------------------------------------------------------------


def _take_over(uow: UnitOfWork, follower: str, conversation: str, now: datetime) -> None:
    for text in takeover.collect_within(uow, conversation, now):
        for piece in cut(text):
            add(uow, follower, Piece(text=piece), now)


def cut(text: str) -> list[str]:
    """A clerk's words in messages that the platform takes, at the ends of lines and sentences where there are any."""
    pieces: list[str] = []
    while len(text.encode()) > LONGEST:
        head = text.encode()[:LONGEST].decode(errors="ignore")
        end = max(head.rfind(mark) for mark in "\n。！？；，") + 1
        pieces.append(head[: end or len(head)])
        text = text[end or len(head) :]
    return [*(each.strip() for each in pieces), text.strip()]


def _lease(uow: UnitOfWork, follower: str, now: datetime) -> Sending | None:
    owner = _follower(uow, follower)  # before its pieces, everywhere: so no two transactions wait for each other
    wanted = select(WechatOutgoing).join(Follower).where(_is_first(now), _may_be_sent(now))
    mine = wanted.where(WechatOutgoing.follower_id == follower)
    row = uow.session.scalar(mine.with_for_update(of=WechatOutgoing))
    if row is None or not followers.allowance(owner, now):
        return None
    window = followers.spend(owner, now)
    row.last_error, row.free_at, row.attempts = Mark.SENDING.value, now + LEASE, row.attempts + 1
    text_after = select(WechatOutgoing.id).where(
        WechatOutgoing.follower_id == follower, WechatOutgoing.id > row.id, WechatOutgoing.kind == "text"
    )
    last = not followers.allowance(owner, now) and uow.session.scalar(text_after.limit(1)) is not None
    openid = uow.ciphers.open(owner.openid_sealed, f"wechat_followers.openid:{owner.id}")
    return Sending(row.id, follower, row.free_at, window, row.attempts, last, openid, _piece(uow, row))


def _mine(uow: UnitOfWork, sending: Sending) -> WechatOutgoing | None:
    """The row, if the lease of this attempt is still the last one."""
    _follower(uow, sending.follower)
    mine = (WechatOutgoing.id == sending.id, WechatOutgoing.free_at == sending.until)
    return uow.session.scalar(select(WechatOutgoing).where(*mine).with_for_update())


def _note_more(uow: UnitOfWork, follower: str, now: datetime) -> None:
    followers.note_more(uow, _follower(uow, follower), True, now)


def _follower(uow: UnitOfWork, follower: str) -> Follower:
    return uow.session.get_one(Follower, follower, with_for_update=True, populate_existing=True)


def _piece(uow: UnitOfWork, row: WechatOutgoing) -> Piece:
    return Piece.of_json(uow.ciphers.open(row.piece_sealed, _place(row.follower_id)))


def _is_laid_aside(now: datetime) -> ColumnElement[bool]:
    """No sender touches it any more; a mark that outlived its sender among them."""
    mark = func.coalesce(WechatOutgoing.last_error, "")
    orphaned = and_(mark == Mark.SENDING.value, WechatOutgoing.free_at <= now)
    return or_(mark.in_((Mark.UNSURE.value, Mark.REFUSED.value)), orphaned)


def _is_first(now: datetime) -> ColumnElement[bool]:
    """The first piece of its follower that is not laid aside."""
    firsts = select(func.min(WechatOutgoing.id)).where(WechatOutgoing.sent_at.is_(None), not_(_is_laid_aside(now)))
    return WechatOutgoing.id.in_(firsts.group_by(WechatOutgoing.follower_id))


def _may_be_sent(now: datetime) -> ColumnElement[bool]:
    """Nobody sends it, the platform takes it, and no response is about to carry what waits."""
    passive = exists().where(
        WechatMessage.follower_id == WechatOutgoing.follower_id,
        WechatMessage.state != "done",
        WechatMessage.came_at > now - PASSIVE_WITHIN,
    )
    return and_(WechatOutgoing.free_at <= now, followers.may_get_more(now), not_(passive))


def _place(follower: str) -> str:
    return f"wechat_outgoing.piece:{follower}"
