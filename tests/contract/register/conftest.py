from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cases.factories import drop_databases


@pytest.fixture(autouse=True)
def room(tmp_path: Path) -> Iterator[None]:
    yield
    drop_databases(tmp_path)
