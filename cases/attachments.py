"""Files that a citizen hands in as evidence: a row in the register, and one sealed file outside the database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, delete, func, select

from cases import notices, outbox
from cases.ciphers import Ciphers
from cases.database import UnitOfWork
from cases.models import Attachment, Case, new_id
from cases.policy import Compartment
from cases.sealed_files import compartment_of, pieces_of, reseal_file, seal_into
from petition.errors import InvalidValue

MOST_IN_A_CONVERSATION = 9
MOST_BYTES_IN_A_CONVERSATION = 40 * 1024 * 1024
LONGEST_NAME = 200
INFECTED_KIND = "attachment-infected"


class Form(StrEnum):
    """What lies sealed on the disk; the value is what its file's name ends with."""

    ORIGINAL = ""
    DISPLAY = ".display"
    THUMBNAIL = ".thumbnail"


class ScanState(StrEnum):
    """What is known of malware in a file: nobody asked, the scanner was away, or what it said."""

    UNCHECKED = "unchecked"
    UNSCANNED = "unscanned"
    CLEAN = "clean"
    INFECTED = "infected"


SHOWN = frozenset({ScanState.UNCHECKED, ScanState.CLEAN})


class NotShown(PermissionError):
    """The file is infected, or has to be scanned before anybody sees it."""


@dataclass(frozen=True)
class Preview:
    """A picture written anew, as JPEG: to look at, and small."""

    display: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)


@dataclass(frozen=True)
class StoredAttachment:
    """What the citizen is told of a stored file; `preview`: there is a picture of it that can be shown now."""

    id: str
    sha256: str
    preview: bool = False


class AttachmentFiles:
    """A folder outside every web root, for the owner alone; one file an attachment, readable with the register key only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, attachment: str, form: Form = Form.ORIGINAL) -> Path:
        return self._folder / f"{attachment}{form}"

    def write(
        self, ciphers: Ciphers, attachment: str, content: bytes, form: Form = Form.ORIGINAL,
        compartment: Compartment = Compartment.GENERAL,
    ) -> None:  # fmt: skip
        """Seal and write; on disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.path(attachment, form), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            seal_into(file, ciphers, content, _place(attachment, form), compartment)
            file.flush()
            os.fsync(descriptor)

    def pieces(self, ciphers: Ciphers, attachment: str, form: Form = Form.ORIGINAL) -> Iterator[bytes]:
        """The bytes in order, a piece at a time; WrongKey where the file was changed or moved."""
        with self.path(attachment, form).open("rb") as file:
            yield from pieces_of(file, ciphers, _place(attachment, form))

    def read(self, ciphers: Ciphers, attachment: str, form: Form = Form.ORIGINAL) -> bytes:
        """The bytes as they were handed in, or the picture of them; WrongKey where the file was changed or moved."""
        return b"".join(self.pieces(ciphers, attachment, form))

    def delete(self, attachment: str) -> None:
        """Original and pictures; a file that is gone already is no fault."""
        for form in Form:
            self.path(attachment, form).unlink(missing_ok=True)

    def reseal(self, ciphers: Ciphers, attachment: str, compartment: Compartment) -> int:
        """Original and pictures under the newest key of the compartment; how many changed. WrongKey, FileNotFoundError for no original."""
        if not (forms := [form for form in Form if self.path(attachment, form).exists()]):
            raise FileNotFoundError(attachment)
        return sum(
            reseal_file(self.path(attachment, form), ciphers, _place(attachment, form), compartment) for form in forms
        )

    def compartment(self, attachment: str) -> Compartment:
        """The compartment that the original is sealed for."""
        return compartment_of(self.path(attachment))


def store_attachment(
    uow: UnitOfWork,
    files: AttachmentFiles,
    conversation: str | None,
    content: bytes,
    *,
    media_type: str,
    name: str,
    now: datetime,
    preview: Preview | None = None,
    scan: ScanState = ScanState.UNCHECKED,
) -> StoredAttachment:
    """Keep a file for a conversation until it is filed or the conversation ends; InvalidValue for the tenth and for too much.

    Without a conversation it was scanned in at the desk and is filed at once.
    """
    row = Attachment(
        id=new_id(),
        conversation_id=conversation,
        sha256=hashlib.sha256(content).digest(),
        media_type=media_type,
        size=len(content),
        display_sha256=hashlib.sha256(preview.display).digest() if preview else None,
        scan_state=scan.value,
        stored_at=now,
    )
    row.name_sealed = uow.ciphers.seal(name[:LONGEST_NAME], _name_place(row.id))
    stored = StoredAttachment(row.id, row.sha256.hex(), preview is not None and scan in SHOWN)
    try:
        files.write(uow.ciphers, stored.id, content)
        if preview:
            files.write(uow.ciphers, stored.id, preview.display, Form.DISPLAY)
            files.write(uow.ciphers, stored.id, preview.thumbnail, Form.THUMBNAIL)
        uow.write(lambda: _add(uow, row))
    except BaseException:
        files.delete(stored.id)
        raise
    return stored


