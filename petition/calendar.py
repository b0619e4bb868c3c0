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


ANNOUNCED = (11, 1)  # month and day from which next year's holidays are to be looked for


def calendar_warning(calendar: WorkCalendar, today: date) -> str | None:
    """What to do before the table runs out: from 1 November without next year, and ever after without this one."""
    if not calendar.knows(today.year):
        return f"没有{today.year}年的节假日安排，工作日和上班时间只按周一至周五算，期限可能算错，请马上补上"
    if (today.month, today.day) >= ANNOUNCED and not calendar.knows(today.year + 1):
        return f"还没有{today.year + 1}年的节假日安排，国务院办公厅公布后请补上，不然元旦以后只按周一至周五算"
    return None
