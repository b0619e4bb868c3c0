"""Where a petition stands, what comes next and until when, and what its petitioner may do now (路线图)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from petition import deadlines
from petition.citation import Citation
from petition.deadlines import HolidayCalendar, Period, due_date
from petition.stages import Act, Event, Role, Stage, Track, last_reaching, stage_of, steps_from


class State(StrEnum):
    """How a stage stands to now."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class RoadmapStage:
    """One stage on the road; `due`: the last day for reaching it, where a period runs."""

    id: Stage
    state: State
    on: date | None = None
    due: date | None = None

    def as_dict(self) -> dict[str, object]:
        """As in contract.md."""
        return {
            "id": str(self.id),
            "title": self.id.label,
            "state": str(self.state),
            "on": _iso(self.on),
            "due": _iso(self.due),
        }


@dataclass(frozen=True)
class Right:
    """What the petitioner may do now, until when, and to whom."""

    act: Act
    until: date | None
    to: str
    citation: Citation

    def as_dict(self) -> dict[str, object]:
        """As in contract.md, with a title."""
        return {
            "act": str(self.act),
            "title": self.act.label,
            "until": _iso(self.until),
            "to": self.to,
            "citation": self.citation.text,
        }


@dataclass(frozen=True)
class Roadmap:
    """The whole road."""

    stage: Stage
    stages: tuple[RoadmapStage, ...]
    rights: tuple[Right, ...]
    due: date | None
    told: str = ""

    def as_dict(self) -> dict[str, object]:
        """As in contract.md."""
        return {
            "stage": str(self.stage),
            "stages": [each.as_dict() for each in self.stages],
            "rights": [each.as_dict() for each in self.rights],
        }


_START = (Stage.REGISTERED,)
_REVIEWS = (Stage.REVIEWING, Stage.REVIEWED, Stage.RECHECKING, Stage.RECHECKED)

# The period within which a stage must be reached, and the stages whose beginning starts it.
_DUE: Mapping[Stage, tuple[tuple[Period, tuple[Stage, ...]], ...]] = {
    Stage.FORWARDED: ((deadlines.ROUTE, _START),),
    Stage.ASSIGNED: ((deadlines.ROUTE, _START),),
    Stage.GUIDED: ((deadlines.TRANSFERRED_NOTICE, (Stage.FORWARDED, Stage.ASSIGNED)), (deadlines.ROUTE, _START)),
    Stage.ACCEPTED: ((deadlines.TRANSFERRED_NOTICE, (Stage.FORWARDED, Stage.ASSIGNED)),),
    Stage.REVIEWING: ((deadlines.REVIEW_REQUEST, (Stage.REPLIED,)),),
    Stage.REVIEWED: ((deadlines.REVIEW, (Stage.REVIEWING,)),),
    Stage.RECHECKING: ((deadlines.RECHECK_REQUEST, (Stage.REVIEWED,)),),
    Stage.RECHECKED: ((deadlines.RECHECK, (Stage.RECHECKING,)),),
}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def handling_due(history: Sequence[Event], holidays: HolidayCalendar | None = None) -> date | None:
    """60 days from acceptance, and the days of an extension approved (第三十四条)."""
    accepted = last_reaching(history, Stage.ACCEPTED)
    if accepted is None:
        return None
    extended = last_reaching(history, Stage.EXTENDED)
    extra = min(extended.days or deadlines.EXTENSION.length, deadlines.EXTENSION.length) if extended else 0
    return due_date(deadlines.HANDLING, accepted.on, holidays) + timedelta(days=extra)


def stage_due(
    stage: Stage, history: Sequence[Event], track: Track, holidays: HolidayCalendar | None = None
) -> date | None:
    """The last day for reaching `stage`; None where no period has begun or none is set."""
    if stage is Stage.REPLIED:
        return handling_due(history, holidays) if track is Track.OPINION else None
    for period, begins in _DUE.get(stage, ()):
        if (event := last_reaching(history, *begins)) is not None:
            return due_date(period, event.counted_from, holidays)
    return None


def _path(history: Sequence[Event], track: Track) -> tuple[Stage, ...]:
    """The stages of this petition's road, those gone and those to come."""
    seen = {event.to for event in history}
    if Stage.WITHDRAWN in seen:
        return tuple(stage for stage in Stage if stage in seen)
    sent = Stage.ASSIGNED if Stage.ASSIGNED in seen else Stage.FORWARDED
    start: tuple[Stage, ...] = (Stage.REGISTERED, sent)
    for end in (Stage.GUIDED, Stage.DECLINED):
        if end in seen:
            return (*(stage for stage in start if stage in seen), end, Stage.CONCLUDED)
    if Stage.ACCEPTED in seen and sent not in seen:
        start = (Stage.REGISTERED,)
    extended = (Stage.EXTENDED,) if Stage.EXTENDED in seen else ()
    reviews = _REVIEWS if track is Track.OPINION else ()
    return (*start, Stage.ACCEPTED, Stage.HANDLING, *extended, Stage.REPLIED, *reviews, Stage.CONCLUDED)


def _state(stage: Stage, history: Sequence[Event]) -> State:
    current = stage_of(history)
    if stage is current:
        return State.NOW
    if any(event.to is stage for event in history) and not _given_back(stage, history):
        return State.DONE
    return State.SKIPPED if current in (Stage.CONCLUDED, Stage.WITHDRAWN) else State.NEXT


def _given_back(stage: Stage, history: Sequence[Event]) -> bool:
    """Whether the stage was undone by an objection of the organ and lies ahead again."""
    back = max((number for number, event in enumerate(history) if event.act is Act.OBJECT), default=-1)
    return stage is not Stage.REGISTERED and not any(event.to is stage for event in history[back + 1 :])


def _stages(history: Sequence[Event], track: Track, holidays: HolidayCalendar | None) -> tuple[RoadmapStage, ...]:
    rows = []
    for stage in _path(history, track):
        state = _state(stage, history)
        event = last_reaching(history, stage) if state in (State.DONE, State.NOW) else None
        due = stage_due(stage, history, track, holidays) if state is State.NEXT else None
        rows.append(RoadmapStage(stage, state, event.on if event else None, due))
    return tuple(rows)


def _rights(history: Sequence[Event], today: date, track: Track, holidays: HolidayCalendar | None) -> tuple[Right, ...]:
    stage = stage_of(history)
    reached = last_reaching(history, stage) or history[0]
    rights = []
    for step in steps_from(stage, track):
        if step.role is Role.PETITIONER:
            until = due_date(step.within, reached.counted_from, holidays) if step.within else None
            if until is None or today <= until:
                rights.append(Right(step.act, until, step.to_whom, step.citation))
    return tuple(rights)


def roadmap(
    history: Sequence[Event], today: date, *, track: Track = Track.OPINION, holidays: HolidayCalendar | None = None
) -> Roadmap:
    """The road of a petition as of `today`; `due` is the next day that an organ has to keep."""
    stages = _stages(history, track, holidays)
    by_petitioner = (Stage.REVIEWING, Stage.RECHECKING)
    due = next((each.due for each in stages if each.due and each.id not in by_petitioner), None)
    current = stage_of(history)
    return Roadmap(current, stages, _rights(history, today, track, holidays), due, _told(history, track))


def _told(history: Sequence[Event], track: Track) -> str:
    """What the last event tells the petitioner."""
    before = history[-2].to if len(history) > 1 else None
    steps = steps_from(before, track) if before else ()
    return next((step.told for step in steps if step.act is history[-1].act), "")
