"""Codes that work once and for ten minutes (一次性码): eight letters after the letter of their kind, behind the lock of cases/lockout.py.

Of a code only its keyed index is kept.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from cases import lockout
from cases.ciphers import CROCKFORD, normal_code
from cases.database import UnitOfWork

VALID_FOR = timedelta(minutes=10)
LENGTH = 8  # 40 bits
T = TypeVar("T")


@dataclass(frozen=True)
class CodeKind:
    """The letter that it begins with, the purpose of its keyed index, and what its lock counts."""

    letter: str
    index: str
    lock: str

    def new(self) -> str:
        """A code as people read it, `W-XXXX-XXXX`."""
        letters = random_letters(LENGTH)
        return f"{self.letter}-{letters[:4]}-{letters[4:]}"

    def index_of(self, uow: UnitOfWork, code: str) -> bytes:
        """What is kept of a code, however it was typed."""
        return uow.ciphers.index(self.index, self.letters(code))

    def letters(self, code: str) -> str:
        """A code as typed, made comparable: the letter before it, width, case, separators and look-alikes do not matter."""
        return without_letter(code, self.letter, LENGTH)

    def is_one(self, text: str) -> bool:
        """Whether a message is a code and nothing else."""
        typed = rf"{self.letter}[-\s]*[A-Z0-9]{{4}}[-\s]*[A-Z0-9]{{4}}"
        return re.fullmatch(typed, text.strip(), re.IGNORECASE | re.ASCII) is not None

    def redeem(
        self, uow: UnitOfWork, code: str, use: Callable[[bytes], T | None], *, client: str, now: datetime
    ) -> T | None:
        """What `use` finds under the index of the code, in one transaction; None is counted as a miss, LockedOut after too many."""
        whom = lockout.subjects(uow, client=client, number=f"{self.lock} {self.letters(code)}")
        lockout.refuse_locked(uow, whom, now)
        found = uow.write(lambda: use(self.index_of(uow, code)))
        if found is None:
            lockout.count_miss(uow, whom, now)
        return found


def random_letters(length: int) -> str:
    """Letters and digits that nobody mixes up, five bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def without_letter(code: str, letter: str, length: int) -> str:
    """The comparable letters of a code of this length."""
    normal = normal_code(code)
    return normal[1:] if len(normal) == length + 1 and normal.startswith(letter) else normal
