"""The real servers on free loopback ports with a folder of their own, started and stopped by process id; the desk where a test asks for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.kiosk.words import Source, ensure_words
from cases.migrate import upgrade
from tests.e2e.serving import free_ports
from zhilu.runner.health import answers
from zhilu.runner.programs import Program, log_file, programs
from zhilu.runner.training import encoder_cache, filled, model_file, train_if_needed
from zhilu.settings import ROOT, Settings, ensure_secrets

NAMES = ("engine", "actions", "public")
START_SECONDS = 90
UNLIMITED = 1_000_000


class Stack:
    """One installation in the folder `var`; `base_url` is where citizens reach it, `desk_url` where the staff does."""

    def __init__(self, var: Path) -> None:
        engine_port, actions_port, public_port, desk_port = free_ports(4)
        self.settings = Settings(
            var_dir=var,
            engine_port=engine_port,
            actions_port=actions_port,
            public_port=public_port,
            desk_port=desk_port,
            database_url="",
            conversations_per_minute=UNLIMITED,
            messages_per_minute=UNLIMITED,
            lookups_per_minute=UNLIMITED,
        )
        self.base_url = f"http://127.0.0.1:{public_port}"
        self.desk_url = f"http://127.0.0.1:{desk_port}"
        self.register = var / "register.db"
        self.tracker = var / "tracker.db"
        self._programs: dict[str, Program] = {program.name: program for program in programs(self.settings)}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Secrets, an empty register, and the trained model of this checkout."""
        ensure_secrets(self.settings)
        upgrade(self.settings.register_url)
        lend_model(self.settings)
        lend_words(self.settings)

    def start(self, *names: str) -> None:
        """Start these servers (the three of NAMES where none is named) and wait until the whole stack is ready."""
        for name in names or NAMES:
            self._processes[name] = self._spawn(self._programs[name])
        end = time.monotonic() + START_SECONDS
        while not self._ready():
            for name, process in self._processes.items():
                assert process.poll() is None, f"{name} ended:\n{self.log(name)[-3000:]}"
            assert time.monotonic() < end, f"not ready: {', '.join(names or NAMES)}"
            time.sleep(0.05)

    def _ready(self) -> bool:
        return answers(f"{self.base_url}/readyz") and (
            "desk" not in self._processes or answers(f"{self.desk_url}/readyz")
        )

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        path = log_file(self.settings, program.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            return subprocess.Popen(
                program.command,
                cwd=ROOT,
                env={**self._environment(), **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _environment(self) -> dict[str, str]:
        """Ours, without the settings of whoever runs the tests."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("ZHILU_")}
        given = self.settings.model_dump(exclude_unset=True)
        return {**outside, "PYTHONUNBUFFERED": "1", **{f"ZHILU_{name.upper()}": str(given[name]) for name in given}}

    def kill(self, name: str) -> None:
        """kill -9, at once."""
        process = self._processes.pop(name)
        started = children_of(process.pid)
        process.kill()
        process.wait()
        end = time.monotonic() + START_SECONDS  # what it has started goes with it, and with it the port
        while any(is_alive(each) for each in started):
            assert time.monotonic() < end, f"{name} left something behind"
            time.sleep(0.01)

    def stop(self, *names: str) -> None:
        """Ask these servers (every one where none is named) to end, and wait until they have."""
        asked = [self._processes.pop(name) for name in names or tuple(self._processes)]
        for process in asked:
            process.terminate()
        for process in asked:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def cpu_seconds(self) -> dict[str, float]:
        """What each server has used so far, with what it has started."""
        return {name: cpu_seconds_of(process.pid) for name, process in self._processes.items()}

    def log(self, name: str) -> str:
        """All that the server has written so far, over all its lives."""
        return log_file(self.settings, name).read_text(encoding="utf-8", errors="replace")


def cpu_seconds_of(pid: int) -> float:
    """Of a process and its children that live."""
    used = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK") + sum(map(cpu_seconds_of, children_of(pid)))


def children_of(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def is_alive(pid: int) -> bool:
    """Neither gone nor dead and waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def lend_model(settings: Settings) -> None:
    """Copy the trained model (ZHILU_MODEL, else the one of this checkout) and share the encoder's cache; train where there is none."""
    mine = Settings()
    if not model_file(mine).exists() or not filled(encoder_cache(mine)):
        train_if_needed(mine, lambda line: print(line, file=sys.stderr))
    model_file(settings).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(os.environ.get("ZHILU_MODEL") or model_file(mine), model_file(settings))
    encoder_cache(settings).parent.mkdir(parents=True, exist_ok=True)
    encoder_cache(settings).symlink_to(encoder_cache(mine).resolve(), target_is_directory=True)


def lend_words(settings: Settings) -> None:
    """Share what the kiosk's keyboard knows, made once for this checkout."""
    mine = Settings()
    made = ensure_words(Source.of(mine), mine.keyboard_dir)
    settings.keyboard_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.keyboard_dir.symlink_to(made.parent.resolve(), target_is_directory=True)


@contextmanager
def running_stack(var: Path) -> Iterator[Stack]:
    """A stack that runs as long as the block."""
    stack = Stack(var)
    stack.prepare()
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
