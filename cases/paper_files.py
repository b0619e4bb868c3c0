"""Where the files of an issued notice lie in the store of attachments, and what became of them."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from uuid import UUID, uuid5

from cases.attachments import AttachmentFiles
from cases.ciphers import Ciphers, WrongKey


class PaperForm(StrEnum):
    """The two files of a notice."""

    WORD = "word"
    PDF = "pdf"


class Soundness(StrEnum):
    """What became of an archived file."""

    WHOLE = "whole"
    CHANGED = "changed"
    LOST = "lost"


def name_of(paper: str, form: PaperForm) -> str:
    """Under which name a file lies: the Word file has the id of the notice, the PDF one that follows from it."""
    return paper if form is PaperForm.WORD else str(uuid5(UUID(paper), form))


def names_of(paper: str, *, pdf: bool = True) -> tuple[str, ...]:
    """The names of its files."""
    return tuple(name_of(paper, form) for form in PaperForm if pdf or form is PaperForm.WORD)


def delete_files(files: AttachmentFiles, paper: str) -> None:
    """Both; one that is not there is no fault."""
    for each in names_of(paper):
        files.delete(each)


def read_file(files: AttachmentFiles, ciphers: Ciphers, name: str, sha256: str | None) -> tuple[Soundness, bytes]:
    """The bytes, where they are still those with this digest."""
    try:
        content = files.read(ciphers, name)
    except FileNotFoundError:
        return Soundness.LOST, b""
    except WrongKey:
        return Soundness.CHANGED, b""
    whole = hashlib.sha256(content).hexdigest() == sha256
    return (Soundness.WHOLE, content) if whole else (Soundness.CHANGED, b"")
