"""Pictures of filed evidence for staff: written anew when they were handed in, and looked at only by those whom the case concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.common import compartment_of, in_one_transaction
from cases.acts.merged import repeats_of
from cases.attachments import SHOWN, AttachmentFiles, Form, ScanState, name_of
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Attachment, Case

SEEN, LISTED = "read:picture", "read:attachments"


@dataclass(frozen=True)
class Sheet:
    """A file of a case or of one that is carried on under it; `picture`: there is one to look at, `open`: the original may be opened."""

    id: str
    number: str
    name: str = field(repr=False)
    media_type: str
    size: int
    scan: ScanState
    stored_at: datetime
    picture: bool
    open: bool


def sheets_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Sheet, ...]:
    """The files with their names, oldest first; the reading is noted where there are any."""

    def step() -> tuple[Sheet, ...]:
        case = uow.session.get_one(Case, case_id)
        bodies.require_reader(uow, case, actor)
        numbers = {case.id: case.number} | {
            each: uow.session.get_one(Case, each).number for each in repeats_of(uow, case.id)
        }
        wanted = select(Attachment).where(Attachment.case_id.in_(numbers))
        rows = uow.session.scalars(wanted.order_by(Attachment.stored_at, Attachment.id)).all()
        if rows:
            audit.note(uow.session, Entry(now, actor.name, LISTED, case.id))
        return tuple(_sheet(uow, row, case, numbers[str(row.case_id)]) for row in rows)

    return in_one_transaction(uow, step)


def read_sheet(
    uow: UnitOfWork, files: AttachmentFiles, attachment: str, form: Form, actor: Actor, *, now: datetime
) -> bytes | None:
    """The picture; None where there is none to show. NotPermitted for whom the case does not concern, LookupError.

    A look at the large one is noted; the small ones belong to the list.
    """

    def step() -> bool:
        row = uow.session.get(Attachment, attachment)
        case = uow.session.get(Case, row.case_id) if row and row.case_id else None
        if row is None or case is None:
            raise LookupError(attachment)
        bodies.require_reader(uow, case, actor)
        shown = row.display_sha256 is not None and row.scan_state in SHOWN
        if shown and form is Form.DISPLAY:
            audit.note(uow.session, Entry(now, actor.name, SEEN, case.id, row.id))
        return shown

    if not in_one_transaction(uow, step):
        return None
    try:
        return files.read(uow.ciphers, attachment, form)
    except FileNotFoundError:  # lost from the disk
        return None


def belongs(uow: UnitOfWork, attachment: str, case_id: str) -> bool:
    """Whether a file is one of this case, or of a repeat of it."""
    held = uow.session.scalar(select(Attachment.case_id).where(Attachment.id == attachment))
    mine = held is not None and held in {case_id, *repeats_of(uow, case_id)}
    uow.rollback()
    return mine


def _sheet(uow: UnitOfWork, row: Attachment, case: Case, number: str) -> Sheet:
    shown = row.scan_state in SHOWN
    return Sheet(
        row.id, number, name_of(uow, row, compartment_of(case)), row.media_type, row.size, ScanState(row.scan_state),
        row.stored_at, shown and row.display_sha256 is not None, shown,
    )  # fmt: skip
