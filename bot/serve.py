"""Starts the public server: `python -m bot.serve`. It listens, then becomes the keeper, whose worker answers (bot/keeper.py)."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time

from zhilu.settings import Settings

BACKLOG = 2048


def main() -> None:
    """Open the socket and hand it on; the port that is taken ends the program with one line."""
    settings = Settings()
    try:
        listening = listen(settings.host, settings.public_port)
    except OSError as error:
        sys.exit(f"cannot listen on {settings.host}:{settings.public_port}: {error.strerror}")
    listening.set_inheritable(True)
    os.execv(sys.executable, [sys.executable, "-m", "bot.keeper", str(listening.fileno())])


def listen(host: str, port: int, patience: float = 2) -> socket.socket:
    """A listening socket, IPv6 where the host is an IPv6 address; the worker of a killed keeper needs a moment to let go of it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    end = time.monotonic() + patience
    while True:
        try:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise
            time.sleep(0.05)


if __name__ == "__main__":
    main()
