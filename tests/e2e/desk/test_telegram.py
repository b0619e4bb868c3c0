"""The bot as a process of its own before a fake Bot API on loopback: by polling, and with a webhook."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cases import telegram as bindings
from cases.database import Register
from cases.migrate import upgrade
from cases.policy import StaffRole
from cases.staff import accounts
from desk.telegram.webhook import HEADER, PATH
from tests.e2e.serving import free_ports
from tests.unit.desk.telegram.fake_api import TOKEN, FakeBotApi, membership, message
from tests.unit.desk.telegram.stage import QUESTION, write_knowledge
from zhilu.registers import open_register
from zhilu.settings import ROOT, Settings, ensure_secrets

SECRET = "a-webhook-secret-of-the-tests-32-and-more"
WANG, STRANGER = 770001, 990001
STORY = "我叫马小云，电话13900000001，公司欠我工资"
START_SECONDS = 60


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi().serving() as serving:
        yield serving


class Office:
    """A register with one clerk and one case, and the bot beside it."""

    def __init__(self, var: Path, api: FakeBotApi, **settings: Any) -> None:
        engine_port, self.port = free_ports(2)
        self.given = {
            "var_dir": var,
            "telegram_token": TOKEN,
            "telegram_api_base": api.url,
            "telegram_port": self.port,
            "engine_port": engine_port,
            "knowledge_dir": write_knowledge(var / "knowledge"),
            **settings,
        }
        self.settings = Settings(**self.given)
        self.log = var / "telegram.log"
        ensure_secrets(self.settings)
        upgrade(self.settings.register_url)
        self.register: Register = open_register(self.settings)
        now = datetime.now(UTC)
        with self.register.unit_of_work() as uow:
            made, password = accounts.make(uow, "wang", "王五", {StaffRole.CLERK}, by="测试", now=now)
            self.account = accounts.change_password(uow, made.id, password, "a password of the tests", now=now)

    def code(self) -> str:
        with self.register.unit_of_work() as uow:
            return bindings.issue(uow, self.account, now=datetime.now(UTC)).code

    @contextmanager
    def bot(self) -> Iterator[subprocess.Popen[bytes]]:
        """The process; it has to end well when it is asked to."""
        outside = {name: value for name, value in os.environ.items() if not name.startswith("ZHILU_")}
        given = {f"ZHILU_{name.upper()}": str(value) for name, value in self.given.items()}
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                (sys.executable, "-m", "desk.telegram"), cwd=ROOT, env={**outside, **given}, stdout=log, stderr=log
            )
        try:
            yield process
            process.terminate()
            process.wait(60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            self.register.close()
        said = self.log.read_text(encoding="utf-8")
        assert "Traceback" not in said
        assert not [
            each
            for each in (TOKEN, SECRET, str(WANG), str(STRANGER), "马小云", "13900000001", QUESTION)
            if each in said
        ]


def texts_to(api: FakeBotApi, user: int) -> list[str]:
    return [said["text"] for said in api.of("sendMessage") if said["chat_id"] == str(user)]


def test_polling_bound_unbound_group_and_flood(tmp_path: Path, api: FakeBotApi) -> None:
    office, at = Office(tmp_path, api), time.time()
    with office.bot() as process:
        api.push(message=message(STRANGER, QUESTION, at))
        api.wait_for("sendMessage", 1)
        assert "只给本单位工作人员用" in texts_to(api, STRANGER)[0]
        api.push(message=message(WANG, f"/start {office.code()}", at))
        api.wait_for("sendMessage", 2)
        api.push(message=message(WANG, QUESTION, at))
        api.wait_for("sendMessage", 3)
        assert "《信访工作条例》第三十五条" in texts_to(api, WANG)[1]
        api.push(message=message(WANG, STORY, at))
        api.wait_for("deleteMessage", 1)
        api.push(my_chat_member=membership(WANG, "member", at, kind="supergroup"))
        api.push(message=message(WANG, QUESTION, at, kind="supergroup"))
        api.wait_for("leaveChat", 2)
        for _ in range(30):
            api.push(message=message(WANG, QUESTION, at))
        api.push(message=message(STRANGER, "还在吗", at))
        api.wait_for("sendMessage", 24)  # two to the stranger, the welcome, 20 a minute, the word that it is too fast
        assert process.poll() is None
    told = texts_to(api, WANG)
    assert len([each for each in told if "发得太快了" in each]) == 1
    assert len(told) == 22
    assert len([each for each in told if "请在工作台里办" in each]) == 1
    assert {said["chat_id"] for said in api.of("sendMessage")} == {str(WANG), str(STRANGER)}


def test_webhook_takes_nothing_without_its_secret(tmp_path: Path, api: FakeBotApi) -> None:
    office = Office(tmp_path, api, telegram_webhook_secret=SECRET, public_url="https://xf.example.cn")
    address = f"http://127.0.0.1:{office.port}"
    with office.bot() as process, httpx.Client(base_url=address, trust_env=False) as client:
        (registered,) = api.wait_for("setWebhook")
        assert registered["url"] == f"https://xf.example.cn{PATH}"
        assert registered["secret_token"] == SECRET
        wait_until_alive(client, process)
        code = {"update_id": 1, "message": message(WANG, office.code(), time.time())}
        forged = client.post(PATH, json=code, headers={HEADER: SECRET[::-1]})
        assert (forged.status_code, forged.content) == (403, b"")
        assert client.post(PATH, json=code).status_code == 403
        assert client.post(PATH, json=code, headers={HEADER: SECRET}).status_code == 200
        (said,) = api.wait_for("sendMessage")
        assert "绑定好了" in said["text"]
        assert client.get(PATH, headers={HEADER: SECRET}).status_code == 405


def test_without_a_token_it_does_not_start(tmp_path: Path, api: FakeBotApi) -> None:
    office = Office(tmp_path, api, telegram_token="")
    with office.bot() as process:
        assert process.wait(START_SECONDS) == 2
    assert "Telegram is off" in office.log.read_text(encoding="utf-8")
    assert api.calls == []


def wait_until_alive(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the bot ended"
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the bot does not answer")
