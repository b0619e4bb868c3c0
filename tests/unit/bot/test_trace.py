"""One id for all that a request sets off, in its log lines and in what is said of a fault."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from zhilu import trace
from zhilu.edge import Edge

logger = logging.getLogger("tests.trace")


class Apologises(Edge):
    def apology(self, scope: Scope, number: str) -> Response:
        return PlainTextResponse(number, 500)


async def works(request: Request) -> Response:
    logger.warning("at work")
    return PlainTextResponse(trace.current())


async def breaks(request: Request) -> Response:
    logger.warning("about to break")
    raise ZeroDivisionError


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a server writes into its log."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(trace.Marked())
    handler.setFormatter(logging.Formatter(trace.FORMAT))
    loggers = [logger, logging.getLogger("zhilu.edge")]
    for each in loggers:
        each.addHandler(handler)
    yield lines
    for each in loggers:
        each.removeHandler(handler)


def client() -> httpx.AsyncClient:
    routes = [Route("/works", works), Route("/breaks", breaks)]
    app = Starlette(routes=routes, middleware=[Middleware(Apologises)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://zhilu.test")


async def test_each_request_has_an_id_of_its_own_in_its_lines(written: io.StringIO) -> None:
    async with client() as browser:
        ids = [(await browser.get("/works")).text for _ in range(2)]
    assert len(set(ids)) == 2
    assert re.findall(r"WARNING ([0-9a-f]{12}) tests\.trace at work", written.getvalue()) == ids


async def test_a_fault_is_told_with_the_id_of_its_lines(written: io.StringIO) -> None:
    async with client() as browser:
        told = (await browser.get("/breaks")).text
    lines = written.getvalue()
    assert f" {told} tests.trace about to break" in lines
    assert f" {told} zhilu.edge fault {told}: ZeroDivisionError" in lines
