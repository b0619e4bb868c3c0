"""When the periods of a history end: the event that each one runs from (see `since` of petition/deadlines.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from petition import deadlines
from petition.deadlines import HolidayCalendar, Period, due_date
from petition.life import Act, Event, Role, Stage, Track

History = Sequence[Event]
TIMED_HANDLING = (Stage.ACCEPTED, Stage.HANDLING, Stage.EXTENDED)


def stage_of(history: History) -> Stage:
    """Where a petition stands."""
    return history[-1].to


def last_reaching(history: History, *stages: Stage) -> Event | None:
    """The latest event that led from another stage to one of `stages`."""
    before: list[Stage | None] = [None, *(event.to for event in history)]
    moved = [event for event, previous in zip(history, before, strict=False) if event.to is not previous]
    return next((event for event in reversed(moved) if event.to in stages), None)


def is_merged(history: History) -> bool:
    """Whether the petition is carried on under another one (并入)."""
    return next((event.act is Act.MERGE for event in reversed(history) if event.act in (Act.MERGE, Act.UNMERGE)), False)


def period_of(history: History, track: Track) -> Period | None:
    """The period that an organ has to keep now; None where the regulation sets none, or the main petition's clock counts."""
    stage = stage_of(history)
    if is_merged(history):
        return None
    if stage is Stage.REGISTERED:
        return deadlines.DIRECT_NOTICE if history[0].by is Role.ORGAN else deadlines.ROUTE
    if stage in (Stage.FORWARDED, Stage.ASSIGNED):
        # 第二十三条第四款: how reports are acknowledged follows rules of their own
        return None if track is Track.REPORT else deadlines.TRANSFERRED_NOTICE
    if stage in TIMED_HANDLING and track is not Track.OPINION:
        return None
    return _OF_STAGE.get(stage)


_OF_STAGE = {
    Stage.ACCEPTED: deadlines.HANDLING,
    Stage.HANDLING: deadlines.HANDLING,
    Stage.EXTENDED: deadlines.EXTENSION,
    Stage.REVIEWING: deadlines.REVIEW,
    Stage.RECHECKING: deadlines.RECHECK,
}


def ends_on(period: Period, history: History, holidays: HolidayCalendar | None = None) -> date | None:
    """The last day of `period` in this history; None where the event that starts it has not happened."""
    if period.id == deadlines.EXTENSION.id:
        return _extended_end(history, holidays)
    start = _STARTS[period.id](history)
    if start is None:
        return None
    if period.id == deadlines.RECHECK.id:
        return _recheck_end(start, history)
    return due_date(period, start, holidays)


def receipt_recorded(history: History) -> bool:
    """Whether it stands in the history on which day the answer of the present stage reached the petitioner."""
    event = last_reaching(history, stage_of(history))
    if event is None:
        return False
    later = history[history.index(event) :]
    return event.received_on is not None or any(each.act is Act.DELIVER and each.to is event.to for each in later)


def _filed(history: History) -> date | None:
    """第二十二条 and 第二十三条第二款 count from receipt of the petition, and say nothing of a second count: the first event,
    even where an organ has objected since."""
    return history[0].counted_from


def _sent(history: History) -> date | None:
    """Receipt by the organ that has it now; what another organ received before is over with its objection."""
    back = max((number for number, event in enumerate(history) if event.act is Act.OBJECT), default=-1)
    event = last_reaching(history[back + 1 :], Stage.FORWARDED, Stage.ASSIGNED)
    return event.counted_from if event else None


def _accepted(history: History) -> date | None:
    """自受理之日起: the day of acceptance itself, whenever the notice of it arrived."""
    event = last_reaching(history, Stage.ACCEPTED)
    return event.on if event else None


def _delivered(stage: Stage) -> Callable[[History], date | None]:
    """Receipt of a written answer: as recorded since; an answer that nobody has recorded the receipt of counts from its own day."""

    def start(history: History) -> date | None:
        event = last_reaching(history, stage)
        if event is None:
            return None
        later = [each for each in history[history.index(event) :] if each.act is Act.DELIVER and each.to is stage]
        return later[-1].counted_from if later else event.counted_from

    return start


def _received(stage: Stage) -> Callable[[History], date | None]:
    def start(history: History) -> date | None:
        event = last_reaching(history, stage)
        return event.counted_from if event else None

    return start


_STARTS: dict[str, Callable[[History], date | None]] = {
    deadlines.ROUTE.id: _filed,
    deadlines.DIRECT_NOTICE.id: _filed,
    deadlines.TRANSFERRED_NOTICE.id: _sent,
    deadlines.OBJECTION.id: _sent,
    deadlines.HANDLING.id: _accepted,
    deadlines.REVIEW_REQUEST.id: _delivered(Stage.REPLIED),
    deadlines.REVIEW.id: _received(Stage.REVIEWING),
    deadlines.RECHECK_REQUEST.id: _delivered(Stage.REVIEWED),
    deadlines.RECHECK.id: _received(Stage.RECHECKING),
}


def _extended_end(history: History, holidays: HolidayCalendar | None) -> date | None:
    """The days that were approved, counted on from the end of the 60, at most 30 (第三十四条)."""
    first, extended = ends_on(deadlines.HANDLING, history, holidays), last_reaching(history, Stage.EXTENDED)
    if first is None or extended is None:
        return None
    most = deadlines.EXTENSION.length
    return first + timedelta(days=min(extended.days or most, most))


def _recheck_end(start: date, history: History) -> date:
    """听证所需时间不计算在内 (第三十六条第二款): of hearings that began while the period ran; a later one does not cure a delay."""
    end = due_date(deadlines.RECHECK, start)
    for event in history:
        if event.act is Act.HOLD_HEARING and event.to is Stage.RECHECKING:
            days = event.days or 0
            end += timedelta(days=days if event.on - timedelta(days=days - 1) <= end else 0)
    return end
