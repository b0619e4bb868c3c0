"""One access token for everybody: fetched once, early, and after a refusal once more, in one process and in several."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.channels.wechat import tokens as module
from bot.channels.wechat.client import Platform, TokenRefused, UnknownCode, Unsure, make_http
from bot.channels.wechat.tokens import Tokens
from cases import wechat_tokens
from cases.database import Register
from cases.models import WechatToken
from tests.unit.bot.channels.wechat.fake_platform import FakePlatform, Said, running
from tests.unit.cases.factories import KEY, drop_databases, make_register, make_url

APPID, SECRET = "wx2c2769f8efd9abc2", "an-app-secret-for-tests"
STABLE = "/cgi-bin/stable_token"
ROOT = Path(__file__).resolve().parents[5]
PROGRAM = """
import asyncio, sys
from bot.channels.wechat.client import make_http
from bot.channels.wechat.tokens import Tokens
from cases.database import create_register

async def main(database, key, base_url, appid, secret):
    register = create_register(database, key)
    async with make_http(base_url) as http:
        tokens = Tokens(register, appid, secret, base_url, http)
        print("ready", flush=True)
        while order := sys.stdin.readline():
            refused = order.strip()
            found = await asyncio.gather(*(tokens.renew(refused) if refused else tokens.get() for _ in range(5)))
            print(*found, flush=True)
    register.close()

asyncio.run(main(*sys.argv[1:]))
"""


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    found = make_register(tmp_path)
    yield found
    found.close()
    drop_databases(tmp_path)


@pytest.fixture
async def fake() -> AsyncIterator[FakePlatform]:
    async with running() as found:
        yield found


@pytest.fixture
async def http(fake: FakePlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with make_http(fake.base_url) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make_tokens(register: Register, fake: FakePlatform, http: httpx.AsyncClient, clock: Clock) -> Tokens:
    return Tokens(register, APPID, SECRET, fake.base_url, http, clock)


@pytest.fixture
def tokens(register: Register, fake: FakePlatform, http: httpx.AsyncClient, clock: Clock) -> Tokens:
    return make_tokens(register, fake, http, clock)


async def test_many_callers_make_one_fetch(fake: FakePlatform, tokens: Tokens) -> None:
    fake.fetch_seconds = 0.1
    found = await asyncio.gather(*(tokens.get() for _ in range(20)))
    assert set(found) == {"token-1"}
    (fetch,) = fake.fetches
    asked = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET, "force_refresh": False}
    assert fetch == asked
    assert not fake.calls[0].query


async def test_a_restart_finds_the_token_in_the_register(
    register: Register, fake: FakePlatform, http: httpx.AsyncClient, clock: Clock, tokens: Tokens
) -> None:
    await tokens.get()
    assert await make_tokens(register, fake, http, clock).get() == "token-1"
    assert len(fake.fetches) == 1


async def test_the_token_lies_sealed(register: Register, tokens: Tokens) -> None:
    await tokens.get()
    with register.unit_of_work() as uow:
        row = uow.session.scalars(select(WechatToken)).one()
    assert row.token_sealed
    assert b"token-1" not in row.token_sealed
    assert APPID.encode() not in row.appid_index


async def test_the_next_token_is_fetched_before_the_old_one_ends(
    fake: FakePlatform, clock: Clock, tokens: Tokens
) -> None:
    await tokens.get()
    clock.now += timedelta(seconds=7200 - 301)
    assert await tokens.get() == "token-1"
    assert len(fake.fetches) == 1
    fake.tokens_made = 2
    clock.now += timedelta(seconds=2)
    assert await tokens.get() == "token-2"
    assert len(fake.fetches) == 2


async def test_the_old_token_serves_while_the_next_one_cannot_be_fetched(
    fake: FakePlatform, clock: Clock, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    await tokens.get()
    clock.now += timedelta(seconds=7200 - 60)
    fake.say(STABLE, Said({"errcode": -1, "errmsg": "busy"}))
    assert [await tokens.get() for _ in range(5)] == ["token-1"] * 5
    assert len(fake.fetches) == 2, "not at every call"
    assert "Busy -1" in caplog.text
    clock.now += timedelta(seconds=30)
    fake.tokens_made = 2
    assert await tokens.get() == "token-2"


async def test_a_token_that_ends_soon_is_not_asked_for_at_every_call(fake: FakePlatform, tokens: Tokens) -> None:
    fake.expires_in = 200
    assert [await tokens.get() for _ in range(5)] == ["token-1"] * 5
    assert len(fake.fetches) == 1


async def test_an_ended_token_is_never_given(fake: FakePlatform, clock: Clock, tokens: Tokens) -> None:
    await tokens.get()
    clock.now += timedelta(seconds=7200)
    fake.say(STABLE, Said({"errcode": 40125, "errmsg": "invalid appsecret"}))
    with pytest.raises(UnknownCode) as caught:
        await tokens.get()
    assert caught.value.code == 40125


async def test_callers_who_waited_for_a_failed_fetch_do_not_repeat_it(fake: FakePlatform, tokens: Tokens) -> None:
    fake.fetch_seconds = 0.1
    fake.say(STABLE, *[Said({"errcode": 40125}, wait=0.1)] * 10)
    found = await asyncio.gather(*(tokens.get() for _ in range(10)), return_exceptions=True)
    assert {type(each) for each in found} == {UnknownCode}
    assert len(fake.fetches) == 1


async def test_after_a_failed_fetch_the_next_one_succeeds(
    fake: FakePlatform, tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REST_SECONDS", 0.0)
    fake.say(STABLE, Said(b"not JSON"))
    with pytest.raises(Unsure):
        await tokens.get()
    assert await tokens.get() == "token-1"


@pytest.mark.parametrize(
    "body", [{}, {"access_token": ""}, {"access_token": "a"}, {"access_token": "a", "expires_in": 0}]
)
async def test_a_token_without_its_life_is_none(fake: FakePlatform, tokens: Tokens, body: dict[str, object]) -> None:
    fake.say(STABLE, Said(body))
    with pytest.raises(Unsure):
        await tokens.get()


async def test_a_refused_token_is_renewed_once_for_all_who_were_refused(fake: FakePlatform, tokens: Tokens) -> None:
    old = await tokens.get()
    fake.tokens_made = 2
    assert set(await asyncio.gather(*(tokens.renew(old) for _ in range(10)))) == {"token-2"}
    assert [fetch["force_refresh"] for fetch in fake.fetches] == [False, False]


async def test_a_new_token_is_forced_only_where_the_platform_insists_on_the_refused_one(
    fake: FakePlatform, tokens: Tokens
) -> None:
    old = await tokens.get()
    assert await tokens.renew(old) == "token-2"
    assert [fetch["force_refresh"] for fetch in fake.fetches] == [False, False, True]


async def test_forcing_has_its_rest(fake: FakePlatform, tokens: Tokens) -> None:
    newer = await tokens.renew(await tokens.get())
    with pytest.raises(TokenRefused):
        await tokens.renew(newer)
    assert sum(fetch["force_refresh"] for fetch in fake.fetches) == 1


async def test_another_process_has_renewed_already(
    register: Register, fake: FakePlatform, http: httpx.AsyncClient, clock: Clock, tokens: Tokens
) -> None:
    other = make_tokens(register, fake, http, clock)
    old = await tokens.get()
    assert await other.get() == old
    await other.renew(old)
    fetched = len(fake.fetches)
    assert await tokens.renew(old) == "token-2"
    assert len(fake.fetches) == fetched


async def test_a_process_that_died_while_it_fetched_is_not_waited_for_long(
    register: Register, fake: FakePlatform, clock: Clock, tokens: Tokens
) -> None:
    now = clock.now
    with register.unit_of_work() as uow:
        assert wechat_tokens.lease(uow, APPID, refused="", now=now, until=now + module.LEASE)
        assert not wechat_tokens.lease(uow, APPID, refused="", now=now, until=now + module.LEASE)
    waiting = asyncio.create_task(tokens.get())
    await asyncio.sleep(0.3)
    assert not fake.fetches
    clock.now += module.LEASE
    assert await waiting == "token-1"


class Worker:
    """A process of its own that asks for the token five times when told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, tmp_path: Path, fake: FakePlatform) -> Worker:
        command = (sys.executable, "-c", PROGRAM, make_url(tmp_path), KEY, fake.base_url, APPID, SECRET)
        pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        return cls(await asyncio.create_subprocess_exec(*command, cwd=ROOT, **pipes))

    def ask(self, refused: str = "") -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{refused}\n".encode())

    async def said(self) -> list[str]:
        assert self.process.stdout
        return (await self.process.stdout.readline()).decode().split()

    async def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert await self.process.wait() == 0


