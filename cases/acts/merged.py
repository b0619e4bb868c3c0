"""Repeats (重复信访事项): what merging one into another, and taking them apart, asks for and writes (《信访工作条例》第十九条第三款)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from cases import audit, sealed
from cases.acts.common import Done, compartment_of, hold, write_down
from cases.audit import Entry
from cases.clockwork import OVER, track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case, CaseLink
from cases.policy import Compartment, StaffRole
from petition.errors import CaseNotFound, Conflict, NotAllowed, NotComplete
from petition.parties import Confidentiality, PartyRole
from petition.stages import Act, Role, Stage, apply_act, find_step

Person = tuple[bytes, frozenset[bytes]]  # name, and what else tells people of one name apart


def merge(uow: UnitOfWork, case: Case, done: Done) -> None:
    """MERGE: the repeat (`case`) is carried on under the main one, `into`."""
    if not done.details.get("into"):
        raise NotComplete(slots=("into",))
    main = _main(uow, str(done.details["into"]))
    _refuse_chain(uow, case, main, done)
    _refuse_strangers(uow, case, main, done)
    case.merged_into = main.id
    audit.note(uow.session, Entry(done.at, done.by, "merge-repeat", main.id, case.id))


def unmerge(uow: UnitOfWork, case: Case, done: Done) -> None:
    """UNMERGE: it goes its own way again."""
    audit.note(uow.session, Entry(done.at, done.by, "unmerge-repeat", case.merged_into, case.id))
    case.merged_into = None


def release(uow: UnitOfWork, main: Case, done: Done) -> None:
    """The main case is taken back: what others (or the same person) had filed beside it goes its own way again."""
    on = done.event.on
    for repeat in (hold(uow, each) for each in repeats_of(uow, main.id)):
        if Stage(repeat.stage) not in OVER:
            track = track_of_case(repeat)
            step = find_step(Stage(repeat.stage), Act.UNMERGE, Role.OFFICE, track)
            event = apply_act(events_of(repeat), Act.UNMERGE, Role.OFFICE, on, track=track, holidays=uow.holidays)
            write_down(uow, repeat, Done(event, step, audit.SYSTEM, done.at), unmerge)


def repeats_of(uow: UnitOfWork, main_id: str) -> list[str]:
    """The cases that are carried on under this one, oldest first."""
    wanted = select(Case.id).where(Case.merged_into == main_id)
    return list(uow.session.scalars(wanted.order_by(Case.filed_at, Case.number)))


def _main(uow: UnitOfWork, case_id: str) -> Case:
    """The main case, held like the repeat. Whoever waited here could wait for somebody who waits for the repeat: Conflict instead."""
    wanted = select(Case).where(Case.id == case_id).execution_options(populate_existing=True)
    held = uow.session.scalar(wanted.with_for_update(skip_locked=True))
    if held is None:
        raise Conflict() if uow.session.scalar(select(Case.id).where(Case.id == case_id)) else CaseNotFound()
    return held


def _refuse_chain(uow: UnitOfWork, case: Case, main: Case, done: Done) -> None:
    """No case into itself, into one that is merged or over, and none that others are merged into."""
    dead_end = main.id == case.id or main.merged_into is not None or Stage(main.stage) in OVER
    if dead_end or repeats_of(uow, case.id):
        raise _refused(case, done)


def _refuse_strangers(uow: UnitOfWork, case: Case, main: Case, done: Done) -> None:
    """The same petitioner, or a matter that is known to be the same; a report only with a report, and nobody's secret filing."""
    if compartment_of(case) is not compartment_of(main):
        raise _refused(case, done)
    if same_petitioner(uow, case, main):
        return
    secret = Confidentiality.CONFIDENTIAL.value in (case.confidentiality, main.confidentiality)
    if secret or not are_linked(uow, case.id, main.id):
        raise _refused(case, done)


def _refused(case: Case, done: Done) -> NotAllowed:
    return NotAllowed(act=str(done.event.act), stage=case.stage, citation=done.step.citation.text)


def are_linked(uow: UnitOfWork, one: str, other: str) -> bool:
    """Whether the machine or somebody of the staff has seen that they are about the same thing."""
    return uow.session.scalar(select(CaseLink.id).where(between(one, other)).limit(1)) is not None


def between(one: str, other: str) -> ColumnElement[bool]:
    """Links of two cases, whichever is the newer one."""
    return or_(
        (CaseLink.case_id == one) & (CaseLink.other_id == other),
        (CaseLink.case_id == other) & (CaseLink.other_id == one),
    )


def same_petitioner(uow: UnitOfWork, one: Case, other: Case) -> bool:
    """Whether one person, with phone or address the same, has filed both; an anonymous filing is nobody's."""
    theirs = _petitioners(uow, other)
    return any(
        name == known and bool(marks & others) for name, marks in _petitioners(uow, one) for known, others in theirs
    )


def _petitioners(uow: UnitOfWork, case: Case) -> list[Person]:
    """Of a report no index is kept: its names are opened, for the discipline role alone (the engine has checked that)."""
    if compartment_of(case) is Compartment.GENERAL:
        return [
            (row.name_index, frozenset(each for each in (row.phone_index, row.address_index) if each))
            for row in case.parties
            if row.role == PartyRole.PETITIONER.value and row.name_index
        ]
    ciphers = uow.ciphers
    return [
        (
            ciphers.name_index(party.name),
            frozenset(
                index(text)
                for index, text in ((ciphers.phone_index, party.phone), (ciphers.address_index, party.address))
                if text
            ),
        )
        for party in sealed.parties_of(ciphers, case, StaffRole.DISCIPLINE)
        if party.role is PartyRole.PETITIONER and party.name
    ]
