"""A long story that is being written on a page of its own (长叙述): kept like a draft, sealed, until it is sent or a few days are over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from cases import drafts
from cases.conversations import NO_HASH
from cases.database import UnitOfWork
from cases.drafts import Kept, Place
from cases.models import ConversationRow
from petition.errors import DraftNotFound, UnknownConversation

SURFACE = "h5"


def surface_of(uow: UnitOfWork, conversation: str) -> str:
    """The surface of a conversation for whoever came with a link to it; UnknownConversation once it is closed or locked."""
    is_open = (ConversationRow.id == conversation, ConversationRow.token_hash != NO_HASH)
    surface = uow.session.scalar(select(ConversationRow.surface).where(*is_open))
    uow.rollback()
    if surface is None:
        raise UnknownConversation()
    return surface


def keep(uow: UnitOfWork, conversation: str, text: str, *, days: int, now: datetime) -> Kept | None:
    """Keep what is written so far, in place of what was; nothing is kept of nothing."""
    code = drafts.code_of(uow, _owner(conversation), now)
    if not text:
        if code:
            drafts.discard(uow, code)
        return None
    return drafts.keep(uow, {"story": text}, _place(conversation), days=days, now=now, code=code)


def read(uow: UnitOfWork, conversation: str, now: datetime) -> str:
    """What is written so far."""
    code = drafts.code_of(uow, _owner(conversation), now)
    if not code:
        return ""
    try:
        return str(drafts.reopen(uow, code, conversation=_place(conversation).conversation, now=now).payload["story"])
    except DraftNotFound:  # it was sent from another window meanwhile
        return ""


def _place(conversation: str) -> Place:
    """Not the conversation itself: the files that are handed in there are none of this draft's."""
    return Place(f"{SURFACE}:{conversation}", SURFACE, _owner(conversation))


def _owner(conversation: str) -> str:
    return f"story:{conversation}"
