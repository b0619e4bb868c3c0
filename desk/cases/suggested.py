"""What the rules of the triage say to a story (分流建议), with the reason and its article; the clerk decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.rules import load_rules
from petition.routing import triage
from petition.rules import Rules
from petition.triage import Triage


@cache
def rules_in(folder: Path) -> Rules:
    """Read once a process."""
    return load_rules(folder)


def suggested(folder: Path, values: Mapping[str, object]) -> Triage | None:
    """Of a story and its request; None where nothing was told."""
    text = "。".join(str(values[slot]) for slot in ("narrative", "request") if values.get(slot))
    return triage(text, rules_in(folder)) if text.strip() else None
