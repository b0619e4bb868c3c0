"""Whose word on an address counts: only that of the proxies that the office has named."""

from __future__ import annotations

import httpx
import pytest
import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from zhilu.serving import server_options
from zhilu.settings import Settings

CITIZEN = "203.0.113.5"


async def who(request: Request) -> JSONResponse:
    assert request.client is not None
    return JSONResponse([request.client.host, request.url.scheme])


async def seen(proxies: str, comes_from: str, monkeypatch: pytest.MonkeyPatch, **headers: str) -> list[str]:
    """Address and scheme as a route of ours sees them."""
    monkeypatch.setenv("ZHILU_TRUSTED_PROXIES", proxies)
    config = uvicorn.Config(Starlette(routes=[Route("/", who)]), **server_options(Settings()))
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(comes_from, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://zhilu.test") as client:
        found: list[str] = (await client.get("/", headers=headers)).json()
    return found


@pytest.mark.parametrize(
    ("proxies", "comes_from", "forwarded", "address", "scheme"),
    [
        ("", "10.1.1.1", CITIZEN, "10.1.1.1", "http"),
        ("10.1.1.1", "10.1.1.1", CITIZEN, CITIZEN, "https"),
        ("10.1.1.0/24, 127.0.0.1", "10.1.1.9", CITIZEN, CITIZEN, "https"),
        ("10.1.1.1", "198.51.100.7", CITIZEN, "198.51.100.7", "http"),
        ("10.1.1.0/24", "10.1.1.1", f"1.2.3.4, {CITIZEN}, 10.1.1.2", CITIZEN, "https"),
    ],
    ids=["nobody named", "a proxy", "a network of them", "somebody else", "what the citizen wrote in front"],
)
async def test_an_address_is_believed_only_of_a_named_proxy(
    proxies: str, comes_from: str, forwarded: str, address: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    assert await seen(proxies, comes_from, monkeypatch, **told) == [address, scheme]


@pytest.mark.parametrize("given", ["*", "0.0.0.0/0", "::/0", "nginx", "10.1.1.1/24"])
def test_everybody_or_a_name_is_no_proxy(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHILU_TRUSTED_PROXIES", given)
    with pytest.raises(ValidationError):
        Settings()
