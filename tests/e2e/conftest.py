"""The browsers and the stack that all tests of this folder share; a test that kills a server starts it again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.browsers import browser as browser
from tests.e2e.browsers import browsers as browsers
from tests.e2e.citizen import Citizen
from tests.e2e.database import forget_misses
from tests.e2e.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def citizen(stack: Stack) -> Iterator[Citizen]:
    with Citizen(stack.base_url) as someone:
        yield someone


@pytest.fixture(autouse=True)
def nobody_is_locked_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test has the same address: wrong codes of one must not lock the next out."""
    yield
    if "stack" in request.fixturenames:
        forget_misses(request.getfixturevalue("stack"))
