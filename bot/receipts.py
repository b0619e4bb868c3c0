"""QR codes. That of a receipt on a screen leads to the case's page and carries the number alone; that of a printed slip carries the query
code as well, and that of a kept draft its resume code, behind a #: what stands there never leaves the browser for a server or a log."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import segno

from knowledge.reply import Reply


def with_qr(reply: Reply, base_url: str) -> Reply:
    """The reply, its receipt or its resume code with the QR code that the contract promises."""
    update: dict[str, Any] = {}
    if reply.receipt:
        update["receipt"] = {**reply.receipt, "qr": qr_code(case_url(base_url, str(reply.receipt["number"])))}
    if reply.resume:
        update["resume"] = {**reply.resume, "qr": qr_code(resume_url(base_url, str(reply.resume["code"])))}
    return reply.model_copy(update=update) if update else reply


def case_url(base_url: str, number: str) -> str:
    """Where the case can be looked up with its query code."""
    return f"{base_url.rstrip('/')}/?case={quote(number, safe='')}"


def opened_case_url(base_url: str, number: str, query_code: str) -> str:
    """The page for phones with number and query code filled in: what is printed on the slip beside it, so that nobody has to type it."""
    return f"{base_url.rstrip('/')}/h5/case#{quote(number, safe='')}~{quote(query_code, safe='')}"


def resume_url(base_url: str, code: str) -> str:
    """Where the page takes a kept draft up again."""
    return f"{base_url.rstrip('/')}/#resume={quote(code, safe='')}"


def qr_code(url: str) -> str:
    """A data URI of an SVG."""
    return segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2)
