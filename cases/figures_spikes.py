"""Spikes (异常升高): a day's intake of a matter against the same weekday of the weeks before. A hint to look, and no finding."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from cases.database import UnitOfWork
from cases.figures import begun
from cases.figures_sql import Seen, china_date
from cases.models import Case
from petition.matters import Matter


@dataclass(frozen=True)
class Rule:
    """At least `least` on the day, and more than the mean of the `weeks` before by `width` times the root of that mean (of 1 at least)."""

    weeks: int
    least: int
    width: float

    def limit(self, before: Sequence[int]) -> float:
        """What a day has to exceed."""
        mean = sum(before) / len(before)
        return mean + self.width * math.sqrt(max(mean, 1.0))

    def is_spike(self, count: int, before: Sequence[int]) -> bool:
        return count >= self.least and count > self.limit(before)


@dataclass(frozen=True)
class Spike:
    """A matter that came unusually often on a day; `before`: the same weekday of the weeks before, the last week first."""

    matter: Matter
    day: date
    count: int
    before: tuple[int, ...]
    limit: float

    @property
    def mean(self) -> float:
        return sum(self.before) / len(self.before)


def spikes(uow: UnitOfWork, scope: Seen, day: date, rule: Rule) -> list[Spike] | None:
    """The greatest first; None where the register does not reach back far enough to say."""
    days = [day - timedelta(weeks=number) for number in range(rule.weeks + 1)]
    first = begun(uow)
    if first is None or first > days[-1]:
        return None
    counted = _counted(uow, replace(scope, begins=days[-1], ends=day), days)
    found = []
    for matter in Matter:
        count, *before = (counted.get((matter.value, each), 0) for each in days)
        if rule.is_spike(count, before):
            found.append(Spike(matter, day, count, tuple(before), rule.limit(before)))
    return sorted(found, key=lambda spike: spike.limit - spike.count)


def _counted(uow: UnitOfWork, scope: Seen, days: Sequence[date]) -> dict[tuple[str, date], int]:
    filed: Any = china_date(Case.filed_at)
    wanted = select(Case.matter, filed, func.count()).where(*scope.filed).group_by(Case.matter, filed)
    wanted_days = frozenset(days)
    found = {(matter, on): count for matter, on, count in uow.session.execute(wanted) if on in wanted_days}
    uow.rollback()
    return found
