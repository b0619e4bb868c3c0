"""Complaints kept for later (留着以后填): sealed, taken up again anywhere with the resume code (续填码), gone when they expire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from cases import lockout
from cases.ciphers import RESUME_LENGTH, Ciphers
from cases.codes import without_letter
from cases.database import UnitOfWork
from cases.models import Attachment, ConversationRow, DraftRow, new_id
from petition.days import china_day, midnight
from petition.errors import DraftNotFound

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """What the citizen is told: the code opens the draft up to the end of the day `until`."""

    code: str = field(repr=False)
    until: date


@dataclass(frozen=True)
class Taken:
    """A draft that belongs to the asking conversation now."""

    code: str = field(repr=False)
    until: date
    payload: Payload = field(repr=False)


@dataclass(frozen=True)
class Place:
    """Whose draft it is: the conversation, its surface and, where a channel knows its users (WeChat), the user."""

    conversation: str
    surface: str
    owner: str = ""


def keep(uow: UnitOfWork, payload: Payload, place: Place, *, days: int, now: datetime, code: str = "") -> Kept:
    """Store the draft for so many days; with the code of a stored one that one is renewed and keeps its code."""
    until = china_day(now) + timedelta(days=days)
    return uow.write(lambda: _renew(uow, payload, place, until, now, code) or _add(uow, payload, place, until, now))


def take(uow: UnitOfWork, code: str, *, conversation: str, client: str, now: datetime) -> Taken:
    """Move the draft and its files to this conversation; DraftNotFound, LockedOut after too many misses.

    The code stays valid until the draft is filed, deleted or expired.
    """
    normal = normal_resume_code(code)
    whom = lockout.subjects(uow, client=client, number=f"draft {normal}")
    lockout.refuse_locked(uow, whom, now)
    taken = uow.write(lambda: _move(uow, normal, conversation, now))
    if taken is None:
        lockout.count_miss(uow, whom, now)
        raise DraftNotFound()
    return taken


def reopen(uow: UnitOfWork, code: str, *, conversation: str, now: datetime) -> Taken:
    """The same for a conversation that holds the code already: nobody typed it, so nobody is locked out. DraftNotFound."""
    taken = uow.write(lambda: _move(uow, normal_resume_code(code), conversation, now))
    if taken is None:
        raise DraftNotFound()
    return taken


def save(uow: UnitOfWork, code: str, payload: Payload, *, conversation: str, now: datetime) -> bool:
    """Bring a draft up to date that still belongs to this conversation; False where it does not."""
    return uow.write(lambda: _save(uow, code, payload, conversation, now))


def discard(uow: UnitOfWork, code: str) -> None:
    """Delete the draft; its files belong to nobody now, and the next housekeeping deletes them. An unknown code is no fault."""
    row = _row(uow.ciphers, code)
    uow.write(lambda: _delete(uow, row, loosen=True))


def filed(uow: UnitOfWork, code: str) -> None:
    """The petition is in the register: the draft goes, files that were not filed stay with the conversation."""
    row = _row(uow.ciphers, code)
    uow.write(lambda: _delete(uow, row))


def code_of(uow: UnitOfWork, owner: str, now: datetime) -> str:
    """The code of the draft that this user of a channel kept last; empty where there is none."""
    theirs = (DraftRow.owner_index == uow.ciphers.index("draft-owner", owner), DraftRow.expires_at > now)
    draft = uow.session.scalar(select(DraftRow.id).where(*theirs).order_by(DraftRow.kept_at.desc()).limit(1))
    uow.rollback()
    return uow.ciphers.resume_code(draft) if draft else ""


def held_on(uow: UnitOfWork, code: str, surface: str, now: datetime) -> str:
    """The open conversation of this surface that works on the draft; empty where it is none."""
    held = select(DraftRow.conversation_id).join(ConversationRow, ConversationRow.id == DraftRow.conversation_id)
    theirs = (_row(uow.ciphers, code), DraftRow.expires_at > now, ConversationRow.surface == surface)
    found = uow.session.scalar(held.where(*theirs))
    uow.rollback()
    return found or ""


def expire(uow: UnitOfWork, now: datetime, *, dry_run: bool = False) -> int:
    """Delete the drafts whose time is over; how many there are."""
    over = DraftRow.expires_at <= now
    if dry_run:
        return uow.session.scalar(select(func.count()).select_from(DraftRow).where(over)) or 0
    return uow.write(lambda: _delete(uow, over))


def normal_resume_code(code: str) -> str:
    """A resume code as typed, made comparable: the letter before it, width, case, separators and look-alikes do not matter."""
    return without_letter(code, "D", RESUME_LENGTH)


# --- steps inside one transaction -------------------------------------------------------------------------------------------------


def _renew(uow: UnitOfWork, payload: Payload, place: Place, until: date, now: datetime, code: str) -> Kept | None:
    """The stored draft with new contents and a new last day; None where the code is none of a stored draft."""
    row = uow.session.scalar(select(DraftRow).where(_row(uow.ciphers, code), DraftRow.expires_at > now))
    if row is None:
        return None
    row.conversation_id, row.surface, row.kept_at, row.expires_at = place.conversation, place.surface, now, _end(until)
    row.payload_sealed = _seal(uow.ciphers, payload, row.id)
    if place.owner:
        row.owner_index = uow.ciphers.index("draft-owner", place.owner)
    _hold_files(uow, row.id, place.conversation)
    return Kept(uow.ciphers.resume_code(row.id), until)


def _add(uow: UnitOfWork, payload: Payload, place: Place, until: date, now: datetime) -> Kept:
    """A new draft; where its code is in use, which one in a thousand million is, the unique index asks for another."""
    draft = new_id()
    code = uow.ciphers.resume_code(draft)
    uow.session.add(
        DraftRow(
            id=draft,
            code_index=_index(uow.ciphers, code),
            owner_index=uow.ciphers.index("draft-owner", place.owner) if place.owner else None,
            conversation_id=place.conversation,
            surface=place.surface,
            payload_sealed=_seal(uow.ciphers, payload, draft),
            kept_at=now,
            expires_at=_end(until),
        )
    )
    _hold_files(uow, draft, place.conversation)
    return Kept(code, until)


def _move(uow: UnitOfWork, code: str, conversation: str, now: datetime) -> Taken | None:
    row = uow.session.scalar(select(DraftRow).where(_row(uow.ciphers, code), DraftRow.expires_at > now))
    if row is None:
        return None
    row.conversation_id = conversation
    files = (Attachment.draft_id == row.id, Attachment.case_id.is_(None))
    uow.session.execute(update(Attachment).where(*files).values(conversation_id=conversation))
    payload = json.loads(uow.ciphers.open(row.payload_sealed, _sealed_at(row.id)))
    last = china_day(row.expires_at - timedelta(seconds=1))
    return Taken(uow.ciphers.resume_code(row.id), last, payload)


def _save(uow: UnitOfWork, code: str, payload: Payload, conversation: str, now: datetime) -> bool:
    mine = (_row(uow.ciphers, code), DraftRow.conversation_id == conversation, DraftRow.expires_at > now)
    row = uow.session.scalar(select(DraftRow).where(*mine))
    if row is None:
        return False
    row.payload_sealed = _seal(uow.ciphers, payload, row.id)
    _hold_files(uow, row.id, conversation)
    return True


def _hold_files(uow: UnitOfWork, draft: str, conversation: str) -> None:
    """What the conversation handed in outlives it with the draft."""
    unfiled = (Attachment.conversation_id == conversation, Attachment.case_id.is_(None), Attachment.draft_id.is_(None))
    uow.session.execute(update(Attachment).where(*unfiled).values(draft_id=draft))


def _delete(uow: UnitOfWork, which: ColumnElement[bool], *, loosen: bool = False) -> int:
    """Delete drafts and let go of their files; `loosen` takes the files from their conversation as well."""
    drafts = uow.session.scalars(select(DraftRow.id).where(which)).all()
    if drafts:
        held = update(Attachment).where(Attachment.draft_id.in_(drafts))
        if loosen:
            uow.session.execute(held.where(Attachment.case_id.is_(None)).values(conversation_id=None))
        uow.session.execute(held.values(draft_id=None))
        uow.session.execute(delete(DraftRow).where(DraftRow.id.in_(drafts)))
    return len(drafts)


def _row(ciphers: Ciphers, code: str) -> ColumnElement[bool]:
    return DraftRow.code_index == _index(ciphers, code)


def _index(ciphers: Ciphers, code: str) -> bytes:
    return ciphers.index("resume-code", normal_resume_code(code))


def _end(until: date) -> datetime:
    """The end of that day in China."""
    return midnight(until + timedelta(days=1))


def _seal(ciphers: Ciphers, payload: Payload, draft: str) -> bytes:
    return ciphers.seal(json.dumps(dict(payload), ensure_ascii=False), _sealed_at(draft))


def _sealed_at(draft: str) -> str:
    return f"drafts.payload_sealed:{draft}"
