"""Public servers for tests; the engine is a small real class."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.app import create_app
from bot.bootstrap import Services, bootstrap
from bot.engine import Heard, Utterance
from bot.errors import EngineFault
from knowledge.reply import Reply
from tests.unit.bot.stand_in import answer_to
from tests.unit.cases.factories import KEY
from tests.unit.cases.migrated import lend_register
from zhilu.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class FakeEngine:
    """Notes what it hears; can be away, break down, or wait at a gate."""

    def __init__(self) -> None:
        self.heard: list[Utterance] = []
        self.forgotten: list[str] = []
        self.away = False
        self.remembers: set[str] = set()
        self.broken = False
        self.gate: asyncio.Event | None = None

    async def hear(self, utterance: Utterance) -> Heard:
        self.heard.append(utterance)
        if self.gate:
            await self.gate.wait()
        if self.broken:
            raise RuntimeError(utterance.text)  # an error's own text may quote a citizen
        self._fail_if_away()
        return Heard((Reply.model_validate(answer_to(utterance.payload or utterance.text)),), {"nlu": 1.5}, 5.0)

    async def forget(self, conversation: str) -> None:
        self._fail_if_away()
        if conversation in self.remembers:
            raise EngineFault("0123456789ab", "HTTP 500")
        self.forgotten.append(conversation)

    async def ready(self) -> bool:
        return not self.away

    async def aclose(self) -> None:
        pass

    def _fail_if_away(self) -> None:
        if self.away:
            raise EngineFault("0123456789ab", "ConnectError")


def make_settings(folder: Path, **changes: Any) -> Settings:
    return Settings(**{"var_dir": folder, "register_key": KEY, **changes})


def make_services(folder: Path, engine: FakeEngine, **changes: Any) -> Services:
    settings = make_settings(folder, **changes)
    lend_register(settings.register_url)
    return bootstrap(settings, engine=engine)


@dataclass
class Visitor:
    """A citizen's client with one open conversation."""

    http: httpx.AsyncClient
    engine: FakeEngine
    services: Services
    opened: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/api/conversations/{self.opened['conversation']}"

    @property
    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.opened['token']}"}

    async def arrive(self, surface: str = "web") -> httpx.Response:
        response = await self.http.post("/api/conversations", json={"surface": surface})
        self.opened = response.json()
        return response

    async def say(self, text: str, **fields: str) -> httpx.Response:
        return await self.http.post(f"{self.path}/messages", json={"text": text, **fields}, headers=self.token)

    async def touch(self, payload: str) -> httpx.Response:
        return await self.http.post(f"{self.path}/messages", json={"payload": payload}, headers=self.token)

    async def hand_in(self, content: bytes, name: str = "工资条.png") -> httpx.Response:
        files = {"file": (name, content)}
        return await self.http.post(f"{self.path}/attachments", files=files, headers=self.token)

    async def leave(self) -> httpx.Response:
        return await self.http.delete(self.path, headers=self.token)


@asynccontextmanager
async def visiting(folder: Path, **changes: Any) -> AsyncIterator[Visitor]:
    """A running server and a visitor who has opened a conversation."""
    engine = FakeEngine()
    services = make_services(folder, engine, **changes)
    app = create_app(services)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://zhilu.test")
    async with app.router.lifespan_context(app), http:
        visitor = Visitor(http, engine, services)
        await visitor.arrive()
        yield visitor
