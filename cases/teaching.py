"""Teaching the assistant (教它): somebody proposes, somebody else decides, what was decided is trained, published, and taken back.

Every step stands in the audit log. Files and programs are moved by desk/teaching; this room knows what may follow what.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from cases import audit, review
from cases.database import UnitOfWork
from cases.models import ReviewQuestion, TeachingChange, new_id
from cases.review import ReviewState


class ChangeKind(StrEnum):
    """What is to be learned: further phrasings of a topic, or a new topic."""

    PHRASING = "phrasing"
    TOPIC = "topic"


class ChangeState(StrEnum):
    """How far a proposal has come."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    PUBLISHED = "published"
    TAKEN_BACK = "taken-back"


class TeachingFault(Exception):
    """What stands in the way; `code` names the Chinese text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Change:
    """A proposal; `content`: `texts` or `entry`, and the `questions` that it is about."""

    id: str
    kind: ChangeKind
    topic: str
    state: ChangeState
    content: Mapping[str, Any]
    author: str
    decided_by: str | None
    created_at: datetime
    release: str | None


# --- proposals --------------------------------------------------------------------------------------------------------------------


def propose(
    uow: UnitOfWork, kind: ChangeKind, topic: str, content: Mapping[str, Any], *, by: str, now: datetime
) -> Change:
    """Somebody wants the assistant to know this; its questions count as looked at. TeachingFault: proposed before."""

    def step() -> TeachingChange:
        spelt = json.dumps(content, ensure_ascii=False, sort_keys=True)
        same = select(TeachingChange.id).where(
            TeachingChange.topic == topic,
            TeachingChange.content == spelt,
            TeachingChange.state.in_((ChangeState.PROPOSED, ChangeState.APPROVED)),
        )
        require(uow.session.scalar(same) is None, "proposed-before")
        row = TeachingChange(
            id=new_id(), kind=kind, topic=topic, state=ChangeState.PROPOSED, content=spelt, author=by, created_at=now
        )
        uow.session.add(row)
        _mark(uow, content.get("questions", ()), ReviewState.DONE)
        noted(uow, "teaching-proposed", by, now, row.id, {"topic": topic, "kind": kind.value})
        return row

    return change_of(uow.write(step))


def decide(uow: UnitOfWork, id: str, *, approved: bool, by: str, now: datetime) -> Change:
    """Four eyes: never the author's own. Refused, its questions wait again. TeachingFault."""

    def step() -> TeachingChange:
        row = _in_state(uow, id, ChangeState.PROPOSED)
        require(row.author != by, "own")
        row.state, row.decided_by, row.decided_at = ChangeState.APPROVED if approved else ChangeState.REFUSED, by, now
        if not approved:
            _mark(uow, json.loads(row.content).get("questions", ()), ReviewState.NEW)
        noted(uow, "teaching-approved" if approved else "teaching-refused", by, now, id, {"topic": row.topic})
        return row

    return change_of(uow.write(step))


def withdraw(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> Change:
    """The author thinks better of it, as long as it is in no training. TeachingFault."""

    def step() -> TeachingChange:
        row = _in_state(uow, id, ChangeState.PROPOSED, ChangeState.APPROVED)
        require(row.author == by, "not-own")
        require(row.release_id is None, "in-training")
        row.state = ChangeState.WITHDRAWN
        _mark(uow, json.loads(row.content).get("questions", ()), ReviewState.NEW)
        noted(uow, "teaching-withdrawn", by, now, id, {"topic": row.topic})
        return row

    return change_of(uow.write(step))


def propose_again(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> Change:
    """What was taken back with its release, under the name of whoever wants it now. TeachingFault."""

    def step() -> TeachingChange:
        row = _in_state(uow, id, ChangeState.TAKEN_BACK)
        row.state, row.author, row.decided_by, row.decided_at = ChangeState.PROPOSED, by, None, None
        row.release_id, row.created_at = None, now
        noted(uow, "teaching-proposed", by, now, id, {"topic": row.topic, "again": True})
        return row

    return change_of(uow.write(step))


def set_aside(uow: UnitOfWork, questions: Iterable[str], *, by: str, now: datetime) -> None:
    """Nothing is to be learned from these."""
    ids = list(questions)

    def step() -> None:
        _mark(uow, ids, ReviewState.DONE)
        noted(uow, "teaching-set-aside", by, now, None, {"questions": len(ids)})

    uow.write(step)


def changes(uow: UnitOfWork, *states: ChangeState, most: int = 500) -> list[Change]:
    """Proposals in these states (none: all), the latest first."""
    rows = select(TeachingChange).order_by(TeachingChange.created_at.desc(), TeachingChange.id).limit(most)
    rows = rows.where(TeachingChange.state.in_(states)) if states else rows
    return [change_of(each) for each in uow.session.scalars(rows)]


def change(uow: UnitOfWork, id: str) -> Change:
    """TeachingFault."""
    return change_of(_in_state(uow, id))


def questions_of(uow: UnitOfWork, ids: Sequence[str]) -> list[review.Question]:
    """The masked questions that are kept still."""
    wanted = set(ids)
    return [each for each in review.questions(uow, state=None) if each.id in wanted]


# --- rows -------------------------------------------------------------------------------------------------------------------------


def _in_state(uow: UnitOfWork, id: str, *states: ChangeState) -> TeachingChange:
    row = uow.session.get(TeachingChange, id, populate_existing=True)
    if row is None:
        raise TeachingFault("unknown")
    require(not states or row.state in states, "too-late")
    return row


def _mark(uow: UnitOfWork, questions: Iterable[str], state: ReviewState) -> None:
    uow.session.execute(update(ReviewQuestion).where(ReviewQuestion.id.in_(list(questions))).values(state=state))


def change_of(row: TeachingChange) -> Change:
    """What a row says."""
    return Change(
        row.id, ChangeKind(row.kind), row.topic, ChangeState(row.state), json.loads(row.content), row.author,
        row.decided_by, row.created_at, row.release_id,
    )  # fmt: skip


def noted(
    uow: UnitOfWork, act: str, by: str, now: datetime, subject: str | None, details: dict[str, object] | None = None
) -> None:
    audit.note(uow.session, audit.Entry(now, by, act, subject=subject, details=details))


def require(holds: bool, code: str) -> None:
    if not holds:
        raise TeachingFault(code)
