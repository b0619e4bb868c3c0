"""Stand-in programs (real processes) under a real controller in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PATIENCE_SECONDS = 30
SERVER = """
import http.server, os, pathlib, sys
pathlib.Path(sys.argv[2]).open("a").write(f"{os.getpid()}\\n")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
Specification = dict[str, object]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


class Installation:
    """A folder with stand-in programs and the controller that keeps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.var = folder / "var"
        self.programs: list[Specification] = []
        self.controller: subprocess.Popen[str] | None = None
        self.output_file = folder / "output"

    def add_server(self, name: str) -> None:
        port = free_port()
        self.add(name, SERVER, f"http://127.0.0.1:{port}/", str(port), str(self.folder / f"{name}.pids"))

    def add(self, name: str, code: str, health: str | None = None, *arguments: str) -> None:
        file = self.folder / f"{name}.py"
        file.write_text(code)
        self.programs.append({"name": name, "command": [sys.executable, str(file), *arguments], "health": health})

    def start(self, deaths: int = 5, start_seconds: float = PATIENCE_SECONDS) -> None:
        specification = self.folder / "specification.json"
        given = {"var": str(self.var), "programs": self.programs, "deaths": deaths, "start_seconds": start_seconds}
        specification.write_text(json.dumps(given))
        with self.output_file.open("w") as output:
            self.controller = subprocess.Popen(
                [sys.executable, str(HERE / "drive.py"), str(specification)], stdout=output, stderr=output, text=True
            )

    def start_and_wait(self, deaths: int = 5) -> None:
        self.start(deaths)
        eventually(lambda: "ALL READY" in self.output() or self.ended())
        assert "ALL READY" in self.output(), self.output()

    def output(self) -> str:
        return self.output_file.read_text()

    def ended(self) -> bool:
        return self.controller is not None and self.controller.poll() is not None

    def exit_status(self) -> int:
        assert self.controller is not None
        return self.controller.wait(PATIENCE_SECONDS)

    def signal(self, number: signal.Signals) -> None:
        assert self.controller is not None
        self.controller.send_signal(number)

    def pids(self, name: str) -> list[int]:
        """Every process that the program has had, the present one last."""
        file = self.folder / f"{name}.pids"
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def supervisor_pid(self) -> int:
        return int((self.var / "run" / "supervisord.pid").read_text())

    def processes(self) -> list[int]:
        """Every process on this machine that has our folder on its command line, but for the controller."""
        found = [int(process.name) for process in Path("/proc").glob("[0-9]*") if self.ours(process)]
        return [pid for pid in found if self.controller is None or pid != self.controller.pid]

    def ours(self, process: Path) -> bool:
        try:
            return str(self.folder).encode() in (process / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def close(self) -> None:
        if self.controller is not None and not self.ended():
            self.signal(signal.SIGTERM)
            self.exit_status()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.close()


@pytest.fixture
def wait() -> Callable[[Callable[[], object]], None]:
    return eventually


@pytest.fixture
def kill() -> Callable[[int], None]:
    return lambda pid: os.kill(pid, signal.SIGKILL)
