"""Which days offices work: weekends, the year's public holidays, and the make-up days of that year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from petition.deadlines import Weekdays


@dataclass(frozen=True)
class WorkCalendar(Weekdays):
    """`years`: for each year that has been published, the days on which the rule Monday to Friday does not hold."""

    years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day; a year that is not in the table has no holidays but its weekends."""
        return self.years.get(day.year, {}).get(day, super().is_working_day(day))

    def is_holiday(self, day: date) -> bool:
        """Whether the day is one of a public holiday, its weekend included."""
        return self.years.get(day.year, {}).get(day) is False

    def is_make_up_day(self, day: date) -> bool:
        """Whether the day is a weekend worked in place of a holiday (调休上班)."""
        return self.years.get(day.year, {}).get(day) is True

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year have been entered."""
        return year in self.years
