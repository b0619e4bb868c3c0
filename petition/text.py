"""Text as the rules compare it."""

from __future__ import annotations

import re
import unicodedata


def half_width(text: str) -> str:
    """NFKC without the thousands commas of numbers."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", text)).strip()
