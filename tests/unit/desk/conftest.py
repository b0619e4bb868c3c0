"""A page that listens comes again and again: in tests it is answered at once."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.routes.takeover.STREAM_SECONDS", 0.3)
