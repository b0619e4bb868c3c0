"""A file comes back whole with the key, cannot be read without, and is gone with its conversation unless it was filed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.attachments import (
    MOST_IN_A_CONVERSATION,
    AttachmentFiles,
    StoredAttachment,
    delete_attachment,
    delete_unfiled,
    store_attachment,
)
from cases.ciphers import Ciphers, WrongKey
from cases.conversations import close_conversation, open_conversation
from cases.database import UnitOfWork
from cases.file import file_petition
from cases.models import Attachment
from petition.errors import InvalidValue
from tests.unit.cases.factories import NOON, OFFICE, VALUES, make_filing

PHOTO = b"\xff\xd8\xff" + "马小云的工资条".encode() * 100


def store(uow: UnitOfWork, files: AttachmentFiles, conversation: str, content: bytes = PHOTO) -> StoredAttachment:
    return store_attachment(
        uow, files, conversation, content, media_type="image/jpeg", name="马小云的工资条.jpg", now=NOON
    )


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


@pytest.fixture
def conversation(uow: UnitOfWork) -> str:
    return open_conversation(uow, "kiosk", NOON)[0]


def test_a_file_comes_back_whole(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    stored = store(uow, files, conversation)
    assert stored.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert files.read(uow.ciphers, stored.id) == PHOTO


def test_nothing_on_the_disk_can_be_read_without_the_key(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, tmp_path: Path
) -> None:
    stored = store(uow, files, conversation)
    assert files.path(stored.id).stat().st_mode & 0o077 == 0
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or "马小云".encode() not in file.read_bytes()
    with pytest.raises(WrongKey):
        files.read(Ciphers("another key of at least 32 characters"), stored.id)


def test_a_file_that_was_put_in_another_place_is_noticed(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    one, other = store(uow, files, conversation), store(uow, files, conversation, b"\xff\xd8\xffother")
    files.path(one.id).write_bytes(files.path(other.id).read_bytes())
    with pytest.raises(WrongKey):
        files.read(uow.ciphers, one.id)


def test_the_tenth_file_is_refused_and_leaves_nothing(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, tmp_path: Path
) -> None:
    for _ in range(MOST_IN_A_CONVERSATION):
        store(uow, files, conversation)
    with pytest.raises(InvalidValue) as refused:
        store(uow, files, conversation)
    assert refused.value.reason == "attachment-count"
    assert len(list((tmp_path / "attachments").iterdir())) == MOST_IN_A_CONVERSATION


def test_what_was_not_filed_goes_with_the_conversation(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    filed, loose = store(uow, files, conversation), store(uow, files, conversation)
    file_petition(uow, make_filing(values={**VALUES, "evidence": [filed.id]}), office=OFFICE, now=NOON)
    delete_unfiled(uow, files, conversation)
    close_conversation(uow, conversation)
    assert uow.session.scalars(select(Attachment.id)).all() == [filed.id]
    assert files.read(uow.ciphers, filed.id) == PHOTO
    assert not files.path(loose.id).exists()


def test_what_was_filed_cannot_be_taken_back(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    filed, loose = store(uow, files, conversation), store(uow, files, conversation)
    file_petition(uow, make_filing(values={**VALUES, "evidence": [filed.id]}), office=OFFICE, now=NOON)
    delete_attachment(uow, files, filed.id)
    delete_attachment(uow, files, loose.id)
    delete_attachment(uow, files, loose.id)
    assert files.path(filed.id).exists()
    assert not files.path(loose.id).exists()
