"""A malware scanner beside us: clamd, asked over its socket with INSTREAM. Without an address nobody is asked."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from cases.attachments import ScanState

logger = logging.getLogger(__name__)
PATIENCE_SECONDS = 10.0
UNHEARD = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)
CHUNK = 128 * 1024
END = struct.pack("!I", 0)


class ScannerFault(Exception):
    """The scanner answered, and did not say whether the file is clean."""


@dataclass(frozen=True)
class Clamd:
    """clamd at `host` and `port`, or at the socket `path`."""

    host: str = ""
    port: int = 0
    path: str = ""
    patience: float = PATIENCE_SECONDS

    async def scan(self, pieces: Iterable[bytes]) -> ScanState:
        """CLEAN or INFECTED; UNSCANNED where the scanner is away, late or could not tell."""
        try:
            async with asyncio.timeout(self.patience):
                return verdict_in(await self._ask(b"zINSTREAM\0", pieces))
        except (*UNHEARD, ScannerFault) as error:
            logger.warning("a file was not scanned: %s", type(error).__name__)
            return ScanState.UNSCANNED

    async def answers(self) -> bool:
        """Whether it is there."""
        try:
            async with asyncio.timeout(self.patience):
                return await self._ask(b"zPING\0") == b"PONG\0"
        except UNHEARD:
            return False

    async def _ask(self, command: bytes, pieces: Iterable[bytes] | None = None) -> bytes:
        reader, writer = await self._connect()
        try:
            writer.write(command)
            for piece in pieces or ():
                await send(writer, piece)
            if pieces is not None:
                writer.write(END)
            await writer.drain()
            return await reader.readuntil(b"\0")
        finally:
            writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.path:
            return await asyncio.open_unix_connection(self.path)
        return await asyncio.open_connection(self.host, self.port)


async def send(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """In chunks, each after its length."""
    view = memoryview(piece)
    for start in range(0, len(view), CHUNK):
        chunk = view[start : start + CHUNK]
        writer.write(struct.pack("!I", len(chunk)))
        writer.write(chunk)
        await writer.drain()


def verdict_in(answer: bytes) -> ScanState:
    """`stream: OK` or `stream: <name> FOUND`; ScannerFault for everything else, such as its size limit."""
    words = answer.rstrip(b"\0\r\n ")
    if words == b"stream: OK":
        return ScanState.CLEAN
    if words.startswith(b"stream: ") and words.endswith(b" FOUND"):
        return ScanState.INFECTED
    raise ScannerFault("no verdict")


def scanner_at(address: str) -> Clamd | None:
    """`host:port` or the path of a socket; None where there is no address, ValueError for one that nobody can read."""
    if not address:
        return None
    if address.startswith("/"):
        return Clamd(path=address)
    host, colon, port = address.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError("ZHILU_CLAMD is neither host:port nor the path of a socket")
    return Clamd(host=host.strip("[]"), port=int(port))
