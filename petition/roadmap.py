"""Where a petition stands, what comes next and until when, and what its petitioner may do now (路线图)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from petition import deadlines
from petition.citation import Citation
from petition.deadlines import HolidayCalendar, Period
from petition.life import Act, Event, Role, Stage, Track, regulation
from petition.lifecycle import LIFECYCLE
from petition.running import ends_on, is_merged, last_reaching, period_of, stage_of
from petition.stages import OF_MERGED, is_over, last_day, steps_from


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
class Clock:
    """The period that an organ has to keep now; `days_left` is negative where it is late."""

    due: date
    days_left: int
    owed_by: str
    period_id: str
    citation: Citation

    @property
    def late(self) -> bool:
        """Whether the last day is over."""
        return self.days_left < 0

    def as_dict(self) -> dict[str, object]:
        """For the screen."""
        return {
            "due": self.due.isoformat(),
            "days_left": self.days_left,
            "owed_by": self.owed_by,
            "period": self.period_id,
            "citation": self.citation.text,
        }


@dataclass(frozen=True)
class Roadmap:
    """The whole road; `late`: what the citizen may do where the organ is late, each with its article."""

    stage: Stage
    stages: tuple[RoadmapStage, ...]
    rights: tuple[Right, ...]
    due: date | None
    told: str = ""
    clock: Clock | None = None
    late: tuple[str, ...] = ()

    @property
    def next_right(self) -> Right | None:
        """The right that ends on a day, if one runs: asking for review or recheck."""
        return next((right for right in self.rights if right.until), None)

    def as_dict(self) -> dict[str, object]:
        """As in contract.md, and the clock."""
        return {
            "stage": str(self.stage),
            "stages": [each.as_dict() for each in self.stages],
            "rights": [each.as_dict() for each in self.rights],
            "clock": self.clock.as_dict() if self.clock else None,
            "late": list(self.late),
        }


_REVIEWS = (Stage.REVIEWING, Stage.REVIEWED, Stage.RECHECKING, Stage.RECHECKED)

# The stage that ends each period of an organ, and the petitioner's requests.
_ENDED_BY: Mapping[str, tuple[Stage, ...]] = {
    deadlines.ROUTE.id: (Stage.FORWARDED, Stage.ASSIGNED, Stage.GUIDED),
    deadlines.DIRECT_NOTICE.id: (Stage.ACCEPTED, Stage.FORWARDED, Stage.ASSIGNED, Stage.GUIDED),
    deadlines.TRANSFERRED_NOTICE.id: (Stage.ACCEPTED, Stage.GUIDED),
    deadlines.HANDLING.id: (Stage.REPLIED,),
    deadlines.EXTENSION.id: (Stage.REPLIED,),
    deadlines.REVIEW.id: (Stage.REVIEWED,),
    deadlines.RECHECK.id: (Stage.RECHECKED,),
}
_REQUESTS: Mapping[Stage, Period] = {
    Stage.REVIEWING: deadlines.REVIEW_REQUEST,
    Stage.RECHECKING: deadlines.RECHECK_REQUEST,
}
# The duty that a late organ has not kept; whoever may set it right is its superior (责令改正).
_DUTY: Mapping[str, Citation] = {
    deadlines.ROUTE.id: regulation(43),
    deadlines.DIRECT_NOTICE.id: regulation(44, "第（三）项"),
    deadlines.TRANSFERRED_NOTICE.id: regulation(44, "第（三）项"),
}
_DUTY_OF_HANDLING = regulation(45, "第（一）项")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def clock_of(
    history: Sequence[Event], today: date, *, track: Track = Track.OPINION, holidays: HolidayCalendar | None = None
) -> Clock | None:
    """What an organ has to have done, and until when; None where no period runs."""
    period = period_of(history, track)
    due = ends_on(period, history, holidays) if period else None
    if period is None or due is None:
        return None
    return Clock(due, (due - today).days, period.owed_by, period.id, period.citation)


def when_late(clock: Clock | None) -> tuple[str, ...]:
    """What the citizen may do once the last day is over; nothing before."""
    if clock is None or not clock.late:
        return ()
    remind, supervise = regulation(28, "第一款").text, regulation(40, "第一款").text
    duty = _DUTY.get(clock.period_id, _DUTY_OF_HANDLING).text
    watch = "上一级信访部门" if clock.owed_by == deadlines.ROUTE.owed_by else "信访部门"
    return (
        f"可以催办，提醒{clock.owed_by}不得推诿、敷衍、拖延（{remind}）。",
        f"可以请{watch}督办，并提出改进工作的建议（{supervise}）。",
        f"没有按期办的，由{clock.owed_by}的上级机关责令改正（{duty}）；可以向上级机关反映。",
    )


def stage_due(
    stage: Stage, history: Sequence[Event], track: Track, holidays: HolidayCalendar | None = None
) -> date | None:
    """The last day for reaching a stage that lies ahead; None where no period has begun or none is set."""
    if (request := _REQUESTS.get(stage)) is not None:
        return ends_on(request, history, holidays) if track is Track.OPINION else None
    period = period_of(history, track)
    if period is None or stage not in _ENDED_BY[period.id]:
        return None
    return ends_on(period, history, holidays)


def _path(history: Sequence[Event], track: Track) -> tuple[Stage, ...]:
    """The stages of this petition's road, those gone and those to come."""
    seen = tuple(dict.fromkeys(event.to for event in history))
    if Stage.WITHDRAWN in seen:
        return seen
    if Stage.GUIDED in seen or Stage.DECLINED in seen:
        return seen if Stage.CONCLUDED in seen else (*seen, Stage.CONCLUDED)
    sent = Stage.ASSIGNED if Stage.ASSIGNED in seen else Stage.FORWARDED
    direct = Stage.ACCEPTED in seen and sent not in seen
    start = (Stage.REGISTERED,) if direct else (Stage.REGISTERED, sent)
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
    rights, merged = [], is_merged(history)
    for step in steps_from(stage_of(history), track):
        if step.role is Role.PETITIONER and (step.act in OF_MERGED or not merged):
            until = last_day(step, history, holidays)
            if not is_over(step, history, today, holidays):
                known = (
                    until if until is None or today <= until else None
                )  # counted from the day it was written, and not received
                rights.append(Right(step.act, known, step.to_whom, step.citation))
    return tuple(rights)


def roadmap(
    history: Sequence[Event], today: date, *, track: Track = Track.OPINION, holidays: HolidayCalendar | None = None
) -> Roadmap:
    """The road of a petition as of `today`; `due` is the next day that an organ has to keep."""
    clock = clock_of(history, today, track=track, holidays=holidays)
    return Roadmap(
        stage=stage_of(history),
        stages=_stages(history, track, holidays),
        rights=_rights(history, today, track, holidays),
        due=clock.due if clock else None,
        told=told(history, track),
        clock=clock,
        late=when_late(clock),
    )


def told(history: Sequence[Event], track: Track = Track.OPINION) -> str:
    """What the last event tells the petitioner; the class of the petition may have changed since."""
    if len(history) < 2:
        return ""
    last, before = history[-1], history[-2].to
    rows = [step for step in LIFECYCLE if step.act is last.act and before in step.source]
    rows.sort(key=lambda step: (track not in step.tracks, step.role is not last.by))
    return rows[0].told if rows else ""
