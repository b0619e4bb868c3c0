"""How often somebody may write: so many a minute, told once that it is too fast, and then not heard."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from enum import StrEnum

WINDOW = 60.0  # seconds
MOST_NAMES = 10_000  # of a flood from many accounts; the one that was quiet longest is forgotten


class Pace(StrEnum):
    """What becomes of a message."""

    FINE = "fine"
    TOLD = "told"  # the first one too many
    IGNORED = "ignored"


class Flood:
    """Counts by name within a minute that begins with the first message."""

    def __init__(self, most: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def of(self, name: str) -> Pace:
        """One more of this name."""
        now = self._monotonic()
        begun, count = self._seen.pop(name, (now, 0))
        if now - begun >= WINDOW:
            begun, count = now, 0
        self._seen[name] = (begun, count + 1)
        while len(self._seen) > MOST_NAMES:
            self._seen.popitem(last=False)
        if count < self._most:
            return Pace.FINE
        return Pace.TOLD if count == self._most else Pace.IGNORED
