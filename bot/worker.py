"""One process of the public server: `python -m bot.worker LISTENING LINE`, two descriptors that it got from its keeper."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence

import uvicorn

from bot.app import create_app
from bot.bootstrap import bootstrap
from bot.keeper import READY
from zhilu.serving import server_options
from zhilu.settings import Settings
from zhilu.trace import configure_logging

LINGER_SECONDS = 0.3
LONGEST_REQUEST = 30  # seconds that a request may still take when we end


class Server(uvicorn.Server):
    """Says when it is ready; at the end whoever has connected just before is still answered."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await asyncio.sleep(LINGER_SECONDS)  # uvicorn hangs up on a connection whose request is not read yet
        await super().shutdown(sockets)


def main(arguments: Sequence[str]) -> None:
    """Serve until a signal."""
    listening, line = (socket.socket(fileno=int(number)) for number in arguments)
    threading.Thread(target=end_with, args=(line,), daemon=True).start()
    settings = Settings()
    configure_logging(settings.log_level)
    config = uvicorn.Config(
        create_app(bootstrap(settings)),
        timeout_graceful_shutdown=LONGEST_REQUEST,
        **server_options(settings),
    )
    Server(config, lambda: line.sendall(READY)).run([listening])


def end_with(line: socket.socket) -> None:
    """A keeper that was killed takes its worker along: two may not serve one folder unknown to each other."""
    with contextlib.suppress(OSError):  # it may not have read what we said
        line.recv(1)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
