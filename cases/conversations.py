"""Open conversations: who may speak in one, and nothing left of it when it is closed."""

from __future__ import annotations

import hmac
import secrets
from datetime import date, datetime

from sqlalchemy import delete, or_, select, update

from cases.ciphers import hash_token
from cases.database import UnitOfWork
from cases.models import Attachment, ConversationRow, DraftRow
from petition.days import china_day, midnight
from petition.errors import UnknownConversation

ID_BYTES = 18  # 144 bits, 24 characters
TOKEN_BYTES = 32
NO_HASH = bytes(32)  # no token hashes to this: nobody may speak


def open_conversation(uow: UnitOfWork, surface: str, now: datetime) -> tuple[str, str]:
    """A new conversation: its id and the secret token, of which only a hash is kept."""
    conversation, token = secrets.token_urlsafe(ID_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    row = ConversationRow(
        id=conversation, surface=surface, token_hash=hash_token(token), opened_at=now, heard_on=china_day(now)
    )
    uow.write(lambda: uow.session.add(row))
    return conversation, token


def authenticate(uow: UnitOfWork, conversation: str, token: str, now: datetime | None = None) -> str:
    """The surface of the conversation, which is in use on the day of `now`; UnknownConversation for an unknown id and a wrong
    token alike."""
    if not conversation.isprintable():  # PostgreSQL takes no NUL, and no id has one
        conversation = ""
    columns = (ConversationRow.surface, ConversationRow.token_hash, ConversationRow.heard_on)
    wanted = select(*columns).where(ConversationRow.id == conversation)
    row = uow.session.execute(wanted).one_or_none()
    uow.rollback()
    right = hmac.compare_digest(hash_token(token), row.token_hash if row else NO_HASH)
    if row is None or not right:
        raise UnknownConversation()
    if now is not None and row.heard_on != china_day(now):  # one write a day, not one a message
        heard = update(ConversationRow).where(ConversationRow.id == conversation).values(heard_on=china_day(now))
        uow.write(lambda: uow.session.execute(heard))
    surface: str = row.surface
    return surface


def abandoned(uow: UnitOfWork, before: date) -> list[str]:
    """Conversations in which nobody has said anything since that day; those opened before days were noted count by their opening."""
    unnoted = ConversationRow.heard_on.is_(None) & (ConversationRow.opened_at < midnight(before))
    ids = uow.session.scalars(select(ConversationRow.id).where(or_(ConversationRow.heard_on < before, unnoted)))
    found = list(ids)
    uow.rollback()
    return found


def close_conversation(uow: UnitOfWork, conversation: str) -> None:
    """Delete the conversation and the attachments that were neither filed nor kept with a draft; an unknown id is no fault."""
    unfiled = (Attachment.conversation_id == conversation, Attachment.case_id.is_(None), Attachment.draft_id.is_(None))
    uow.begin_write()
    uow.session.execute(delete(Attachment).where(*unfiled))
    kept = update(DraftRow).where(DraftRow.conversation_id == conversation)
    uow.session.execute(kept.values(conversation_id=""))
    uow.session.execute(delete(ConversationRow).where(ConversationRow.id == conversation))
    uow.commit()


def lock_conversation(uow: UnitOfWork, conversation: str) -> None:
    """Nobody may speak in it any more, though it is kept for staff: the token that the citizen holds opens nothing."""
    changed = update(ConversationRow).where(ConversationRow.id == conversation).values(token_hash=NO_HASH)
    uow.write(lambda: uow.session.execute(changed))
