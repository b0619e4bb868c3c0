"""Which role may do what at the desk: data/desk/permissions.yml, read and checked at the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from cases.policy import StaffRole
from knowledge.yamls import read_yaml

EVERYBODY = "everybody"


def load_permissions(path: Path) -> dict[str, frozenset[StaffRole]]:
    """Permission → roles; ValueError names what is wrong with the file."""
    given = read_yaml(path)
    if not isinstance(given, dict):
        raise ValueError(f"{path.name}: a permission a line, with its roles")
    return {str(name): roles_of(path, str(name), said) for name, said in given.items()}


def roles_of(path: Path, name: str, said: object) -> frozenset[StaffRole]:
    if said == EVERYBODY:
        return frozenset(StaffRole)
    if not isinstance(said, list) or not said:
        raise ValueError(f"{path.name}: {name}: a list of roles, or {EVERYBODY}")
    unknown = [each for each in said if each not in list(StaffRole)]
    if unknown:
        raise ValueError(f"{path.name}: {name}: no such role: {', '.join(map(str, unknown))}")
    return frozenset(map(StaffRole, said))


def permitted(permissions: Mapping[str, frozenset[StaffRole]], roles: Iterable[StaffRole]) -> frozenset[str]:
    """What somebody with these roles may do."""
    held = frozenset(roles)
    return frozenset(name for name, wanted in permissions.items() if wanted & held)
