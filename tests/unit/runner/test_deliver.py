"""Notices on their way out: sent once where all goes well, again where it does not, laid aside where it never will."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from cases import notices, outbox
from cases.database import Register
from cases.models import Case
from cases.notice_texts import load_notice_texts
from tests.unit.cases.factories import NOON, PHONE, make_register
from tests.unit.cases.lives import live
from zhilu.deliver import AT_ONCE, Delivery, Notice, PermanentFault, TemporaryFault, deliver
from zhilu.runner.errors import CannotRun
from zhilu.settings import ROOT, Environment, Settings
from zhilu.sms import SmsGateway, check_url, gateway_of, sign

SECRET = "a secret of the gateway, 32 characters and more"
FACTS = {"office": "河边县信访局", "phone": "0000-1234567"}


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = make_register(tmp_path)
    yield opened
    opened.close()


@dataclass
class Phone:
    """A sender that keeps what it is given, and fails as often as it is told to."""

    faults: list[Exception] = field(default_factory=list)
    got: list[tuple[str, str, str]] = field(default_factory=list)
    channel: str = "sms"

    async def send(self, address: str, notice: Notice) -> None:
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.pop(0)
        self.got.append((address, notice.text, notice.key))


def news(register: Register, count: int = 1, kind: str = "other", **payload: object) -> str:
    """The id of a case whose citizen wants messages, with so many that wait."""
    case_id = live(register, "2026-11-01")
    with register.unit_of_work() as uow:
        notices.agree_to_sms(uow, case_id, PHONE, NOON)
        case = uow.session.get_one(Case, case_id)

        def tell() -> None:
            for number in range(count):
                notices.tell(uow.session, case, kind, payload, key=str(number), now=NOON)

        uow.write(tell)
    return case_id


def run(register: Register, phone: Phone | SmsGateway | None, now: datetime = NOON) -> int:
    texts = load_notice_texts(ROOT / "data" / "notices.yml", FACTS)
    senders = {phone.channel: phone} if phone else {}
    return asyncio.run(deliver(Delivery(register, texts, senders, lambda: now)))


def figures(register: Register) -> outbox.Figures:
    with register.unit_of_work() as uow:
        return outbox.figures(uow, now=NOON)


def errors(register: Register) -> list[str]:
    with register.unit_of_work() as uow:
        return [letter.error for letter in outbox.dead_letters(uow)]


def test_what_waits_is_sent_once_in_words_and_the_facts_are_settled(register: Register) -> None:
    case_id = news(register)
    phone = Phone()
    assert [run(register, phone), run(register, phone)] == [1, 0]
    text = "您的信访事项XF-20261101-1有新情况。凭编号和查询码可以查看详情；要问就打0000-1234567（河边县信访局）。"
    assert phone.got == [(PHONE, text, f"{case_id}:other:0:sms")]
    with register.unit_of_work() as uow:
        assert outbox.claim(uow, now=NOON + timedelta(days=9)) == []


def test_more_than_a_handful_leaves_in_one_run(register: Register) -> None:
    news(register, AT_ONCE + 3)
    phone = Phone()
    assert run(register, phone) == AT_ONCE + 3
    assert len({key for _, _, key in phone.got}) == AT_ONCE + 3


def test_what_fails_for_now_is_sent_later_with_the_same_key(register: Register) -> None:
    case_id = news(register)
    phone = Phone([TemporaryFault("http-503"), RuntimeError("13900000001")])
    moments = [NOON, NOON + timedelta(seconds=1), NOON + timedelta(minutes=1), NOON + timedelta(minutes=5)]
    assert [run(register, phone, moment) for moment in moments] == [0, 0, 0, 1]
    assert [key for _, _, key in phone.got] == [f"{case_id}:other:0:sms"]


def test_a_fault_of_the_sender_says_nothing_of_the_phone(register: Register, caplog: pytest.LogCaptureFixture) -> None:
    news(register)
    run(register, Phone([RuntimeError(PHONE)]))
    assert "RuntimeError" in caplog.text
    assert PHONE not in caplog.text


def test_what_the_gateway_refuses_is_laid_aside_and_keeps_no_other_waiting(register: Register) -> None:
    news(register, 3)
    phone = Phone([PermanentFault("http-422")])
    assert run(register, phone) == 2
    assert errors(register) == ["http-422"]


def test_after_the_last_try_it_lies_dead_until_a_person_revives_it(register: Register) -> None:
    news(register)
    phone = Phone([TemporaryFault("timeout") for _ in range(8)])
    for attempt in range(12):
        run(register, phone, NOON + timedelta(hours=7 * attempt) if attempt % 3 == 0 else NOON)
    for day in range(1, 12):
        run(register, phone, NOON + timedelta(days=day))
    assert errors(register) == ["timeout"]
    later = NOON + timedelta(days=20)
    with register.unit_of_work() as uow:
        outbox.revive(uow, [each.id for each in outbox.dead_letters(uow)], now=later)
    assert run(register, phone, later) == 1


def test_nobody_is_woken_at_night(register: Register) -> None:
    news(register)
    phone = Phone()
    night = NOON.replace(hour=15)  # 23 o'clock in China
    assert run(register, phone, night) == 0
    assert run(register, phone, NOON + timedelta(days=1)) == 1


def test_without_a_gateway_it_waits(register: Register) -> None:
    news(register)
    assert run(register, None) == 0
    assert figures(register).waiting == 1


def test_a_reminder_of_a_day_that_is_over_is_not_sent(register: Register) -> None:
    news(register, kind="right-expires", until="2026-11-20")
    phone = Phone()
    assert run(register, phone) == 0
    assert (phone.got, errors(register)) == ([], ["too-late"])


# --- the gateway over HTTP --------------------------------------------------------------------------------------------------------


@dataclass
class Gateway:
    """What a gateway was sent, and the answers that it gives one after the other."""

    url: str
    answers: list[tuple[int, dict[str, str]]]
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def gateway(*answers: tuple[int, dict[str, str]]) -> Iterator[Gateway]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.requests.append((dict(self.headers), body))
            status, headers = known.answers.pop(0) if known.answers else (200, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Gateway(f"http://127.0.0.1:{server.server_port}/sms", list(answers))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_gateway_gets_a_signed_message_with_its_key(register: Register) -> None:
    case_id = news(register)
    with gateway() as known:
        assert run(register, SmsGateway(known.url, SECRET, clock=lambda: 1_795_000_000.9)) == 1
    ((headers, body),) = known.requests
    assert json.loads(body)["to"] == PHONE
    assert json.loads(body)["key"] == headers["Idempotency-Key"] == f"{case_id}:other:0:sms"
    expected = hmac.new(SECRET.encode(), b"1795000000\n" + body, hashlib.sha256).hexdigest()
    assert headers["X-Zhilu-Signature"] == expected == sign(SECRET.encode(), headers["X-Zhilu-Timestamp"], body)


def test_a_busy_gateway_is_left_alone_as_long_as_it_asks(register: Register) -> None:
    news(register)
    with gateway((429, {"Retry-After": "600"})) as known:
        sms = SmsGateway(known.url, SECRET)
        moments = [NOON, NOON + timedelta(minutes=9), NOON + timedelta(minutes=11)]
        assert [run(register, sms, moment) for moment in moments] == [0, 0, 1]
    assert len(known.requests) == 2
    assert known.requests[0][0]["Idempotency-Key"] == known.requests[1][0]["Idempotency-Key"]


@pytest.mark.parametrize(("status", "dead"), [(422, 1), (400, 1), (401, 0), (500, 0), (302, 0)])
def test_only_a_refusal_of_the_message_itself_gives_it_up(register: Register, status: int, dead: int) -> None:
    news(register)
    with gateway((status, {"Location": "http://127.0.0.1:9/"})) as known:
        assert run(register, SmsGateway(known.url, SECRET)) == 0
    assert len(known.requests) == 1
    assert (figures(register).waiting, figures(register).dead) == (1 - dead, dead)


def test_a_gateway_that_is_away_is_asked_again(register: Register) -> None:
    news(register)
    with gateway() as known:
        pass
    assert run(register, SmsGateway(known.url, SECRET)) == 0
    assert figures(register).waiting == 1


@pytest.mark.parametrize("url", ["http://gateway.example/sms", "ftp://127.0.0.1/", "gateway", "https://", ""])
def test_phones_do_not_travel_unencrypted(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        check_url(url)


def test_the_gateway_comes_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(var_dir=tmp_path)
    assert gateway_of(settings) is None
    monkeypatch.setenv("ZHILU_SMS_URL", "https://gateway.example/sms")
    assert gateway_of(settings) is not None
    assert len((tmp_path / "secrets" / "sms_secret").read_text(encoding="ascii")) >= 32
    monkeypatch.setenv("ZHILU_SMS_SECRET", "short")
    with pytest.raises(CannotRun, match="ZHILU_SMS_SECRET"):
        gateway_of(Settings(var_dir=tmp_path, environment=Environment.PRODUCTION))
