"""The engine that evaluates the table of petition/lifecycle.py: what is allowed at a stage, and the event that an act becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from petition import deadlines
from petition.deadlines import HolidayCalendar
from petition.errors import DeadlinePassed, NotAllowed
from petition.life import STAGES, Act, Event, Ground, Outcome, Role, Stage, Track, track_of
from petition.lifecycle import LIFECYCLE, Step, check_details, missing_details
from petition.running import ends_on, is_merged, last_reaching, receipt_recorded, stage_of

__all__ = [
    "LIFECYCLE",
    "STAGES",
    "Act",
    "Event",
    "Ground",
    "Outcome",
    "Role",
    "Stage",
    "Step",
    "Track",
    "allowed_acts",
    "apply_act",
    "check_details",
    "find_step",
    "is_merged",
    "is_over",
    "last_day",
    "last_reaching",
    "missing_details",
    "register",
    "stage_of",
    "steps_from",
    "track_of",
]  # fmt: skip

# What goes on for a petition that is carried on under another one: it can be taken apart again, and its citizen still acts.
OF_MERGED = frozenset({Act.UNMERGE, Act.WITHDRAW, Act.SUPPLEMENT, Act.REMIND, Act.RATE, Act.SUPERVISE})


def register(on: date, by: Role = Role.OFFICE, received_on: date | None = None) -> Event:
    """The first event of every history; a letter may have come before it is registered (第二十二条第一款)."""
    return Event(on, Act.REGISTER, Stage.REGISTERED, by, received_on)


def steps_from(stage: Stage, track: Track = Track.OPINION) -> tuple[Step, ...]:
    """The rows of the table that lead on from a stage."""
    return tuple(step for step in LIFECYCLE if stage in step.source and track in step.tracks)


def allowed_acts(stage: Stage, role: Role, track: Track = Track.OPINION) -> tuple[Act, ...]:
    """What `role` may do at `stage`."""
    return tuple(step.act for step in steps_from(stage, track) if step.role is role)


def find_step(stage: Stage, act: Act, role: Role, track: Track = Track.OPINION) -> Step:
    """The row for an act; raises NotAllowed with the article that stands against it."""
    for step in steps_from(stage, track):
        if step.act is act and step.role is role:
            return step
    citation = next((step.citation for step in LIFECYCLE if step.act is act), stage.citation)
    raise NotAllowed(act=str(act), stage=str(stage), citation=citation.text)


def last_day(step: Step, history: Sequence[Event], holidays: HolidayCalendar | None = None) -> date | None:
    """The last day on which this step is in time; None where no period runs."""
    return ends_on(step.within, history, holidays) if step.within else None


def is_over(step: Step, history: Sequence[Event], on: date, holidays: HolidayCalendar | None = None) -> bool:
    """Whether a right of the petitioner has ended on this day.

    The 30 days run from receipt of the written answer (第三十五条、第三十六条第一款): where nobody recorded that day, nobody can say that they are over.
    """
    until = last_day(step, history, holidays)
    return until is not None and on > until and receipt_recorded(history)


def apply_act(
    history: Sequence[Event], act: Act, role: Role, on: date, *,
    track: Track = Track.OPINION, received_on: date | None = None, days: int | None = None, body: str | None = None,
    holidays: HolidayCalendar | None = None, today: date | None = None,
) -> Event:  # fmt: skip
    """The event that follows; raises NotAllowed, or DeadlinePassed where the citizen's own period is over.

    An organ that is late may still act: late is late, not void. `today`: nothing later than it can have happened.
    """
    stage = stage_of(history)
    step = find_step(stage, act, role, track)
    _check_order(step, history, on, received_on, today)
    _check_period(step, history, on, holidays)
    _check_merged(step, history)
    if act is Act.CONCLUDE and (right := _open_right(history, on, track, holidays)):
        raise _refused(step, stage, citation=right.citation.text)
    _check_days(step, history, on, days)
    return Event(on, act, step.to or stage, role, received_on, days, body)


def _refused(step: Step, stage: Stage, **more: object) -> NotAllowed:
    return NotAllowed(**({"act": str(step.act), "stage": str(stage), "citation": step.citation.text} | more))


def _check_order(step: Step, history: Sequence[Event], on: date, received_on: date | None, today: date | None) -> None:
    """Nothing happens before what happened last, arrives before it was sent, or lies in the future."""
    earliest, reached = history[-1].on, received_on or on
    if on < earliest or reached < on:
        raise _refused(step, stage_of(history), not_before=max(earliest, on))
    if today and max(on, reached) > today:
        raise _refused(step, stage_of(history), not_after=today)


def _check_period(step: Step, history: Sequence[Event], on: date, holidays: HolidayCalendar | None) -> None:
    """A right that is over is over, and a period that is over can't be extended (第三十四条)."""
    until = last_day(step, history, holidays)
    late = step.act is Act.EXTEND and until is not None and on > until
    if late or (step.role is Role.PETITIONER and is_over(step, history, on, holidays)):
        raise DeadlinePassed(act=str(step.act), stage=str(stage_of(history)), citation=step.citation.text, until=until)


def _check_merged(step: Step, history: Sequence[Event]) -> None:
    merged = is_merged(history)
    if (merged and step.act not in OF_MERGED) or (not merged and step.act is Act.UNMERGE):
        raise _refused(step, stage_of(history), merged=merged)


def _check_days(step: Step, history: Sequence[Event], on: date, days: int | None) -> None:
    """An extension is 1 to 30 days; a hearing took no more days than have gone by since the recheck was asked for."""
    stage = stage_of(history)
    if step.act is Act.EXTEND and not 1 <= (days or 0) <= deadlines.EXTENSION.length:
        raise _refused(step, stage, most=deadlines.EXTENSION.length)
    if step.act is Act.HOLD_HEARING:
        most = (on - (last_reaching(history, stage) or history[0]).on + timedelta(days=1)).days
        most -= sum(each.days or 0 for each in history if each.act is Act.HOLD_HEARING and each.to is stage)
        if (days is None and stage is Stage.RECHECKING) or (days is not None and not 1 <= days <= most):
            raise _refused(step, stage, most=most)


def _open_right(history: Sequence[Event], on: date, track: Track, holidays: HolidayCalendar | None) -> Step | None:
    """The request that the petitioner may still make: nobody concludes over it (第三十五条、第三十六条)."""
    steps = [step for step in steps_from(stage_of(history), track) if step.role is Role.PETITIONER]
    return next((step for step in steps if step.within and not is_over(step, history, on, holidays)), None)
