"""The audit log (审计日志): every read of personal data and every write, in one chain that nobody can mend unnoticed.

A row is noted while the transaction runs and written at its commit, when the end of the chain is locked: the lock is held for moments,
and rows stand in the order in which their transactions were committed. The hash is keyed, so that whoever can write into the database
but has no register key can't make a new chain. `verify` reads it through; an anchor that the office keeps elsewhere shows a cut end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, sessionmaker

from cases.ciphers import Ciphers, WrongKey
from cases.models import Audit, AuditDetail, AuditHead
from cases.opening import DatabaseDamaged
from cases.policy import Compartment

if TYPE_CHECKING:
    from cases.database import UnitOfWork

HEAD = 1
PENDING = "audit"
PLACE = "audit_details.value"
DETAILS = "audit-details"
ADOPTED = "audit-adopted"
SYSTEM = "system"
BATCH = 5000
LINK = 32  # bytes of a link
MOST_FAULTS = 1000
Progress = Callable[[int, int], None]  # rows read, rows in all


@dataclass(frozen=True)
class Entry:
    """What a row of the log says; `details` may hold personal data: it is sealed, and only its digest is chained."""

    at: datetime
    actor: str
    act: str
    case_id: str | None = None
    subject: str | None = None
    details: Mapping[str, object] | None = None
    compartment: Compartment = Compartment.GENERAL


def note(session: Session, entry: Entry) -> None:
    """Add a row to the transaction under way; it is written when the transaction is committed, and only then."""
    session.info.setdefault(PENDING, []).append(entry)


def is_noted(session: Session) -> bool:
    """Whether the transaction under way will leave a row."""
    return bool(session.info.get(PENDING))


def chain_audit(sessions: sessionmaker[Session], ciphers: Ciphers) -> None:
    """Hold the promise of this module on every session of the factory."""

    def write(session: Session) -> None:
        if session.in_nested_transaction():
            return
        for entry in session.info.pop(PENDING, []):
            _write(session, ciphers, entry)
        session.flush()

    def forget(session: Session) -> None:
        session.info.pop(PENDING, None)

    event.listen(sessions, "before_commit", write)
    event.listen(sessions, "after_rollback", forget)


def canonical(row: Audit) -> bytes:
    """What of a row is chained, in one spelling."""
    return spelt(row.id, row.at, row.actor, row.act, row.case_id, row.subject, row.details_digest)


def spelt(
    number: int, at: datetime, actor: str, act: str, case_id: str | None, subject: str | None, digest: bytes | None
) -> bytes:
    """The same of its columns."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [number, moment, actor, act, case_id, subject, digest.hex() if digest else None]
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")


def begin_chain(session: Session, ciphers: Ciphers, now: datetime) -> None:
    """The first start of a register: the chain has an end, and takes in the rows that older versions wrote without one.

    Those rows stay as they are. Their hashes are folded into the link before the row `audit-adopted`, which names the last of them.
    """
    if session.get(AuditHead, HEAD) is not None:
        return
    if session.scalar(select(Audit.id).where(Audit.chained.is_not(None)).limit(1)) is not None:
        raise DatabaseDamaged("the end of the audit chain is gone: stop everything and restore the last backup")
    last, chained = 0, None
    for row in session.scalars(select(Audit).order_by(Audit.id).execution_options(yield_per=1000)):
        last, chained = row.id, ciphers.chain(chained, canonical(row))
    session.add(AuditHead(id=HEAD, last=last, chained=chained))
    if last:
        note(session, Entry(now, SYSTEM, ADOPTED, subject=str(last)))


def _write(session: Session, ciphers: Ciphers, entry: Entry) -> None:
    session.flush()
    head = session.get(AuditHead, HEAD, with_for_update=True, populate_existing=True)
    if head is None:
        head = AuditHead(id=HEAD, last=0)
        session.add(head)
    details = json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else None
    row = Audit(
        id=head.last + 1,
        at=entry.at,
        actor=entry.actor,
        act=entry.act,
        case_id=entry.case_id,
        subject=entry.subject,
        details_digest=ciphers.index(DETAILS, details) if details else None,
    )
    row.chained = ciphers.chain(head.chained, canonical(row))
    head.last, head.chained = row.id, row.chained
    session.add(row)
    session.flush()
    if details:
        sealed = ciphers.seal(details, f"{PLACE}:{row.id}", entry.compartment)
        session.add(AuditDetail(audit_id=row.id, sealed_for=entry.compartment.value, value_sealed=sealed))


# --- checking ---------------------------------------------------------------------------------------------------------------------


class FaultKind(StrEnum):
    """What is wrong with the log at a row."""

    MISSING = "missing"  # rows before this one are gone
    UNCHAINED = "unchained"  # written without a link, and not by an older version
    BROKEN = "broken"  # the row, or the one before it, is not what was written
    DETAILS = "details"  # what is kept with it is not what was written
    HEAD = "head"  # the end of the chain is not the last row
    ANCHOR = "anchor"  # not what the anchor says, or cut off before it


@dataclass(frozen=True)
class Fault:
    """A row at which the log is not what was written."""

    row: int
    kind: FaultKind


