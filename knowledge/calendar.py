"""Reads data/calendar.yml, the table of public holidays and make-up days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from knowledge.spans import Spans, days
from knowledge.yamls import read_yaml
from petition.calendar import WorkCalendar


class Year(BaseModel):
    """The days of one year on which Monday to Friday does not hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holidays: Spans = []
    working_weekends: Spans = []

    def exceptions(self) -> dict[date, bool]:
        """Day → whether offices work."""
        return dict.fromkeys(days(self.holidays), False) | dict.fromkeys(days(self.working_weekends), True)


class Table(BaseModel):
    """All years of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    years: dict[int, Year]

    @model_validator(mode="after")
    def in_their_years(self) -> Table:
        """A day stands under its own year, and is not both a holiday and a working day."""
        for number, year in self.years.items():
            listed = [*days(year.holidays), *days(year.working_weekends)]
            wrong = [day for day in listed if day.year != number] or [day for day in listed if listed.count(day) > 1]
            if wrong:
                raise ValueError(f"{wrong[0]} does not belong under {number}, or stands twice")
        return self


def load_calendar(path: Path) -> WorkCalendar:
    """Raises pydantic.ValidationError naming what is wrong."""
    table = Table.model_validate(read_yaml(path))
    return WorkCalendar({number: year.exceptions() for number, year in table.years.items()})
