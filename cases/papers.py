"""Papers written for a citizen (信访信、申请书 …): kept sealed with the conversation they were made in, and gone with it."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update

from cases.database import UnitOfWork
from cases.models import ConversationRow, PaperRow
from cases.policy import Compartment
from petition.errors import UnknownConversation

ID_BYTES = 18  # 144 bits, 24 characters


@dataclass(frozen=True)
class StoredPaper:
    """A paper as it can be fetched; `pdf` is None until somebody asked for it."""

    id: str
    title: str
    docx: bytes = field(repr=False)
    pdf: bytes | None = field(default=None, repr=False)


def keep_paper(uow: UnitOfWork, conversation: str, paper: str, title: str, docx: bytes, *, now: datetime) -> str:
    """Keep it under a new id in place of the earlier one; UnknownConversation where nobody speaks any more."""
    row = PaperRow(
        id=secrets.token_urlsafe(ID_BYTES), conversation_id=conversation, paper=paper, title=title, made_at=now
    )
    row.docx_sealed = _seal(uow, docx, f"papers.docx:{row.id}")
    uow.write(lambda: _replace(uow, row))
    return row.id


def _replace(uow: UnitOfWork, row: PaperRow) -> None:
    known = select(ConversationRow.id).where(ConversationRow.id == row.conversation_id).with_for_update()
    if uow.session.scalar(known) is None:
        raise UnknownConversation()
    same = (PaperRow.conversation_id == row.conversation_id, PaperRow.paper == row.paper)
    uow.session.execute(delete(PaperRow).where(*same))
    uow.session.add(row)


def find_paper(uow: UnitOfWork, conversation: str, paper_id: str) -> StoredPaper | None:
    """The paper of this conversation; None for one that is not there, was written anew, or belongs to another."""
    wanted = select(PaperRow).where(PaperRow.id == paper_id, PaperRow.conversation_id == conversation)
    row = uow.session.scalars(wanted).one_or_none()
    uow.rollback()
    if row is None:
        return None
    pdf = _open(uow, row.pdf_sealed, f"papers.pdf:{row.id}") if row.pdf_sealed else None
    return StoredPaper(row.id, row.title, _open(uow, row.docx_sealed, f"papers.docx:{row.id}"), pdf)


def keep_pdf(uow: UnitOfWork, paper_id: str, pdf: bytes) -> None:
    """The PDF beside its paper, so that it is made once; a paper that is gone by now is no fault."""
    sealed = _seal(uow, pdf, f"papers.pdf:{paper_id}")
    uow.write(lambda: uow.session.execute(update(PaperRow).where(PaperRow.id == paper_id).values(pdf_sealed=sealed)))


def _seal(uow: UnitOfWork, content: bytes, place: str) -> bytes:
    """In the stricter compartment: a paper may hold a report."""
    return uow.ciphers.seal(base64.b64encode(content).decode("ascii"), place, Compartment.DISCIPLINE)


def _open(uow: UnitOfWork, sealed: bytes, place: str) -> bytes:
    return base64.b64decode(uow.ciphers.open(sealed, place, Compartment.DISCIPLINE))
