"""POST /api/conversations and what follows in one."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any, Literal

import anyio
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.bodies import read_file, read_json
from bot.conversations import Turn
from bot.engine import Utterance
from bot.errors import Refusal
from bot.normalise import clean_text
from bot.payloads import clean_payload
from bot.routes.dependencies import BaseUrl, Client, ServicesOf, Token
from bot.schemas import (
    AttachmentOut,
    ConversationIn,
    ConversationOut,
    MessageIn,
    MessageOut,
    NewsOut,
    problems,
    request_body,
)
from cases.attachments import Form
from knowledge.reply import Reply

router = APIRouter(prefix="/api/conversations", tags=["conversations"])
SURFACES = ("kiosk", "web")
MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
ATTACHMENT = re.compile(r"[A-Za-z0-9-]{1,36}")
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
}
SHUT_IN = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": 'inline; filename="photo.jpg"',
}
UPLOADS = anyio.CapacityLimiter(4)  # each holds its file in memory
FILE_FORM = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}


@router.post(
    "",
    status_code=201,
    response_model=ConversationOut,
    responses=problems(422, 429),
    openapi_extra=request_body("application/json", ConversationIn.model_json_schema()),
)
async def open_conversation(request: Request, services: ServicesOf, client: Client) -> Response:
    """Open a conversation; the greeting needs no engine."""
    surface = (await read_json(request)).get("surface")
    if surface not in SURFACES:
        raise Refusal(422, "api.surface")
    await services.limits.conversation(client)
    opened = await services.conversations.open(surface)
    body = {"conversation": opened.conversation, "token": opened.token, "replies": dicts(opened.replies)}
    return JSONResponse(body, status_code=201)


@router.post(
    "/{conversation}/messages",
    response_model=MessageOut,
    responses=problems(401, 422, 429),
    openapi_extra=request_body("application/json", MessageIn.model_json_schema()),
)
async def say(
    request: Request, conversation: str, services: ServicesOf, client: Client, token: Token, base_url: BaseUrl
) -> Response:
    """Say something, or touch a button."""
    started = time.perf_counter()
    surface = await services.conversations.authenticate(conversation, token)
    await services.limits.message(conversation)
    utterance = Utterance(conversation, surface, client, **said(await read_json(request)))
    turn = await services.conversations.say(utterance, base_url)
    elapsed = time.perf_counter() - started
    services.metrics.turn_seconds.observe(elapsed)
    body = {"replies": dicts(tuple(map(services.files.offer, turn.replies))), "elapsed_ms": round(elapsed * 1000, 2)}
    return JSONResponse(body, headers={"Server-Timing": server_timing(turn, elapsed * 1000)})


@router.get("/{conversation}/news", response_model=NewsOut, responses=problems(401, 429))
async def news(conversation: str, services: ServicesOf, token: Token, look: str = "") -> Response:
    """What staff said meanwhile; a look that got no answer is sent again with the same name, and nothing is lost."""
    await services.conversations.authenticate(conversation, token)
    await services.limits.message(conversation)
    named = look if MESSAGE_ID.fullmatch(look) else ""
    replies, with_person = await services.conversations.news(conversation, named)
    return JSONResponse({"replies": dicts(replies), "with_person": with_person})


@router.post(
    "/{conversation}/attachments",
    status_code=201,
    response_model=AttachmentOut,
    responses=problems(401, 413, 422, 429, 503),
    openapi_extra=request_body("multipart/form-data", FILE_FORM),
)
async def attach(request: Request, conversation: str, services: ServicesOf, client: Client, token: Token) -> Response:
    """Hand in a photo, a document or a recording."""
    surface = await services.conversations.authenticate(conversation, token)
    await services.limits.message(conversation)
    async with UPLOADS:
        evidence = await read_file(request)
        checked = await services.uploads.check(evidence)
        stored, replies = await services.conversations.attach(Utterance(conversation, surface, client), checked)
    body = {"attachment": stored.id, "sha256": stored.sha256, "preview": stored.preview, "replies": dicts(replies)}
    return JSONResponse(body, status_code=201)


@router.get(
    "/{conversation}/attachments/{attachment}",
    response_class=Response,
    responses=PICTURE | problems(401, 404, 429),
)
async def picture(
    conversation: str,
    attachment: str,
    services: ServicesOf,
    token: Token,
    size: Literal["display", "thumbnail"] = "display",
) -> Response:
    """The picture of a photo that was handed in here and is not filed yet, written anew; never the original."""
    await services.conversations.authenticate(conversation, token)
    await services.limits.message(conversation)
    form = Form.THUMBNAIL if size == "thumbnail" else Form.DISPLAY
    found = await services.records.picture(conversation, attachment, form) if ATTACHMENT.fullmatch(attachment) else None
    if found is None:
        raise Refusal(404, "api.attachment.gone")
    return Response(found, media_type="image/jpeg", headers=SHUT_IN)


@router.delete("/{conversation}", status_code=204, responses=problems(401))
async def close(conversation: str, services: ServicesOf, token: Token) -> Response:
    """End it: everything held for it is gone, except what was filed."""
    await services.conversations.authenticate(conversation, token)
    await services.conversations.close(conversation)
    return Response(status_code=204)


def said(body: dict[str, Any]) -> dict[str, str]:
    """Either the text or the payload of a message, made safe; Refusal (422)."""
    text, payload, message_id = body.get("text"), body.get("payload"), body.get("message_id") or uuid.uuid4().hex
    if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
        raise Refusal(422, "input.not-text")
    if isinstance(payload, str) and text is None:
        return {"payload": clean_payload(payload), "id": message_id}
    if isinstance(text, str) and payload is None:
        return {"text": clean_text(text), "id": message_id}
    raise Refusal(422, "input.empty" if text is None and payload is None else "input.not-text")


def dicts(replies: tuple[Reply, ...]) -> list[dict[str, Any]]:
    return [reply.as_dict() for reply in replies]


def server_timing(turn: Turn, elapsed_ms: float) -> str:
    """Server-Timing: the engine's parts, its whole call, and what the public server added."""
    parts = {**turn.spent_ms, "engine": turn.engine_ms, "channel": elapsed_ms - turn.engine_ms}
    return ", ".join(f"{re.sub(r'[^A-Za-z0-9_-]', '-', name)};dur={spent:.2f}" for name, spent in parts.items())
