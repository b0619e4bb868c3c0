"""While a clerk has a conversation (人工接手): the assistant is silent, what is said is kept for the two, sealed, and goes with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from cases import policy
from cases.database import UnitOfWork
from cases.handovers import HandoverKind, HandoverNotFound, HandoverState
from cases.models import Handover, HandoverDraft, HandoverMessage, new_id
from cases.policy import Compartment, StaffRole

CITIZEN, ASSISTANT = "citizen", "assistant"
SILENT_FOR = timedelta(hours=24)  # a flag that a clerk forgot does not silence the assistant for ever
Draft = Mapping[str, Any]


@dataclass(frozen=True)
class Silence:
    """A clerk has the conversation; `first`: the citizen has not been told yet; `said`: what the clerk said meanwhile."""

    first: bool
    said: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Raised:
    """A danger in a conversation that a clerk has; `news`: the flag was not about danger before; `first`: the citizen has not been
    given the numbers in this hand-over."""

    flag: str
    news: bool
    first: bool


@dataclass(frozen=True)
class Message:
    """One message between citizen and clerk, or what the assistant said to somebody in danger."""

    by: str
    text: str = field(repr=False)
    at: datetime
    id: int = 0


# --- the draft ----------------------------------------------------------------------------------------------------------------------


def keep_draft(uow: UnitOfWork, conversation: str, draft: Draft, *, report: bool, now: datetime) -> None:
    """The masked draft of a conversation with a flag as it stands now; an empty one is forgotten."""
    compartment = Compartment.DISCIPLINE if report else Compartment.GENERAL
    text = json.dumps(dict(draft), ensure_ascii=False)
    sealed = uow.ciphers.seal(text, _draft_place(conversation), compartment)

    def replace() -> None:
        uow.session.execute(delete(HandoverDraft).where(HandoverDraft.conversation_id == conversation))
        if draft:
            row = HandoverDraft(conversation_id=conversation, sealed_for=compartment, draft_sealed=sealed, at=now)
            uow.session.add(row)

    uow.write(replace)


def draft_of(uow: UnitOfWork, handover: str, role: StaffRole = StaffRole.CLERK) -> dict[str, Any]:
    """What the citizen has told so far, for the clerk who looks; HandoverNotFound, NotPermitted for a report."""
    row = uow.session.get(HandoverDraft, _open_flag(uow, handover).conversation_id)
    uow.rollback()
    if row is None:
        return {}
    compartment = Compartment(row.sealed_for)
    policy.require(role, compartment)
    opened: dict[str, Any] = json.loads(
        uow.ciphers.open(row.draft_sealed, _draft_place(row.conversation_id), compartment)
    )
    return opened


# --- talking ------------------------------------------------------------------------------------------------------------------------


def hear(uow: UnitOfWork, conversation: str, text: str, now: datetime) -> Silence | None:
    """Keep a citizen's message for the clerk who has the conversation; None where nobody has it, or has it no longer in hand."""
    taken = select(Handover.id, Handover.opened_at).where(
        Handover.conversation_id == conversation, Handover.state == HandoverState.TAKEN.value
    )
    flag = uow.session.execute(taken).one_or_none()
    forgotten = flag is not None and now - max(flag.opened_at, _last_word(uow, flag.id) or flag.opened_at) > SILENT_FOR
    uow.rollback()
    if flag is None or forgotten:
        return None
    return uow.write(lambda: _keep_and_collect(uow, conversation, flag.id, text, now))


def _last_word(uow: UnitOfWork, flag: str) -> datetime | None:
    """When the clerk last said something."""
    theirs = select(HandoverMessage.at).where(
        HandoverMessage.handover_id == flag, HandoverMessage.by.not_in((CITIZEN, ASSISTANT))
    )
    return uow.session.scalar(theirs.order_by(HandoverMessage.id.desc()).limit(1))


def _keep_and_collect(uow: UnitOfWork, conversation: str, flag: str, text: str, now: datetime) -> Silence:
    told = select(func.count()).where(HandoverMessage.handover_id == flag)  # the clerk's own hello tells it, too
    first = not uow.session.scalar(told)
    uow.session.add(word(uow, conversation, flag, CITIZEN, text, now))
    return Silence(first, collect_within(uow, conversation, now))


