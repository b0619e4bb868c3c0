"""The public server is replaced while it is used: nobody notices, and nothing stays behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest

from cases.migrate import upgrade
from tests.unit.bot.factories import KEY, make_settings
from zhilu import takeover
from zhilu.runner.errors import CannotRun
from zhilu.runner.health import answers
from zhilu.runner.programs import Program
from zhilu.runner.supervisor import Supervisor
from zhilu.settings import ROOT

PATIENCE = 60
TAKEN_OVER, NOT_STARTED = "a new server has taken over", "the old one goes on"


@dataclass
class Running:
    """A public server of its own, without an engine."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/healthz"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def workers(self) -> set[int]:
        """The processes that the keeper has."""
        try:
            return set(map(int, Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()))
        except FileNotFoundError:
            return set()

    def was_replaced(self, times: int) -> bool:
        """So often, and the last one has gone."""
        return self.log.count(TAKEN_OVER) == times and len(self.workers()) == 1

    def until(self, what: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not what():
            assert time.monotonic() < end, self.log
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return httpx.get(self.url, trust_env=False, timeout=PATIENCE).status_code == 200
        except httpx.TransportError:
            assert self.process.poll() is None, self.log
            return False

    def listens(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0


def prepared(folder: Path) -> tuple[int, dict[str, str]]:
    """The port and the environment of a server with an empty register."""
    menu = shutil.copyfile(ROOT / "data" / "wechat" / "menu.yml", folder / "menu.yml")
    shutil.copyfile(ROOT / "data" / "wechat" / "replies.yml", folder / "replies.yml")
    upgrade(make_settings(folder).register_url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    given = {"var_dir": folder, "register_key": KEY, "public_port": port, "engine_secret": "e" * 40}
    given |= {"wechat_menu_file": menu, "wechat_mode": "plain", "wechat_appid": "wx0", "wechat_token": "t" * 20}
    return port, {f"ZHILU_{name.upper()}": str(value) for name, value in given.items()}


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A server that answers."""
    port, given = prepared(folder)
    environment = {**os.environ, **given}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot.serve"], cwd=ROOT, env=environment, stderr=log)
    server = Running(process, port, folder)
    try:
        server.until(server.answers)
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)


async def asked_all_through(server: Running, done: Callable[[], bool]) -> Counter[str]:
    """What comes back from requests on connections of their own, some always under way, until it is done."""
    seen: Counter[str] = Counter()
    limits = httpx.Limits(max_keepalive_connections=0)

    async def ask(http: httpx.AsyncClient) -> None:
        while not done():
            try:
                seen[str((await http.get(server.url)).status_code)] += 1
            except httpx.TransportError as error:
                seen[type(error).__name__] += 1
            await asyncio.sleep(0.01)

    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE, limits=limits) as http:
        await asyncio.gather(*(ask(http) for _ in range(4)))
    return seen


def test_every_request_is_answered_all_through_two_replacements(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        before = server.workers()
        for count in (1, 2):
            server.process.send_signal(signal.SIGHUP)
            seen = asyncio.run(asked_all_through(server, partial(server.was_replaced, count)))
            assert set(seen) == {"200"}, server.log
        assert not before & server.workers()
    assert server.process.returncode == 0
    assert not server.listens()


def test_a_new_server_that_cannot_start_leaves_the_old_one_in_place(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        before = server.workers()
        (tmp_path / "menu.yml").write_text("menu: [", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        server.until(lambda: NOT_STARTED in server.log)
        assert server.answers()
        server.until(lambda: server.workers() == before)


def test_a_worker_that_dies_takes_the_keeper_along_for_whoever_watches(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        server.until(lambda: server.process.poll() is not None)
        assert server.process.returncode != 0
        assert not server.listens()


def test_a_keeper_that_is_killed_leaves_nobody_behind(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.process.kill()
        server.process.wait()
        server.until(lambda: not server.listens())


def test_zhilu_restart_replaces_the_server_under_the_runner_and_says_where_it_could_not(tmp_path: Path) -> None:
    port, given = prepared(tmp_path)
    program = Program("public", (sys.executable, "-m", "bot.serve"), environment=given)
    supervisor, said, settings = Supervisor(tmp_path, [program]), list[str](), make_settings(tmp_path)
    with pytest.raises(CannotRun, match="zhilu up"):
        takeover.restart(settings, said.append)
    supervisor.start()
    try:
        end = time.monotonic() + PATIENCE
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            assert time.monotonic() < end
            time.sleep(0.05)
        pid = supervisor.states()["public"].pid
        takeover.restart(settings, said.append)
        (tmp_path / "menu.yml").write_text("menu: [", encoding="utf-8")
        with pytest.raises(CannotRun, match="the old one goes on"):
            takeover.restart(settings, said.append)
        assert answers(f"http://127.0.0.1:{port}/healthz")
        assert supervisor.states()["public"].pid == pid
    finally:
        supervisor.stop()
    assert len(said) == 1
