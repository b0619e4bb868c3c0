"""How a text is folded before it is turned into features; what the citizen wrote is kept as it is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

SPACE = re.compile(r"\s+")
INVISIBLE = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(text: str) -> str:
    """Half width, lower case, simplified characters, no invisible characters, single spaces."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
    return SPACE.sub(" ", _simplifier().convert(text)).strip()
