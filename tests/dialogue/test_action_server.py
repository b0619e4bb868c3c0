"""The action server over HTTP, called as Rasa 3.6 calls it; calls.json holds two calls that a trained engine made."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from cases.migrate import upgrade

REPOSITORY = Path(__file__).resolve().parents[2]
CALLS = json.loads(Path(__file__).with_name("calls.json").read_text(encoding="utf-8"))
SECRET = "a secret of the action server for tests"
STORY = CALLS["story"]["tracker"]["latest_message"]["text"]


@dataclass
class ActionServer:
    """A process of its own on a free port."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log: Path = field(repr=False)

    def call(self, body: dict[str, Any], secret: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return self.client.post("/webhook", json=body, headers=headers)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(server: ActionServer) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        assert server.process.poll() is None, server.logged()
        try:
            server.client.get("/health").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(server.logged())


@contextmanager
def serving(folder: Path, environment: str) -> Iterator[ActionServer]:
    upgrade(f"sqlite:///{folder / 'register.db'}")
    port, log = free_port(), folder / "log.txt"
    settings = {
        "ZHILU_VAR_DIR": str(folder),
        "ZHILU_ACTIONS_PORT": str(port),
        "ZHILU_ENVIRONMENT": environment,
        "ZHILU_ACTIONS_SECRET": SECRET,
        "ZHILU_LOG_LEVEL": "DEBUG",
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("ZHILU_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions.serve"], cwd=REPOSITORY, env=others | settings, stdout=output, stderr=output
        )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)
    server = ActionServer(process, client, log)
    try:
        wait_for(server)
        yield server
    finally:
        client.close()
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    with serving(tmp_path_factory.mktemp("development"), "development") as server:
        yield server


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ActionServer]:
    with serving(tmp_path_factory.mktemp("production"), "production") as server:
        yield server


def slots_in(response: httpx.Response) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in response.json()["events"] if each["event"] == "slot"}


def test_the_activation_of_the_form_asks_for_consent(development: ActionServer) -> None:
    response = development.call(CALLS["activation"])
    assert response.status_code == 200
    body = response.json()
    assert body.keys() == {"events", "responses"}
    (spoken,) = body["responses"]
    assert spoken["text"] == spoken["reply"]["text"]
    assert (spoken["reply"]["kind"], spoken["reply"]["asks"]) == ("question", "consent")
    assert spoken["buttons"] == spoken["reply"]["buttons"]
    assert spoken["buttons"] == [
        {"title": "同意", "payload": "/affirm"},
        {"title": "不同意", "payload": "/deny"},
    ]
    assert slots_in(response)["requested_slot"] == "consent"


def test_a_turn_inside_the_form_fills_slots_and_asks_on(development: ActionServer) -> None:
    response = development.call(CALLS["story"])
    slots = slots_in(response)
    assert (slots["narrative"], slots["amount"], slots["occurred_on"]) == (STORY, 21000, "2026-05")
    assert (slots["requested_slot"], slots["turn"]) == (
        "request",
        CALLS["story"]["tracker"]["latest_message"]["message_id"],
    )
    (spoken,) = response.json()["responses"]
    assert spoken["reply"]["triage"]["matter"] == "labour"
    assert spoken["reply"]["draft"]["amount"] == 21000


@pytest.mark.parametrize("call", CALLS)
def test_a_call_twice_is_answered_alike(development: ActionServer, call: str) -> None:
    assert development.call(CALLS[call]).json() == development.call(CALLS[call]).json()


def test_the_answer_is_compressed_as_rasa_may_send_it(development: ActionServer) -> None:
    import zlib

    packed = zlib.compress(json.dumps(CALLS["activation"]).encode())
    response = development.client.post("/webhook", content=packed, headers={"Content-Encoding": "deflate"})
    assert response.json()["responses"][0]["reply"]["asks"] == "consent"


@pytest.mark.parametrize("action", ["action_no_such", "validate_no_such_form"])
def test_an_unknown_action_is_not_found(development: ActionServer, action: str) -> None:
    response = development.call(CALLS["activation"] | {"next_action": action})
    assert response.status_code == 404
    assert response.json()["action_name"] == action


def test_development_is_open_to_who_shows_nothing_and_closed_to_a_wrong_secret(development: ActionServer) -> None:
    assert development.call(CALLS["activation"]).status_code == 200
    assert development.call(CALLS["activation"], SECRET).status_code == 200
    assert development.call(CALLS["activation"], "another").status_code == 401


@pytest.mark.parametrize("secret", ["", "another", SECRET[:-1], f"{SECRET}x"])
def test_production_wants_the_secret(production: ActionServer, secret: str) -> None:
    response = production.call(CALLS["activation"], secret)
    assert response.status_code == 401
    assert "events" not in response.json()


def test_production_with_the_secret(production: ActionServer) -> None:
    assert production.call(CALLS["activation"], SECRET).json()["responses"][0]["reply"]["asks"] == "consent"
    assert production.client.get("/actions").status_code == 401
    assert production.client.get("/health").json() == {"status": "ok"}


def test_what_a_citizen_says_is_in_no_log(development: ActionServer) -> None:
    development.call(CALLS["story"])
    development.call(CALLS["story"] | {"next_action": "action_no_such"})
    assert "恒盛箱包厂" not in development.logged()
    assert "两万一千" not in development.logged()


def test_a_broken_call_tells_rasa_and_logs_no_story(production: ActionServer) -> None:
    broken = CALLS["story"] | {
        "tracker": {**CALLS["story"]["tracker"], "slots": {"intake": {"triage": {"type": STORY}}}}
    }
    assert production.call(broken, SECRET).status_code == 500
    assert "恒盛箱包厂" not in production.logged()
