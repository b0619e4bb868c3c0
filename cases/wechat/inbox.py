"""What came from the platform, once: the order of a citizen's messages, who works on one, and to which response its answer went.

waiting → answered → handed → done. `free_at` says until when somebody holds the row: whoever works on a waiting message, and with it
proves at the end that nobody else took over; a response that may still fetch an answer; the moment at which an answer was handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select, update

from cases.database import UnitOfWork
from cases.models import Follower, WechatMessage
from cases.wechat import answers, followers, outgoing
from cases.wechat.answers import Answer, Piece
from cases.wechat.followers import Window

LEASE = timedelta(seconds=12)  # renewed every third of it; after a crash the next one begins so late at most
FETCHED_WITHIN = timedelta(seconds=0.5)  # a response in another process looks that often
ARRIVED_WITHIN = timedelta(seconds=2)  # after that a repetition is believed: the response did not arrive
IN_DATABASE = {"synchronize_session": False}


class State(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    ANSWERED = "answered"
    HANDED = "handed"
    DONE = "done"


@dataclass(frozen=True)
class Lease:
    """The right to work on a message until then; `attempts` counts this one."""

    key: bytes
    follower: str
    until: datetime
    attempts: int
    body: str = field(repr=False)


@dataclass(frozen=True)
class Received:
    """A message that is in the register now; with a lease where the caller begins with it at once."""

    key: bytes
    follower: str
    state: State
    lease: Lease | None = None


@dataclass(frozen=True)
class Handed:
    """What a response carries; `later`: nothing yet, because another one is on its way and has to come first."""

    text: str | None = field(default=None, repr=False)
    later: bool = False


def receive(uow: UnitOfWork, key: str, openid: str, body: str, *, window: Window, now: datetime) -> Received:
    """Write a message down before anything is done with it; a repetition is the same row."""
    index = uow.ciphers.index("wechat-message", key)
    return uow.write(lambda: _known(uow, index) or _add(uow, index, openid, body, window, now))


def lease(uow: UnitOfWork, follower: str, now: datetime) -> Lease | None:
    """The citizen's first unanswered message, if nobody works on it."""
    return uow.write(lambda: _lease(uow, follower, now))


def renew(uow: UnitOfWork, held: Lease, now: datetime) -> Lease | None:
    """The lease for longer; None where somebody else has the message now."""
    until = now + LEASE
    longer = update(WechatMessage).where(*_is_held(held)).values(free_at=until).returning(WechatMessage.attempts)
    ours = uow.write(lambda: uow.session.execute(longer, execution_options=IN_DATABASE).all())
    return Lease(held.key, held.follower, until, held.attempts, held.body) if ours else None


def finish(uow: UnitOfWork, held: Lease, answer: Answer, *, hand_over: bool, pushes: bool, now: datetime) -> Handed:
    """Keep the answer of a turn; its first message where a response waits for it. Nothing happens where the lease was lost.

    `pushes`: the account may send customer-service messages, so what follows need not be asked for.
    """

    def step() -> Handed:
        row = uow.session.scalar(select(WechatMessage).where(*_is_held(held)).with_for_update())
        if row is None:
            return Handed()
        row.body_sealed, row.answered_at = None, now
        earlier = _unsettled_before(uow, row) if hand_over else ()
        follower = uow.session.get_one(Follower, row.follower_id, with_for_update=True)
        followers.leave_open(uow, follower, answer.offered, now)
        keep_answer(uow, row, answer.pieces, now + FETCHED_WITHIN)
        return _hand_over(uow, row, earlier, follower, pushes, now) if hand_over else Handed()

    return uow.write(step)


def fetch(uow: UnitOfWork, key: bytes, *, pushes: bool, now: datetime) -> Handed:
    """The first message of an answer that no response has carried yet, for the response that asks."""

    def step() -> Handed:
        row = uow.session.get_one(WechatMessage, key, with_for_update=True, populate_existing=True)
        lost = row.state == State.HANDED and row.free_at <= now - ARRIVED_WITHIN
        if row.state != State.ANSWERED and not lost:
            return Handed()
        earlier = _unsettled_before(uow, row)
        follower = uow.session.get_one(Follower, row.follower_id, with_for_update=True)
        return _hand_over(uow, row, earlier, follower, pushes, now)

    return uow.write(step)


def state_of(uow: UnitOfWork, key: bytes, now: datetime) -> State:
    """How far it is; a response that did not arrive counts as an answer that waits."""
    row = uow.session.execute(
        select(WechatMessage.state, WechatMessage.free_at).where(WechatMessage.key_index == key)
    ).one_or_none()
    uow.rollback()
    if row is None:
        return State.DONE
    lost = row.state == State.HANDED and row.free_at <= now - ARRIVED_WITHIN
    return State.ANSWERED if lost else State(row.state)


def arrived(uow: UnitOfWork, key: bytes, *, pictures: bool, now: datetime) -> None:
    """The response was written: what follows it waits to be sent."""
    uow.write(lambda: _close(uow, _of(uow, key, State.HANDED), 1, pictures, now))


def came_back(uow: UnitOfWork, key: bytes, now: datetime) -> None:
    """The response could not be written: the next repetition gets the answer, or it is sent."""
    undone = update(WechatMessage).where(WechatMessage.key_index == key, WechatMessage.state == State.HANDED)
    values = {"state": State.ANSWERED.value, "free_at": now + ARRIVED_WITHIN}
    uow.write(lambda: uow.session.execute(undone.values(values), execution_options=IN_DATABASE))


