"""What lists and jobs need to know of a case without its history: who has it, the next day an organ must keep, the citizen's next right."""

from __future__ import annotations

from collections.abc import Sequence

from cases.models import Case
from petition.deadlines import HolidayCalendar
from petition.matters import Branch, PetitionType
from petition.roadmap import roadmap
from petition.stages import Act, Event, Stage, Track, track_of

OVER = frozenset({Stage.CONCLUDED, Stage.WITHDRAWN})
# After these acts the organ that has the case is the one named in the event; none named: it is open who has it.
MOVES = frozenset({Act.FORWARD, Act.ASSIGN, Act.DETERMINE_BODY, Act.REQUEST_REVIEW, Act.REQUEST_RECHECK})
GIVES_BACK = Act.OBJECT  # the event names the organ that objects


def track_of_case(case: Case) -> Track:
    """The track of the case as it is classified now."""
    return track_of(PetitionType(case.type), Branch(case.branch) if case.branch else None)


def refresh(case: Case, history: Sequence[Event], holidays: HolidayCalendar | None) -> None:
    """Compute the dates of a case from its history; the history itself is what counts."""
    last = history[-1]
    road = roadmap(history, last.on, track=track_of_case(case), holidays=holidays)
    over = road.stage in OVER
    if last.act in MOVES or last.act is GIVES_BACK:
        case.body = last.body if last.act in MOVES else None
    case.due_on = None if over else road.due
    case.right_until = road.next_right.until if road.next_right else None
    case.closed_on = (case.closed_on or last.on) if over else None
