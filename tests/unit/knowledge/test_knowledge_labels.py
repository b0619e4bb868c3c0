"""What stands on the button of a topic."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.labels import load_labels
from knowledge.load import load_knowledge
from tests.unit.knowledge.factories import REPOSITORY

DATA = REPOSITORY / "data"


def test_every_topic_has_a_label_of_its_own() -> None:
    labels = load_labels(DATA / "labels.yml")
    assert set(labels) == set(load_knowledge(DATA / "knowledge").entries)
    assert len(set(labels.values())) == len(labels)


def test_a_label_fits_on_a_button(tmp_path: Path) -> None:
    path = tmp_path / "labels.yml"
    path.write_text(f"petition.what: {'长' * 17}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"petition\.what"):
        load_labels(path)
