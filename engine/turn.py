"""What happened in the turn under way: how long each part took, and whether something failed.

Rasa answers a failed action with silence and keeps the half-made turn. Here a failure is noted, the turn is not saved,
and the gateway says so.
"""

from __future__ import annotations

import re
import time
import uuid
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional

PARTS = ("nlu", "policy", "action", "store")
ID = re.compile(r"[0-9a-f]{12}")


@dataclass
class Turn:
    """Milliseconds by part, the slot that a form has asked for, and the faults in the order they came.

    `id` came with the message: it stands in the log lines of every process (zhilu/trace.py), and is the number of a fault.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    spent: Dict[str, float] = field(default_factory=dict)
    expects: Optional[str] = None
    faults: List[str] = field(default_factory=list)

    def fail(self, what: str) -> None:
        self.faults.append(what)


_turn: ContextVar[Optional[Turn]] = ContextVar("turn", default=None)


def current() -> Optional[Turn]:
    """The turn under way, or None outside the gateway."""
    return _turn.get()


@contextmanager
def new_turn(id: object = None) -> Iterator[Turn]:
    """Everything inside belongs to one turn; its id is that of the message, or a new one."""
    turn = Turn(id) if isinstance(id, str) and ID.fullmatch(id) else Turn()
    token = _turn.set(turn)
    try:
        yield turn
    finally:
        _turn.reset(token)


@contextmanager
def part(name: str) -> Iterator[None]:
    """Count the time inside to a part of the turn."""
    started = time.perf_counter()
    try:
        yield
    finally:
        turn = _turn.get()
        if turn is not None:
            turn.spent[name] = turn.spent.get(name, 0.0) + (time.perf_counter() - started) * 1000
