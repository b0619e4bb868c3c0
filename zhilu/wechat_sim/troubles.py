"""What goes wrong at the platform's API, on purpose."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

BUSY, TOKEN_EXPIRED, OUT_OF_WINDOW, OVER_COUNT, DAY_LIMIT = -1, 42001, 45015, 45047, 45009
SEND = "/cgi-bin/message/custom/send"


@dataclass(frozen=True)
class Trouble:
    """Answers a code, or these bytes, after so many seconds; nothing was done then. With neither the call is only slow."""

    code: int = 0
    seconds: float = 0.0
    raw: bytes | None = None

    @property
    def refuses(self) -> bool:
        return bool(self.code) or self.raw is not None

    def __str__(self) -> str:
        return str(self.code) if self.code else "wrong JSON" if self.raw is not None else f"{self.seconds:g} s"


WRONG_JSON = Trouble(raw=b"<html>502 Bad Gateway</html>")


@dataclass
class Troubles:
    """`next` happen once each, in order; `often` by chance: of which calls, how likely, which."""

    seed: int = 0
    next: dict[str, deque[Trouble]] = field(default_factory=lambda: defaultdict(deque))
    often: dict[str, tuple[float, tuple[Trouble, ...]]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - the same run again, no secret

    def add(self, path: str, *troubles: Trouble) -> None:
        """These are the next answers to calls of the path."""
        self.next[path].extend(troubles)

    def of(self, path: str) -> Trouble | None:
        """What goes wrong with this call."""
        found = self._drawn(path)
        if found:
            self.happened[str(found)] += 1
        return found

    def _drawn(self, path: str) -> Trouble | None:
        if self.next[path]:
            return self.next[path].popleft()
        rate, kinds = self.often.get(path, (0.0, ()))
        return self._chance.choice(kinds) if kinds and self._chance.random() < rate else None
