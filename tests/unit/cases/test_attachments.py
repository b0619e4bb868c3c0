"""A file comes back whole with the key, cannot be read without, and is gone with its conversation unless it was filed."""

from __future__ import annotations

import base64
import hashlib
import json
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.attachments import (
    MOST_IN_A_CONVERSATION,
    AttachmentFiles,
    Form,
    NotShown,
    Preview,
    ScanState,
    StoredAttachment,
    delete_attachment,
    delete_unfiled,
    infected,
    note_scan,
    read_picture,
    store_attachment,
)
from cases.ciphers import Ciphers, WrongKey
from cases.conversations import close_conversation, open_conversation
from cases.database import UnitOfWork
from cases.file import file_petition
from cases.models import Attachment, Audit, OutboxRow
from cases.notices import notices_of
from cases.originals import read_original
from cases.policy import NotPermitted
from cases.sealed_files import PIECE, TAG
from petition.errors import InvalidValue
from petition.matters import PetitionType
from tests.unit.cases.acting import CLERK, DISCIPLINE, HANDLER
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


# --- sealed piece by piece ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_a_file_of_any_size_comes_back_whole(uow: UnitOfWork, files: AttachmentFiles, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    files.write(uow.ciphers, "one", content)
    assert files.read(uow.ciphers, "one") == content
    assert max(map(len, files.pieces(uow.ciphers, "one"))) <= PIECE


@pytest.mark.parametrize("left", [0, 3, 40, 300, PIECE, 2 * PIECE + 200, -1])
def test_a_file_that_was_cut_off_is_noticed(uow: UnitOfWork, files: AttachmentFiles, left: int) -> None:
    files.write(uow.ciphers, "one", bytes(3 * PIECE))
    whole = files.path("one").read_bytes()
    files.path("one").write_bytes(whole[:left])
    with pytest.raises(WrongKey):
        files.read(uow.ciphers, "one")


def test_pieces_that_changed_places_or_bits_are_noticed(uow: UnitOfWork, files: AttachmentFiles) -> None:
    files.write(uow.ciphers, "one", bytes(3 * PIECE))
    whole = files.path("one").read_bytes()
    head = len(whole) - 3 * (PIECE + TAG)
    first, second, last = (whole[head + at * (PIECE + TAG) :][: PIECE + TAG] for at in range(3))
    flipped = bytes([last[0] ^ 1]) + last[1:]
    for changed in (
        second + first + last,
        first + second + flipped,
        first + last,
        first + second,
        last + second + first,
    ):
        files.path("one").write_bytes(whole[:head] + changed)
        with pytest.raises(WrongKey):
            files.read(uow.ciphers, "one")


def test_a_file_of_the_first_version_can_still_be_read(uow: UnitOfWork, files: AttachmentFiles) -> None:
    files.write(uow.ciphers, "one", b"")
    text = base64.b64encode(PHOTO).decode("ascii")
    files.path("one").write_bytes(uow.ciphers.seal(text, "attachments.file:one"))
    assert files.read(uow.ciphers, "one") == PHOTO