def _add(uow: UnitOfWork, row: Attachment) -> None:
    if row.conversation_id is not None:
        _refuse_too_many(uow, row)
    uow.session.add(row)


def _refuse_too_many(uow: UnitOfWork, row: Attachment) -> None:
    held = select(func.count(), func.sum(Attachment.size)).where(Attachment.conversation_id == row.conversation_id)
    count, size = uow.session.execute(held).one()
    if count >= MOST_IN_A_CONVERSATION:
        raise InvalidValue(slot="evidence", reason="attachment-count")
    if int(size or 0) + row.size > MOST_BYTES_IN_A_CONVERSATION:
        raise InvalidValue(slot="evidence", reason="attachment-total")


# --- looking at one ----------------------------------------------------------------------------------------------------------------


def read_picture(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, attachment: str, form: Form
) -> bytes | None:
    """The picture of a file that lies in this conversation; None where there is none, or none that may be shown."""
    row = uow.session.get(Attachment, attachment)
    uow.rollback()
    if row is None or row.conversation_id != conversation or row.display_sha256 is None or row.scan_state not in SHOWN:
        return None
    try:
        return files.read(uow.ciphers, row.id, form)
    except FileNotFoundError:  # taken back meanwhile
        return None


# --- scanning later ----------------------------------------------------------------------------------------------------------------


def unscanned(uow: UnitOfWork) -> list[str]:
    """What no scanner has looked at yet, oldest first."""
    wanted = Attachment.scan_state.in_((ScanState.UNSCANNED, ScanState.UNCHECKED))
    found = list(uow.session.scalars(select(Attachment.id).where(wanted).order_by(Attachment.stored_at)))
    uow.rollback()
    return found


def note_scan(uow: UnitOfWork, attachment: str, state: ScanState, now: datetime) -> None:
    """What the scanner said later. An infected file stays sealed with its case and is shown to nobody: it may be a false alarm.

    Where it is filed already, the petitioner is told to hand it in anew.
    """
    uow.write(lambda: _note_scan(uow, attachment, state, now))


def _note_scan(uow: UnitOfWork, attachment: str, state: ScanState, now: datetime) -> None:
    row = uow.session.get(Attachment, attachment)
    if row is None:
        return
    news = state is ScanState.INFECTED and row.scan_state != state
    row.scan_state = state.value
    if news and row.case_id:
        outbox.append(uow.session, INFECTED_KIND, {"attachment": row.id}, now=now, case_id=row.case_id)
        notices.tell(uow.session, uow.session.get_one(Case, row.case_id), INFECTED_KIND, {}, key=row.id, now=now)


def infected(uow: UnitOfWork, attachments: Collection[str]) -> dict[str, str]:
    """Of files that were not filed yet those that a scanner found infected later: id → name, as the citizen called it."""
    which = (Attachment.id.in_(attachments), Attachment.case_id.is_(None))
    rows = uow.session.scalars(
        select(Attachment).where(*which, Attachment.scan_state == ScanState.INFECTED.value)
    ).all()
    uow.rollback()
    return {row.id: name_of(uow, row) for row in rows}


# --- letting go --------------------------------------------------------------------------------------------------------------------


def delete_attachment(uow: UnitOfWork, files: AttachmentFiles, attachment: str) -> None:
    """Take back a file that was not filed."""
    _delete(uow, files, Attachment.id == attachment)


def delete_unfiled(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    """Delete what a conversation handed in and neither filed nor keeps in a draft."""
    _delete(uow, files, (Attachment.conversation_id == conversation) & Attachment.draft_id.is_(None))


def delete_loose(uow: UnitOfWork, files: AttachmentFiles, *, dry_run: bool = False) -> int:
    """Delete what belongs to no conversation, draft or case any more; how many files that are."""
    loose = Attachment.conversation_id.is_(None) & Attachment.draft_id.is_(None) & Attachment.case_id.is_(None)
    if dry_run:
        return uow.session.scalar(select(func.count()).select_from(Attachment).where(loose)) or 0
    return _delete(uow, files, loose)


def _delete(uow: UnitOfWork, files: AttachmentFiles, which: ColumnElement[bool]) -> int:
    """Files first, rows last, in one write transaction: what is interrupted is found again, and nothing is filed meanwhile."""
    unfiled = (which, Attachment.case_id.is_(None))
    uow.begin_write()
    found = uow.session.scalars(select(Attachment.id).where(*unfiled).with_for_update()).all()
    for attachment in found:
        files.delete(attachment)
    uow.session.execute(delete(Attachment).where(*unfiled))
    uow.commit()
    return len(found)


def _place(attachment: str, form: Form) -> str:
    return f"attachments.file:{attachment}{form}"


def name_of(uow: UnitOfWork, row: Attachment, compartment: Compartment = Compartment.GENERAL) -> str:
    return uow.ciphers.open_moved(row.name_sealed, _name_place(row.id), compartment) if row.name_sealed else ""


def _name_place(attachment: str) -> str:
    return f"attachments.name_sealed:{attachment}"
