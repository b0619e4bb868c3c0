"""Files that a browser keeps: their media types, and the header that names them."""

from __future__ import annotations

from urllib.parse import quote

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


def as_download(name: str) -> str:
    """Content-Disposition with a Chinese name (RFC 6266), and a plain one for clients that know no better."""
    ending = name.rpartition(".")[2]
    return f"attachment; filename=\"paper.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
