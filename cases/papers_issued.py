"""Notices that were issued (开具的文书): numbered without a gap, sealed in the store of files with their digests, never replaced in place.

The number (QH受告〔2026〕3号) stands in the paper, so the paper is made with the next one and kept only if that is still the next one:
nobody waits for a PDF, and no number is lost.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.acts import bodies
from cases.acts.common import compartment_of, hold, in_one_transaction
from cases.attachments import AttachmentFiles
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Case, IssuedPaper, new_id
from cases.paper_files import PaperForm, Soundness, name_of, read_file
from cases.paper_rules import Rule, count, is_due, may_issue, next_number, require_issuer
from cases.policy import Compartment
from petition.errors import Conflict

__all__ = [
    "Issued", "Made", "NumberTaken", "PaperDamaged", "PaperForm", "Rule", "Soundness",
    "add_pdf", "fields_of", "is_due", "issue", "may_issue", "next_number", "papers_of", "read_paper", "verify",
]  # fmt: skip

PLACE = "issued_papers.fields"
ISSUED, READ, LISTED, ADDED = "paper:issued", "paper:read", "read:papers", "paper:pdf"


class NumberTaken(Exception):
    """Somebody else has issued one of this kind meanwhile: the paper has to be made anew with the next number."""


class PaperDamaged(Exception):
    """The file is not what was archived, or is not there."""


@dataclass(frozen=True)
class Made:
    """A notice ready to be issued; `id`: the same one for every try; `replaces`: the id of the one that it stands for from now on."""

    number: str
    fields: Mapping[str, str] = field(repr=False)
    word: bytes = field(repr=False)
    pdf: bytes | None = field(default=None, repr=False)
    replaces: str | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True)
class Issued:
    """A notice in the archive; `replaced_by`: the number of the one that was issued in its place."""

    id: str
    number: str
    kind: str
    issued_by: str
    issued_at: datetime
    word_sha256: str
    pdf_sha256: str | None
    replaced_by: str | None


# --- issuing --------------------------------------------------------------------------------------------------------------------------


def issue(
    uow: UnitOfWork, files: AttachmentFiles, case_id: str, rule: Rule, made: Made, actor: Actor,
    *, version: int | None = None, now: datetime,
) -> Issued:  # fmt: skip
    """Archive a notice under its number, in one transaction with the log; one that was issued before is given again.

    NumberTaken, Conflict, NotPermitted, NotAllowed; LookupError where the one to replace is none of this case and kind.
    """
    compartment = compartment_of(uow.session.get_one(Case, case_id))
    known = _known(uow, case_id, made.id)
    uow.rollback()
    if known is not None:
        return known
    row = _row(uow, case_id, rule, made, actor, compartment, now)

    def step() -> Issued:
        case = hold(uow, case_id, version)
        require_issuer(case, rule, actor)
        if compartment_of(case) is not compartment or count(uow, case.office, rule, now) != made.number:
            raise NumberTaken(made.number)
        uow.session.add(row)
        uow.session.flush()
        replaced = _replace(uow, case, rule, made.replaces, row)
        digests = {"word": row.word_sha256.hex(), "pdf": row.pdf_sha256.hex() if row.pdf_sha256 else None}
        said = digests | ({"replaces": replaced} if replaced else {})
        audit.note(uow.session, Entry(now, actor.name, ISSUED, case.id, made.number, said, compartment))
        return _shown(row, {})

    with _archived(uow, files, made, compartment):
        return in_one_transaction(uow, step)


def _known(uow: UnitOfWork, case_id: str, paper: str) -> Issued | None:
    row = uow.session.get(IssuedPaper, paper)
    if row is not None and row.case_id != case_id:
        raise LookupError(paper)
    return _shown(row, {}) if row else None


@contextmanager
def _archived(uow: UnitOfWork, files: AttachmentFiles, made: Made, compartment: Compartment) -> Iterator[None]:
    """Both files lie sealed in the store; what we have written goes again where the row is not kept."""
    written: list[str] = []
    try:
        for form, content in ((PaperForm.WORD, made.word), (PaperForm.PDF, made.pdf)):
            if content is not None:
                name = name_of(made.id, form)
                files.write(uow.ciphers, name, content, compartment=compartment)
                written.append(name)
        yield
    except FileExistsError as fault:  # the same form, sent twice at once
        _delete(files, written)
        raise Conflict() from fault
    except BaseException:
        uow.rollback()
        _delete(files, written)
        raise


def _delete(files: AttachmentFiles, names: list[str]) -> None:
    for each in names:
        files.delete(each)


def _row(
    uow: UnitOfWork, case_id: str, rule: Rule, made: Made, actor: Actor, compartment: Compartment, now: datetime
) -> IssuedPaper:
    row = IssuedPaper(
        id=made.id,
        number=made.number,
        case_id=case_id,
        kind=rule.kind,
        sealed_for=compartment.value,
        word_sha256=hashlib.sha256(made.word).digest(),
        pdf_sha256=hashlib.sha256(made.pdf).digest() if made.pdf is not None else None,
        issued_by=actor.name,
        issued_at=now,
    )
    text = json.dumps(dict(made.fields), ensure_ascii=False)
    row.fields_sealed = uow.ciphers.seal(text, f"{PLACE}:{row.id}", compartment)
    return row


def _replace(uow: UnitOfWork, case: Case, rule: Rule, replaced: str | None, row: IssuedPaper) -> str | None:
    """The earlier one stays in the archive and names its successor; LookupError where it is none of this case and kind."""
    if replaced is None:
        return None
    old = _paper(uow, case.id, replaced)
    if old.kind != rule.kind or old.replaced_by is not None:
        raise LookupError(replaced)
    old.replaced_by = row.id
    return old.number


def add_pdf(
    uow: UnitOfWork, files: AttachmentFiles, case_id: str, paper: str, pdf: bytes, actor: Actor, *, now: datetime
) -> None:
    """The PDF of a notice that was issued while none could be made; one that is there stays."""

    def step() -> bool:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        row = _paper(uow, case.id, paper)
        if row.pdf_sha256 is not None:
            return False
        row.pdf_sha256 = hashlib.sha256(pdf).digest()
        audit.note(uow.session, Entry(now, actor.name, ADDED, case.id, row.number, {"pdf": row.pdf_sha256.hex()}))
        files.delete(name_of(row.id, PaperForm.PDF))  # what an earlier try left
        files.write(uow.ciphers, name_of(row.id, PaperForm.PDF), pdf, compartment=Compartment(row.sealed_for))
        return True

    in_one_transaction(uow, step)


# --- reading --------------------------------------------------------------------------------------------------------------------------


def papers_of(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Issued, ...]:
    """The notices of a case, oldest first; the reading is noted where there are any."""

    def step() -> tuple[Issued, ...]:
        case = uow.session.get_one(Case, case_id)
        bodies.require_reader(uow, case, actor)
        wanted = select(IssuedPaper).where(IssuedPaper.case_id == case.id)
        rows = uow.session.scalars(wanted.order_by(IssuedPaper.issued_at, IssuedPaper.number)).all()
        if rows:
            audit.note(uow.session, Entry(now, actor.name, LISTED, case.id))
        numbers = {row.id: row.number for row in rows}
        return tuple(_shown(row, numbers) for row in rows)

    return in_one_transaction(uow, step)


def read_paper(
    uow: UnitOfWork, files: AttachmentFiles, case_id: str, paper: str, form: PaperForm, actor: Actor, *, now: datetime
) -> tuple[Issued, bytes]:
    """A notice and one of its files as it was archived; LookupError where there is none, PaperDamaged, NotPermitted."""

    def step() -> Issued:
        case = uow.session.get_one(Case, case_id)
        bodies.require_reader(uow, case, actor)
        row = _paper(uow, case.id, paper)
        if form is PaperForm.PDF and row.pdf_sha256 is None:
            raise LookupError(paper)
        audit.note(uow.session, Entry(now, actor.name, READ, case.id, f"{row.number} {form}"))
        return _shown(row, {})

    found = in_one_transaction(uow, step)
    state, content = _content(uow, files, found, form)
    if state is not Soundness.WHOLE:
        raise PaperDamaged(f"{found.number} {form} {state}")
    return found, content


def fields_of(uow: UnitOfWork, case_id: str, paper: str, actor: Actor, *, now: datetime) -> dict[str, str]:
    """What stood in a notice, to issue it anew; LookupError, NotPermitted."""

    def step() -> dict[str, str]:
        case = uow.session.get_one(Case, case_id)
        bodies.require_reader(uow, case, actor)
        row = _paper(uow, case.id, paper)
        audit.note(uow.session, Entry(now, actor.name, READ, case.id, row.number))
        opened = uow.ciphers.open(row.fields_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
        said: dict[str, str] = json.loads(opened)
        return said

    return in_one_transaction(uow, step)


def verify(uow: UnitOfWork, files: AttachmentFiles, paper: Issued) -> dict[PaperForm, Soundness]:
    """Whether the archived files are still those that were issued."""
    forms = (PaperForm.WORD, PaperForm.PDF) if paper.pdf_sha256 else (PaperForm.WORD,)
    return {form: _content(uow, files, paper, form)[0] for form in forms}


def _content(uow: UnitOfWork, files: AttachmentFiles, paper: Issued, form: PaperForm) -> tuple[Soundness, bytes]:
    expected = paper.word_sha256 if form is PaperForm.WORD else paper.pdf_sha256
    return read_file(files, uow.ciphers, name_of(paper.id, form), expected)


def _paper(uow: UnitOfWork, case_id: str, paper: str) -> IssuedPaper:
    row = uow.session.get(IssuedPaper, paper)
    if row is None or row.case_id != case_id:
        raise LookupError(paper)
    return row


def _shown(row: IssuedPaper, numbers: Mapping[str, str]) -> Issued:
    return Issued(
        row.id, row.number, row.kind, row.issued_by, row.issued_at, row.word_sha256.hex(),
        row.pdf_sha256.hex() if row.pdf_sha256 else None, numbers.get(row.replaced_by or ""),
    )  # fmt: skip
