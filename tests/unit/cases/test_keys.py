"""New versions of the keys: everything is sealed anew, opens before, meanwhile and afterwards, and nothing is forgotten."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from cases import ciphers as ciphers_module
from cases import drafts, keys, papers, takeover
from cases.attachments import AttachmentFiles, Form, Preview, store_attachment
from cases.ciphers import Ciphers, WrongKey
from cases.conversations import open_conversation
from cases.database import Register, UnitOfWork, create_register
from cases.evidence import seal_evidence
from cases.file import file_petition
from cases.handovers import HandoverKind, open_handover, take
from cases.keyring import LASTING, PURPOSES
from cases.models import Audit, Base, Case, CaseText, DataKey, Party
from cases.originals import read_original
from cases.policy import Compartment, StaffRole
from cases.sealed import parties_of, values_of
from cases.sealed_columns import SEALED
from cases.supplement import opened_supplements, supplement
from petition.matters import PetitionType
from tests.unit.cases.acting import DISCIPLINE
from tests.unit.cases.factories import (
    KEY,
    NAME,
    NOON,
    OFFICE,
    VALUES,
    file_one,
    make_filing,
    make_register,
    make_url,
)

ROOT = Path(__file__).resolve().parents[3]
NEW_KEY = "another register key for tests, 32 characters and more"
PHOTO = b"\xff\xd8\xff" + "证据".encode() * 200
SEALED_NAME = re.compile(r"(?:^|_)sealed$")


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


def hand_in(uow: UnitOfWork, files: AttachmentFiles, conversation: str) -> str:
    picture = Preview(b"display", b"thumbnail")
    return store_attachment(
        uow, files, conversation, PHOTO, media_type="image/jpeg", name="条.jpg", now=NOON, preview=picture
    ).id


def fill(uow: UnitOfWork, files: AttachmentFiles) -> dict[str, str]:
    """A claim, a report, what was added, a draft, a paper, a taken conversation: something in most sealed columns."""
    conversation, _ = open_conversation(uow, "kiosk", NOON)
    claim_file, report_file = hand_in(uow, files, conversation), hand_in(uow, files, conversation)
    file_petition(uow, make_filing(values={**VALUES, "evidence": [claim_file]}), office=OFFICE, now=NOON)
    report = make_filing("report", values={**VALUES, "evidence": [report_file]}, type=PetitionType.REPORT)
    file_petition(uow, report, office=OFFICE, now=NOON)
    case = uow.session.scalars(select(Case.id).where(Case.type == PetitionType.CLAIM)).one()
    supplement(uow, case, {"narrative": "又欠了一个月"}, filing_key="more", now=NOON)
    place = drafts.Place(conversation, "kiosk")
    code = drafts.keep(uow, {"narrative": "留着"}, place, days=3, now=NOON).code
    paper = papers.keep_paper(uow, conversation, "review", "复查申请书", b"a paper", now=NOON)
    flag, _ = open_handover(uow, conversation, HandoverKind.ASKED, surface="kiosk", now=NOON)
    takeover.keep_draft(uow, conversation, {"name": "马**"}, report=False, now=NOON)
    take(uow, flag, "clerk-1")
    takeover.hear(uow, conversation, "有人吗", NOON)
    uow.session.expunge_all()
    return {"conversation": conversation, "code": code, "paper": paper, "flag": flag, "case": case,
            "claim": claim_file, "report": report_file}  # fmt: skip


def check(register: Register, files: AttachmentFiles, made: dict[str, str]) -> None:
    """Everything that was filled in opens."""
    with register.unit_of_work() as uow:
        for case in uow.session.scalars(select(Case)):
            assert values_of(uow.ciphers, case, StaffRole.DISCIPLINE)["request"] == VALUES["request"]
            assert parties_of(uow.ciphers, case, StaffRole.DISCIPLINE)[0].name == NAME
        for attachment in (made["claim"], made["report"]):
            original = read_original(uow, files, attachment, DISCIPLINE, now=NOON)
            assert (original.name, original.content) == ("条.jpg", PHOTO)
            assert files.read(uow.ciphers, attachment, Form.DISPLAY) == b"display"
        assert opened_supplements(uow, made["case"], StaffRole.CLERK) == [{"narrative": "又欠了一个月"}]
        paper = papers.find_paper(uow, made["conversation"], made["paper"])
        assert paper is not None
        assert paper.docx == b"a paper"
        assert takeover.draft_of(uow, made["flag"]) == {"name": "马**"}
        assert [message.text for message in takeover.messages(uow, made["flag"])] == ["有人吗"]
        taken = drafts.reopen(uow, made["code"], conversation=made["conversation"], now=NOON)
        assert taken.payload == {"narrative": "留着"}


def versions(register: Register) -> dict[str, list[tuple[int, bool, int]]]:
    """Purpose → version, retired, number of values."""
    with register.unit_of_work() as uow:
        found: dict[str, list[tuple[int, bool, int]]] = {}
        for each in keys.status(uow):
            found.setdefault(each.purpose, []).append((each.version, each.retired_at is not None, each.values))
        return found


def rotate(register: Register, files: AttachmentFiles, batch: int = 2) -> keys.Rotation:
    return keys.rotate(register, files, actor="admin-1", now=NOON, batch=batch)


# --- nothing can be forgotten -----------------------------------------------------------------------------------------------------


def test_every_sealed_column_of_every_table_is_known() -> None:
    in_models = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if SEALED_NAME.search(column.name)
    }
    assert {column.name for column in SEALED} == in_models
    assert len(SEALED) == len(in_models)


def test_every_sealed_column_says_its_compartment_by_its_row_or_always() -> None:
    for column in SEALED:
        assert column.belongs is not None or "sealed_for" in column.model.__table__.columns, column.name


# --- rotation ---------------------------------------------------------------------------------------------------------------------


def test_after_a_rotation_everything_opens_and_the_first_version_seals_nothing(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    made = fill(uow, files)
    before = versions(register)
    assert before["data"][0][2] > 10
    rotation = rotate(register, files)
    assert rotation.complete
    assert rotation.versions == {"data": 2, "discipline": 2}
    after = versions(register)
    assert [(version, retired) for version, retired, _ in after["data"]] == [(1, True), (2, False)]
    assert next(values for _, _, values in after["data"]) == 0
    assert next(values for _, _, values in after["discipline"]) == 0
    assert all(rows == [(1, False, 0)] for purpose, rows in after.items() if purpose in LASTING)
    check(register, files, made)
    again = make_register(tmp_path)
    check(again, files, made)
    again.close()


def test_a_rotation_changes_no_version_of_a_case_and_is_in_the_log_once(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    fill(uow, files)
    before = uow.session.execute(select(Case.id, Case.version).order_by(Case.id)).all()
    uow.rollback()
    rotate(register, files)
    assert uow.session.execute(select(Case.id, Case.version).order_by(Case.id)).all() == before
    noted = uow.session.scalars(select(Audit).where(Audit.act == keys.ROTATED)).all()
    assert [(row.actor, row.subject) for row in noted] == [("admin-1", "data v2, discipline v2")]


def test_another_server_opens_and_seals_with_the_new_version(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_register(tmp_path)
    made = fill(uow, files)
    rotate(register, files)
    check(other, files, made)
    monkeypatch.setattr(ciphers_module, "FRESH_SECONDS", 0.0)
    file_one(other, "later")
    assert versions(register)["data"][0][2] == 0
    other.close()


def test_what_a_server_sealed_late_with_an_old_version_opens_and_is_taken_along_next_time(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ciphers_module, "FRESH_SECONDS", 1e9)
    other = make_register(tmp_path)
    rotate(register, files)
    file_one(other, "late")
    case = uow.session.scalars(select(Case)).one()
    assert values_of(uow.ciphers, case)["request"] == VALUES["request"]
    assert versions(register)["data"][0][2] > 0
    rotate(register, files)
    assert [values for _, _, values in versions(register)["data"]][:2] == [0, 0]
    other.close()


def test_a_clerk_who_changes_a_row_meanwhile_is_not_overwritten(
    register: Register, files: AttachmentFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_one(register)
    with register.unit_of_work() as uow:
        party = uow.session.scalars(select(Party.id)).one()
    seal, place = register.ciphers.seal, f"parties.name:{party}"
    corrected = seal("马小雲", place)

    def seal_while_a_clerk_writes(text: str, where: str, compartment: str = "data") -> bytes:
        if where == place and text == NAME:
            with register.engine.begin() as connection:
                connection.execute(update(Party).values(name_sealed=corrected))
        return seal(text, where, compartment)

    monkeypatch.setattr(register.ciphers, "seal", seal_while_a_clerk_writes)
    assert rotate(register, files).complete
    with register.unit_of_work() as uow:
        case = uow.session.scalars(select(Case)).one()
        assert parties_of(uow.ciphers, case)[0].name == "马小雲"
    assert next(values for _, _, values in versions(register)["data"]) == 0


def test_bytes_that_no_key_opens_are_told_and_keep_the_old_version_in_use(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    file_one(register)
    row = uow.session.scalars(select(CaseText.id).where(CaseText.slot == "request")).one()
    uow.rollback()
    moved = register.ciphers.seal("x", "elsewhere")
    with register.engine.begin() as connection:
        connection.execute(update(CaseText).where(CaseText.id == row).values(value_sealed=moved))
    rotation = rotate(register, files)
    assert rotation.unopened == [f"case_texts.value:{row}"]
    assert versions(register)["data"] == [(1, False, 1), (2, False, versions(register)["data"][1][2])]
    assert rotate(register, files).versions["data"] == 2


# --- interrupted ------------------------------------------------------------------------------------------------------------------


class Stopped(Exception):
    pass


@pytest.mark.parametrize("after", [1, 3, 6, 10])
def test_an_interrupted_rotation_opens_and_goes_on_with_the_same_version(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, after: int
) -> None:
    made, seen = fill(uow, files), list[str]()

    def stop(what: str, done: int) -> None:
        seen.append(what)
        if len(seen) == after:
            raise Stopped

    with pytest.raises(Stopped):
        keys.rotate(register, files, actor="admin-1", now=NOON, progress=stop, batch=1)
    check(register, files, made)
    assert rotate(register, files).versions == {"data": 2, "discipline": 2}
    assert versions(register)["data"][0][1:] == (True, 0)
    check(register, files, made)


def rotate_and_die(url: str, folder: str, steps: str) -> NoReturn:
    """In a process of its own: killed in the middle."""
    register, seen = create_register(url, KEY), list[str]()

    def die(what: str, done: int) -> None:
        seen.append(what)
        if len(seen) == int(steps):
            os.kill(os.getpid(), signal.SIGKILL)

    keys.rotate(register, AttachmentFiles(Path(folder)), actor="admin-1", now=NOON, progress=die, batch=1)
    raise AssertionError("the rotation ended before it was killed")


def test_a_rotation_that_was_killed_is_finished_by_the_next_one(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    made = fill(uow, files)
    program = "import sys; from tests.unit.cases.test_keys import rotate_and_die; rotate_and_die(*sys.argv[1:])"
    for steps in ("2", "9"):
        arguments = [sys.executable, "-c", program, make_url(tmp_path), str(files.path("")), steps]
        assert subprocess.run(arguments, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}).returncode == -9
        check(register, files, made)
    assert rotate(register, files).versions == {"data": 2, "discipline": 2}
    assert next(values for _, _, values in versions(register)["data"]) == 0
    check(register, files, made)


# --- files of reports -------------------------------------------------------------------------------------------------------------


def test_the_files_of_a_report_move_into_the_discipline_compartment_and_nothing_else_does(
    uow: UnitOfWork, files: AttachmentFiles
) -> None:
    made = fill(uow, files)
    bytes_before = files.path(made["report"]).stat().st_size
    assert files.compartment(made["report"]) is Compartment.GENERAL
    assert seal_evidence(uow, files) == 1
    assert files.compartment(made["report"]) is Compartment.DISCIPLINE
    assert files.compartment(made["claim"]) is Compartment.GENERAL
    assert files.path(made["report"]).stat().st_size == bytes_before
    assert seal_evidence(uow, files) == 0
    assert read_original(uow, files, made["report"], DISCIPLINE, now=NOON).name == "条.jpg"
    assert files.read(uow.ciphers, made["report"], Form.THUMBNAIL) == b"thumbnail"


def test_a_rotation_moves_what_nobody_moved_and_never_back(
    register: Register, uow: UnitOfWork, files: AttachmentFiles
) -> None:
    made = fill(uow, files)
    rotate(register, files)
    assert files.compartment(made["report"]) is Compartment.DISCIPLINE
    assert seal_evidence(uow, files) == 0
    files.reseal(uow.ciphers, made["report"], Compartment.GENERAL)
    assert files.compartment(made["report"]) is Compartment.DISCIPLINE


# --- another register key ---------------------------------------------------------------------------------------------------------


def test_with_a_new_register_key_everything_opens_is_found_and_chained_as_before(
    register: Register, uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    made, receipt = fill(uow, files), file_one(register, "before")
    index, chained = register.ciphers.name_index(NAME), register.ciphers.chain(None, b"entry")
    rotate(register, files)
    keys.rewrap(register, NEW_KEY, actor="admin-1", now=NOON)
    with pytest.raises(WrongKey, match="not with"):
        create_register(make_url(tmp_path), KEY)
    renewed = create_register(make_url(tmp_path), NEW_KEY)
    check(renewed, files, made)
    assert (renewed.ciphers.name_index(NAME), renewed.ciphers.chain(None, b"entry")) == (index, chained)
    assert file_one(renewed, "before") == receipt
    assert rotate(renewed, files).versions == {"data": 3, "discipline": 3}
    check(renewed, files, made)
    renewed.close()


def test_a_register_key_can_be_changed_before_any_rotation(register: Register, tmp_path: Path) -> None:
    receipt = file_one(register)
    keys.rewrap(register, NEW_KEY, actor="admin-1", now=NOON)
    renewed = create_register(make_url(tmp_path), NEW_KEY)
    assert file_one(renewed) == receipt
    assert {purpose: len(rows) for purpose, rows in versions(renewed).items()} == dict.fromkeys(PURPOSES, 1)
    with renewed.unit_of_work() as uow:
        assert values_of(uow.ciphers, uow.session.scalars(select(Case)).one())["request"] == VALUES["request"]
    renewed.close()


def test_the_same_register_key_is_no_new_one(register: Register) -> None:
    with pytest.raises(ValueError, match="the old one"):
        keys.rewrap(register, KEY, actor="admin-1", now=NOON)


def test_a_stored_key_that_was_changed_or_moved_opens_nothing(
    register: Register, files: AttachmentFiles, tmp_path: Path
) -> None:
    rotate(register, files)
    with register.unit_of_work() as uow:
        other = uow.session.scalars(select(DataKey).where(DataKey.purpose == "index")).one()
        uow.session.execute(update(DataKey).where(DataKey.purpose == "audit").values(wrapped=other.wrapped))
        uow.commit()
    with pytest.raises(WrongKey):
        create_register(make_url(tmp_path), KEY)


# --- the ring ---------------------------------------------------------------------------------------------------------------------


def test_what_was_sealed_before_compartments_had_ids_of_their_own_still_opens() -> None:
    ours = Ciphers(KEY)
    sealed = ours.seal("一份检举", "place", Compartment.DISCIPLINE)
    assert sealed[:4] != ours.key_id
    assert ours.open(ours.key_id + sealed[4:], "place", Compartment.DISCIPLINE) == "一份检举"
    with pytest.raises(WrongKey):
        ours.open(sealed, "place", Compartment.GENERAL)


def test_a_table_of_keys_that_cannot_be_read_does_not_stop_the_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, away = Ciphers(KEY), iter([False])

    def stored() -> Iterator[None]:
        if next(away, True):
            raise OperationalError("", None, Exception())
        return iter(())

    ours.read_keys_from(stored)  # type: ignore[arg-type]
    monkeypatch.setattr(ciphers_module, "FRESH_SECONDS", 0.0)
    assert ours.open(ours.seal("河边村", "place"), "place") == "河边村"
