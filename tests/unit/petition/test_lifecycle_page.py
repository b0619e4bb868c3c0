"""docs/lifecycle.md is the table that the program follows."""

from __future__ import annotations

from petition.deadlines import PERIODS
from petition.lifecycle import LIFECYCLE
from scripts.lifecycle_doc import PAGE, render


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run scripts/lifecycle_doc.py"


def test_the_page_has_every_row_and_every_period() -> None:
    rows = [line for line in render().splitlines() if line.startswith("| ") and line[2].isdigit()]
    numbered = [line for line in rows if line[2:].split(" ", 1)[0].count(".") == 1]
    assert len(numbered) == len(LIFECYCLE)
    assert all(step.told in line for step, line in zip(LIFECYCLE, numbered, strict=True))
    assert all(period.told in render() for period in PERIODS.values())
