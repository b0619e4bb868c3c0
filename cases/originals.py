"""Filed evidence as it was handed in, for staff: who opens which piece, and a row of the log for each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cases import audit
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.common import compartment_of, in_one_transaction
from cases.attachments import SHOWN, AttachmentFiles, NotShown, name_of
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Attachment, Case

READ = "read:original"


@dataclass(frozen=True)
class Original:
    """A filed piece of evidence as it was handed in."""

    name: str = field(repr=False)
    media_type: str
    sha256: str
    content: bytes = field(repr=False)


def read_original(uow: UnitOfWork, files: AttachmentFiles, attachment: str, actor: Actor, *, now: datetime) -> Original:
    """The piece; NotPermitted for whom the case does not concern, NotShown before a scanner has found it clean, LookupError."""

    def step() -> tuple[str, str, str]:
        row = uow.session.get(Attachment, attachment)
        case = uow.session.get(Case, row.case_id) if row and row.case_id else None
        if row is None or case is None:
            raise LookupError(attachment)
        bodies.require_reader(uow, case, actor)
        if row.scan_state not in SHOWN:
            raise NotShown(f"{attachment} is {row.scan_state}")
        audit.note(uow.session, Entry(now, actor.name, READ, case.id, row.id))
        return name_of(uow, row, compartment_of(case)), row.media_type, row.sha256.hex()

    name, media_type, sha256 = in_one_transaction(uow, step)
    return Original(name, media_type, sha256, files.read(uow.ciphers, attachment))
