"""Who acts on a case: somebody of the staff, or its petitioner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from cases import policy
from cases.policy import Compartment, StaffRole

PETITIONER = "petitioner"


@dataclass(frozen=True)
class Actor:
    """Somebody of the staff; `body`: the organ they belong to, None for the registering office itself."""

    name: str
    roles: frozenset[StaffRole]
    body: str | None = None

    def key_to(self, compartment: Compartment) -> StaffRole:
        """The role that opens a compartment; NotPermitted where none does."""
        for role in sorted(self.roles & policy.OPENS[compartment]):
            return role
        raise policy.NotPermitted(f"{self.name} opens nothing of {compartment}")


class Citizen(NamedTuple):
    """The petitioner of a case, who has shown its query code."""

    case_id: str
