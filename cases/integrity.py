"""No write to a petition without a row in the audit log, and no way around it through the session.

What is written is noticed at each flush and at each bulk statement; a commit without a note of cases.audit is refused.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Delete, Insert, Update, event
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from cases.audit import is_noted
from cases.history import HistoryMissing, HistoryRewritten
from cases.models import Base

TOUCHED = "touched"
APPEND_ONLY = frozenset({"audit", "audit_head", "history"})
AUDITED = frozenset(
    {
        "act_details",
        "approvals",
        "bookings",
        "case_bodies",
        "case_links",
        "case_texts",
        "cases",
        "hearings",
        "history",
        "issued_papers",
        "mediations",
        "notes",
        "notice_contacts",
        "parties",
        "ratings",
        "reception_days",
        "rights_requests",
        "supplements",
    }
)
UNAUDITED = {
    "attachments": "belong to an open conversation; the filing that takes them is audited",
    "audit": "is the log",
    "audit_details": "goes with the log; erasing it is noted as the erasure",
    "audit_head": "is the log",
    "conversations": "no petition yet",
    "counters": "a number that is given out is in the audited filing",
    "data_keys": "keys: the rotation is noted by cases/keys.py",
    "drafts": "no petition yet",
    "export_marks": "what an upstream system has; the export is noted, not each mark",
    "handover_drafts": "no petition yet",
    "handover_messages": "no petition yet",
    "handovers": "a flag on a conversation",
    "imported_changes": "the act that a change makes is audited",
    "key_check": "written once at the first start",
    "kiosk_devices": "no petition; cases/kiosks.py notes who invited and who revoked a machine",
    "law_articles": "public texts",
    "law_changes": "public texts",
    "laws": "public texts",
    "lookup_misses": "a lock against guessing, no petition",
    "notices": "what is told follows from an audited act",
    "outbox": "what is sent follows from an audited act",
    "papers": "no petition yet",
    "one_time_codes": "carries somebody from one surface to another",
    "review_questions": "questions without a trace of who asked",
    "staff_accounts": "no petition; cases/staff notes every change of an account and every sign-in",
    "staff_sessions": "no petition; the sign-in is noted",
    "staff_views": "filters of a list",
    "teaching_changes": "public texts; cases/teaching.py notes each step",
    "teaching_releases": "public texts; cases/teaching.py notes each step",
    "telegram_bindings": "no petition; binding is noted",
    "wechat_followers": "no petition yet",
    "wechat_messages": "no petition yet",
    "wechat_outgoing": "no petition yet",
    "wechat_tokens": "no petition",
}


class AuditMissing(Exception):
    """A petition was to be changed without a row in the audit log."""


def guard_audit(sessions: sessionmaker[Session]) -> None:
    """Hold the promise of this module on every session of the factory; before `chain_audit`, which takes the notes away."""
    event.listen(sessions, "after_flush", _see_flush)
    event.listen(sessions, "do_orm_execute", _see_statement)
    event.listen(sessions, "before_commit", _check_commit)
    event.listen(sessions, "after_commit", _forget)
    event.listen(sessions, "after_rollback", _forget)


def _see_flush(session: Session, context: Any) -> None:
    changed = (row for row in session.dirty if session.is_modified(row))
    _touch(session, {row.__tablename__ for row in (*session.new, *changed, *session.deleted) if isinstance(row, Base)})


def _see_statement(state: ORMExecuteState) -> None:
    statement = state.statement
    if not isinstance(statement, Insert | Update | Delete):
        return
    table = str(getattr(statement.table, "name", ""))
    if table in APPEND_ONLY and not isinstance(statement, Insert):
        raise HistoryRewritten(f"a bulk statement on {table}")
    if table == "cases" and "stage" in _columns_of(state):
        raise HistoryMissing("a bulk statement on the stage of cases")
    _touch(state.session, {table})


def _columns_of(state: ORMExecuteState) -> set[str]:
    """Which columns a bulk UPDATE sets; a bulk INSERT brings its history rows, which the database cannot ask for."""
    if not isinstance(state.statement, Update):
        return set()
    parameters = state.parameters or {}
    rows = [parameters] if isinstance(parameters, dict) else list(parameters)
    named = getattr(state.statement, "_values", None) or {}
    ordered = getattr(state.statement, "_ordered_values", None) or ()
    keys = [*named, *(pair[0] for pair in ordered), *(key for row in rows for key in row)]
    return {str(getattr(key, "name", key)) for key in keys}


def _touch(session: Session, tables: set[str]) -> None:
    if touched := tables & AUDITED:
        session.info.setdefault(TOUCHED, set()).update(touched)


def _check_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    touched = session.info.get(TOUCHED)
    if touched and not is_noted(session):
        raise AuditMissing(", ".join(sorted(touched)))


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(TOUCHED, None)
