"""The figures of a period, read once for a page or a document; desk/figures_tables.py puts them into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cases import figures, rates
from cases.database import UnitOfWork
from cases.figures import Days, Intake, Load, Repeats, Unanswered
from cases.figures_places import Places, places
from cases.figures_spikes import Spike, spikes
from cases.figures_sql import Seen
from cases.queue import Counts, Filters, counts
from cases.rates import Rate
from desk.figures_rules import FigureRules
from knowledge.office import Office


@dataclass(frozen=True)
class Numbers:
    """Everything that is counted of a scope, and when."""

    scope: Seen
    made: datetime
    intake: Intake
    places: Places
    steps: list[Days]
    rates: list[Rate]
    waiting: Counts
    loads: list[Load]
    repeats: Repeats
    questions: list[Unanswered]
    spikes: list[Spike] | None

    @property
    def spike_day(self) -> date:
        """The day that was looked at: the last of the period."""
        return self.scope.ends


def gather(uow: UnitOfWork, scope: Seen, rules: FigureRules, known: Mapping[str, str], *, now: datetime) -> Numbers:
    """Count."""
    return Numbers(
        scope=scope,
        made=now,
        intake=figures.intake(uow, scope),
        places=places(uow, scope, known),
        steps=figures.steps(uow, scope),
        rates=rates.rates(uow, scope),
        waiting=counts(uow, Filters(body=scope.body, reports=scope.reports), now=now),
        loads=figures.loads(uow, scope, rules.bodies.most),
        repeats=figures.repeats(uow, scope),
        questions=figures.unanswered(uow, scope.begins, scope.ends),
        spikes=spikes(uow, scope, scope.ends, rules.spikes.numbers),
    )


def known_places(office: Office) -> dict[str, str]:
    """What people call a place → its name."""
    return {name: place.name for place in office.places for name in (place.name, *place.aliases)}
