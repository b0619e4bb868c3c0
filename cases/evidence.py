"""Which key the files of a petition lie under: those of a report move into the discipline compartment when it is filed.

Until then they belong to an open conversation and lie in the general one. Only the sealed key of a file changes, never its bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import or_, select, update

from cases.attachments import AttachmentFiles
from cases.ciphers import WrongKey
from cases.database import UnitOfWork
from cases.models import Attachment, Case, IssuedPaper
from cases.paper_files import names_of
from cases.policy import Compartment
from cases.sealed_columns import key_id_of
from petition.matters import PetitionType

BATCH = 500
NAME = "attachments.name_sealed"
Progress = Callable[[str, int], None]


def seal_evidence(uow: UnitOfWork, files: AttachmentFiles, *, number: str | None = None) -> int:
    """Files of reports (or of the one with this number) whose keys lie in the general compartment still are moved; how many.

    《信访工作条例》第三十条第三款. The name goes last: what is interrupted is found again.
    """
    moved = 0
    for attachment, sealed in _waiting(uow, number):
        with suppress(FileNotFoundError):  # lost, or deleted meanwhile: its name is sealed all the same
            files.reseal(uow.ciphers, attachment, Compartment.DISCIPLINE)
        name = uow.ciphers.open_moved(sealed, f"{NAME}:{attachment}", Compartment.DISCIPLINE) if sealed else ""
        anew = uow.ciphers.seal(name, f"{NAME}:{attachment}", Compartment.DISCIPLINE)
        which = update(Attachment).where(Attachment.id == attachment).values(name_sealed=anew)
        uow.write(lambda which=which: uow.session.execute(which))  # type: ignore[misc]
        moved += 1
    return moved + _seal_papers(uow, files, number)


def _seal_papers(uow: UnitOfWork, files: AttachmentFiles, number: str | None) -> int:
    """Notices that were issued before the petition turned out to be a report."""
    wanted = (
        select(IssuedPaper.id).join(Case, Case.id == IssuedPaper.case_id).where(Case.type == PetitionType.REPORT.value)
    )
    ids = uow.session.scalars(wanted.where(Case.number == number) if number is not None else wanted).all()
    uow.rollback()
    moved = 0
    for name in (name for paper in ids for name in names_of(paper)):
        with suppress(FileNotFoundError):
            if files.compartment(name) is not Compartment.DISCIPLINE:
                moved += files.reseal(uow.ciphers, name, Compartment.DISCIPLINE)
    return moved


def _waiting(uow: UnitOfWork, number: str | None) -> list[tuple[str, bytes | None]]:
    ids = uow.ciphers.ring.ids(Compartment.DISCIPLINE)
    name = Attachment.__table__.c.name_sealed
    wanted = (
        select(Attachment.id, Attachment.name_sealed)
        .join(Case, Case.id == Attachment.case_id)
        .where(Case.type == PetitionType.REPORT.value, or_(name.is_(None), key_id_of(name).not_in(ids)))
    )
    if number is not None:
        wanted = wanted.where(Case.number == number)
    rows = [(row.id, row.name_sealed) for row in uow.session.execute(wanted)]
    uow.rollback()
    return rows


def reseal_files(uow: UnitOfWork, files: AttachmentFiles, progress: Progress) -> tuple[int, set[str]]:
    """Every file under the newest key of its compartment: how many changed, and what no key opens or is not there."""
    changed, faults, after = 0, set[str](), ""
    while rows := _files_after(uow, after):
        for attachment, kind in rows:
            report = kind == PetitionType.REPORT.value
            try:
                changed += files.reseal(
                    uow.ciphers, attachment, Compartment.DISCIPLINE if report else Compartment.GENERAL
                )
            except (WrongKey, FileNotFoundError):
                faults |= _still_there(uow, attachment)
        after = rows[-1][0]
        progress("attachments", changed)
    moved, lost = _reseal_papers(uow, files)
    return changed + moved, faults | lost


def _reseal_papers(uow: UnitOfWork, files: AttachmentFiles) -> tuple[int, set[str]]:
    """The files of issued notices; those of an erased petition are gone."""
    wanted = select(IssuedPaper.id, IssuedPaper.sealed_for, IssuedPaper.pdf_sha256.is_not(None))
    rows = uow.session.execute(wanted.join(Case, Case.id == IssuedPaper.case_id).where(Case.erased_at.is_(None))).all()
    uow.rollback()
    changed, faults = 0, set[str]()
    for paper, compartment, pdf in rows:
        for name in names_of(paper, pdf=bool(pdf)):
            try:
                changed += files.reseal(uow.ciphers, name, Compartment(compartment))
            except (WrongKey, FileNotFoundError):
                faults.add(f"attachments.file:{name}")
    return changed, faults


def _files_after(uow: UnitOfWork, after: str) -> list[tuple[str, str | None]]:
    wanted = select(Attachment.id, Case.type).outerjoin(Case, Case.id == Attachment.case_id)
    found = uow.session.execute(wanted.where(Attachment.id > after).order_by(Attachment.id).limit(BATCH))
    rows = [(row.id, row.type) for row in found]
    uow.rollback()
    return rows


def _still_there(uow: UnitOfWork, attachment: str) -> set[str]:
    """The file as a fault, unless it was taken back meanwhile."""
    known = uow.session.scalar(select(Attachment.id).where(Attachment.id == attachment))
    uow.rollback()
    return {f"attachments.file:{attachment}"} if known else set()
