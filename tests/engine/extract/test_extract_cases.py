"""The table of cases: what is found in a text, and what is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.extract import extract, fill

TODAY = date(2026, 11, 21)
TABLE: dict[str, list[list[Any]]] = yaml.safe_load((Path(__file__).parent / "entities.yml").read_text(encoding="utf-8"))
ONE_SLOT = ("respondent", "place")
ROWS = [(entity, text, expected) for entity, rows in TABLE.items() for text, expected in rows]


@pytest.mark.parametrize(("entity", "text", "expected"), ROWS, ids=[f"{entity}: {text}" for entity, text, _ in ROWS])
def test_case(entity: str, text: str, expected: Any) -> None:
    found = extract(text, TODAY)
    if entity in ONE_SLOT:
        assert fill(found).get(entity) == expected
    else:
        assert [each.value for each in found if each.entity == entity] == expected


def test_the_table_is_large_and_has_negatives() -> None:
    assert len(ROWS) >= 200
    assert all(any(not expected for _, expected in rows) for rows in TABLE.values())
