"""How a topic is called on a button (data/labels.yml): a short question, where its title is for the lists of the clerks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from knowledge.yamls import read_yaml

LONGEST_LABEL = 16


def load_labels(path: Path) -> Mapping[str, str]:
    """Labels by topic; ValueError for one that is too long for a button."""
    labels: dict[str, str] = read_yaml(path)
    long = [topic for topic, label in labels.items() if len(label) > LONGEST_LABEL]
    if long:
        raise ValueError(f"{path.name}: longer than {LONGEST_LABEL} characters: {', '.join(long)}")
    return labels
