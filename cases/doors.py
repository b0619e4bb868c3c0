"""Petitions from every door in one register (信、访、网、电, 《信访工作条例》第二十一条第二款、第二十二条): staff enter what came on paper, in person, by phone.

It is the citizen's own case: the same receipt and the same query code, which whoever entered it hands over and nobody keeps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select

from cases.actors import Actor
from cases.database import UnitOfWork
from cases.file import Entrance, Receipt, file_petition, find_receipt
from cases.models import Attachment
from cases.policy import PERMISSIONS, NotPermitted, StaffRole
from petition.days import china_day
from petition.doors import Door
from petition.draft import Filing
from petition.errors import InvalidValue
from petition.matters import PetitionType
from petition.parties import PartyRole, representatives
from petition.stages import Act
from petition.values import Reason, refuse

DESK = "desk"


def enter(
    uow: UnitOfWork,
    filing: Filing,
    door: Door,
    actor: Actor,
    *,
    office: str,
    received_on: date,
    scans: Collection[str] = (),
    now: datetime,
) -> Receipt:
    """Register a letter, a visit or a call; the same filing key gets its first receipt again.

    The 15 days of 第二十二条 run from `received_on`. `scans`: attachments that are not filed yet. Nothing more is asked for than 第十九条
    names; more than 5 representatives of a visit are refused (第二十条第三款). After a report its files move (evidence.seal_evidence).
    """
    _check_actor(filing, door, actor)
    if known := find_receipt(uow, filing.filing_key):
        return known
    today = china_day(now)
    if received_on > today:
        raise refuse("received_on", Reason.DATE_FUTURE)
    if door is Door.VISIT:
        representatives(party.name for party in filing.parties if party.role is PartyRole.REPRESENTATIVE)
    _check_scans(uow, scans)
    entrance = Entrance(door, actor.name, received_on)
    values = {**filing.values, "evidence": [*_evidence(filing), *scans]} if scans else filing.values
    return file_petition(uow, replace(filing, surface=DESK, values=values), office=office, now=now, entrance=entrance)


def _check_actor(filing: Filing, door: Door, actor: Actor) -> None:
    """The registering office enters; a report also by the discipline role: whoever opens the letter, it is sealed at once."""
    roles = PERMISSIONS[Act.REGISTER]
    if filing.type is PetitionType.REPORT:
        roles |= {StaffRole.DISCIPLINE}
    if actor.body is not None or not actor.roles & roles:
        raise NotPermitted(f"{actor.name} enters no petitions")
    if door is Door.NETWORK:
        raise ValueError("what comes over the network is filed by the citizen")


def _evidence(filing: Filing) -> Iterable[str]:
    given = filing.values.get("evidence")
    return map(str, given) if isinstance(given, list | tuple) else ()


def _check_scans(uow: UnitOfWork, scans: Collection[str]) -> None:
    """A scan that is not there, or belongs to another case, is not silently left out."""
    free = select(func.count()).where(Attachment.id.in_(scans), Attachment.case_id.is_(None))
    found = uow.session.scalar(free) if scans else 0
    uow.rollback()
    if found != len(set(scans)):
        raise InvalidValue(slot="evidence", reason="unknown")
