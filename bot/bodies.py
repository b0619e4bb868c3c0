"""Reading request bodies within bounds: JSON in memory, one file in memory (evidence never touches a disk unsealed)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.errors import Refusal
from bot.uploads import Evidence
from zhilu.media import LARGEST

MOST_JSON = 64 * 1024
MOST_DRAINED = 1024 * 1024  # a client that is still sending would not see an answer that comes earlier
MOST_FORM = LARGEST + 64 * 1024


class InMemoryParser(MultiPartParser):
    """Starlette would write a file of more than 1 MB to a temporary file."""

    spool_max_size: ClassVar[int] = MOST_FORM + 1  # type: ignore[misc]


async def read_json(request: Request) -> dict[str, Any]:
    """A JSON object in UTF-8 of at most 64 KB; Refusal (422) for anything else."""
    try:
        body = json.loads((await read_bounded(request)).decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(422, "input.not-text") from None
    if not isinstance(body, dict):
        raise Refusal(422, "input.not-text")
    return body


async def read_bounded(request: Request) -> bytes:
    parts, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_DRAINED:
            break
        if size <= MOST_JSON:
            parts.append(chunk)
    if size > MOST_JSON:
        raise Refusal(422, "input.too-long")
    return b"".join(parts)


async def read_file(request: Request) -> Evidence:
    """The field `file` of a multipart form, at most 10 MB; Refusal 413 or 422."""
    if int(request.headers.get("content-length") or 0) > MOST_FORM:
        raise Refusal(413, "api.attachment.size")
    try:
        form = await InMemoryParser(request.headers, bounded(request), max_files=1, max_fields=4).parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError):
        raise Refusal(422, "api.attachment.missing") from None
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    if not isinstance(file, UploadFile) or not content:
        raise Refusal(422, "api.attachment.missing")
    if len(content) > LARGEST:
        raise Refusal(413, "api.attachment.size")
    return Evidence(file.filename or "", content)


async def bounded(request: Request) -> AsyncGenerator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_FORM:
            raise Refusal(413, "api.attachment.size")
        yield chunk
