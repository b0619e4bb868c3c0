"""The WeChat door of a real public server on loopback: the platform's side of it, a small API, an engine that can be held up."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import secrets
import time
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bot.app import create_app
from bot.bootstrap import Services, bootstrap
from bot.engine import Heard, Utterance
from tests.unit.bot.channels.wechat import fake_platform
from tests.unit.bot.channels.wechat.fake_platform import FakePlatform
from tests.unit.bot.factories import FakeEngine, make_settings
from tests.unit.cases.migrated import lend_register

TOKEN, APPID, OFFICE = "a-token-of-tests", "wx0123456789abcdef", "gh_office"
SEND = "/cgi-bin/message/custom/send"
HUANG, MA = "oHUANG00000000000000000000001", "oMA00000000000000000000000002"


def account(api: str, **changes: Any) -> dict[str, Any]:
    """Settings of an account in plain mode."""
    given = {
        "wechat_appid": APPID,
        "wechat_secret": "s" * 32,
        "wechat_token": TOKEN,
        "wechat_mode": "plain",
        "wechat_api_base": api,
    }
    return {**given, **changes}


def signed(stamp: int | None = None) -> dict[str, str]:
    """The query of a request of the platform."""
    stamp_text, nonce = str(stamp or int(time.time())), secrets.token_hex(5)
    signature = hashlib.sha1("".join(sorted((TOKEN, stamp_text, nonce))).encode()).hexdigest()
    return {"timestamp": stamp_text, "nonce": nonce, "signature": signature}


def message(openid: str, kind: str, **fields: str) -> str:
    """A message or an event, with an id of its own where it is none."""
    rest = fields if kind == "event" else {"MsgId": str(secrets.randbits(60)), **fields}
    given = {"ToUserName": OFFICE, "FromUserName": openid, "CreateTime": str(int(time.time())), "MsgType": kind, **rest}
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in given.items()) + "</xml>"


def text(openid: str, said: str) -> str:
    return message(openid, "text", Content=said)


def event(openid: str, name: str, **fields: str) -> str:
    return message(openid, "event", Event=name, **fields)


def told(response: httpx.Response) -> str:
    """What the citizen reads; empty for `success`."""
    assert response.status_code == 200, response.text
    if response.text == "success":
        return ""
    return ET.fromstring(response.text).findtext("Content") or ""


class HeldUp(FakeEngine):
    """Waits with one message until it may go on."""

    def __init__(self, on: str) -> None:
        super().__init__()
        self._on = on
        self._open = asyncio.Event()

    def go(self) -> None:
        self._open.set()

    async def hear(self, utterance: Utterance) -> Heard:
        self.gate = self._open if utterance.text == self._on else None
        return await super().hear(utterance)


@dataclass
class Server:
    """One public server."""

    services: Services
    engine: FakeEngine
    port: int
    http: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(trust_env=False, timeout=20))

    async def post(self, body: str, **changes: Any) -> httpx.Response:
        return await self.http.post(f"http://127.0.0.1:{self.port}/wechat", params=signed(), content=body, **changes)

    async def say(self, openid: str, said: str) -> str:
        return told(await self.post(text(openid, said)))


@dataclass
class Door:
    """The platform's API and what citizens were sent through it."""

    api: FakePlatform
    folder: Path

    def pushed(self, openid: str = HUANG) -> list[str]:
        """The texts of the customer-service messages."""
        sent = [call.json for call in self.api.calls_of(SEND)]
        return [each["text"]["content"] for each in sent if each["touser"] == openid and each["msgtype"] == "text"]

    async def until_pushed(self, count: int, openid: str = HUANG) -> list[str]:
        await until(lambda: len(self.pushed(openid)) >= count)
        return self.pushed(openid)

    @contextlib.asynccontextmanager
    async def server(self, engine: FakeEngine | None = None, **changes: Any) -> AsyncIterator[Server]:
        """A server on a free port; several share the database."""
        settings = make_settings(self.folder, **account(self.api.base_url, **changes))
        lend_register(settings.register_url)
        engine = engine or FakeEngine()
        services = bootstrap(settings, engine=engine)
        listening = uvicorn.Server(uvicorn.Config(create_app(services), port=0, log_config=None, ws="none"))
        running = asyncio.create_task(listening.serve())
        await until(lambda: listening.started)
        port = listening.servers[0].sockets[0].getsockname()[1]
        server = Server(services, engine, port)
        try:
            yield server
        finally:
            await server.http.aclose()
            if isinstance(engine, HeldUp):
                engine.go()
            listening.should_exit = True
            await running


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Door]:
    async with fake_platform.running() as api:
        yield Door(api, folder)


async def until(what: Any, patience: float = 15.0) -> None:
    """Wait for something that happens by itself."""
    end = time.monotonic() + patience
    while not what():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.02)


def heard(engine: FakeEngine) -> list[str]:
    return [each.text or each.payload for each in engine.heard]


def numbers(said: str) -> list[str]:
    """The numbered options of a message."""
    return re.findall(r"^(\d+)\. ", said, re.MULTILINE)
