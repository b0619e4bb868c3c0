"""GET /api/conversations/{id}/files/{file}: a paper that was written in this conversation."""

from __future__ import annotations

import logging
import re
from typing import Any

from fastapi import APIRouter, Response

from bot.errors import Refusal
from bot.routes.dependencies import ServicesOf, Token
from bot.schemas import problems
from zhilu.downloads import PDF, WORD, as_download
from zhilu.pdf import PdfFault

router = APIRouter(prefix="/api/conversations", tags=["conversations"])
logger = logging.getLogger(__name__)
FILE = re.compile(r"[A-Za-z0-9_-]{1,64}")
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
ANSWERS: dict[int | str, dict[str, Any]] = {200: {"content": {WORD: BINARY, PDF: BINARY}}}


@router.get("/{conversation}/files/{file}", response_class=Response, responses=ANSWERS | problems(401, 404, 429, 503))
async def fetch(conversation: str, file: str, services: ServicesOf, token: Token) -> Response:
    """The file as .docx, with `.pdf` after its id as PDF."""
    await services.conversations.authenticate(conversation, token)
    await services.limits.message(conversation)
    file_id = file.removesuffix(".pdf")
    paper = await services.files.word(conversation, file_id) if FILE.fullmatch(file_id) else None
    if paper is None:
        raise Refusal(404, "paper.gone")
    if file_id == file:
        return download(paper.docx, WORD, f"{paper.title}.docx")
    try:
        return download(await services.files.pdf(paper), PDF, f"{paper.title}.pdf")
    except PdfFault as error:
        logger.error("no PDF: %s", error)
        services.metrics.faults.labels("pdf").inc()
        raise Refusal(503, "paper.no-pdf", retry_after=30) from None


def download(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": as_download(name)})
