"""A kept draft comes back with its code, to one conversation at a time, and to nobody without the code."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cases import drafts
from cases.attachments import AttachmentFiles, delete_loose, delete_unfiled, store_attachment
from cases.conversations import close_conversation, open_conversation
from cases.database import UnitOfWork
from cases.drafts import Place
from cases.file import file_petition
from cases.lockout import MOST_MISSES
from cases.models import Attachment, DraftRow
from petition.errors import DraftNotFound, LockedOut
from tests.unit.cases.factories import NARRATIVE, NOON, OFFICE, VALUES, make_filing

DRAFT = {"narrative": NARRATIVE, "phone": "13900000001", "intake": {"skipped": ["place"]}}
HERE, THERE = "at-the-kiosk", "on-the-phone"


def keep(uow: UnitOfWork, conversation: str = HERE, payload: drafts.Payload = DRAFT, code: str = "") -> drafts.Kept:
    return drafts.keep(uow, payload, Place(conversation, "kiosk"), days=30, now=NOON, code=code)


def take(uow: UnitOfWork, code: str, client: str = "somebody", days: float = 0) -> drafts.Taken:
    return drafts.take(uow, code, conversation=THERE, client=client, now=NOON + timedelta(days=days))


def test_a_draft_comes_back_whole_with_its_code(uow: UnitOfWork) -> None:
    kept = keep(uow)
    taken = take(uow, kept.code)
    assert (taken.payload, taken.code, taken.until) == (DRAFT, kept.code, kept.until)


def test_a_code_can_be_read_out_and_typed_in_many_ways(uow: UnitOfWork) -> None:
    code = keep(uow).code
    letter, first, second = code.split("-")
    assert (letter, len(first), len(second)) == ("D", 4, 4)
    assert not set(first + second) & set("ILOU")
    typed = (
        first + second,
        f"d{first}{second}".lower(),
        f" {first} {second}",
        code.replace("0", "O").replace("1", "l"),
    )
    assert {take(uow, each).code for each in typed} == {code}


def test_it_is_kept_to_the_end_of_the_day_that_was_said(uow: UnitOfWork) -> None:
    kept = keep(uow)
    assert kept.until == date(2026, 12, 21)
    assert take(uow, kept.code, days=30.49).payload == DRAFT  # ten to midnight in China
    with pytest.raises(DraftNotFound):
        take(uow, kept.code, days=30.5)


def test_kept_again_it_has_the_same_code_and_the_new_contents(uow: UnitOfWork) -> None:
    kept = keep(uow)
    again = keep(uow, THERE, {"narrative": "说清楚了"}, kept.code)
    assert again.code == kept.code
    assert take(uow, kept.code).payload == {"narrative": "说清楚了"}
    assert keep(uow).code != kept.code


def test_what_is_saved_by_a_conversation_that_lost_it_is_not_taken(uow: UnitOfWork) -> None:
    code = keep(uow).code
    assert drafts.save(uow, code, {"request": "退钱"}, conversation=HERE, now=NOON)
    take(uow, code)
    assert not drafts.save(uow, code, {"request": "赔偿"}, conversation=HERE, now=NOON)
    assert drafts.reopen(uow, code, conversation=HERE, now=NOON).payload == {"request": "退钱"}


def test_wrong_codes_lock_the_client_and_not_the_draft(uow: UnitOfWork) -> None:
    code = keep(uow).code
    for number in range(MOST_MISSES):
        with pytest.raises(DraftNotFound):
            take(uow, f"D-2222-222{number}", "a guesser")
    with pytest.raises(LockedOut):
        take(uow, code, "a guesser")
    assert take(uow, code, "somebody else").payload == DRAFT
    assert drafts.reopen(uow, code, conversation=HERE, now=NOON).payload == DRAFT


def test_one_code_cannot_be_tried_by_many(uow: UnitOfWork) -> None:
    for number in range(MOST_MISSES):
        with pytest.raises(DraftNotFound):
            take(uow, "D-2222-2222", f"client {number}")
    with pytest.raises(LockedOut):
        take(uow, "D-2222-2222", "one more")


@pytest.mark.parametrize("end", [drafts.discard, drafts.filed])
def test_what_is_deleted_or_filed_cannot_be_taken_up(uow: UnitOfWork, end: object) -> None:
    code = keep(uow).code
    end(uow, code)  # type: ignore[operator]
    end(uow, code)  # type: ignore[operator]
    assert uow.session.scalars(select(DraftRow)).all() == []
    with pytest.raises(DraftNotFound):
        take(uow, code)


def test_only_what_is_over_expires(uow: UnitOfWork) -> None:
    keep(uow)
    lasting = drafts.keep(uow, DRAFT, Place(HERE, "kiosk"), days=60, now=NOON)
    over = NOON + timedelta(days=31)
    assert (drafts.expire(uow, over, dry_run=True), drafts.expire(uow, over), drafts.expire(uow, over)) == (1, 1, 0)
    assert drafts.reopen(uow, lasting.code, conversation=HERE, now=over).payload == DRAFT


def test_a_user_of_a_channel_is_found_by_who_it_is(uow: UnitOfWork) -> None:
    code = drafts.keep(uow, DRAFT, Place(HERE, "wechat", "openid-1"), days=30, now=NOON).code
    assert drafts.code_of(uow, "openid-1", NOON) == code
    assert drafts.code_of(uow, "openid-2", NOON) == ""
    assert drafts.code_of(uow, "openid-1", NOON + timedelta(days=31)) == ""


def test_nothing_of_it_can_be_read_on_the_disk(uow: UnitOfWork, tmp_path: Path) -> None:
    kept = keep(uow)
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for said in (NARRATIVE, "13900000001", kept.code, kept.code.replace("-", "")[1:]):
        assert said.encode() not in raw
    assert kept.code not in repr(kept)


# --- its files --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


def hand_in(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> str:
    return store_attachment(
        uow, files, conversation, b"\xff\xd8\xffphoto", media_type="image/jpeg", name="工资条.jpg", now=NOON
    ).id


def erase(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> None:
    delete_unfiled(uow, files, conversation)
    close_conversation(uow, conversation)


def test_files_outlive_their_conversation_with_the_draft_and_are_filed_from_another(
    uow: UnitOfWork, files: AttachmentFiles
) -> None:
    here, there = (open_conversation(uow, surface, NOON)[0] for surface in ("kiosk", "web"))
    photo = hand_in(uow, files, here)
    code = keep(uow, here, {"evidence": [photo]}).code
    erase(uow, files, here)
    assert files.path(photo).exists()
    drafts.take(uow, code, conversation=there, client="phone", now=NOON)
    assert uow.session.scalars(select(Attachment.conversation_id)).all() == [there]
    file_petition(uow, make_filing(values={**VALUES, "evidence": [photo]}), office=OFFICE, now=NOON)
    drafts.filed(uow, code)
    erase(uow, files, there)
    assert delete_loose(uow, files) == 0
    assert files.path(photo).exists()


def test_files_of_a_deleted_draft_are_deleted_by_the_housekeeping(uow: UnitOfWork, files: AttachmentFiles) -> None:
    here = open_conversation(uow, "kiosk", NOON)[0]
    photo = hand_in(uow, files, here)
    drafts.discard(uow, keep(uow, here).code)
    kept = hand_in(uow, files, here)
    assert (delete_loose(uow, files, dry_run=True), delete_loose(uow, files)) == (1, 1)
    assert not files.path(photo).exists()
    assert files.path(kept).exists()


def test_files_of_an_expired_draft_stay_with_a_conversation_that_lives(uow: UnitOfWork, files: AttachmentFiles) -> None:
    here, gone = (open_conversation(uow, "kiosk", NOON)[0] for _ in range(2))
    mine, loose = hand_in(uow, files, here), hand_in(uow, files, gone)
    keep(uow, here)
    keep(uow, gone)
    erase(uow, files, gone)
    drafts.expire(uow, NOON + timedelta(days=31))
    delete_loose(uow, files)
    assert (files.path(mine).exists(), files.path(loose).exists()) == (True, False)
