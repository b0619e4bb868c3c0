"""A citizen at a kiosk, without a browser: forms as htmx sends them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.app import create_app
from bot.bootstrap import Services
from bot.kiosk.session import KioskSession, KioskSessions
from tests.unit.bot.factories import FakeEngine, make_services

PART = {"HX-Request": "true"}


@dataclass
class Kiosk:
    """One screen of the hall."""

    http: httpx.AsyncClient
    engine: FakeEngine
    services: Services
    sessions: KioskSessions

    async def get(self, path: str = "", *, part: bool = True) -> httpx.Response:
        return await self.http.get(f"/kiosk{path}", headers=PART if part else {})

    async def post(self, path: str, *, part: bool = True, **fields: Any) -> httpx.Response:
        return await self.http.post(f"/kiosk{path}", data=fields, headers=PART if part else {})

    async def say(self, text: str, turn: int) -> httpx.Response:
        return await self.post("/say", text=text, turn=turn)

    async def touch(self, payload: str, turn: int) -> httpx.Response:
        return await self.post("/say", payload=payload, turn=turn)

    @property
    def session(self) -> KioskSession:
        """The only one."""
        (session,) = self.sessions._sessions.values()
        return session


@asynccontextmanager
async def standing_at(folder: Path, engine: FakeEngine | None = None, **changes: Any) -> AsyncIterator[Kiosk]:
    """A running server and the kiosk in front of it."""
    engine = engine or FakeEngine()
    services = make_services(folder, engine, **changes)
    app = create_app(services)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://zhilu.test")
    async with app.router.lifespan_context(app), http:
        yield Kiosk(http, engine, services, app.state.kiosk_sessions)


def words(response: httpx.Response) -> str:
    """What can be read on the screen."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.text))
