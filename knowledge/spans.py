"""Days in our YAML files: one, or the first and the last of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated

from pydantic import BeforeValidator


def span(text: object) -> tuple[date, date]:
    """`2026-10-01` or `2026-10-01/2026-10-07`; raises ValueError."""
    first, _, last = str(text).partition("/")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < start:
        raise ValueError(f"{text} ends before it begins")
    return start, end


Spans = list[Annotated[tuple[date, date], BeforeValidator(span)]]


def days(spans: Iterable[tuple[date, date]]) -> Iterator[date]:
    """Every day of the spans, first and last included."""
    for first, last in spans:
        yield from (first + timedelta(days=number) for number in range((last - first).days + 1))
