"""The same person on two surfaces, clerks' words, and the same messages in two processes and after a crash."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.channels.wechat import adapter
from cases import takeover, taking
from cases.handovers import HandoverKind, open_handover, take
from cases.models import NoticeContact
from cases.policy import StaffRole
from cases.wechat import codes, inbox
from cases.wechat.codes import Purpose
from tests.unit.bot.channels.wechat.door import (
    HUANG,
    MA,
    Door,
    HeldUp,
    Server,
    account,
    event,
    heard,
    opened,
    signed,
    text,
    told,
    until,
)
from tests.unit.bot.factories import FakeEngine
from tests.unit.cases.factories import KEY, file_one
from zhilu.runner.health import answers
from zhilu.settings import ROOT

pytestmark = pytest.mark.asyncio
RESUME = "D-7K3M-9QXD"


def issued(server: Server, purpose: Purpose, value: str, ago: timedelta = timedelta(0)) -> str:
    with server.services.records._register.unit_of_work() as uow:
        return codes.issue(uow, purpose, value, datetime.now(UTC) - ago)


async def test_a_code_carries_a_draft_over_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        code = issued(server, Purpose.DRAFT, RESUME)
        await server.say(HUANG, code.lower().replace("-", " "))
        assert heard(server.engine) == [RESUME]
        assert "用不了" in await server.say(MA, code)
        assert "用不了" in await server.say(MA, issued(server, Purpose.DRAFT, RESUME, timedelta(minutes=11)))
        assert heard(server.engine) == [RESUME]


async def test_who_guesses_codes_is_locked_out(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        code = issued(server, Purpose.DRAFT, RESUME)
        for number in range(5):
            assert "用不了" in await server.say(HUANG, f"W-0000-000{number}")
        assert "分钟" in await server.say(HUANG, code)
        assert server.engine.heard == []


async def test_a_scanned_code_joins_a_case_and_its_notices(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        receipt = file_one(server.services.records._register)
        value = json.dumps({"number": receipt.number, "code": receipt.query_code})
        scene = issued(server, Purpose.CASE, value)
        said = told(await server.post(event(HUANG, "subscribe", EventKey=f"qrscene_{scene}")))
        assert receipt.number in said
        assert "菜单" in said
        with server.services.records._register.unit_of_work() as uow:
            (contact,) = uow.session.scalars(select(NoticeContact)).all()
            assert contact.channel == "wechat"
            assert HUANG.encode() not in contact.address_sealed
        scanned = told(await server.post(event(MA, "SCAN", EventKey=scene)))
        assert "用不了" in scanned


async def test_while_a_clerk_talks_the_house_is_silent_and_the_clerk_is_heard(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        await server.say(HUANG, "你好")
        register, now = server.services.records._register, datetime.now(UTC)
        with register.unit_of_work() as uow:
            flag, _ = open_handover(
                uow, server.engine.heard[0].conversation, HandoverKind.ASKED, surface="wechat", now=now
            )
            take(uow, flag, "李")
        assert "工作人员正在看" in await server.say(HUANG, "在吗")
        assert await server.say(HUANG, "我的工资") == ""
        with register.unit_of_work() as uow:
            takeover.say(uow, flag, "李", "在，您请说", now)
        assert await door.until_pushed(1) == ["在，您请说"]
        assert await server.say(HUANG, "好") == ""
        assert heard(server.engine) == ["你好"]


async def test_who_takes_it_over_is_heard_from_the_hello_to_the_goodbye(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        await server.say(HUANG, "你好")
        register, now = server.services.records._register, datetime.now(UTC)
        with register.unit_of_work() as uow:
            conversation = server.engine.heard[0].conversation
            flag, _ = open_handover(uow, conversation, HandoverKind.ASKED, surface="wechat", now=now)
            taking.take(uow, flag, "李", frozenset({StaffRole.CLERK}), "工作人员来了", now)
            takeover.say(uow, flag, "李", "一句话。" * 250, now)
            taking.give_back(uow, flag, "李", "工作人员先走了", now)
        pushed = await door.until_pushed(4)
        assert (pushed[0], pushed[-1]) == ("工作人员来了", "工作人员先走了")
        assert "".join(pushed[1:-1]) == "一句话。" * 250
        assert "再问" in await server.say(HUANG, "再问")


async def test_a_conversation_that_was_ended_is_followed_by_a_new_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        await server.say(HUANG, "一")
        await server.services.conversations.close(server.engine.heard[0].conversation)
        assert "二" in await server.say(HUANG, "二")
        assert len({each.conversation for each in server.engine.heard}) == 2
        assert len({each.client for each in server.engine.heard}) == 1


# --- two processes ------------------------------------------------------------------------------------------------------------------


async def test_a_repetition_that_comes_to_another_server_gets_the_answer(tmp_path: Path) -> None:
    engine, other, body = HeldUp("慢"), FakeEngine(), text(HUANG, "慢")
    async with opened(tmp_path) as door, door.server(engine) as one, door.server(other) as two:
        with pytest.raises(httpx.ReadTimeout):
            await one.post(body, timeout=1.5)
        again = asyncio.create_task(two.post(body))
        await asyncio.sleep(0.1)
        engine.go()
        assert told(await again) == "我听到了：慢"
        assert (len(engine.heard), len(other.heard)) == (1, 0)
        assert door.pushed() == []


async def test_two_servers_keep_the_order_of_a_citizen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "ANSWER_WITHIN", 0.5)
    engine, other = HeldUp("一"), FakeEngine()
    async with opened(tmp_path) as door, door.server(engine) as one, door.server(other) as two:
        assert await asyncio.gather(one.say(HUANG, "一"), later(two, "二")) == ["", ""]
        assert other.heard == []
        engine.go()
        assert await door.until_pushed(2) == ["我听到了：一", "我听到了：二"]
        assert len(engine.heard) + len(other.heard) == 2


async def later(server: Server, said: str) -> str:
    await asyncio.sleep(0.2)
    return await server.say(HUANG, said)


# --- a crash ------------------------------------------------------------------------------------------------------------------------


async def test_what_a_killed_server_left_behind_is_answered_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LEASE", timedelta(seconds=1))  # ours; the killed one's lasts its own length
    async with opened(tmp_path) as door, slow_engine() as engine_port, door.server() as ours:
        async with killed(door, engine_port) as port:
            url = f"http://127.0.0.1:{port}/wechat"
            with pytest.raises(httpx.HTTPError):
                await ours.http.post(url, params=signed(), content=text(HUANG, "说到一半"), timeout=2)
        assert ours.engine.heard == []
        body = text(HUANG, "还在吗")
        answers = [told(await ours.post(body))]
        await until(lambda: len(ours.engine.heard) == 2, patience=30)
        assert heard(ours.engine) == ["说到一半", "还在吗"]
        pushed = await door.until_pushed(2 if answers == [""] else 1)
        assert "".join([*answers, *pushed]).count("我听到了：说到一半") == 1


@asynccontextmanager
async def slow_engine() -> AsyncIterator[int]:
    """An engine that takes what it is told and says nothing."""

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        await asyncio.sleep(0.5)
        while await reader.read(65536):
            pass
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def killed(door: Door, engine_port: int) -> AsyncIterator[int]:
    """A server process of its own that is killed at the end of the block, without a word."""
    port = free_port()
    given = {**account(door.api.base_url), "var_dir": door.folder, "register_key": KEY, "public_port": port}
    given |= {"engine_port": engine_port, "wechat_secret": "s" * 32, "engine_secret": "e" * 40}
    environment = {**os.environ, **{f"ZHILU_{name.upper()}": str(value) for name, value in given.items()}}
    process = subprocess.Popen([sys.executable, "-m", "bot.serve"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    try:
        await until(lambda: process.poll() is not None or serves(port), patience=60)
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        yield port
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()


def serves(port: int) -> bool:
    """The keeper listens before its worker can answer."""
    return answers(f"http://127.0.0.1:{port}/healthz")


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
