"""The desk as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from cases.policy import NotPermitted
from desk.access import NotAllowed, SetUpFirst, SignInFirst
from desk.bootstrap import DeskServices
from desk.pages import page, to_page
from desk.routes import (
    account,
    accounts,
    approvals,
    audit,
    bulk,
    case,
    case_acts,
    case_files,
    cases,
    enter,
    figures,
    health,
    home,
    kiosks,
    notices,
    oidc,
    receptions,
    search,
    sign_in,
    takeover,
    teaching,
    teaching_releases,
    telegram,
)
from petition.errors import CaseNotFound
from zhilu.edge import Edge
from zhilu.settings import ROOT

STATIC_DIR = Path(__file__).resolve().parent / "static"
VENDOR_DIR = ROOT / "bot" / "static" / "vendor"  # files of others, one copy for both servers
ROUTES = (
    health,
    sign_in,
    oidc,
    home,
    account,
    accounts,
    audit,
    kiosks,
    search,
    bulk,
    approvals,
    enter,
    cases,
    case_acts,
    case_files,
    notices,
    case,
    teaching,
    teaching_releases,
    takeover,
    receptions,
    figures,
    telegram,
)


def create_desk(services: DeskServices) -> FastAPI:
    """Every page of the desk."""
    app = FastAPI(
        title="Zhilu desk", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan(services)
    )
    app.state.services = services
    for module in ROUTES:
        app.include_router(module.router)
    app.mount("/static/vendor", StaticFiles(directory=VENDOR_DIR))
    app.mount("/static", StaticFiles(directory=STATIC_DIR))
    app.add_exception_handler(SignInFirst, sign_in_first)
    app.add_exception_handler(SetUpFirst, set_up_first)
    app.add_exception_handler(NotAllowed, refused)
    app.add_exception_handler(NotPermitted, refused)
    app.add_exception_handler(CaseNotFound, not_found)
    app.add_exception_handler(HTTPException, not_found)
    app.add_middleware(DeskEdge)
    return app


def lifespan(services: DeskServices) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            services.close()

    return running


def wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def sign_in_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    if wants_json(request):
        return JSONResponse({"detail": "请先登录。"}, 401)
    return to_page(request, "/login" if error.to == "/" else f"/login?to={quote(error.to, safe='/?=')}")


async def set_up_first(request: Request, error: Exception) -> Response:
    assert isinstance(error, SetUpFirst)
    return to_page(request, error.to)


async def refused(request: Request, error: Exception) -> Response:
    return problem(request, 403, "problem.refused")


async def not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return problem(request, status, "problem.not-found" if status == 404 else "problem.wrong")


def problem(request: Request, status: int, key: str) -> Response:
    """What went wrong, in words."""
    words = request.app.state.services.texts(key)
    if wants_json(request):
        return JSONResponse({"detail": words}, status)
    return page(request, "problem", {"words": words}, status)


class DeskEdge(Edge):
    """The outer edge of the desk."""

    def apology(self, scope: Scope, number: str) -> HTMLResponse:
        words = scope["app"].state.services.texts("problem.fault", number=number)
        return HTMLResponse(f"<!doctype html><meta charset=utf-8><p>{words}</p>", 500)
