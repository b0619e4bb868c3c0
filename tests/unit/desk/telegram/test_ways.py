"""How updates come and digests go: polling, the webhook and its secret, the daily hour, what has to be set."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Update

from cases.staff import accounts
from desk.telegram.door import Door
from desk.telegram.inbox import MOST_WAITING, Inbox
from desk.telegram.polling import called_at, poll, signed_on
from desk.telegram.serve import fault_of
from desk.telegram.updates import Readable
from desk.telegram.webhook import HEADER, PATH, create_webhook
from tests.unit.desk.factories import NOW
from tests.unit.desk.telegram.fake_api import TOKEN, message
from tests.unit.desk.telegram.stage import QUESTION, WANG, Stage, telegram_stage
from zhilu.settings import Settings

SECRET = "a-webhook-secret-of-the-tests-32-and-more"
MONDAY = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # half past nine in China
UNKNOWN_KIND = {"poll_answer": {"poll_id": "1", "option_ids": []}}  # as an older server says it


class Listening(Door):
    """A door that remembers who knocked."""

    def __init__(self) -> None:
        self.came: list[int] = []

    async def handle(self, update: Update) -> None:
        self.came.append(update.update_id)


async def call(stage: Stage, inbox: Inbox, body: bytes, secret: str | None = SECRET) -> int:
    """As Telegram calls our webhook."""
    transport = httpx.ASGITransport(create_webhook(stage.parts.bot, inbox, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as client:
        headers = {HEADER: secret} if secret is not None else {}
        return (await client.post(PATH, content=body, headers=headers)).status_code


def update(number: int, **more: Any) -> bytes:
    return json.dumps({"update_id": number, **(more or {"message": message(WANG, QUESTION, NOW.timestamp())})}).encode()


# --- the webhook -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", SECRET.upper()])
async def test_a_forged_secret_gets_an_empty_403_and_nothing_is_handled(tmp_path: Path, secret: str | None) -> None:
    async with telegram_stage(tmp_path) as stage:
        door = Listening()
        inbox = Inbox(door)
        async with inbox.working():
            assert await call(stage, inbox, update(1), secret) == 403
            assert await call(stage, inbox, update(2)) == 200
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert door.came == [2]


async def test_what_is_no_update_is_refused_and_the_same_update_is_handled_once(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        door = Listening()
        inbox = Inbox(door)
        for body in (
            b"",
            b"{",
            b"[]",
            b'{"message": 1}',
            b'{"update_id": "x"}',
            update(1, **UNKNOWN_KIND),
            b"[" * 9000,
        ):
            assert await call(stage, inbox, body) == 400
        assert await call(stage, inbox, b" " * 300_000) == 413
        async with inbox.working():
            assert [await call(stage, inbox, update(3)) for _ in range(3)] == [200, 200, 200]
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        assert door.came == [3]


async def test_where_too_much_waits_telegram_has_to_come_again(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        inbox = Inbox(Listening())  # nobody works
        for number in range(MOST_WAITING):
            found = Update.de_json(json.loads(update(number)), stage.parts.bot)
            assert found is not None
            assert inbox.offer(found)
        assert await call(stage, inbox, update(10_000)) == 503


# --- polling ----------------------------------------------------------------------------------------------------------------------------


async def test_polling_goes_on_after_trouble_and_after_an_update_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.telegram.polling.FIRST_PAUSE", 0.01)
    async with telegram_stage(tmp_path) as stage:
        stage.api.troubles["getUpdates"] = [(500, {}), (429, {"retry_after": 1}), (409, {})]
        stage.api.push(**UNKNOWN_KIND)
        last = stage.api.push(message=message(WANG, QUESTION, stage.at))["update_id"]
        door = Listening()
        inbox = Inbox(door)
        async with inbox.working():
            polling = asyncio.create_task(poll(stage.parts.bot, inbox))
            async with asyncio.timeout(20):
                while last not in door.came:
                    await asyncio.sleep(0.02)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        assert len(stage.api.of("deleteWebhook")) == 1
        assert door.came == [1, 2]


async def test_without_network_or_with_a_wrong_token_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("desk.telegram.polling.REFUSED_PAUSE", 0.01)
    async with telegram_stage(tmp_path) as stage:
        await stage.parts.bot.shutdown()
        stage.api.token = "another"
        signing = asyncio.create_task(signed_on(stage.parts.bot))
        async with asyncio.timeout(20):
            while "InvalidToken" not in caplog.text:
                await asyncio.sleep(0.01)
        stage.api.token = TOKEN
        await asyncio.wait_for(signing, 20)
        await called_at(stage.parts.bot, "https://xf.example.cn/telegram/webhook", SECRET)
        assert stage.api.of("setWebhook")[0]["secret_token"] == SECRET
    assert TOKEN not in caplog.text


def test_an_answer_without_updates_stays_as_it_is() -> None:
    assert Readable.parse_json_payload(b'{"ok": true, "result": true}') == {"ok": True, "result": True}


# --- the daily digest ----------------------------------------------------------------------------------------------------------------------


async def test_at_its_hour_each_hears_once_of_their_own_late_cases(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = await stage.bind("clerk", name="张三")
        await stage.bind("clerk", by=WANG + 1, name="李四")
        number = stage.case_of(account)
        before = len(stage.api.texts())
        stage.later(MONDAY + timedelta(days=21, hours=-1))  # an hour too early
        assert await stage.daily().look() == 0
        stage.later(MONDAY + timedelta(days=21))
        assert await stage.daily().look() == 1
        assert await stage.daily().look() == 0  # also after a restart
        (said,) = stage.api.of("sendMessage")[before:]
        assert said["chat_id"] == str(WANG)
        assert f"{number}　超8天" in said["text"]
        assert "张三" not in said["text"]
        stage.later(MONDAY + timedelta(days=22))
        assert await stage.daily().look() == 1


async def test_on_a_day_off_nobody_is_told(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        stage.case_of(await stage.bind("clerk"))
        stage.later(MONDAY + timedelta(days=26))  # a Saturday
        assert await stage.daily().look() == 0


async def test_whoever_was_disabled_is_let_go_within_the_minute(tmp_path: Path) -> None:
    async with telegram_stage(tmp_path) as stage:
        account = await stage.bind("clerk")
        stage.case_of(account)
        with stage.desk.register.unit_of_work() as uow:
            accounts.disable(uow, account.id, by="管理员", now=NOW)
        stage.later(MONDAY + timedelta(days=21))
        assert await stage.daily().look() == 0
        assert stage.bound() == 0


# --- settings -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", ["http://api.example.cn", "http://127.0.0.1.example.cn:80"])
def test_what_people_write_travels_encrypted(tmp_path: Path, base: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Settings(var_dir=tmp_path, telegram_api_base=base)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"telegram_token": ""}, "Telegram is off"),
        ({"telegram_webhook_secret": "short", "public_url": "https://xf.example.cn"}, "32 to 256"),
        ({"telegram_webhook_secret": SECRET}, "ZHILU_PUBLIC_URL"),
        ({"telegram_webhook_secret": SECRET, "public_url": "https://xf.example.cn"}, None),
        ({"telegram_api_base": "http://127.0.0.1:8081"}, None),
        ({}, None),
    ],
)
def test_what_has_to_be_set_is_said_before_it_starts(tmp_path: Path, given: dict[str, str], said: str | None) -> None:
    fault = fault_of(Settings(var_dir=tmp_path, **{"telegram_token": TOKEN, **given}))  # type: ignore[arg-type]
    assert (fault is None) if said is None else (fault is not None and said in fault)