@dataclass(frozen=True)
class Anchor:
    """An end of the chain, to print or to keep elsewhere: who has it sees later whether the log still holds everything before it."""

    last: int
    chained: bytes

    def __str__(self) -> str:
        return f"{self.last}:{self.chained.hex()}"

    @classmethod
    def read(cls, written: str) -> Self:
        """The anchor as it was printed; ValueError."""
        last, _, hashed = written.strip().partition(":")
        chained = bytes.fromhex(hashed)
        if len(chained) != LINK:
            raise ValueError("an anchor is a number, a colon and 64 hexadecimal digits")
        return cls(int(last), chained)


@dataclass(frozen=True)
class Report:
    """What a reading of the whole log found; at most MOST_FAULTS faults, the first one first."""

    rows: int
    faults: tuple[Fault, ...]
    head: Anchor | None

    @property
    def whole(self) -> bool:
        return not self.faults


def anchor(uow: UnitOfWork) -> Anchor | None:
    """The end of the chain now; None before the first row."""
    head = uow.session.get(AuditHead, HEAD, populate_existing=True)
    uow.rollback()
    return Anchor(head.last, head.chained) if head and head.chained else None


def last_noted(uow: UnitOfWork) -> datetime | None:
    """The latest moment that stands in the log; None while it is empty."""
    at = uow.session.scalar(select(func.max(Audit.at)))
    uow.rollback()
    return at


def verify(uow: UnitOfWork, progress: Progress | None = None, anchor: Anchor | None = None) -> Report:
    """Read the log through, in constant memory, also while others write; `anchor`: an older end that it must still hold."""
    newest = select(func.max(Audit.id)).scalar_subquery()
    end = uow.session.execute(select(newest.label("newest"), AuditHead.last, AuditHead.chained)).one_or_none()
    limit = end.newest or 0 if end else uow.session.scalar(select(newest)) or 0
    check = _Check(uow.ciphers, anchor)
    for row in _rows(uow, limit):
        check.see(row)
        if progress and check.rows % BATCH == 0:
            progress(check.rows, limit)
    check.close(end.last if end else 0, end.chained if end else None)
    head = Anchor(end.last, end.chained) if end and end.chained else None
    return Report(check.rows, tuple(check.faults), head)


def _rows(uow: UnitOfWork, limit: int) -> Iterator[Any]:
    """Every row up to this one with its details; a batch is a transaction, so that nobody waits for the reader."""
    columns = (Audit.id, Audit.at, Audit.actor, Audit.act, Audit.case_id, Audit.subject, Audit.details_digest)
    wanted = select(*columns, Audit.chained, AuditDetail.sealed_for, AuditDetail.value_sealed)
    wanted = wanted.outerjoin(AuditDetail, AuditDetail.audit_id == Audit.id).order_by(Audit.id).limit(BATCH)
    last = -(2**31)
    while rows := uow.session.execute(wanted.where(Audit.id > last, Audit.id <= limit)).all():
        yield from rows
        last = rows[-1].id
        uow.rollback()


@dataclass
class _Check:
    """The chain as far as it was read."""

    ciphers: Ciphers
    anchor: Anchor | None
    rows: int = 0
    last: int = 0
    chained: bytes | None = None
    old: int = 0  # the first row of an older version, while no row with a link was seen
    faults: list[Fault] = field(default_factory=list)

    def see(self, row: Any) -> None:
        said = spelt(*row[:7])
        if row.chained is None and (self.old or not self.rows):
            self.old, self.chained = self.old or row.id, self.ciphers.chain(self.chained, said)
        else:
            self._check_link(row, said)
            self.chained = row.chained or self.ciphers.chain(self.chained, said)
        if row.value_sealed is not None and not self._holds_details(row):
            self._find(row.id, FaultKind.DETAILS)
        if self.anchor and row.id == self.anchor.last and self.chained != self.anchor.chained:
            self._find(row.id, FaultKind.ANCHOR)
        self.rows, self.last = self.rows + 1, row.id

    def _check_link(self, row: Any, said: bytes) -> None:
        if self.old:
            if row.act != ADOPTED or row.subject != str(self.last):
                self._find(self.old, FaultKind.UNCHAINED)
            self.old = 0
        if row.chained is None:
            self._find(row.id, FaultKind.UNCHAINED)
        if row.id != self.last + 1:
            self._find(row.id, FaultKind.MISSING)
        elif row.chained is not None and row.chained != self.ciphers.chain(self.chained, said):
            self._find(row.id, FaultKind.BROKEN)

    def _holds_details(self, row: Any) -> bool:
        try:
            details = self.ciphers.open(row.value_sealed, f"{PLACE}:{row.id}", Compartment(row.sealed_for))
        except (WrongKey, ValueError):
            return False
        return bool(self.ciphers.index(DETAILS, details) == row.details_digest)

    def close(self, last: int, chained: bytes | None) -> None:
        """What the end of the chain says must be what was read."""
        if self.old:
            self._find(self.old, FaultKind.UNCHAINED)
        if (last, chained) != (self.last, self.chained):
            self._find(self.last, FaultKind.HEAD)
        if self.anchor and self.anchor.last > self.last:
            self._find(self.last, FaultKind.ANCHOR)

    def _find(self, row: int, kind: FaultKind) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(row, kind))
