"""Files that a citizen hands in as evidence: a row in the register, and one sealed file outside the database."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, select

from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.models import Attachment, new_id
from petition.errors import InvalidValue

MOST_IN_A_CONVERSATION = 9
LONGEST_NAME = 200


@dataclass(frozen=True)
class StoredAttachment:
    """What the citizen is told of a stored file."""

    id: str
    sha256: str


class AttachmentFiles:
    """A folder outside every web root, for the owner alone; one file an attachment, readable with the register key only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, attachment: str) -> Path:
        return self._folder / attachment

    def write(self, ciphers: Ciphers, attachment: str, content: bytes) -> None:
        """Seal and write; on disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sealed = ciphers.seal(base64.b64encode(content).decode("ascii"), _place(attachment))
        descriptor = os.open(self.path(attachment), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(descriptor)

    def read(self, ciphers: Ciphers, attachment: str) -> bytes:
        """The bytes as they were handed in; WrongKey where the file was changed or moved."""
        return base64.b64decode(ciphers.open(self.path(attachment).read_bytes(), _place(attachment)))

    def delete(self, attachment: str) -> None:
        """A file that is gone already is no fault."""
        self.path(attachment).unlink(missing_ok=True)


def store_attachment(
    uow: UnitOfWork,
    files: AttachmentFiles,
    conversation: str,
    content: bytes,
    *,
    media_type: str,
    name: str,
    now: datetime,
) -> StoredAttachment:
    """Keep a file for a conversation until it is filed or the conversation ends; InvalidValue for the tenth."""
    row = Attachment(
        id=new_id(),
        conversation_id=conversation,
        sha256=hashlib.sha256(content).digest(),
        media_type=media_type,
        size=len(content),
        stored_at=now,
    )
    row.name_sealed = uow.ciphers.seal(name[:LONGEST_NAME], f"attachments.name_sealed:{row.id}")
    stored = StoredAttachment(row.id, row.sha256.hex())
    files.write(uow.ciphers, row.id, content)
    try:
        uow.write(lambda: _add(uow, row))
    except BaseException:
        files.delete(stored.id)
        raise
    return stored


def _add(uow: UnitOfWork, row: Attachment) -> None:
    held = select(func.count()).where(Attachment.conversation_id == row.conversation_id)
    if (uow.session.scalar(held) or 0) >= MOST_IN_A_CONVERSATION:
        raise InvalidValue(slot="evidence", reason="attachment-count")
    uow.session.add(row)


def delete_attachment(uow: UnitOfWork, files: AttachmentFiles, attachment: str) -> None:
    """Take back a file that was not filed."""
    _delete(uow, files, Attachment.id == attachment)


def delete_unfiled(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    """Delete what a conversation handed in and did not file."""
    _delete(uow, files, Attachment.conversation_id == conversation)


def _delete(uow: UnitOfWork, files: AttachmentFiles, which: ColumnElement[bool]) -> None:
    """Files first, rows last, in one write transaction: what is interrupted is found again, and nothing is filed meanwhile."""
    unfiled = (which, Attachment.case_id.is_(None))
    uow.begin_write()
    for attachment in uow.session.scalars(select(Attachment.id).where(*unfiled).with_for_update()).all():
        files.delete(attachment)
    uow.session.execute(delete(Attachment).where(*unfiled))
    uow.commit()


def _place(attachment: str) -> str:
    return f"attachments.file:{attachment}"
