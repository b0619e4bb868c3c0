"""Lives of petitions for the tests, told as lines: `organ reply 2026-03-01`."""

from __future__ import annotations

from datetime import date
from typing import Any

from knowledge.calendar import load_calendar
from petition.stages import Act, Event, Role, Track, apply_act, register
from tests.unit.petition.conftest import REPOSITORY

HOLIDAYS = load_calendar(REPOSITORY / "data" / "calendar.yml")


def iso(text: str) -> date:
    return date.fromisoformat(text)


def live(*lines: str, track: Track = Track.OPINION) -> list[Event]:
    """The first line is the day of filing; then `who act day`, and `received=day`, `days=3` or `body=…` behind it."""
    history = [register(iso(lines[0]))]
    for line in lines[1:]:
        go(history, line, track)
    return history


def go(history: list[Event], line: str, track: Track = Track.OPINION) -> Event:
    """One act more."""
    who, act, on, *rest = line.split()
    more: dict[str, Any] = dict(each.split("=") for each in rest)
    event = apply_act(
        history, Act(act), Role(who), iso(on), track=track,
        received_on=iso(more["received"]) if "received" in more else None,
        days=int(more["days"]) if "days" in more else None, body=more.get("body"), holidays=HOLIDAYS,
    )  # fmt: skip
    history.append(event)
    return event


ACCEPTED = ("2026-03-01", "office forward 2026-03-05", "organ accept 2026-03-10")
HANDLING = (*ACCEPTED, "organ handle 2026-03-11")
REPLIED = (*HANDLING, "organ reply 2026-04-20 received=2026-04-20")
REVIEWING = (*REPLIED, "petitioner request-review 2026-05-01")
REVIEWED = (*REVIEWING, "reviewer review 2026-05-20 received=2026-05-20")
RECHECKING = (*REVIEWED, "petitioner request-recheck 2026-06-01")
RECHECKED = (*RECHECKING, "rechecker recheck 2026-06-20")