def defer(uow: UnitOfWork, key: bytes, *, pictures: bool, now: datetime) -> None:
    """No response came for the answer: all of it waits to be sent."""
    uow.write(lambda: _close(uow, _of(uow, key, State.ANSWERED), 0, pictures, now))


def keep_answer(uow: UnitOfWork, row: WechatMessage, pieces: Sequence[Piece], until: datetime) -> None:
    """The answer of a message waits to be carried, until then by a response."""
    row.state, row.free_at = State.ANSWERED.value, until
    row.answer_sealed = uow.ciphers.seal(answers.to_json(pieces), _place("answer", row.key_index))


def is_in(state: State) -> ColumnElement[bool]:
    """Messages that are so far."""
    return WechatMessage.state == state.value


# --- steps inside one transaction ---------------------------------------------------------------------------------------------------


def _known(uow: UnitOfWork, key: bytes) -> Received | None:
    row = uow.session.get(WechatMessage, key)
    return Received(key, row.follower_id, State(row.state)) if row else None


def _add(uow: UnitOfWork, key: bytes, openid: str, body: str, window: Window, now: datetime) -> Received:
    """The last in its citizen's line; where nobody is before it the caller begins with it."""
    follower = followers.meet(uow, openid, window, now)
    uow.session.flush()
    of_theirs = WechatMessage.follower_id == follower.id
    last = uow.session.scalar(select(func.max(WechatMessage.position)).where(of_theirs)) or 0
    first = uow.session.scalar(select(WechatMessage.key_index).where(of_theirs, is_in(State.WAITING)).limit(1)) is None
    row = WechatMessage(
        key_index=key,
        follower_id=follower.id,
        position=last + 1,
        state=State.WAITING.value,
        body_sealed=uow.ciphers.seal(body, _place("body", key)),
        came_at=now,
        free_at=now + LEASE if first else now,
        attempts=1 if first else 0,
    )
    uow.session.add(row)
    begun = Lease(key, follower.id, row.free_at, 1, body) if first else None
    return Received(key, follower.id, State.WAITING, begun)


def _lease(uow: UnitOfWork, follower: str, now: datetime) -> Lease | None:
    waiting = select(WechatMessage).where(WechatMessage.follower_id == follower, is_in(State.WAITING))
    row = uow.session.scalar(waiting.order_by(WechatMessage.position).limit(1).with_for_update())
    if row is None or row.free_at > now or row.body_sealed is None:
        return None
    row.free_at, row.attempts = now + LEASE, row.attempts + 1
    body = uow.ciphers.open(row.body_sealed, _place("body", row.key_index))
    return Lease(row.key_index, follower, row.free_at, row.attempts, body)


def _unsettled_before(uow: UnitOfWork, row: WechatMessage) -> Sequence[WechatMessage]:
    """Earlier answers that are on their way, locked before the follower is: so no two transactions wait for each other."""
    earlier = (WechatMessage.follower_id == row.follower_id, WechatMessage.position < row.position)
    on_their_way = WechatMessage.state.in_((State.ANSWERED.value, State.HANDED.value))
    wanted = select(WechatMessage).where(*earlier, on_their_way).order_by(WechatMessage.position)
    return uow.session.scalars(wanted.with_for_update()).all()


def _hand_over(
    uow: UnitOfWork,
    row: WechatMessage,
    earlier: Sequence[WechatMessage],
    follower: Follower,
    pushes: bool,
    now: datetime,
) -> Handed:
    """The first message, after what waited longer; the row keeps the rest until the response is known to have arrived."""
    being_written = any(each.state == State.HANDED and each.free_at > now - ARRIVED_WITHIN for each in earlier)
    if being_written or outgoing.is_on_its_way(uow, follower.id, now):
        return Handed(later=True)
    for each in earlier:  # who writes again has what was handed over
        _close(uow, each, 1 if each.state == State.HANDED else 0, pushes, now)
    pieces = answers.packed((*outgoing.take_waiting(uow, follower.id), *_pieces(uow, row)))
    keep_answer(uow, row, pieces, now)
    if not pieces or not pieces[0].text:
        _close(uow, row, 0, pushes, now)
        return Handed()
    row.state = State.HANDED.value
    more = not pushes and any(each.text for each in pieces[1:])
    followers.note_more(uow, follower, more, now)
    return Handed(answers.with_more(pieces[0].text) if more else pieces[0].text)


def _close(uow: UnitOfWork, row: WechatMessage | None, told: int, pictures: bool, now: datetime) -> None:
    """Done; all but the first `told` pieces wait to be sent. An account that can't send gets no pictures: the text is complete."""
    if row is None:
        return
    for piece in _pieces(uow, row)[told:]:
        if piece.text or pictures:
            outgoing.add(uow, row.follower_id, piece, now)
    row.state, row.answer_sealed, row.body_sealed = State.DONE.value, None, None


def _pieces(uow: UnitOfWork, row: WechatMessage) -> tuple[Piece, ...]:
    if row.answer_sealed is None:
        return ()
    return answers.of_json(uow.ciphers.open(row.answer_sealed, _place("answer", row.key_index)))


def _of(uow: UnitOfWork, key: bytes, state: State) -> WechatMessage | None:
    wanted = select(WechatMessage).where(WechatMessage.key_index == key, is_in(state))
    return uow.session.scalar(wanted.with_for_update())


def _is_held(held: Lease) -> tuple[ColumnElement[bool], ...]:
    return WechatMessage.key_index == held.key, is_in(State.WAITING), WechatMessage.free_at == held.until


def _place(column: str, key: bytes) -> str:
    return f"wechat_messages.{column}:{key.hex()}"