def test_ten_megabytes_are_sealed_in_little_memory(uow: UnitOfWork, files: AttachmentFiles) -> None:
    content = bytes(10 * 1024 * 1024)
    tracemalloc.start()
    files.write(uow.ciphers, "one", content)
    pieces = sum(map(len, files.pieces(uow.ciphers, "one")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pieces == len(content)
    assert peak < 4 * 1024 * 1024


# --- how much, and what is shown of it ---------------------------------------------------------------------------------------------


def test_more_than_fits_into_a_conversation_is_refused_and_leaves_nothing(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cases.attachments.MOST_BYTES_IN_A_CONVERSATION", 2 * len(PHOTO) + 1)
    for _ in range(2):
        store(uow, files, conversation)
    with pytest.raises(InvalidValue) as refused:
        store(uow, files, conversation, PHOTO)
    assert refused.value.reason == "attachment-total"
    assert len(list((tmp_path / "attachments").iterdir())) == 2
    store(uow, files, conversation, b"\xff")


PICTURE = Preview(b"a picture to look at", b"a small one")


def with_picture(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, scan: ScanState = ScanState.CLEAN
) -> StoredAttachment:
    return store_attachment(
        uow, files, conversation, PHOTO, media_type="image/jpeg", name="条.jpg", now=NOON, preview=PICTURE, scan=scan
    )


def test_original_and_pictures_are_sealed_beside_each_other_and_go_together(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, tmp_path: Path
) -> None:
    stored = with_picture(uow, files, conversation)
    assert stored.preview
    kept = sorted((tmp_path / "attachments").iterdir())
    assert len(kept) == 3
    assert not [file for file in kept if b"a picture" in file.read_bytes() or b"a small one" in file.read_bytes()]
    row = uow.session.get_one(Attachment, stored.id)
    assert (row.sha256, row.display_sha256) == (digest(PHOTO), digest(PICTURE.display))
    assert files.read(uow.ciphers, stored.id) == PHOTO
    assert read_picture(uow, files, conversation, stored.id, Form.DISPLAY) == PICTURE.display
    assert read_picture(uow, files, conversation, stored.id, Form.THUMBNAIL) == PICTURE.thumbnail
    delete_unfiled(uow, files, conversation)
    assert list((tmp_path / "attachments").iterdir()) == []


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def test_a_picture_cannot_be_put_in_the_place_of_the_original(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    stored = with_picture(uow, files, conversation)
    files.path(stored.id).write_bytes(files.path(stored.id, Form.DISPLAY).read_bytes())
    with pytest.raises(WrongKey):
        files.read(uow.ciphers, stored.id)


def test_another_conversation_sees_nothing(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    stored = with_picture(uow, files, conversation)
    other, _ = open_conversation(uow, "web", NOON)
    assert read_picture(uow, files, other, stored.id, Form.DISPLAY) is None
    assert read_picture(uow, files, conversation, store(uow, files, conversation).id, Form.DISPLAY) is None
    assert read_picture(uow, files, conversation, "nothing", Form.DISPLAY) is None


@pytest.mark.parametrize("scan", [ScanState.UNSCANNED, ScanState.INFECTED])
def test_what_is_not_known_to_be_clean_is_shown_to_nobody(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str, scan: ScanState
) -> None:
    stored = with_picture(uow, files, conversation, scan)
    assert not stored.preview
    assert read_picture(uow, files, conversation, stored.id, Form.DISPLAY) is None
    file_petition(uow, make_filing(values={**VALUES, "evidence": [stored.id]}), office=OFFICE, now=NOON)
    with pytest.raises(NotShown):
        read_original(uow, files, stored.id, CLERK, now=NOON)
    note_scan(uow, stored.id, ScanState.CLEAN, NOON)
    assert read_original(uow, files, stored.id, CLERK, now=NOON).content == PHOTO


def test_staff_get_the_original_of_what_was_filed_and_nothing_else(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    filed, loose = with_picture(uow, files, conversation), with_picture(uow, files, conversation)
    file_petition(uow, make_filing(values={**VALUES, "evidence": [filed.id]}), office=OFFICE, now=NOON)
    original = read_original(uow, files, filed.id, CLERK, now=NOON)
    assert (original.name, original.media_type, original.sha256) == ("条.jpg", "image/jpeg", filed.sha256)
    assert read_picture(uow, files, conversation, filed.id, Form.DISPLAY) is None
    assert uow.session.scalars(select(Audit.subject).where(Audit.act == "read:original")).all() == [filed.id]
    for other in (loose.id, "nothing"):
        with pytest.raises(LookupError):
            read_original(uow, files, other, CLERK, now=NOON)


def test_an_organ_opens_nothing_of_a_case_that_it_does_not_have(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    filed = with_picture(uow, files, conversation)
    file_petition(uow, make_filing(values={**VALUES, "evidence": [filed.id]}), office=OFFICE, now=NOON)
    with pytest.raises(NotPermitted):
        read_original(uow, files, filed.id, HANDLER, now=NOON)


def test_evidence_of_a_report_is_for_the_discipline_role(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    filed = with_picture(uow, files, conversation)
    report = make_filing(values={**VALUES, "evidence": [filed.id]}, type=PetitionType.REPORT)
    file_petition(uow, report, office=OFFICE, now=NOON)
    with pytest.raises(NotPermitted):
        read_original(uow, files, filed.id, CLERK, now=NOON)
    assert read_original(uow, files, filed.id, DISCIPLINE, now=NOON).content == PHOTO


def news(uow: UnitOfWork) -> list[OutboxRow]:
    return list(uow.session.scalars(select(OutboxRow).where(OutboxRow.kind == "attachment-infected")))


def test_an_infected_file_of_a_case_is_told_to_the_office_once(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    attachment = store(uow, files, conversation).id
    receipt = file_petition(uow, make_filing(values={**VALUES, "evidence": (attachment,)}), office=OFFICE, now=NOON)
    for _ in range(2):
        note_scan(uow, attachment, ScanState.INFECTED, NOON)
    (told,) = news(uow)
    row = uow.session.get(Attachment, attachment)
    assert row is not None
    assert (told.case_id, json.loads(told.payload)) == (row.case_id, {"attachment": attachment})
    assert row.scan_state == "infected"
    assert receipt.number
    assert infected(uow, [attachment]) == {}, "the citizen's draft is filed"
    assert [each.kind for each in notices_of(uow, str(row.case_id))] == ["attachment-infected"]


def test_an_infected_file_of_a_draft_is_found_by_its_name(
    uow: UnitOfWork, files: AttachmentFiles, conversation: str
) -> None:
    bad, good = (store(uow, files, conversation).id for _ in range(2))
    note_scan(uow, bad, ScanState.INFECTED, NOON)
    note_scan(uow, good, ScanState.CLEAN, NOON)
    note_scan(uow, "unknown", ScanState.INFECTED, NOON)
    assert infected(uow, [bad, good]) == {bad: "马小云的工资条.jpg"}
    assert news(uow) == []
