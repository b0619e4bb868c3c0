"""The bridge: it speaks with pages of the office's own address on this machine, and with nobody else."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from zhilu.kiosk_sim.contract import (
    MOST_BYTES,
    VERSION,
    Cancel,
    Close,
    Device,
    Failure,
    Hello,
    Print,
    Read,
    WrongMessage,
    read_request,
)  # fmt: skip
from zhilu.kiosk_sim.devices import CardReader, DeviceFault, TicketPrinter

logger = logging.getLogger(__name__)
logger.setLevel(logging.WARNING)  # below that the library writes down what is said: names and addresses
HELLO_SECONDS = 5.0
MOST_AT_ONCE = 4
LOOPBACK = "127.0.0.1"


class Refused(Exception):
    """The page is told to go."""

    def __init__(self, code: Close) -> None:
        super().__init__(code)
        self.code = code


class Bridge:
    """One reader and one printer, either of which may be missing; one reading at a time."""

    def __init__(
        self,
        token: str,
        origins: Sequence[str],
        *,
        reader: CardReader | None = None,
        printer: TicketPrinter | None = None,
    ) -> None:
        if not token:
            raise ValueError("a bridge without a token would serve anybody")
        self._token = token
        self._origins = [Origin(each) for each in origins]
        self._reader = reader
        self._printer = printer
        self._pages: set[ServerConnection] = set()
        self._reading = asyncio.Lock()

    @property
    def devices(self) -> list[str]:
        """What is plugged in now."""
        found = [(Device.CARD_READER, self._reader), (Device.TICKET_PRINTER, self._printer)]
        return [str(name) for name, device in found if device is not None and device.is_there]

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator[Server]:
        """On the loopback address only; a page of another origin gets 403 before anything is said."""
        async with serve(
            self._serve, LOOPBACK, port, origins=self._origins, max_size=MOST_BYTES, server_header=None, logger=logger
        ) as server:
            yield server

    async def tell_devices(self) -> None:
        """Something was plugged in or out: every page hears of it."""
        for page in tuple(self._pages):
            await _tell(page, type="devices", devices=self.devices)

    async def _serve(self, page: ServerConnection) -> None:
        try:
            await self._greet(page)
            await self._talk(page)
        except Refused as refused:
            await page.close(refused.code)
        except ConnectionClosed:
            pass
        finally:
            self._pages.discard(page)

    async def _greet(self, page: ServerConnection) -> None:
        """The page shows the token; within five seconds."""
        try:
            async with asyncio.timeout(HELLO_SECONDS):
                hello = _request(await page.recv())
        except TimeoutError:
            raise Refused(Close.WRONG_MESSAGE) from None
        if not isinstance(hello, Hello):
            raise Refused(Close.WRONG_MESSAGE)
        if not hmac.compare_digest(hello.token.encode(), self._token.encode()):
            raise Refused(Close.WRONG_TOKEN)
        if hello.version != VERSION:
            raise Refused(Close.OTHER_VERSION)
        self._pages.add(page)
        await _tell(page, type="ready", version=VERSION, devices=self.devices)

    async def _talk(self, page: ServerConnection) -> None:
        """Requests of one page; what is under way ends with its page."""
        under_way: dict[str, asyncio.Task[None]] = {}
        try:
            async for frame in page:
                request = _request(frame)
                if isinstance(request, Hello):
                    raise Refused(Close.WRONG_MESSAGE)
                if isinstance(request, Cancel):
                    if job := under_way.pop(request.id, None):
                        job.cancel()
                        await _tell(page, type="failed", id=request.id, code=Failure.CANCELLED)
                elif len(under_way) >= MOST_AT_ONCE:
                    await _tell(page, type="failed", id=request.id, code=Failure.BUSY)
                else:
                    job = asyncio.create_task(self._do(page, request))
                    under_way[request.id] = job
                    job.add_done_callback(partial(_forget, under_way, request.id))
        finally:
            for job in under_way.values():
                job.cancel()

    async def _do(self, page: ServerConnection, request: Read | Print) -> None:
        try:
            answer = await (self._read(request) if isinstance(request, Read) else self._print(request))
        except DeviceFault as fault:
            answer = {"type": "failed", "code": fault.failure}
        with suppress(ConnectionClosed):
            await _tell(page, **answer, id=request.id)

    async def _read(self, request: Read) -> dict[str, object]:
        if self._reader is None or not self._reader.is_there:
            raise DeviceFault(Failure.UNPLUGGED)
        if self._reading.locked():
            raise DeviceFault(Failure.BUSY)
        async with self._reading:
            card = await self._reader.read()
        return {"type": "card", **card.handed_over(request.parts)}

    async def _print(self, request: Print) -> dict[str, object]:
        if self._printer is None or not self._printer.is_there:
            raise DeviceFault(Failure.UNPLUGGED)
        await self._printer.print(request.ticket)
        return {"type": "printed"}


def _forget(under_way: dict[str, asyncio.Task[None]], id: str, job: asyncio.Task[None]) -> None:
    """A page may have used the id again meanwhile."""
    if under_way.get(id) is job:
        del under_way[id]


def _request(frame: str | bytes) -> Hello | Read | Print | Cancel:
    try:
        return read_request(frame)
    except WrongMessage:
        raise Refused(Close.WRONG_MESSAGE) from None


async def _tell(page: ServerConnection, **said: object) -> None:
    await page.send(json.dumps(said, ensure_ascii=False))
