"""Repeats and relatives (重复、关联信访事项): merge a repeat into the main case, take it apart again, link what belongs together.

A repeat keeps its number and its query code; its petitioner sees the road of the main case. Citizens see no link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from cases import audit, policy
from cases.actors import Actor
from cases.acts import act, bodies
from cases.acts.common import compartment_of, hold, in_one_transaction
from cases.acts.merged import are_linked, between, repeats_of
from cases.audit import Entry
from cases.database import UnitOfWork
from cases.models import Attachment, Case, CaseLink
from cases.policy import NotPermitted
from cases.supplement import opened_supplements
from petition.errors import NotAllowed
from petition.forwarding import CITATION
from petition.stages import Act, Role

RELATED = "related"
LINK = "link"


@dataclass(frozen=True)
class Piece:
    """A file of a case or of one merged into it; its name and its bytes are opened one by one (cases/attachments.py)."""

    id: str
    number: str
    media_type: str
    size: int
    scan_state: str
    stored_at: datetime


def merge(
    uow: UnitOfWork, repeat: str, into: str, actor: Actor, *, reason: str, version: int | None = None, now: datetime
) -> None:
    """Carry a repeat on under the main case: of one petitioner, or of several about what is known to be one matter.

    NotAllowed for a main case that is over or merged itself, for a repeat that others are merged into, for a report with anything but a
    report, and for strangers of whom one asked for secrecy.
    """
    act(uow, repeat, Act.MERGE, actor, details={"into": into, "reason": reason}, version=version, now=now)


def unmerge(uow: UnitOfWork, repeat: str, actor: Actor, *, reason: str, now: datetime) -> None:
    """It goes its own way again, from where it stood; its own days count again."""
    act(uow, repeat, Act.UNMERGE, actor, details={"reason": reason}, now=now)


def link(uow: UnitOfWork, case_id: str, other_id: str, actor: Actor, *, reason: str = "", now: datetime) -> None:
    """Note that two cases belong together, for staff alone; a second time changes nothing."""

    def step() -> None:
        newer, older = _two(uow, case_id, other_id, actor)
        if not are_linked(uow, newer.id, older.id):
            uow.session.add(CaseLink(case_id=newer.id, other_id=older.id, kind=RELATED, at=now))
        details = {"reason": reason} if reason else None
        audit.note(uow.session, Entry(now, actor.name, "link-case", newer.id, older.id, details, compartment_of(newer)))

    in_one_transaction(uow, step)


def unlink(uow: UnitOfWork, case_id: str, other_id: str, actor: Actor, *, now: datetime) -> None:
    """They do not belong together, whoever had thought so."""

    def step() -> None:
        newer, older = _two(uow, case_id, other_id, actor)
        gone = delete(CaseLink).where(between(newer.id, older.id)).execution_options(synchronize_session=False)
        uow.session.execute(gone)
        audit.note(uow.session, Entry(now, actor.name, "unlink-case", newer.id, older.id))

    in_one_transaction(uow, step)


def linked_to(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[tuple[str, str], ...]:
    """Number and kind of every case linked to this one; the reading is noted."""

    def step() -> tuple[tuple[str, str], ...]:
        case = hold(uow, case_id)
        bodies.require_reader(uow, case, actor)
        audit.note(uow.session, Entry(now, actor.name, "read:links", case.id))
        pairs = ((CaseLink.case_id, CaseLink.other_id), (CaseLink.other_id, CaseLink.case_id))
        found = {
            (row.number, row.kind)
            for mine, other in pairs
            for row in uow.session.execute(
                select(Case.number, CaseLink.kind).join(CaseLink, other == Case.id).where(mine == case.id)
            )
        }
        return tuple(sorted(found))

    return in_one_transaction(uow, step)


def supplements_of_all(
    uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime
) -> dict[str, list[dict[str, object]]]:
    """What was added to a case and to those merged into it, by number; the reading is noted."""

    def step() -> dict[str, list[dict[str, object]]]:
        rows = _whole(uow, case_id, actor, "read:supplements", now)
        key = actor.key_to(compartment_of(rows[0]))
        return {row.number: added for row in rows if (added := opened_supplements(uow, row.id, key))}

    return in_one_transaction(uow, step)


def attachments_of_all(uow: UnitOfWork, case_id: str, actor: Actor, *, now: datetime) -> tuple[Piece, ...]:
    """The files of a case and of those merged into it, oldest first; the reading is noted."""

    def step() -> tuple[Piece, ...]:
        numbers = {row.id: row.number for row in _whole(uow, case_id, actor, "read:attachments", now)}
        rows = uow.session.scalars(select(Attachment).where(Attachment.case_id.in_(numbers)))
        ordered = sorted(rows, key=lambda row: (row.stored_at, row.id))
        return tuple(
            Piece(row.id, numbers[str(row.case_id)], row.media_type, row.size, row.scan_state, row.stored_at)
            for row in ordered
        )

    return in_one_transaction(uow, step)


def _whole(uow: UnitOfWork, case_id: str, actor: Actor, what: str, now: datetime) -> list[Case]:
    """The case and its repeats; NotPermitted for whom it does not concern."""
    case = hold(uow, case_id)
    bodies.require_reader(uow, case, actor)
    audit.note(uow.session, Entry(now, actor.name, what, case.id))
    return [case, *(uow.session.get_one(Case, each) for each in repeats_of(uow, case.id))]


def _two(uow: UnitOfWork, one: str, other: str, actor: Actor) -> tuple[Case, Case]:
    """Both cases, the newer one first, always held in the same order; NotPermitted, NotAllowed for a report and something else."""
    held = [hold(uow, case_id) for case_id in sorted({one, other})]
    if len(held) != 2 or len({compartment_of(case) for case in held}) != 1:
        raise NotAllowed(act=LINK, stage=held[0].stage, citation=CITATION.text)
    if actor.body is not None or not policy.may_do(actor.roles, Act.MERGE, Role.OFFICE, compartment_of(held[0])):
        raise NotPermitted(f"{actor.name} links no cases")
    newer, older = sorted(held, key=lambda case: (case.filed_at, case.number), reverse=True)
    return newer, older
