"""One running installation per folder: the lock that its controller holds, and how to ask it to stop."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhilu.runner.errors import CannotRun
from zhilu.runner.supervisor import make_private


class Instance:
    """The controller of the installation in `var`, whether it is this process or another."""

    def __init__(self, var: Path) -> None:
        self.run = var / "run"
        self.lock_file = self.run / "zhilu.lock"
        self.ready_file = self.run / "ready"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one controller while inside; CannotRun when another one is. The lock ends with the process."""
        make_private(self.run)
        with self.lock_file.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotRun(f"already running (pid {self.pid()}). Stop it first: zhilu stop") from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            self.ready_file.unlink(missing_ok=True)
            try:
                yield
            finally:
                self.ready_file.unlink(missing_ok=True)
                file.truncate(0)

    def pid(self) -> int | None:
        """The process that holds the lock, if any does."""
        try:
            with self.lock_file.open("r", encoding="ascii") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        except BlockingIOError:
            text = self.lock_file.read_text(encoding="ascii")
            return int(text) if text else None
        except FileNotFoundError:
            return None

    def mark_ready(self, table: str) -> None:
        """Every program answers: leave the table of addresses for whoever waits for it."""
        self.ready_file.write_text(table, encoding="utf-8")

    def table(self) -> str | None:
        """The table of addresses once every program answers."""
        return self.ready_file.read_text(encoding="utf-8") if self.ready_file.exists() else None

    def stop(self, seconds: float = 20) -> bool:
        """Ask the controller to stop everything and wait until it has; False when none ran."""
        pid = self.pid()
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + seconds
        while self.pid() == pid:
            if time.monotonic() > end:
                raise CannotRun(
                    f"process {pid} did not stop within {seconds:.0f} s. Look into {self.run.parent / 'log'}"
                )
            time.sleep(0.1)
        return True
