"""Reads the word rules of the triage from data/triage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from knowledge.yamls import read_yaml
from petition.rules import Rules

FILES = ("types.yml", "matters.yml", "branches-and-channels.yml")
NAMED = ("clocks", "howto")


def load_rules(folder: Path) -> Rules:
    """The rules of all files in the folder; cues may be named in any of them and used in all."""
    data: dict[str, Any] = {"cues": {}}
    for name in FILES:
        part = read_yaml(folder / name)
        data["cues"] |= part.pop("cues", {})
        data |= part
    for name in NAMED:
        data[name] = read_yaml(folder / f"{name}.yml")
    return Rules.from_data(data)
