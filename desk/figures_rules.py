"""How the figures are counted and what the documents look like: data/desk/figures.yml and report.yml, read and checked at the start."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from cases.figures_spikes import Rule
from knowledge.yamls import read_yaml
from petition.matters import Matter

Count = Annotated[int, Field(ge=1)]
WORDS = frozenset(
    {"office", "period", "total", "open", "late", "soon", "weekday", "made", "scope", "least"}
)  # what a text of report.yml may have in braces


class TableId(StrEnum):
    """The tables of the figures, in the order of the page."""

    SPIKES = "spikes"
    TOTALS = "totals"
    REPEATS = "repeats"
    TIME = "time"
    MATTERS = "matters"
    DOORS = "doors"
    TYPES = "types"
    PLACES = "places"
    RATES = "rates"
    STEPS = "steps"
    QUESTIONS = "questions"
    LOAD = "load"
    BODIES = "bodies"


class Part(BaseModel):
    """Strict: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Periods(Part):
    """In days."""

    usual_days: Count
    longest_days: Count


class PlaceRules(Part):
    """`hidden_below`: in documents a place with fewer petitions is not named."""

    hidden_below: Annotated[int, Field(ge=2)]
    most: Count


class BodyRules(Part):
    """How many organs are listed."""

    most: Count


class SpikeRules(Part):
    """The rule, and in words with its limits."""

    weeks: Annotated[int, Field(ge=2, le=52)]
    least: Count
    width: Annotated[float, Field(gt=0)]
    rule: str
    limits: list[str]

    @property
    def numbers(self) -> Rule:
        return Rule(self.weeks, self.least, self.width)

    @property
    def words(self) -> list[str]:
        """The rule and its limits with the numbers in them."""
        numbers = {"weeks": self.weeks, "least": self.least, "width": f"{self.width:g}", "matters": len(Matter)}
        return [text.strip().format(**numbers) for text in (self.rule, *self.limits)]


class FigureRules(Part):
    """data/desk/figures.yml."""

    periods: Periods
    places: PlaceRules
    bodies: BodyRules
    spikes: SpikeRules


class Section(Part):
    """A heading, a sentence perhaps, and a table."""

    heading: str
    table: TableId
    text: str = ""


class Outline(Part):
    """One document."""

    title: str
    subtitle: str
    file: str
    lead: list[str]
    sections: list[Section]
    closing: list[str]

    @field_validator("subtitle", "lead", "closing")
    @classmethod
    def known_words(cls, value: str | list[str]) -> str | list[str]:
        """Nothing stands in braces that nobody fills."""
        for text in [value] if isinstance(value, str) else value:
            unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - WORDS
            if unknown:
                raise ValueError(f"no such word: {', '.join(sorted(unknown))}")
        return value


class Outlines(Part):
    """data/desk/report.yml: 每日访情 and 信访专报."""

    brief: Outline
    report: Outline


class Rules(Part):
    """Both files."""

    figures: FigureRules
    outlines: Outlines

    @classmethod
    def load(cls, folder: Path) -> Rules:
        """pydantic.ValidationError names the field that is missing or wrong."""
        return cls(
            figures=FigureRules.model_validate(_read(folder / "figures.yml")),
            outlines=Outlines.model_validate(_read(folder / "report.yml")),
        )


def _read(path: Path) -> Mapping[str, object]:
    found: Mapping[str, object] = read_yaml(path)
    return found
