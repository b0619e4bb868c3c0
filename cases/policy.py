"""Who of the staff may open what: one table of compartments; more roles join here."""

from __future__ import annotations

from enum import StrEnum

from petition.matters import PetitionType


class StaffRole(StrEnum):
    """What somebody of the office does: registers petitions (登记), or looks after reports (纪检)."""

    CLERK = "clerk"
    DISCIPLINE = "discipline"


class Compartment(StrEnum):
    """What is sealed with a key of its own."""

    GENERAL = "data"
    DISCIPLINE = "discipline"


OPENS: dict[Compartment, frozenset[StaffRole]] = {
    Compartment.GENERAL: frozenset(StaffRole),
    Compartment.DISCIPLINE: frozenset({StaffRole.DISCIPLINE}),
}


class NotPermitted(PermissionError):
    """The role may not open this compartment."""


def compartment_of(kind: PetitionType) -> Compartment:
    """A report is for the discipline role alone (《信访工作条例》第三十条第三款)."""
    return Compartment.DISCIPLINE if kind is PetitionType.REPORT else Compartment.GENERAL


def require(role: StaffRole, compartment: Compartment) -> None:
    """Raises NotPermitted."""
    if role not in OPENS[compartment]:
        raise NotPermitted(f"{role} opens nothing of {compartment}")
