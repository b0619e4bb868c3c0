"""Open conversations: who may speak in one, and nothing left of it when it is closed."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

from sqlalchemy import delete, select

from cases.ciphers import hash_token
from cases.database import UnitOfWork
from cases.models import Attachment, ConversationRow
from petition.errors import UnknownConversation

ID_BYTES = 18  # 144 bits, 24 characters
TOKEN_BYTES = 32
NO_HASH = bytes(32)


def open_conversation(uow: UnitOfWork, surface: str, now: datetime) -> tuple[str, str]:
    """A new conversation: its id and the secret token, of which only a hash is kept."""
    conversation, token = secrets.token_urlsafe(ID_BYTES), secrets.token_urlsafe(TOKEN_BYTES)
    row = ConversationRow(id=conversation, surface=surface, token_hash=hash_token(token), opened_at=now)
    uow.write(lambda: uow.session.add(row))
    return conversation, token


def authenticate(uow: UnitOfWork, conversation: str, token: str) -> str:
    """The surface of the conversation; UnknownConversation for an unknown id and a wrong token alike."""
    if not conversation.isprintable():  # PostgreSQL takes no NUL, and no id has one
        conversation = ""
    wanted = select(ConversationRow.surface, ConversationRow.token_hash).where(ConversationRow.id == conversation)
    row = uow.session.execute(wanted).one_or_none()
    uow.rollback()
    right = hmac.compare_digest(hash_token(token), row.token_hash if row else NO_HASH)
    if row is None or not right:
        raise UnknownConversation()
    surface: str = row.surface
    return surface


def close_conversation(uow: UnitOfWork, conversation: str) -> None:
    """Delete the conversation and the attachments that were not filed; an unknown id is no fault."""
    unfiled = (Attachment.conversation_id == conversation, Attachment.case_id.is_(None))
    uow.begin_write()
    uow.session.execute(delete(Attachment).where(*unfiled))
    uow.session.execute(delete(ConversationRow).where(ConversationRow.id == conversation))
    uow.commit()
