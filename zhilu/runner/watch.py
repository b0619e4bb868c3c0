"""Counts how often programs die, and says when enough is enough."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from zhilu.runner.supervisor import ProcessState


@dataclass(frozen=True)
class Patience:
    """A program may die `deaths` times within `window` seconds; one more and everything stops."""

    deaths: int = 5
    window: float = 60


@dataclass
class Watch:
    """Feed it what supervisord says, again and again; it answers who died since, and who died too often."""

    patience: Patience
    pids: dict[str, int] = field(default_factory=dict)
    deaths: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def died(self, states: Iterable[ProcessState], now: float) -> list[str]:
        """Names of the programs whose process is another one than at the last look, or none any more."""
        names = []
        for state in states:
            before = self.pids.get(state.name, 0)
            if before and before != state.pid:
                self.deaths[state.name].append(now)
                names.append(state.name)
            self.pids[state.name] = state.pid
        return names

    def hopeless(self, states: Iterable[ProcessState], now: float) -> str | None:
        """The first program that supervisord gave up on or that used up our patience."""
        for state in states:
            recent = self.deaths[state.name]
            while recent and recent[0] < now - self.patience.window:
                recent.popleft()
            if state.gave_up or len(recent) > self.patience.deaths:
                return state.name
        return None