def raise_danger(uow: UnitOfWork, conversation: str, kind: HandoverKind, told: str, now: datetime) -> Raised | None:
    """The flag of a conversation that a clerk has is about a danger now, and stays with the clerk; None where no clerk has it.

    What the citizen is `told` is kept among the messages, so that the clerk sees it: once a hand-over.
    """
    return uow.write(lambda: _raise(uow, conversation, kind, told, now))


def _raise(uow: UnitOfWork, conversation: str, kind: HandoverKind, told: str, now: datetime) -> Raised | None:
    taken = (Handover.conversation_id == conversation, Handover.state == HandoverState.TAKEN.value)
    flag = uow.session.scalar(select(Handover).where(*taken).with_for_update())
    if flag is None:
        return None
    news = flag.kind == HandoverKind.ASKED
    if news:
        flag.kind = kind
    before = select(func.count()).where(HandoverMessage.handover_id == flag.id, HandoverMessage.by == ASSISTANT)
    first = not uow.session.scalar(before)
    if first:
        row = word(uow, conversation, flag.id, ASSISTANT, told, now)
        row.delivered_at = now  # the citizen gets it in the reply
        uow.session.add(row)
    return Raised(flag.id, news, first)


def say(uow: UnitOfWork, handover: str, by: str, text: str, now: datetime) -> None:
    """The clerk who has taken it says something; HandoverNotFound where it is closed or somebody else's."""

    def add() -> None:
        flag = _open_flag(uow, handover)
        if flag.taken_by != by or flag.state != HandoverState.TAKEN:
            raise HandoverNotFound(handover)
        uow.session.add(word(uow, flag.conversation_id, handover, by, text, now))

    uow.write(add)


def collect(uow: UnitOfWork, conversation: str, now: datetime) -> tuple[str, ...]:
    """What the clerk said and the citizen has not got yet; each text once."""
    return uow.write(lambda: collect_within(uow, conversation, now))


def messages(uow: UnitOfWork, handover: str, after: int = 0) -> list[Message]:
    """What was said since a clerk took it, behind the message `after`, oldest first; HandoverNotFound."""
    conversation = _open_flag(uow, handover).conversation_id
    of_it = (HandoverMessage.conversation_id == conversation, HandoverMessage.handover_id == handover)
    wanted = select(HandoverMessage).where(*of_it, HandoverMessage.id > after).order_by(HandoverMessage.id)
    found = [Message(row.by, _text(uow, row), row.at, row.id) for row in uow.session.scalars(wanted).all()]
    uow.rollback()
    return found


def collect_within(uow: UnitOfWork, conversation: str, now: datetime) -> tuple[str, ...]:
    """The same inside a transaction of the caller."""
    new = (
        HandoverMessage.conversation_id == conversation,
        HandoverMessage.by != CITIZEN,
        HandoverMessage.delivered_at.is_(None),
    )
    rows = uow.session.scalars(select(HandoverMessage).where(*new).order_by(HandoverMessage.id).with_for_update()).all()
    said = tuple(_text(uow, row) for row in rows)
    ids = [row.id for row in rows]
    uow.session.execute(update(HandoverMessage).where(HandoverMessage.id.in_(ids)).values(delivered_at=now))
    return said


def _open_flag(uow: UnitOfWork, handover: str) -> Handover:
    flag = uow.session.get(Handover, handover)
    if flag is None or flag.state == HandoverState.CLOSED:
        raise HandoverNotFound(handover)
    return flag


def word(uow: UnitOfWork, conversation: str, flag: str, by: str, text: str, now: datetime) -> HandoverMessage:
    """A word to be kept, sealed."""
    place = new_id()
    sealed = uow.ciphers.seal(text, _message_place(place))
    return HandoverMessage(
        conversation_id=conversation, handover_id=flag, place=place, by=by, text_sealed=sealed, at=now
    )


def _text(uow: UnitOfWork, row: HandoverMessage) -> str:
    return uow.ciphers.open(row.text_sealed, _message_place(row.place))


def _draft_place(conversation: str) -> str:
    return f"handover_drafts.draft:{conversation}"


def _message_place(place: str) -> str:
    return f"handover_messages.text:{place}"
