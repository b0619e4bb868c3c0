"""The simulated bridge as a page meets it: who is served, what a card may tell, what goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from zhilu.kiosk_sim.bridge import Bridge
from zhilu.kiosk_sim.contract import Close
from zhilu.kiosk_sim.devices import Card, CardReader, TicketPrinter, Trouble

HERE, TOKEN = "http://127.0.0.1:8000", "the token of this machine"
NAME, ADDRESS, NUMBER, BORN = "马小云", "河边村三组十二号", "000000199001011234", "19900101"
CARD = Card(NAME, ADDRESS, NUMBER, BORN, b"photo")
TICKET = {"number": "12", "on": "2026年12月8日", "time": "09:00至11:30", "place": "二楼接待室"}


class Beside:
    """A bridge with its devices, on a port of its own."""

    def __init__(self, card: Card | None = CARD, *, reader: bool = True, printer: bool = True) -> None:
        self.printed: list[str] = []
        self.reader = CardReader(card, patience=0.3, slowness=60)
        self.printer = TicketPrinter(self.printed.append)
        self.bridge = Bridge(
            TOKEN, [HERE], reader=self.reader if reader else None, printer=self.printer if printer else None
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        async with self.bridge.listening(0) as server:
            yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    @asynccontextmanager
    async def page(self, token: str = TOKEN, origin: str | None = HERE) -> AsyncIterator[Page]:
        async with self.listening() as address, connect(address, origin=Origin(origin) if origin else None) as socket:
            page = Page(socket)
            await page.say(type="hello", version=1, token=token)
            yield page


class Page:
    """What a page says and hears; every frame that came is kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[str] = []

    async def say(self, **said: object) -> None:
        await self.socket.send(json.dumps(said))

    async def hear(self) -> dict[str, Any]:
        frame = str(await self.socket.recv())
        self.frames.append(frame)
        heard: dict[str, Any] = json.loads(frame)
        return heard

    async def read(self, fields: Sequence[str]) -> dict[str, Any]:
        await self.say(type="read", id="1", fields=list(fields))
        return await self.hear()


async def test_a_page_of_the_office_hears_what_is_plugged_in() -> None:
    async with Beside().page() as page:
        assert await page.hear() == {"type": "ready", "version": 1, "devices": ["card-reader", "ticket-printer"]}
    async with Beside(reader=False).page() as page:
        assert (await page.hear())["devices"] == ["ticket-printer"]


@pytest.mark.parametrize("origin", ["https://other.example", "http://127.0.0.1:8001", None])
async def test_a_page_of_somebody_else_is_refused_before_it_says_anything(origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with Beside().page(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_who_does_not_know_the_token_learns_nothing() -> None:
    async with Beside().page(token="a guess") as page:
        with pytest.raises(ConnectionClosed):
            await page.hear()
        assert page.socket.close_code == Close.WRONG_TOKEN


@pytest.mark.parametrize("fields", [["name"], ["address"], ["name", "address"]])
async def test_a_card_tells_what_it_was_asked_for_and_no_number_ever_leaves(fields: list[str]) -> None:
    async with Beside().page() as page:
        await page.hear()
        known = {"name": NAME, "address": ADDRESS}
        assert await page.read(fields) == {"type": "card", "id": "1", **{each: known[each] for each in fields}}
        for kept_back in (NUMBER, BORN, "photo"):
            assert kept_back not in "".join(page.frames)


@pytest.mark.parametrize(
    "said",
    [
        {"type": "read", "id": "1", "fields": ["number"]},
        {"type": "read", "id": "1", "fields": ["name", "photo"]},
        {"type": "read", "id": "1", "fields": []},
        {"type": "read", "id": "1", "fields": ["name"], "more": True},
        {"type": "read", "id": "", "fields": ["name"]},
        {"type": "print", "id": "1", "ticket": {"number": "12", "name": NAME}},
        {"type": "print", "id": "1", "ticket": {"on": "2026"}},
        {"type": "hello", "version": 1, "token": TOKEN},
        {"type": "open-the-door", "id": "1"},
        ["read"],
    ],
)
async def test_what_is_not_in_the_contract_ends_the_connection(said: object) -> None:
    async with Beside().page() as page:
        await page.hear()
        await page.socket.send(json.dumps(said))
        with pytest.raises(ConnectionClosed):
            await page.hear()
        assert page.socket.close_code == Close.WRONG_MESSAGE


@pytest.mark.parametrize("trouble", [Trouble.NO_CARD, Trouble.UNREADABLE, Trouble.UNPLUGGED])
async def test_a_trouble_of_the_reader_has_its_own_word(trouble: Trouble) -> None:
    beside = Beside()
    async with beside.page() as page:
        await page.hear()
        beside.reader.trouble = trouble
        assert await page.read(["name"]) == {"type": "failed", "id": "1", "code": str(trouble)}


async def test_a_slow_reader_can_be_left_and_one_reading_does_not_wait_for_another() -> None:
    beside = Beside()
    async with beside.page() as page:
        await page.hear()
        beside.reader.trouble = Trouble.SLOW
        await page.say(type="read", id="1", fields=["name"])
        await page.say(type="read", id="2", fields=["name"])
        assert await page.hear() == {"type": "failed", "id": "2", "code": "busy"}
        await page.say(type="cancel", id="1")
        assert await page.hear() == {"type": "failed", "id": "1", "code": "cancelled"}
        beside.reader.trouble = Trouble.NONE
        assert (await page.read(["name"]))["name"] == NAME


async def test_the_page_hears_when_something_is_pulled_out_and_put_back() -> None:
    beside = Beside()
    async with beside.page() as page:
        await page.hear()
        beside.reader.trouble = Trouble.UNPLUGGED
        await beside.bridge.tell_devices()
        assert await page.hear() == {"type": "devices", "devices": ["ticket-printer"]}
        beside.reader.trouble = Trouble.NONE
        await beside.bridge.tell_devices()
        assert (await page.hear())["devices"] == ["card-reader", "ticket-printer"]


async def test_a_number_is_printed_large_and_an_empty_printer_says_so() -> None:
    beside = Beside()
    async with beside.page() as page:
        await page.hear()
        await page.say(type="print", id="1", ticket=TICKET)
        assert await page.hear() == {"type": "printed", "id": "1"}
        assert {"12", "二楼接待室", "09:00至11:30"} <= {line.strip() for line in beside.printed}
        beside.printer.trouble = Trouble.NO_PAPER
        await page.say(type="print", id="2", ticket=TICKET)
        assert await page.hear() == {"type": "failed", "id": "2", "code": "no-paper"}


async def test_nothing_that_is_said_stands_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with Beside().page() as page:
        await page.hear()
        await page.read(["name", "address"])
    await asyncio.sleep(0)
    of_the_bridge = [each for each in caplog.records if each.name != "websockets.client"]  # the client is this test
    assert NAME not in str([each.getMessage() for each in of_the_bridge])
    assert TOKEN not in str([each.getMessage() for each in of_the_bridge])
