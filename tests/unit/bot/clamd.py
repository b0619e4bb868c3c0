"""A malware scanner for tests that speaks clamd's INSTREAM on loopback, knows one signature, and has a size limit."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

# The test file of the anti-malware makers, in two halves so that no scanner takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*").encode()

Server = TypeVar("Server", bound=socketserver.BaseServer)


class Notes:
    """Notes the size of what it was sent; `mute` never answers, `limit` is clamd's StreamMaxLength."""

    mute = False
    limit = 1 << 30

    def __init__(self) -> None:
        self.scanned: list[int] = []


class FakeClamd(Notes, socketserver.ThreadingTCPServer):
    """On a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        Notes.__init__(self)
        socketserver.ThreadingTCPServer.__init__(self, ("127.0.0.1", 0), Session)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class LocalClamd(Notes, socketserver.ThreadingUnixStreamServer):
    """On a socket file."""

    daemon_threads = True

    def __init__(self, path: Path) -> None:
        Notes.__init__(self)
        socketserver.ThreadingUnixStreamServer.__init__(self, str(path), Session)


class Session(socketserver.StreamRequestHandler):
    """One connection, one command."""

    def handle(self) -> None:
        clamd = self.server
        assert isinstance(clamd, Notes)
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if clamd.mute:
            self.rfile.read()  # until the client has enough
        elif command == b"zPING\0":
            self.wfile.write(b"PONG\0")
        else:
            assert command == b"zINSTREAM\0"
            self.wfile.write(self.verdict(clamd))

    def verdict(self, clamd: Notes) -> bytes:
        content = bytearray()
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        clamd.scanned.append(len(content))
        if len(content) > clamd.limit:
            return b"INSTREAM size limit exceeded. ERROR\0"
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, at work."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    with server:
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
