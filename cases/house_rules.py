"""What a house may set for itself (data/handling.yml): how often one may remind, and when somebody is told. No period of law."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class HouseRules:
    """Days, unless a name says otherwise; the values here are those of an office that has no file of its own."""

    remind_every_days: int = 7
    remind_first_after_days: int = 5
    warn_before_right_days: tuple[int, ...] = (7, 1)
    due_soon_days: int = 5
    most_supplements_a_day: int = 10

    def __post_init__(self) -> None:
        for name in ("remind_every_days", "due_soon_days", "most_supplements_a_day"):
            _demand(getattr(self, name), name, least=1)
        _demand(self.remind_first_after_days, "remind_first_after_days", least=0)
        for day in self.warn_before_right_days:
            _demand(day, "warn_before_right_days", least=0)


def load_house_rules(path: Path) -> HouseRules:
    """The rules of a file; ValueError names what is wrong in it, and an unknown name is wrong."""
    given: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
    if unknown := given.keys() - {field.name for field in fields(HouseRules)}:
        raise ValueError(f"{path.name}: unknown {', '.join(sorted(unknown))}")
    days = given.get("warn_before_right_days")
    return HouseRules(**(given | {"warn_before_right_days": tuple(days)} if isinstance(days, list) else given))


def _demand(value: object, name: str, *, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name}: a whole number of at least {least} is needed, not {value!r}")
