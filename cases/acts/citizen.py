"""What the petitioner does with a case after filing it (催办、撤回、评价、没有解决、申请复查复核). Whoever calls has checked the query code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from cases import outbox
from cases.actors import PETITIONER, Citizen
from cases.acts import merged
from cases.acts.common import (
    NOTHING,
    SUPERVISION_WANTED,
    Details,
    Done,
    Effect,
    compartment_of,
    hold,
    in_one_transaction,
    repeated,
    write_down,
)
from cases.acts.staff import bodies_before
from cases.clockwork import track_of_case
from cases.database import UnitOfWork
from cases.history import events_of
from cases.models import Case, Rating, new_id
from petition.days import china_day
from petition.errors import AlreadyRated, NotAllowed, TooSoon
from petition.lifecycle import Step
from petition.roadmap import clock_of
from petition.stages import Act, Event, Role, Stage, apply_act, find_step

REASON_PLACE = "ratings.reason"
Check = Callable[[Case, Sequence[Event], Step], None]


class Rated(StrEnum):
    """Who is rated: 登记的信访部门, 办理单位."""

    OFFICE = "office"
    ORGAN = "organ"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"office": "信访部门", "organ": "办理单位"}[self.value]


class Satisfaction(StrEnum):
    """满意, 基本满意, 不满意."""

    SATISFIED = "satisfied"
    BASIC = "basic"
    UNSATISFIED = "unsatisfied"

    @property
    def label(self) -> str:
        """In Chinese."""
        return {"satisfied": "满意", "basic": "基本满意", "unsatisfied": "不满意"}[self.value]


def remind(uow: UnitOfWork, citizen: Citizen, *, key: str = "", now: datetime) -> Event:
    """Ask where it is (催办); TooSoon with the day from which it is possible. Once the organ is late it opens supervision (第四十条).

    The same key does it once.
    """
    today = china_day(now)

    def check(case: Case, history: Sequence[Event], step: Step) -> None:
        again_on = _remind_again_on(uow, case, history, today)
        if again_on and today < again_on:
            raise TooSoon(act=str(step.act), stage=case.stage, again_on=again_on, citation=step.citation.text)

    def wants_supervision(uow: UnitOfWork, case: Case, done: Done) -> None:
        if _is_late(uow, case, events_of(case), today):
            _want_supervision(uow, case, done)

    return _do(uow, citizen, Act.REMIND, now, key=key, check=check, effect=wants_supervision)


def withdraw(uow: UnitOfWork, citizen: Citizen, *, reason: str = "", key: str = "", now: datetime) -> Event:
    """Take the petition back (撤回); the same key does it once."""
    return _do(uow, citizen, Act.WITHDRAW, now, details=_said(reason), key=key, effect=merged.release)


def unsolved(uow: UnitOfWork, citizen: Citizen, *, reason: str = "", now: datetime) -> Event:
    """Answered, but not solved: kept as a fact, once a stage, and shown to those who supervise (第四十条第一款)."""
    return _do(uow, citizen, Act.UNSOLVED, now, details=_said(reason), once=True, effect=_want_supervision)


def request_review(
    uow: UnitOfWork, citizen: Citizen, *, body: str | None = None, reason: str = "", key: str = "", now: datetime
) -> Event:
    """Ask the next higher organ to review (第三十五条); DeadlinePassed after the 30 days. The organ may be left open."""
    return _request(uow, citizen, Act.REQUEST_REVIEW, body, reason, key, now)


def request_recheck(
    uow: UnitOfWork, citizen: Citizen, *, body: str | None = None, reason: str = "", key: str = "", now: datetime
) -> Event:
    """Ask the organ above the reviewing one to recheck (第三十六条); DeadlinePassed after the 30 days."""
    return _request(uow, citizen, Act.REQUEST_RECHECK, body, reason, key, now)


def rate(
    uow: UnitOfWork,
    citizen: Citizen,
    of: Rated,
    satisfaction: Satisfaction,
    *,
    reason: str = "",
    key: str = "",
    now: datetime,
) -> Event:
    """Rate the registering office or the handling organ (第二十一条第二款), each once a stage; a reason is offered, not asked for."""

    def check(case: Case, history: Sequence[Event], step: Step) -> None:
        if of is Rated.ORGAN and not _has_organ(case, history):
            raise NotAllowed(act=str(step.act), stage=case.stage, citation=step.citation.text)
        known = select(Rating.id).where(Rating.case_id == case.id, Rating.of == of.value, Rating.stage == case.stage)
        if uow.session.scalar(known):
            raise AlreadyRated(act=str(step.act), of=of.value, citation=step.citation.text)

    def keep(uow: UnitOfWork, case: Case, done: Done) -> None:
        uow.session.add(_rating(uow, case, of, satisfaction, reason, done.at))

    said = {"of": of.value, "satisfaction": satisfaction.value}
    return _do(uow, citizen, Act.RATE, now, details=said, key=key, check=check, effect=keep)


def _request(
    uow: UnitOfWork, citizen: Citizen, what: Act, body: str | None, reason: str, key: str, now: datetime
) -> Event:
    def check(case: Case, history: Sequence[Event], step: Step) -> None:
        if body and body in bodies_before(case):
            raise NotAllowed(act=str(what), stage=case.stage, citation=step.citation.text)

    return _do(uow, citizen, what, now, details=_said(reason), key=key, body=body, check=check)


def _do(
    uow: UnitOfWork,
    citizen: Citizen,
    what: Act,
    now: datetime,
    *,
    details: Details = NOTHING,
    key: str = "",
    once: bool = False,
    body: str | None = None,
    check: Check | None = None,
    effect: Effect | None = None,
) -> Event:
    """An act of the petitioner in one transaction; the same key, or with `once` the same stage, does it once."""

    def step() -> Event:
        case = hold(uow, citizen.case_id)
        history, track = events_of(case), track_of_case(case)
        if known := repeated(uow, case, what, key) or (_at_this_stage(history, what) if once else None):
            return known
        row = find_step(Stage(case.stage), what, Role.PETITIONER, track)
        on = china_day(now)
        event = apply_act(history, what, Role.PETITIONER, on, track=track, body=body, holidays=uow.holidays, today=on)
        if check:
            check(case, history, row)
        return write_down(uow, case, Done(event, row, PETITIONER, now, details, key), effect)

    return in_one_transaction(uow, step)


def _at_this_stage(history: Sequence[Event], what: Act) -> Event | None:
    stage = history[-1].to
    return next((event for event in history if event.act is what and event.to is stage), None)


def _remind_again_on(uow: UnitOfWork, case: Case, history: Sequence[Event], today: date) -> date | None:
    """The first day on which a reminder is possible; None: at once."""
    reminded = [event.on for event in history if event.act is Act.REMIND]
    if reminded:
        return reminded[-1] + timedelta(days=uow.rules.remind_every_days)
    if _is_late(uow, case, history, today):
        return None
    return history[0].on + timedelta(days=uow.rules.remind_first_after_days)


def _is_late(uow: UnitOfWork, case: Case, history: Sequence[Event], today: date) -> bool:
    clock = clock_of(history, today, track=track_of_case(case), holidays=uow.holidays)
    return clock is not None and clock.late


def _has_organ(case: Case, history: Sequence[Event]) -> bool:
    return case.body is not None or any(event.by not in (Role.PETITIONER, Role.OFFICE) for event in history)


def _want_supervision(uow: UnitOfWork, case: Case, done: Done) -> None:
    facts = {"number": case.number, "act": done.event.act.value}
    outbox.append(uow.session, SUPERVISION_WANTED, facts, now=done.at, case_id=case.id)


def _rating(uow: UnitOfWork, case: Case, of: Rated, satisfaction: Satisfaction, reason: str, now: datetime) -> Rating:
    compartment, row_id = compartment_of(case), new_id()
    sealed = uow.ciphers.seal(reason, f"{REASON_PLACE}:{row_id}", compartment) if reason else None
    return Rating(
        id=row_id,
        case_id=case.id,
        of=of.value,
        stage=case.stage,
        satisfaction=satisfaction.value,
        sealed_for=compartment,
        reason_sealed=sealed,
        at=now,
    )


def rating_reason(uow: UnitOfWork, row: Rating) -> str:
    """Why; empty where nothing was said. Whoever calls checks who reads."""
    place = f"{REASON_PLACE}:{row.id}"
    return uow.ciphers.open(row.reason_sealed, place, row.sealed_for) if row.reason_sealed else ""


def _said(reason: str) -> Details:
    return {"reason": reason} if reason else NOTHING
