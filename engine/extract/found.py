"""The shapes that the extractors give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.extract.gazetteer import Gazetteer


@dataclass(frozen=True)
class Found:
    """One value in a text: `text` stands at [start, end); `weight` ranks several of one entity, best highest."""

    entity: str
    value: Any
    start: int
    end: int
    text: str
    total: bool = False
    weight: int = 0
    part: bool = False  # of an amount: what has come back of another
    choices: tuple[Any, ...] = ()  # of a date: the readings to choose from, where none is sure
    against: bool = False  # of an amount: said against another one (他说五万，其实三万)


class Problem(str, Enum):
    """Why an answer could not be taken."""

    NONE = "none"
    IMPOSSIBLE = "impossible"
    FUTURE = "future"
    AMBIGUOUS = "ambiguous"
    LENGTH = "length"
    PREFIX = "prefix"


@dataclass(frozen=True)
class DateResult:
    """ISO day, month, year or period; no value and no problem means that no date was said.

    `choices`: of what is ambiguous, the readings to choose from (三月或者四月; 八月十五 by the sun or the moon).
    """

    value: str | None
    problem: Problem = Problem.NONE
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class AmountResult:
    """Yuan; no value and no problem means that no sum was said; `choices`: several were, and none is the whole."""

    value: int | float | None
    problem: Problem = Problem.NONE
    choices: tuple[int | float, ...] = ()


@dataclass(frozen=True)
class PhoneResult:
    """A mobile number (11 digits) or a landline (0398-2812345); no value and no problem: nothing like a number."""

    value: str | None
    problem: Problem = Problem.NONE


@dataclass
class Sentence:
    """A text on its way through the extractors; `text` and `folded` have the same length."""

    text: str
    folded: str
    today: date
    places: Gazetteer | None = None
    taken: list[tuple[int, int]] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        """Whether no earlier extractor claimed any part of [start, end)."""
        return all(end <= left or right <= start for left, right in self.taken)

    def found(self, entity: str, value: Any, start: int, end: int, **more: Any) -> Found:
        return Found(entity, value, start, end, self.text[start:end], **more)

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause around [start, end): from the punctuation mark before to the one after."""
        left = max((self.folded.rfind(mark, 0, start) for mark in CLAUSE_MARKS), default=-1) + 1
        right = min(
            (at for at in (self.folded.find(mark, end) for mark in CLAUSE_MARKS) if at >= 0), default=len(self.folded)
        )
        return left, right


CLAUSE_MARKS = "，。；！？,;!?\n"
