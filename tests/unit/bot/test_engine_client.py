"""The engine may be away, late, broken or babbling: the public server learns one thing, and sends nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Callable

import httpx
import pytest

from bot.engine import HttpEngine, Utterance
from bot.errors import EngineFault
from tests.unit.bot.stand_in import StandIn
from zhilu import trace

pytestmark = pytest.mark.asyncio
BAD_KIND = '{"replies": [{"kind": "x", "text": "x"}]}'
SECRET = "engine secret of the tests"
SAID = Utterance("c1", "kiosk", "client1", text="我叫马小云，多少天", id="m1")


def make_engine(stand_in: StandIn, secret: str = SECRET) -> HttpEngine:
    return HttpEngine("http://engine", secret, 2.0, httpx.ASGITransport(stand_in.app()))


class Failing(httpx.AsyncBaseTransport):
    """Raises the errors given, one a call, then passes on."""

    def __init__(self, stand_in: StandIn, *errors: Callable[[str], Exception]) -> None:
        self.errors = list(errors)
        self.calls = 0
        self._inner = httpx.ASGITransport(stand_in.app())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)("no")
        return await self._inner.handle_async_request(request)


async def test_a_message_goes_as_the_gateway_wants_it() -> None:
    stand_in = StandIn(SECRET)
    trace.begin("0123456789ab")
    heard = await make_engine(stand_in).hear(SAID)
    assert [reply.kind for reply in heard.replies] == ["answer"]
    assert heard.spent_ms == {"nlu": 3.5, "policy": 1.0, "action": 4.0, "store": 0.5}
    assert stand_in.heard == [
        {
            "conversation": "c1",
            "channel": "kiosk",
            "text": "我叫马小云，多少天",
            "message_id": "m1",
            "metadata": {"client": "client1", "trace": "0123456789ab"},
            "deadline_ms": 2000,
        }
    ]


async def test_a_button_goes_as_a_payload() -> None:
    stand_in = StandIn(SECRET)
    await make_engine(stand_in).hear(Utterance("c1", "web", "x", payload="/status"))
    assert stand_in.heard[0]["payload"] == "/status"
    assert "text" not in stand_in.heard[0]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (502, None),
        (504, None),
        (200, "not json"),
        (200, "[]"),
        (200, '{"replies": []}'),
        (200, '{"replies": [{"kind": "x"}]}'),
    ],
)
async def test_every_bad_answer_is_one_fault_without_the_citizens_words(
    status: int, body: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in = StandIn(SECRET, status=status, body=body)
    with caplog.at_level(logging.INFO), pytest.raises(EngineFault) as fault:
        await make_engine(stand_in).hear(SAID)
    assert fault.value.id in caplog.text
    assert "马小云" not in caplog.text
    assert len(stand_in.heard) == 1


async def test_a_wrong_secret_is_a_fault() -> None:
    with pytest.raises(EngineFault):
        await make_engine(StandIn(SECRET), "another").hear(SAID)


async def test_an_engine_that_restarts_is_tried_again() -> None:
    stand_in = StandIn(SECRET)
    transport = Failing(stand_in, httpx.ConnectError, httpx.ConnectError)
    heard = await HttpEngine("http://engine", SECRET, 2.0, transport).hear(SAID)
    assert heard.replies
    assert len(stand_in.heard) == 1


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError])
async def test_a_message_that_may_have_arrived_is_not_sent_again(error: type[httpx.TransportError]) -> None:
    transport = Failing(StandIn(SECRET), error)
    with pytest.raises(EngineFault):
        await HttpEngine("http://engine", SECRET, 2.0, transport).hear(SAID)
    assert transport.calls == 1


async def test_forgetting_and_readiness() -> None:
    stand_in = StandIn(SECRET)
    engine = make_engine(stand_in)
    await engine.forget("c1")
    assert stand_in.forgotten == ["c1"]
    assert await engine.ready()
    stand_in.status = 500
    with pytest.raises(EngineFault):
        await engine.forget("c1")
    away = HttpEngine("http://engine", SECRET, 2.0, Failing(stand_in, httpx.ConnectError))
    assert not await away.ready()
