"""What a citizen typed, made safe to carry: one width, nothing invisible, no command of the engine. The words stay theirs."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import Refusal

LONGEST = 2000
LONGEST_UNFOLDED = 4000  # NFKC makes three characters of … and the engine takes no more than this
MOST_MARKS = 3
LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085]")
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # drawn as nothing, yet not of category Cf
UNSEEN = frozenset({"Cc", "Cf", "Cs"})
WITHOUT_PUNCTUATION = re.compile("[^，。！？：；（）、“”‘’…—]+")  # Chinese punctuation stays as people write it


def clean_text(text: str) -> str:
    """The text as it goes on; Refusal (422) where nothing is left or it is too long."""
    seen = drop_unseen(text)
    if len(seen.strip()) > LONGEST:
        raise Refusal(422, "input.too-long")
    cleaned = defuse(limit_marks(drop_unseen(one_width(seen))))
    if not cleaned:
        raise Refusal(422, "input.empty")
    if len(cleaned) > LONGEST_UNFOLDED:
        raise Refusal(422, "input.too-long")
    return cleaned


def drop_unseen(text: str) -> str:
    """Without control, bidirectional and invisible characters and lone surrogates; line ends and tabs stay white space."""
    lines = LINE_ENDS.sub("\n", text).replace("\t", " ")
    return "".join(character for character in lines if character == "\n" or not unseen(character))


def one_width(text: str) -> str:
    """Letters, digits and signs in one width (NFKC)."""
    return WITHOUT_PUNCTUATION.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)


def unseen(character: str) -> bool:
    return character in BLANKS or unicodedata.category(character) in UNSEEN


def limit_marks(text: str) -> str:
    """At most three combining marks in a row: enough for any script, too few to paint over other lines."""
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def defuse(text: str) -> str:
    """Trimmed, without the leading slashes that the engine would take for a command."""
    return text.strip().lstrip("/ \n").strip()
