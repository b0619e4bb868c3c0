"""One call of the platform's API over HTTP: bounded in time and size, and every failure a PlatformFault.

The access token has to stand in the request line. It is put there by httpcore's `target`, so no URL, log line or exception holds it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from bot.channels.wechat.faults import MediaTooLarge, Unreachable, Unsure, fault_of
from zhilu.addresses import is_loopback, travels_safely

CONNECT_SECONDS, READ_SECONDS = 3.0, 5.0
WHOLE_SECONDS = 8.0  # an answer that trickles is none
LARGEST_ANSWER = 1024 * 1024
CONNECTIONS = 20
KEEP_ALIVE = 4.0  # no message is written into a connection that is being closed
JSON = "application/json"
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

Json = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """What is posted."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Answer:
    """What the platform answered."""

    content: bytes = field(repr=False)
    media_type: str

    def fields(self) -> Json:
        """The JSON object, where it says that the call succeeded; the fault of its `errcode` where it does not."""
        try:
            found = json.loads(self.content)
            code = int(found.get("errcode") or 0)
        except (ValueError, TypeError, AttributeError):
            raise Unsure from None
        if code:
            raise fault_of(code)
        return dict(found)


class Exchange:
    """The address of the API and the connections to it."""

    def __init__(self, base_url: str, http: httpx.AsyncClient) -> None:
        check_base_url(base_url)
        self._base = base_url.rstrip("/")
        self._http = http

    def __repr__(self) -> str:
        return f"<Exchange {self._base}>"

    async def call(
        self,
        path: str,
        query: Mapping[str, str],
        body: Body | None = None,
        *,
        limit: int = LARGEST_ANSWER,
        patience: float = WHOLE_SECONDS,
    ) -> Answer:
        """GET, or POST where there is a body."""
        try:
            async with asyncio.timeout(patience):
                return await self._send(self._request(path, query, body), limit)
        except NOT_SENT:
            raise Unreachable from None
        except (TimeoutError, httpx.HTTPError):
            raise Unsure from None

    def _request(self, path: str, query: Mapping[str, str], body: Body | None) -> httpx.Request:
        url = f"{self._base}{path}"
        target = f"{urlsplit(url).path}?{urlencode(query)}" if query else urlsplit(url).path
        return self._http.build_request(
            "POST" if body else "GET",
            url,
            content=body.content if body else None,
            headers={"Content-Type": body.media_type} if body else {},
            extensions={"target": target.encode("ascii")},
        )

    async def _send(self, request: httpx.Request, limit: int) -> Answer:
        response = await self._http.send(request, stream=True)
        try:
            if response.status_code != httpx.codes.OK:
                raise Unsure(response.status_code)
            return Answer(await _content(response, limit), response.headers.get("Content-Type", ""))
        finally:
            await response.aclose()


async def _content(response: httpx.Response, limit: int) -> bytes:
    """The whole body, unless it is longer."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > limit:
            raise MediaTooLarge
    return bytes(content)


def json_body(fields: Mapping[str, Any]) -> Body:
    """Written without \\u escapes: the platform would show them to the citizen."""
    return Body(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace"), JSON)


def make_http(base_url: str) -> httpx.AsyncClient:
    """Connections for this address; a proxy of the environment is asked only for what leaves the machine."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=KEEP_ALIVE
        ),
        headers={"Accept-Encoding": "identity"},
        trust_env=not is_loopback(base_url),
    )


def check_base_url(url: str) -> None:
    """ValueError unless the token travels encrypted, or stays on this machine."""
    parts = urlsplit(url)
    if not travels_safely(url) or parts.query or parts.fragment:
        raise ValueError("the address of the WeChat API has to begin with https:// (http:// only on this machine)")
