"""The three real servers with a WeChat account of the simulated platform, and a line to the engine that can be slow."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import httpx

from bot.links import Links
from tests.e2e.serving import free_ports
from tests.e2e.stack import START_SECONDS, Stack
from zhilu.runner.programs import log_file
from zhilu.takeover import taken_over
from zhilu.wechat_sim.account import make_account
from zhilu.wechat_sim.api import SimulatedApi, served
from zhilu.wechat_sim.chats import Chats
from zhilu.wechat_sim.platform import SimulatedPlatform

TURN = b"POST /webhooks/gateway/messages"
CHUNK = 65536


class Line:
    """Passes on what the public server and the engine say, in a thread of its own; `hold` says how long a turn is held up."""

    def __init__(self, port: int, engine_port: int) -> None:
        self._port, self._engine_port = port, engine_port
        self.hold: Callable[[], float] = lambda: 0.0
        self.held = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._pass, "127.0.0.1", self._port)
        self._ready.set()
        await self._ended.wait()
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self._engine_port)
            await asyncio.gather(self._copy(reader, back, slow=True), self._copy(there, writer, slow=False))
        writer.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        try:
            while chunk := await reader.read(CHUNK):
                if slow and chunk.startswith(TURN) and (seconds := self.hold()):
                    self.held += 1
                    await asyncio.sleep(seconds)
                writer.write(chunk)
                await writer.drain()
        finally:
            writer.close()


class WechatStack(Stack):
    """A stack whose public server serves a simulated account; the platform runs only within `platform`."""

    def __init__(self, var: Path) -> None:
        super().__init__(var)
        self.account = make_account()
        self.api_port, line_port = free_ports(2)
        self.line = Line(line_port, self.settings.engine_port)
        program = self._programs["public"]
        behind_the_line = {**program.environment, "ZHILU_ENGINE_PORT": str(line_port)}
        self._programs["public"] = replace(program, environment=behind_the_line)

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), **self.account.settings(f"http://127.0.0.1:{self.api_port}")}

    def replace_public(self) -> None:
        """What `zhilu restart` does: a new server takes over from the old one while that answers."""
        log = log_file(self.settings, "public")
        before = log.stat().st_size
        self._processes["public"].send_signal(signal.SIGHUP)
        assert taken_over(log, before, START_SECONDS), self.log("public")[-3000:]

    def stop_and_start(self, name: str) -> float:
        """`zhilu stop` and `zhilu up` of one server; for how many seconds it was away."""
        began = time.monotonic()
        process = self._processes.pop(name)
        process.terminate()
        process.wait(30)
        self.start(name)
        return time.monotonic() - began

    @asynccontextmanager
    async def page(self, name: str, conversation: str) -> AsyncIterator[httpx.AsyncClient]:
        """A phone that has followed the link to a page of the conversation."""
        link = Links(self.settings.secret("engine_secret")).make(
            name, {"conversation": conversation}, datetime.now(UTC) + timedelta(minutes=5)
        )
        async with httpx.AsyncClient(
            base_url=self.base_url, trust_env=False, timeout=60, follow_redirects=True
        ) as phone:
            assert (await phone.get(f"/h5/go/{name}/{link}")).status_code == httpx.codes.OK
            assert (await phone.post("/h5/claim")).status_code == httpx.codes.NO_CONTENT
            yield phone

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[tuple[SimulatedPlatform, SimulatedApi, Chats]]:
        """The whole simulated platform in front of this stack."""
        chats = Chats()
        api = SimulatedApi(self.account, chats)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with (
            served(api.app, self.api_port),
            httpx.AsyncClient(trust_env=False, limits=limits, timeout=60) as http,
        ):
            yield SimulatedPlatform(self.account, f"{self.base_url}/wechat", chats, http), api, chats


@contextmanager
def running_wechat_stack(var: Path) -> Iterator[WechatStack]:
    """A stack that runs as long as the block."""
    stack = WechatStack(var)
    stack.prepare()
    with stack.line:
        try:
            stack.start()
            yield stack
        finally:
            stack.stop()
