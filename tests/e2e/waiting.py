"""Waiting for something that happens by itself."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_SECONDS = 20.0


def soon(happened: Callable[[], object], pause: float = 0.05) -> None:
    """Return as soon as it has happened; fail where it does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(pause)
