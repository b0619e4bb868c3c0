from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.services import Services
from tests.unit.actions.factories import Citizen, make_services_in


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """With one register for all tests: no two share a case."""
    made = make_services_in(tmp_path_factory.mktemp("register"))
    yield made
    made.register.close()


@pytest.fixture
def new_services(tmp_path: Path) -> Iterator[Services]:
    """With an empty register."""
    made = make_services_in(tmp_path)
    yield made
    made.register.close()


@pytest.fixture
def citizen(services: Services) -> Citizen:
    return Citizen(services)
