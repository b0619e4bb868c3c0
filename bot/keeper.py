"""Holds the public server's socket while the process that answers on it is replaced: nobody who connects meanwhile is refused.

SIGHUP starts a new worker (with the code and the files of now; the environment is ours) beside the old one; once it is ready the old one stops listening,
ends what is under way, and goes. Where the new one does not get ready the old one stays. SIGTERM ends all. A worker that dies unasked
ends the keeper with it, so whoever watches sees the death. Only the standard library: it is small and changes rarely.
"""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence

ENDS = (signal.SIGTERM, signal.SIGINT)
READY = b"ready"


class Worker:
    """One process that answers; the line to it says when it is ready, and tells it when we are gone."""

    def __init__(self, listening: int) -> None:
        self.line, theirs = socket.socketpair()
        with theirs:
            descriptors = (listening, theirs.fileno())
            command = [sys.executable, "-m", "bot.worker", *map(str, descriptors)]
            self._process = subprocess.Popen(command, pass_fds=descriptors)

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def is_ready(self) -> bool:
        """Once the line can be read: it says so, or it has died."""
        return self.line.recv(len(READY)) == READY

    def end(self) -> None:
        """Ask it to answer what is under way and then to go."""
        self._process.terminate()

    def wait(self) -> None:
        self._process.wait()


class Keeper:
    """`run` returns the exit status."""

    def __init__(self, listening: int) -> None:
        self._listening = listening
        self._heard, self._wake = socket.socketpair()
        self._wake.setblocking(False)
        for number in (*ENDS, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._answering = Worker(listening)
        self._coming: Worker | None = None
        self._going: list[Worker] = []

    def run(self) -> int:
        """Keep a worker until a signal or its death."""
        while True:
            coming = [self._coming.line] if self._coming else []
            readable, _, _ = select.select([self._heard, *coming], [], [])
            numbers = self._heard.recv(64) if self._heard in readable else b""
            if any(number in numbers for number in ENDS):
                return self._end()
            if (status := self._answering.status) is not None:
                say(f"the server died (status {status})")
                self._end()
                return status or 1
            self._going = [worker for worker in self._going if worker.status is None]
            if self._coming and self._coming.line in readable:
                self._take_over(self._coming)
            elif signal.SIGHUP in numbers and not self._coming:
                self._coming = Worker(self._listening)

    def _take_over(self, coming: Worker) -> None:
        self._coming = None
        if not coming.is_ready():
            say("the new server did not start; the old one goes on")
            self._going.append(coming)
            return
        self._answering.end()
        self._going.append(self._answering)
        self._answering = coming
        say("a new server has taken over")

    def _end(self) -> int:
        workers = [*self._going, self._answering, *([self._coming] if self._coming else [])]
        for worker in workers:
            worker.end()
        for worker in workers:
            worker.wait()
        return 0


def say(line: str) -> None:
    sys.stderr.write(f"keeper: {line}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str]) -> int:
    return Keeper(int(arguments[0])).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
