"""A small API server of the platform on loopback: it gives tokens, takes calls, and misbehaves when told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
OK = {"errcode": 0, "errmsg": "ok"}


@dataclass
class Call:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.body)
        return found


@dataclass
class Said:
    """One answer: a JSON object or bytes."""

    body: Json | bytes
    status: int = 200
    media_type: str = "text/plain"
    wait: float = 0.0

    def as_bytes(self) -> bytes:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        head = (
            f"HTTP/1.1 {self.status} X\r\nContent-Type: {self.media_type}\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + content


@dataclass
class FakePlatform:
    """`answers` are given one after the other for a path; without one every call succeeds with a good token."""

    expires_in: int = 7200
    fetch_seconds: float = 0.0
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, list[Said]] = field(default_factory=dict)
    tokens_made: int = 1
    base_url: str = ""
    hang_up: bool = False

    @property
    def token(self) -> str:
        return f"token-{self.tokens_made}"

    @property
    def fetches(self) -> list[Json]:
        return [call.json for call in self.calls if call.path == "/cgi-bin/stable_token"]

    def calls_of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def say(self, path: str, *answers: Said) -> None:
        self.answers.setdefault(path, []).extend(answers)

    def answer(self, call: Call) -> Said:
        if waiting := self.answers.get(call.path):
            return waiting.pop(0)
        if call.path == "/cgi-bin/stable_token":
            return self._give_token(call)
        if call.query.get("access_token") != self.token:
            return Said({"errcode": 42001, "errmsg": "access_token expired rid: 1"})
        return Said(OK)

    def _give_token(self, call: Call) -> Said:
        if call.json["force_refresh"]:
            self.tokens_made += 1
        return Said({"access_token": self.token, "expires_in": self.expires_in}, wait=self.fetch_seconds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            call = await _read(reader)
            self.calls.append(call)
            said = self.answer(call)
            await asyncio.sleep(said.wait)
            if not self.hang_up:
                writer.write(said.as_bytes())
                await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    method, target, _version = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    return Call(method, parts.path, {name: each[0] for name, each in parse_qs(parts.query).items()}, headers, body)


@contextlib.asynccontextmanager
async def running(make: Callable[[], FakePlatform] = FakePlatform) -> AsyncIterator[FakePlatform]:
    """A fake that listens on a free port as long as the block runs."""
    fake = make()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield fake
