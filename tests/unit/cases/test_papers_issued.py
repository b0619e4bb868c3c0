"""Issued notices in the register: numbers, archive, who may, and what becomes of them."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cases import audit
from cases.actors import Actor
from cases.attachments import AttachmentFiles
from cases.backup import backup, restore
from cases.database import Register, UnitOfWork
from cases.evidence import reseal_files, seal_evidence
from cases.models import Audit, IssuedPaper
from cases.paper_files import name_of, names_of
from cases.papers_issued import (
    Issued,
    Made,
    NumberTaken,
    PaperDamaged,
    PaperForm,
    Rule,
    Soundness,
    add_pdf,
    fields_of,
    issue,
    next_number,
    papers_of,
    read_paper,
    verify,
)
from cases.policy import Compartment, NotPermitted, StaffRole
from cases.rights.kinds import KINDS
from cases.rights.shredder import Scope
from petition.errors import Conflict, NotAllowed
from petition.matters import PetitionType
from petition.stages import Act, Role, Track
from tests.unit.cases.acting import (
    BOSS,
    BUREAU,
    CITY,
    CLERK,
    COMMISSION,
    DISCIPLINE,
    HANDLER,
    HEAD,
    SUPERVISOR,
    Desk,
    at_the_desk,
    day,
    forwarded,
    handled,
    make_report,
    staff,
)
from tests.unit.cases.factories import KEY, OFFICE, in_files, make_filing, make_url

ACCEPTANCE = Rule("acceptance", "受告", frozenset({Role.ORGAN}), frozenset({Act.ACCEPT}), frozenset({Act.ACCEPT}))
SLIP = Rule(
    "forwarding", "转", frozenset({Role.OFFICE, Role.ORGAN}), frozenset({Act.FORWARD}), frozenset({Act.FORWARD})
)
REMINDER = Rule("reminder", "醒", frozenset({Role.OFFICE}), frozenset({Act.FORWARD, Act.SUPERVISE}), frozenset())
WORD, PDF = "文书".encode(), b"%PDF-1.7 paper"


@pytest.fixture
def files(tmp_path: Path) -> AttachmentFiles:
    return AttachmentFiles(tmp_path / "attachments")


def put(
    desk: Desk, files: AttachmentFiles, rule: Rule = ACCEPTANCE, actor: Actor = HANDLER, number: int = 7,
    *, pdf: bytes | None = PDF, replaces: str | None = None, version: int | None = None,
) -> Issued:  # fmt: skip
    own = next_number(desk.uow, OFFICE, rule, day(number))
    made = Made(own, {"addressee": "马小云"}, WORD + own.encode(), pdf, replaces)
    return issue(desk.uow, files, desk.id, rule, made, actor, version=version, now=day(number))


def test_a_notice_is_numbered_and_kept_with_its_digests(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = put(desk, files)
    assert made.number == "XF受告〔2026〕1号"
    assert made.word_sha256 == hashlib.sha256(WORD + made.number.encode()).hexdigest()
    found, content = read_paper(uow, files, desk.id, made.id, PaperForm.PDF, HANDLER, now=day(8))
    assert (found.number, content) == (made.number, PDF)
    assert verify(uow, files, made) == {PaperForm.WORD: Soundness.WHOLE, PaperForm.PDF: Soundness.WHOLE}
    assert fields_of(uow, desk.id, made.id, HANDLER, now=day(8)) == {"addressee": "马小云"}


def test_nothing_of_it_lies_open(uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path) -> None:
    made = put(handled(uow), files)
    for name in names_of(made.id):
        assert WORD not in files.path(name).read_bytes()
    row = uow.session.scalars(select(IssuedPaper)).one()
    assert "马小云".encode() not in row.fields_sealed


def test_numbers_run_per_kind_and_year(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    numbers = [put(desk, files).number, put(desk, files).number, put(desk, files, SLIP, CLERK).number]
    assert numbers == ["XF受告〔2026〕1号", "XF受告〔2026〕2号", "XF转〔2026〕1号"]
    assert put(desk, files, number=60).number == "XF受告〔2027〕1号"


def test_whoever_was_overtaken_makes_the_paper_anew_and_no_number_is_lost(
    uow: UnitOfWork, files: AttachmentFiles
) -> None:
    desk = handled(uow)
    mine = Made(next_number(uow, OFFICE, ACCEPTANCE, day(7)), {}, WORD)
    put(desk, files)
    with pytest.raises(NumberTaken):
        issue(uow, files, desk.id, ACCEPTANCE, mine, HANDLER, now=day(7))
    assert not files.path(mine.id).exists()
    assert put(desk, files).number == "XF受告〔2026〕2号"


def test_many_at_once_leave_no_gap_and_no_double(register: Register, files: AttachmentFiles) -> None:
    with register.unit_of_work() as uow:
        desk = handled(uow)

    def one(_: int) -> str:
        with register.unit_of_work() as mine:
            while True:
                try:
                    return put(replace(desk, uow=mine), files).number
                except NumberTaken:
                    mine.rollback()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(one, range(8)))
    assert sorted(numbers) == sorted(f"XF受告〔2026〕{each}号" for each in range(1, 9))


def test_the_same_form_sent_twice_is_one_notice(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = Made("XF受告〔2026〕1号", {}, WORD)
    first = issue(uow, files, desk.id, ACCEPTANCE, made, HANDLER, now=day(7))
    again = issue(uow, files, desk.id, ACCEPTANCE, made, HANDLER, now=day(7))
    assert first == again
    assert len(papers_of(uow, desk.id, HANDLER, now=day(7))) == 1
    assert verify(uow, files, first)[PaperForm.WORD] is Soundness.WHOLE


def test_a_reissue_keeps_the_old_one(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    old = put(desk, files)
    new = put(desk, files, replaces=old.id)
    kept = {each.id: each for each in papers_of(uow, desk.id, HANDLER, now=day(8))}
    assert (kept[old.id].replaced_by, kept[new.id].replaced_by) == (new.number, None)
    assert read_paper(uow, files, desk.id, old.id, PaperForm.WORD, HANDLER, now=day(8))[1].startswith(WORD)
    with pytest.raises(LookupError):
        put(desk, files, replaces=old.id)
    assert next_number(uow, OFFICE, ACCEPTANCE, day(8)) == "XF受告〔2026〕3号"


@pytest.mark.parametrize("actor", [CLERK, HEAD, SUPERVISOR, staff("other", StaffRole.HANDLER, body=CITY)])
def test_only_whoever_may_do_the_act_issues_its_notice(uow: UnitOfWork, files: AttachmentFiles, actor: Actor) -> None:
    with pytest.raises(NotPermitted):
        put(handled(uow), files, actor=actor)
    assert not list(files.path("x").parent.glob("*"))


def test_before_the_act_there_is_no_notice(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(NotAllowed):
        put(desk, files, SLIP, CLERK, 1)
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert put(desk, files, SLIP, CLERK, 2).number == "XF转〔2026〕1号"


def test_what_an_objection_has_undone_is_not_papered(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = forwarded(uow)
    desk.agree(Act.OBJECT, HANDLER, CLERK, 3, reason="不归我们管")
    with pytest.raises(NotAllowed):
        put(desk, files, SLIP, CLERK, 4)


def test_a_reminder_needs_a_period_that_runs_for_an_organ(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(NotAllowed):
        put(desk, files, REMINDER, SUPERVISOR, 1)  # the office itself is the one that owes
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert put(desk, files, REMINDER, SUPERVISOR, 3).number == "XF醒〔2026〕1号"


def test_a_kind_of_another_track_is_not_issued(uow: UnitOfWork, files: AttachmentFiles) -> None:
    rule = replace(ACCEPTANCE, tracks=frozenset({Track.SUGGESTION}))
    with pytest.raises(NotAllowed):
        put(handled(uow), files, rule)


def test_a_case_that_has_moved_on_is_a_conflict(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    version = desk.case.version
    desk.agree(Act.EXTEND, HANDLER, BOSS, 20, days=10, reason="情况复杂")
    with pytest.raises(Conflict):
        put(desk, files, version=version)


def test_a_report_is_papered_by_the_discipline_role_and_sealed_for_it(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = at_the_desk(uow, make_report())
    desk.do(Act.FORWARD, DISCIPLINE, 2, body=COMMISSION)
    made = put(desk, files, SLIP, DISCIPLINE, 2)
    assert uow.session.scalars(select(IssuedPaper)).one().sealed_for == Compartment.DISCIPLINE
    assert {files.compartment(each) for each in names_of(made.id)} == {Compartment.DISCIPLINE}
    for act in (lambda: put(desk, files, SLIP, CLERK, 3), lambda: papers_of(uow, desk.id, CLERK, now=day(3))):
        with pytest.raises(NotPermitted):
            act()


def test_what_turns_out_to_be_a_report_takes_its_notices_along(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = forwarded(uow)
    made = put(desk, files, SLIP, CLERK, 2)
    desk.do(Act.CLASSIFY, CLERK, 3, type=PetitionType.REPORT, matter="discipline")
    assert seal_evidence(uow, files, number=desk.case.number) == 2
    assert seal_evidence(uow, files) == 0
    assert {files.compartment(each) for each in names_of(made.id)} == {Compartment.DISCIPLINE}
    assert fields_of(uow, desk.id, made.id, DISCIPLINE, now=day(4)) == {"addressee": "马小云"}


def test_a_file_that_was_changed_or_lost_is_not_given_out(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = put(desk, files)
    path = files.path(made.id)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    files.path(name_of(made.id, PaperForm.PDF)).unlink()
    assert verify(uow, files, made) == {PaperForm.WORD: Soundness.CHANGED, PaperForm.PDF: Soundness.LOST}
    for form in PaperForm:
        with pytest.raises(PaperDamaged):
            read_paper(uow, files, desk.id, made.id, form, HANDLER, now=day(8))


def test_another_file_in_its_place_is_noticed(uow: UnitOfWork, files: AttachmentFiles) -> None:
    made = put(handled(uow), files)
    files.delete(made.id)
    files.write(uow.ciphers, made.id, b"another paper")
    assert verify(uow, files, made)[PaperForm.WORD] is Soundness.CHANGED


def test_a_pdf_can_be_added_once(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = put(desk, files, pdf=None)
    with pytest.raises(LookupError):
        read_paper(uow, files, desk.id, made.id, PaperForm.PDF, HANDLER, now=day(8))
    add_pdf(uow, files, desk.id, made.id, PDF, HANDLER, now=day(8))
    add_pdf(uow, files, desk.id, made.id, b"another", HANDLER, now=day(9))
    assert read_paper(uow, files, desk.id, made.id, PaperForm.PDF, HANDLER, now=day(9))[1] == PDF


def test_a_notice_of_another_case_is_not_there(uow: UnitOfWork, files: AttachmentFiles) -> None:
    made = put(handled(uow), files)
    other = at_the_desk(uow, make_filing("filing-2"))
    with pytest.raises(LookupError):
        read_paper(uow, files, other.id, made.id, PaperForm.WORD, CLERK, now=day(8))


def test_issuing_and_reading_stand_in_the_log_with_the_digests(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = put(desk, files)
    read_paper(uow, files, desk.id, made.id, PaperForm.PDF, HANDLER, now=day(8))
    acts = uow.session.scalars(select(Audit.act).where(Audit.act.like("paper:%")).order_by(Audit.id)).all()
    assert acts == ["paper:issued", "paper:read"]
    assert uow.session.scalars(select(Audit.details_digest).where(Audit.act == "paper:issued")).one() is not None
    assert audit.verify(uow).whole


def test_an_erased_case_keeps_the_number_and_nothing_else(uow: UnitOfWork, files: AttachmentFiles) -> None:
    desk = handled(uow)
    made = put(desk, files)
    scope = Scope(uow, files, desk.case, internal=True)
    kind = next(each for each in KINDS if each.name == "issued-papers")
    assert kind.export(scope) == [{"文号": made.number, "时间": made.issued_at.isoformat(timespec="seconds")}]
    uow.rollback()

    def erase() -> None:
        kind.erase(Scope(uow, files, desk.case))
        audit.note(uow.session, audit.Entry(day(9), "test", "erased", desk.id))

    uow.write(erase)
    assert not any(files.path(each).exists() for each in names_of(made.id))
    assert fields_of(uow, desk.id, made.id, HANDLER, now=day(9)) == {}
    assert papers_of(uow, desk.id, HANDLER, now=day(9))[0].number == made.number
    assert next_number(uow, OFFICE, ACCEPTANCE, day(9)) == "XF受告〔2026〕2号"


@in_files
def test_a_backup_holds_the_files_and_a_rotation_reaches_them(
    uow: UnitOfWork, files: AttachmentFiles, tmp_path: Path
) -> None:
    made = put(handled(uow), files)
    assert reseal_files(uow, files, lambda what, done: None) == (0, set())
    manifest = backup(make_url(tmp_path), files.path("x").parent, tmp_path / "backup.tar.gz")
    assert {f"files/{each}" for each in names_of(made.id)} <= manifest.parts.keys()
    place = tmp_path / "elsewhere"
    restore(tmp_path / "backup.tar.gz", f"sqlite:///{place / 'register.db'}", place / "attachments", KEY)
    assert verify(uow, AttachmentFiles(place / "attachments"), made)[PaperForm.PDF] is Soundness.WHOLE
