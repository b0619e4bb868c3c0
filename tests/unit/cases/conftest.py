from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.database import Register, UnitOfWork
from tests.unit.cases.factories import drop_databases, make_register


@pytest.fixture(autouse=True)
def room(tmp_path: Path) -> Iterator[None]:
    yield
    drop_databases(tmp_path)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def uow(register: Register) -> Iterator[UnitOfWork]:
    with register.unit_of_work() as opened:
        yield opened