async def test_two_processes_at_once_make_one_fetch(tmp_path: Path, register: Register, fake: FakePlatform) -> None:
    fake.fetch_seconds = 0.5
    workers = [await Worker.start(tmp_path, fake) for _ in range(2)]
    assert [await each.said() for each in workers] == [["ready"]] * 2
    for each in workers:
        each.ask()
    assert [await each.said() for each in workers] == [["token-1"] * 5] * 2
    assert len(fake.fetches) == 1
    fake.tokens_made = 2
    for each in workers:
        each.ask(refused="token-1")
    assert [await each.said() for each in workers] == [["token-2"] * 5] * 2
    assert len(fake.fetches) == 2
    for each in workers:
        await each.end()


async def test_a_message_goes_out_with_a_token_that_ended_early(
    fake: FakePlatform, http: httpx.AsyncClient, tokens: Tokens
) -> None:
    platform = Platform(fake.base_url, tokens, http)
    await platform.send_text("oTestCitizen0001", "一")
    fake.tokens_made = 2
    await platform.send_text("oTestCitizen0001", "二")
    sends = [call.query["access_token"] for call in fake.calls_of("/cgi-bin/message/custom/send")]
    assert sends == ["token-1", "token-1", "token-2"]


async def test_no_secret_stands_in_a_log_or_an_exception(
    fake: FakePlatform, tokens: Tokens, caplog: pytest.LogCaptureFixture
) -> None:
    fake.say(STABLE, Said({"errcode": 40125, "errmsg": f"invalid appsecret {SECRET}"}))
    with caplog.at_level(logging.DEBUG), pytest.raises(UnknownCode) as caught:
        await tokens.get()
    said = (*caplog.messages, str(caught.value), repr(caught.value), repr(tokens))
    assert not [each for each in said if SECRET in each]
