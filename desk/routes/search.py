"""/search: the staff search, its hits as somebody types, a hit in full, and the sheet or the QR code to hand over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import quote

import segno
from anyio import create_task_group
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.access import ServicesOf, Signed, allowed
from desk.bootstrap import DeskServices
from desk.pages import page
from desk.search import Library, SearchDesk
from desk.search_detail import Detail, detail_of
from desk.search_marks import marked
from desk.search_ranking import Ranking
from knowledge.render import citation_dict
from knowledge.search import Hit, Kind


def search_of(app: FastAPI) -> SearchDesk:
    """The one search of this application."""
    found: SearchDesk | None = getattr(app.state, "search", None)
    if found is None:
        services: DeskServices = app.state.services
        settings = services.settings
        found = SearchDesk(services, Ranking(settings.engine_url, settings.secret("engine_secret")))
        app.state.search = found
    return found


@asynccontextmanager
async def read_ahead(app: FastAPI) -> AsyncIterator[None]:
    """The library is read while the server starts: nobody waits for it at the first keystroke."""
    search = search_of(app)
    async with create_task_group() as group:
        group.start_soon(search.library_or_later)
        yield
        group.cancel_scope.cancel()
    await search.aclose()


router = APIRouter(lifespan=read_ahead)
Staff = Annotated[Signed, Depends(allowed("search"))]
Words = Annotated[str, Query(alias="q")]


def asked_search(request: Request) -> SearchDesk:
    return search_of(request.app)


SearchOf = Annotated[SearchDesk, Depends(asked_search)]


@router.get("/search")
async def show(request: Request, signed: Staff, search: SearchOf, words: Words = "") -> Response:
    """The page; with words its hits as well, so that it works without scripts."""
    return page(request, "search/page", await found(search, words))


@router.get("/search/hits")
async def hits(request: Request, signed: Staff, search: SearchOf, words: Words = "") -> Response:
    """What stands below the box: the hits, and the first of them in full."""
    return page(request, "search/hits", await found(search, words))


@router.get("/search/hit/{kind}/{name}")
async def hit(request: Request, signed: Staff, search: SearchOf, kind: str, name: str, words: Words = "") -> Response:
    """One hit in full."""
    library = await search.library()
    facts = {"detail": wanted(library, kind, name), "q": words, "imported": bool(library.laws)}
    return page(request, "search/hit", facts)


@router.get("/search/hit/{kind}/{name}/hand-over")
async def hand_over(
    request: Request, signed: Staff, services: ServicesOf, search: SearchOf, kind: str, name: str,
    law: bool = False, words: Words = "",
) -> Response:  # fmt: skip
    """A clean sheet for whoever stands at the window, with the QR code of the public page of the answer."""
    detail = wanted(await search.library(), kind, name)
    if detail.staff_only:
        raise HTTPException(404)
    address = public_address(services, detail)
    facts = {
        "detail": detail,
        "q": words,
        "with_law": law,
        "today": services.clock(),
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=2) if address else "",
    }
    return page(request, "search/hand-over", facts)


@router.get("/api/search")
async def api(signed: Staff, search: SearchOf, words: Words = "") -> list[dict[str, Any]]:
    """As in the contract: at most 20, best first."""
    library = await search.library()
    return [as_dict(library, each) for each in await search.search(words)]


async def found(search: SearchDesk, words: str) -> dict[str, Any]:
    """What the templates need of the hits for these words."""
    asked = " ".join(words.split())
    library, listed = await search.library(), await search.search(asked)
    rows = [
        {"hit": each, "title": marked(each.title, asked), "excerpt": marked(each.excerpt, asked), "marks": marks(each, library)}
        for each in listed
    ]  # fmt: skip
    first = detail_of(library, listed[0].kind, listed[0].id) if listed else None
    return {
        "q": asked,
        "rows": rows,
        "detail": first,
        "imported": bool(library.laws),
        "counts": {"topics": len(library.entries), "terms": len(library.terms), "laws": len(library.laws)},
    }


def marks(hit: Hit, library: Library) -> list[str]:
    """What else a clerk has to know before opening it: keys of data/desk/texts/search.yml."""
    detail = detail_of(library, hit.kind, hit.id)
    said = {
        "staff-only": detail is not None and detail.staff_only,
        "not-in-force": not hit.in_force,
        "outdated": detail is not None and bool(detail.outdated),
        "unverified": detail is not None and detail.unverified,
    }
    return [key for key, so in said.items() if so]


def wanted(library: Library, kind: str, name: str) -> Detail:
    """404 where there is no such hit."""
    detail = detail_of(library, Kind(kind), name) if kind in list(Kind) else None
    if detail is None:
        raise HTTPException(404)
    return detail


def public_address(services: DeskServices, detail: Detail) -> str:
    """Where a citizen reads the answer; empty where the office has no public address, or it is no answer."""
    base = services.settings.public_url.rstrip("/")
    return f"{base}/answers/{quote(detail.id, safe='')}" if base and detail.kind is Kind.TOPIC else ""


def as_dict(library: Library, hit: Hit) -> dict[str, Any]:
    """As in the contract; `kind`, `id` and `in_force` tell articles and terms from topics."""
    term = library.terms.get(hit.id) if hit.kind is Kind.TERM else None
    cited = term.citations if term else [each.citation for each in hit.citations]
    return {
        "topic": hit.id if hit.kind is Kind.TOPIC else term.topic if term else None,
        "title": hit.title,
        "score": round(hit.score, 5),
        "excerpt": hit.excerpt,
        "citations": [citation_dict(each) for each in cited],
        "kind": hit.kind,
        "id": hit.id,
        "in_force": hit.in_force,
    }
