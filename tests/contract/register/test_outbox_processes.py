"""Several real processes that send: killed between sending and writing it down, and many at the same moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cases import notices, outbox
from cases.database import Register
from cases.models import Case
from tests.unit.cases.factories import NOON, PHONE, make_register, make_url
from tests.unit.cases.lives import live

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 300


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    yield opened
    opened.close()


class Gateway(ThreadingHTTPServer):
    """Takes everything and keeps the keys."""

    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.keys: list[str] = []


class Taking(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.keys.append(body["key"])
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def send(folder: Path, gateway: Gateway, when_to_die: str = "never") -> subprocess.Popen[str]:
    worker = str(Path(__file__).with_name("delivery_worker.py"))
    address = f"http://127.0.0.1:{gateway.server_port}/sms"
    return subprocess.Popen(
        [sys.executable, worker, make_url(folder), address, when_to_die],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))},
    )


def said(worker: subprocess.Popen[str]) -> str:
    return worker.communicate(timeout=PATIENCE_SECONDS)[0].strip()


def news(register: Register, count: int) -> set[str]:
    """The keys of so many messages that wait."""
    case_id = live(register, "2026-11-01")
    with register.unit_of_work() as uow:
        notices.agree_to_sms(uow, case_id, PHONE, NOON)
        case = uow.session.get_one(Case, case_id)

        def tell() -> None:
            for number in range(count):
                notices.tell(uow.session, case, "other", {}, key=str(number), now=NOON)

        uow.write(tell)
    return {f"{case_id}:other:{number}:sms" for number in range(count)}


def test_a_sender_killed_before_it_writes_down_is_followed_by_one_that_sends_with_the_same_key(
    tmp_path: Path, register: Register, gateway: Gateway
) -> None:
    (key,) = news(register, 1)
    first = send(tmp_path, gateway, "between")
    said(first)
    assert first.returncode == -signal.SIGKILL
    assert said(send(tmp_path, gateway)) == "0"  # the lease of the dead one still holds
    assert said(send(tmp_path, gateway, "later")) == "1"
    assert said(send(tmp_path, gateway, "later")) == "0"
    assert gateway.keys == [key, key]
    with register.unit_of_work() as uow:
        assert outbox.figures(uow, now=NOON).waiting == 0


def test_senders_that_run_together_send_each_message_once(tmp_path: Path, register: Register, gateway: Gateway) -> None:
    keys = news(register, 30)
    sent = [int(said(worker)) for worker in [send(tmp_path, gateway) for _ in range(2)]]
    assert sum(sent) == 30
    assert sorted(gateway.keys) == sorted(keys)
