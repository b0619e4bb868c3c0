"""GET /kiosk/words: what the touch keyboard knows, in one gzipped file that a browser keeps under its hash."""

from __future__ import annotations

import gzip
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from bot.kiosk.words import Source, ensure_words
from bot.routes.dependencies import ServicesOf
from zhilu.settings import Settings

router = APIRouter(include_in_schema=False)
KEPT = "public, max-age=31536000, immutable"


@router.get("/kiosk/words")
async def present_words(services: ServicesOf) -> Response:
    """Leads to the words of today, whose address changes with them."""
    path = await run_in_threadpool(words_of, services.settings)
    return RedirectResponse(f"/kiosk/words/{hash_of(path)}.json", status_code=307)


@router.get("/kiosk/words/{name}.json")
async def words(request: Request, services: ServicesOf, name: str) -> Response:
    """The words under their hash; 404 for any other."""
    path = await run_in_threadpool(words_of, services.settings)
    if name != hash_of(path):
        raise HTTPException(404)
    body = await run_in_threadpool(path.read_bytes)
    headers = {"Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(body), media_type="application/json", headers=headers)
    return Response(body, media_type="application/json", headers={**headers, "Content-Encoding": "gzip"})


def words_of(settings: Settings) -> Path:
    """The file, made where it is not there yet."""
    return ensure_words(Source.of(settings), settings.keyboard_dir)


def hash_of(path: Path) -> str:
    return path.name.removeprefix("words-").removesuffix(".json.gz")
