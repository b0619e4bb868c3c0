"""Bodies that come and go with a case: what is shown of it, and what its petitioner sends, within bounds."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from bot.bodies import InMemoryParser, read_json
from bot.errors import Refusal
from bot.normalise import LONGEST, clean_text
from bot.schemas import SupplementIn
from bot.uploads import Evidence
from cases.notice_texts import NoticeTexts
from cases.track import CaseView
from zhilu.media import LARGEST

MOST_FILES = 4
MOST_BODY = 2 * LARGEST + 64 * 1024
KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Added:
    """What a petitioner adds to a case."""

    text: str = field(repr=False)
    files: tuple[Evidence, ...] = ()


def case_body(view: CaseView, texts: NoticeTexts) -> dict[str, Any]:
    """CaseOut; of a case that was merged the road of the main one, with the rights of this petitioner."""
    notices = [
        {"id": each.id, "kind": each.kind, "at": each.at.isoformat(), "text": texts.shown(each.kind, each.payload)}
        for each in view.notices
    ]
    case = view.as_dict() | {"stage_title": view.road.stage.label, "notices": notices}
    return {"case": case, "roadmap": view.road.as_dict() | {"rights": [each.as_dict() for each in view.rights]}}


def idempotency_key(given: str) -> str:
    """What a retry is known by; a new one where the client names none. Refusal (422)."""
    if given and not KEY.fullmatch(given):
        raise Refusal(422, "input.not-text")
    return given or uuid.uuid4().hex


async def read_model(request: Request, kind: type[Body]) -> Body:
    """The JSON body, empty where none was sent; Refusal (422)."""
    empty = request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers
    body = {} if empty else await read_json(request)
    try:
        return kind.model_validate(body)
    except ValidationError as error:
        too_long = any(each["type"] == "string_too_long" for each in error.errors())
        raise Refusal(422, "input.too-long" if too_long else "input.not-text") from None


def cleaned(text: str) -> str:
    """Words of a citizen, made safe; none are none."""
    return clean_text(text) if text.strip() else ""


async def read_addition(request: Request) -> Added:
    """Text as JSON, or a multipart form with `text` and up to four `file`; Refusal 413 or 422."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return Added(clean_text((await read_model(request, SupplementIn)).text))
    form = await read_form(request)
    try:
        files = [each for each in form.getlist("file") if isinstance(each, UploadFile)]
        evidence = [Evidence(each.filename or "", await each.read()) for each in files]
    finally:
        await form.close()
    text = cleaned(str(form.get("text") or ""))
    if any(len(each.content) > LARGEST for each in evidence):
        raise Refusal(413, "api.attachment.size")
    if not text and not any(each.content for each in evidence):
        raise Refusal(422, "input.empty")
    return Added(text, tuple(each for each in evidence if each.content))


async def read_form(request: Request) -> FormData:
    if int(request.headers.get("content-length") or 0) > MOST_BODY:
        raise Refusal(413, "api.attachment.total")
    parser = InMemoryParser(
        request.headers, bounded(request), max_files=MOST_FILES, max_fields=4, max_part_size=LONGEST * 16
    )
    try:
        return await parser.parse()
    except (MultiPartException, FormParserError, KeyError, UnicodeDecodeError):
        raise Refusal(422, "api.attachment.missing") from None


async def bounded(request: Request) -> AsyncGenerator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BODY:
            raise Refusal(413, "api.attachment.total")
        yield chunk
