"""An answer as it waits in the register: pieces in order, and how much of them one passive reply takes."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

LONGEST = 2000  # bytes of one message; the platform takes 2,048
BETWEEN = "\n\n"
MORE = "回复“1”看后面的。"


@dataclass(frozen=True)
class Piece:
    """One message: either text or a PNG."""

    text: str = field(default="", repr=False)
    image: bytes = field(default=b"", repr=False)

    def as_json(self) -> str:
        """To be sealed."""
        return json.dumps({"text": self.text, "image": base64.b64encode(self.image).decode()}, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Piece:
        """What `as_json` wrote."""
        read = json.loads(text)
        return cls(read["text"], base64.b64decode(read["image"]))


@dataclass(frozen=True)
class Answer:
    """What a turn came to; `offered` is what it leaves open (JSON of the door's own), None where what was open stays so."""

    pieces: tuple[Piece, ...] = ()
    offered: str | None = field(default=None, repr=False)


def to_json(pieces: Sequence[Piece]) -> str:
    """All pieces of an answer, to be sealed."""
    return json.dumps([each.as_json() for each in pieces])


def of_json(text: str) -> tuple[Piece, ...]:
    """What `to_json` wrote."""
    return tuple(map(Piece.of_json, json.loads(text)))


def packed(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The same with as many texts as fit joined into the first message; texts go before pictures, which explain them."""
    texts = [each.text for each in pieces if each.text]
    first, rest = texts[:1], texts[1:]
    while rest and fits(joined := BETWEEN.join((first[0], rest[0]))):
        first, rest = [joined], rest[1:]
    return (*(Piece(text=each) for each in (*first, *rest)), *(each for each in pieces if each.image))


def with_more(text: str) -> str:
    """The text, and how to get what follows it; a message of the longest length still has room for that."""
    return f"{text}{BETWEEN}{MORE}"


def fits(text: str) -> bool:
    return len(text.encode()) <= LONGEST
