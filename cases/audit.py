"""The audit log (审计日志): every read of personal data and every write, in one chain that nobody can mend unnoticed.

A row is noted while the transaction runs and written at its commit, when the end of the chain is locked: the lock is held for moments,
and rows stand in the order in which their transactions were committed. The hash is keyed, so that whoever can write into the database
but has no register key can't make a new chain.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from cases.ciphers import Ciphers
from cases.models import Audit, AuditDetail, AuditHead
from cases.policy import Compartment

HEAD = 1
PENDING = "audit"
PLACE = "audit_details.value"


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


def chain_audit(sessions: sessionmaker[Session], ciphers: Ciphers) -> None:
    """Hold the promise of this module on every session of the factory."""

    def write(session: Session) -> None:
        for entry in session.info.pop(PENDING, []):
            _write(session, ciphers, entry)
        session.flush()

    def forget(session: Session) -> None:
        session.info.pop(PENDING, None)

    event.listen(sessions, "before_commit", write)
    event.listen(sessions, "after_rollback", forget)


def canonical(row: Audit) -> bytes:
    """What of a row is chained, in one spelling."""
    digest = row.details_digest.hex() if row.details_digest else None
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([row.id, at, row.actor, row.act, row.case_id, row.subject, digest], ensure_ascii=False).encode()


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
        details_digest=ciphers.index("audit-details", details) if details else None,
    )
    row.chained = ciphers.chain(head.chained, canonical(row))
    head.last, head.chained = row.id, row.chained
    session.add(row)
    session.flush()
    if details:
        sealed = ciphers.seal(details, f"{PLACE}:{row.id}", entry.compartment)
        session.add(AuditDetail(audit_id=row.id, sealed_for=entry.compartment.value, value_sealed=sealed))
