"""GET /answers/{topic}: one answer with its law, as the QR code of a sheet from the desk leads to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.routes.dependencies import ServicesOf
from bot.routes.page import TEMPLATES
from knowledge.entry import Audience
from knowledge.load import KnowledgeBase, load_knowledge
from knowledge.render import basis, labelled
from zhilu.settings import Settings

router = APIRouter(include_in_schema=False)


@router.get("/answers/{topic}")
async def one_answer(request: Request, services: ServicesOf, topic: str) -> Response:
    """404 where there is none, or it was written for staff alone."""
    base = knowledge_of(services.settings)
    entry = base[topic].with_texts(services.office.fill) if topic in base else None
    if entry is None or Audience.CITIZEN not in entry.audience:
        raise HTTPException(404)
    facts = {
        "office": services.office,
        "entry": entry,
        "facts": [(label, value) for label, value in labelled(entry) if value],
        "basis": basis(entry.citations),
        "checked_on": min((each.checked_on for each in entry.citations), default=None),
    }
    return TEMPLATES.TemplateResponse(request, "answer.html", facts)


def knowledge_of(settings: Settings) -> KnowledgeBase:
    """With everything that is published at this moment."""
    folders = (settings.knowledge_dir, settings.lessons_dir)
    files = sorted(file for folder in folders for file in folder.rglob("*.yml"))
    return read(*folders, tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=1)
def read(folder: Path, lessons: Path, _stamp: tuple[tuple[Path, int], ...]) -> KnowledgeBase:
    return load_knowledge(folder, lessons)
