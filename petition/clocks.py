"""Clocks that run on while a petition is handled: what a citizen must hear before it is too late.

Petitioning is not among the grounds that stop or extend these limits. Only the year of labour arbitration is interrupted
by a request to an authority (《劳动争议调解仲裁法》第二十七条第二款); whether a given petition counts as one is not settled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from petition.citation import Citation, Law
from petition.matters import Channel, Matter

_PLACEHOLDER = re.compile(r"\{([a-z-]+)\}")


class Unit(StrEnum):
    """What a limit is counted in."""

    DAY = "day"
    WORKING_DAY = "working-day"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        """As it follows a number: 60日, 20个工作日, 6个月, 2年."""
        return {"day": "日", "working-day": "个工作日", "month": "个月", "year": "年"}[self]


@dataclass(frozen=True)
class RunningClock:
    """A citizen's own time limit on a channel; `start` is the event that it is counted from, `warning` plain Chinese."""

    name: str
    channel: Channel
    length: int
    unit: Unit
    start: str
    citation: Citation
    warning: str
    routes: frozenset[str] = frozenset()
    not_for: frozenset[Matter] = frozenset()
    not_routes: frozenset[str] = frozenset()

    @property
    def limit(self) -> str:
        """「60日」."""
        return f"{self.length}{self.unit.label}"

    def is_usual_for(self, matter: Matter | None, route: str) -> bool:
        """Whether it runs on its channel although the route has no clock of its own."""
        return not self.routes and matter not in self.not_for and route not in self.not_routes

    @property
    def short(self) -> str:
        """「自知道决定之日起60日内」, as a table has it."""
        return f"自{self.start}之日起{self.limit}内"


@dataclass(frozen=True)
class Clocks:
    """All limits; build with `from_data`."""

    all: tuple[RunningClock, ...]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Clocks:
        """From data/triage/clocks.yml; raises ValueError for a name that stands twice and an unknown placeholder."""
        clocks = tuple(_clock(row, data["unstopped"]) for row in data["clocks"])
        if len({clock.name for clock in clocks}) < len(clocks):
            raise ValueError("clocks: a name stands twice")
        return cls(clocks)

    def running(
        self, channels: Iterable[Channel], matter: Matter | None = None, route: str = ""
    ) -> tuple[RunningClock, ...]:
        """The limits on these channels, in their order; a route with a clock of its own has that one instead."""
        own = tuple(clock for clock in self.all if route in clock.routes)
        return own or tuple(
            clock
            for channel in channels
            for clock in self.all
            if clock.channel is channel and clock.is_usual_for(matter, route)
        )

    def fill(self, text: str) -> str:
        """Put the limits where a text names a clock: {reconsideration} → 60日."""
        limits = {clock.name: clock.limit for clock in self.all}
        return render(text, limits)


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill {name}; raises ValueError for a name that there is not."""
    if unknown := set(_PLACEHOLDER.findall(text)) - values.keys():
        raise ValueError(f"unknown placeholders {sorted(unknown)} in {text}")
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)


def _clock(row: Mapping[str, Any], unstopped: str) -> RunningClock:
    unit = Unit(row["unit"])
    said = {"limit": f"{row['length']}{unit.label}", "from": row["from"], "unstopped": unstopped}
    return RunningClock(
        name=row["name"],
        channel=Channel(row["channel"]),
        length=int(row["length"]),
        unit=unit,
        start=row["from"],
        citation=Citation(Law(row["law"]), int(row["article"]), str(row.get("clause", ""))),
        warning=render(row["say"], said),
        routes=frozenset(row.get("routes", ())),
        not_for=frozenset(map(Matter, row.get("not_for", ()))),
        not_routes=frozenset(row.get("not_routes", ())),
    )
