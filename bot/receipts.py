"""The QR code of a receipt: it leads to the case's page and carries the number, never the query code or a name."""

from __future__ import annotations

from urllib.parse import quote

import segno

from knowledge.reply import Reply


def with_qr(reply: Reply, base_url: str) -> Reply:
    """The reply, its receipt with the QR code that the contract promises."""
    if not reply.receipt:
        return reply
    return reply.model_copy(
        update={"receipt": {**reply.receipt, "qr": qr_code(case_url(base_url, str(reply.receipt["number"])))}}
    )


def case_url(base_url: str, number: str) -> str:
    """Where the case can be looked up with its query code."""
    return f"{base_url.rstrip('/')}/?case={quote(number, safe='')}"


def qr_code(url: str) -> str:
    """A data URI of an SVG."""
    return segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=2)
