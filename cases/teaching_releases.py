"""Trainings of what was decided (cases/teaching.py): one at a time, published by somebody, taken back the latest first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from cases import audit
from cases.database import UnitOfWork
from cases.models import TeachingChange, TeachingRelease, new_id
from cases.teaching import Change, ChangeState, TeachingFault, change_of, noted, require


class ReleaseState(StrEnum):
    """How far a training has come."""

    TRAINING = "training"
    FAILED = "failed"
    READY = "ready"
    DISCARDED = "discarded"
    PUBLISHED = "published"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True)
class Release:
    """A training; `report`: how it compares with the model before, or `why` it failed."""

    id: str
    state: ReleaseState
    report: Mapping[str, Any]
    begun_by: str
    begun_at: datetime
    ended_at: datetime | None
    published_by: str | None
    published_at: datetime | None


def begin(uow: UnitOfWork, *, by: str, now: datetime) -> Release:
    """A training with everything that was approved. TeachingFault: there is nothing, or another one is not done with."""

    def step() -> TeachingRelease:
        _require_idle(uow)
        waiting = (TeachingChange.state == ChangeState.APPROVED, TeachingChange.release_id.is_(None))
        require(uow.session.scalar(select(TeachingChange.id).where(*waiting).limit(1)) is not None, "nothing")
        row = TeachingRelease(id=new_id(), state=ReleaseState.TRAINING, begun_by=by, begun_at=now)
        uow.session.add(row)
        uow.session.flush()
        uow.session.execute(update(TeachingChange).where(*waiting).values(release_id=row.id))
        noted(uow, "teaching-training", by, now, row.id)
        return row

    return _release(uow.write(step))


def trained(uow: UnitOfWork, id: str, model: str, report: Mapping[str, Any], *, now: datetime) -> Release:
    """The training came to its end."""

    def step() -> TeachingRelease:
        row = _released(uow, id, ReleaseState.TRAINING)
        row.state, row.model, row.report, row.ended_at = ReleaseState.READY, model, _json(report), now
        noted(uow, "teaching-trained", audit.SYSTEM, now, id)
        return row

    return _release(uow.write(step))


def failed(uow: UnitOfWork, id: str, why: str, *, by: str = audit.SYSTEM, now: datetime) -> Release:
    """The training came to nothing; what was approved waits for another one."""
    return _let_go(
        uow, id, ReleaseState.TRAINING, ReleaseState.FAILED, "teaching-failed", by=by, now=now, report={"why": why}
    )


def discard(uow: UnitOfWork, id: str, *, by: str, now: datetime) -> Release:
    """The trained model is not wanted; what was approved waits for another one."""
    return _let_go(uow, id, ReleaseState.READY, ReleaseState.DISCARDED, "teaching-discarded", by=by, now=now)


def publish(uow: UnitOfWork, id: str, install: Callable[[], None], *, by: str, now: datetime) -> Release:
    """`install` moves the files while nobody else can publish."""

    def step() -> TeachingRelease:
        row = _released(uow, id, ReleaseState.READY)
        row.state, row.published_by, row.published_at = ReleaseState.PUBLISHED, by, now
        _set_changes(uow, id, ChangeState.PUBLISHED)
        noted(uow, "teaching-published", by, now, id)
        uow.session.flush()
        install()
        return row

    return _release(uow.write(step))


def take_back(uow: UnitOfWork, id: str, restore: Callable[[], None], *, by: str, now: datetime) -> Release:
    """The latest publication only: what came before it is what is gone back to."""

    def step() -> TeachingRelease:
        row = _released(uow, id, ReleaseState.PUBLISHED)
        latest = _current(uow)
        require(latest is not None and latest.id == id, "not-latest")
        _require_idle(uow)  # it was trained with what is taken back
        row.state = ReleaseState.TAKEN_BACK
        _set_changes(uow, id, ChangeState.TAKEN_BACK)
        noted(uow, "teaching-taken-back", by, now, id)
        uow.session.flush()
        restore()
        return row

    return _release(uow.write(step))


def releases(uow: UnitOfWork, *, most: int = 30) -> list[Release]:
    """The latest first."""
    rows = select(TeachingRelease).order_by(TeachingRelease.begun_at.desc(), TeachingRelease.id).limit(most)
    return [_release(each) for each in uow.session.scalars(rows)]


def release(uow: UnitOfWork, id: str) -> Release:
    """TeachingFault."""
    return _release(_released(uow, id))


def current(uow: UnitOfWork) -> Release | None:
    """The publication that answers now; None where nothing was taught."""
    row = _current(uow)
    return _release(row) if row else None


def lessons(uow: UnitOfWork, release: str | None = None) -> list[Change]:
    """What is published, with what is in this release, in the order in which it was proposed."""
    known = TeachingChange.state == ChangeState.PUBLISHED
    wanted = known | (TeachingChange.release_id == release) if release else known
    rows = select(TeachingChange).where(wanted).order_by(TeachingChange.created_at, TeachingChange.id)
    return [change_of(each) for each in uow.session.scalars(rows)]


def of_release(uow: UnitOfWork, id: str) -> list[Change]:
    """What a training was for, where it is not done with, published or taken back."""
    rows = select(TeachingChange).where(TeachingChange.release_id == id).order_by(TeachingChange.created_at)
    return [change_of(each) for each in uow.session.scalars(rows)]


def _let_go(
    uow: UnitOfWork, id: str, before: ReleaseState, after: ReleaseState, act: str, *,
    by: str, now: datetime, report: Mapping[str, Any] | None = None,
) -> Release:  # fmt: skip
    def step() -> TeachingRelease:
        row = _released(uow, id, before)
        row.state, row.ended_at = after, row.ended_at or now
        row.report = _json(report) if report else row.report
        uow.session.execute(update(TeachingChange).where(TeachingChange.release_id == id).values(release_id=None))
        noted(uow, act, by, now, id, dict(report) if report else None)
        return row

    return _release(uow.write(step))


def _require_idle(uow: UnitOfWork) -> None:
    """No training is under way, and none waits for a decision."""
    busy = (ReleaseState.TRAINING, ReleaseState.READY)
    for state in uow.session.scalars(select(TeachingRelease.state).where(TeachingRelease.state.in_(busy))):
        raise TeachingFault(f"busy-{state}")


def _current(uow: UnitOfWork) -> TeachingRelease | None:
    published = select(TeachingRelease).where(TeachingRelease.state == ReleaseState.PUBLISHED)
    return uow.session.scalar(published.order_by(TeachingRelease.published_at.desc()).limit(1))


def _set_changes(uow: UnitOfWork, release: str, state: ChangeState) -> None:
    uow.session.execute(update(TeachingChange).where(TeachingChange.release_id == release).values(state=state))


def _released(uow: UnitOfWork, id: str, *states: ReleaseState) -> TeachingRelease:
    row = uow.session.get(TeachingRelease, id, populate_existing=True)
    if row is None:
        raise TeachingFault("unknown")
    require(not states or row.state in states, "too-late")
    return row


def _release(row: TeachingRelease) -> Release:
    return Release(
        row.id, ReleaseState(row.state), json.loads(row.report or "{}"), row.begun_by, row.begun_at, row.ended_at,
        row.published_by, row.published_at,
    )  # fmt: skip


def _json(report: Mapping[str, Any]) -> str:
    return json.dumps(report, ensure_ascii=False)
