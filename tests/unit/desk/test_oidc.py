"""Signing in by an identity provider: a real one on loopback, which signs its tokens with a key of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from cases.staff import accounts
from tests.unit.desk.factories import NOW, Desk, make_desk

KEY, OTHER = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})


class House(ThreadingHTTPServer):
    """The provider: `said` changes what stands in its tokens."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.asked: dict[str, str] = {}
        self.said: dict[str, Any] = {}
        self.key = KEY


class Handler(BaseHTTPRequestHandler):
    server: House

    def do_GET(self) -> None:
        if self.path.startswith("/.well-known"):
            at = self.server.issuer
            self.answer(
                {"issuer": at, "authorization_endpoint": f"{at}/a", "token_endpoint": f"{at}/t", "jwks_uri": f"{at}/k"}
            )
        else:
            self.answer({"keys": [KEY.as_dict(private=False)]})

    def do_POST(self) -> None:
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        digest = hashlib.sha256(given["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.server.asked["code_challenge"]
        moment = int(NOW.timestamp())
        claims = {
            "iss": self.server.issuer, "aud": "desk", "sub": "u-1", "nonce": self.server.asked["nonce"],
            "iat": moment, "exp": moment + 300, **self.server.said,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.server.key)
        self.answer({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def answer(self, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def house() -> Iterator[House]:
    house = House()
    thread = threading.Thread(target=house.serve_forever)
    thread.start()
    yield house
    house.shutdown()
    house.server_close()
    thread.join()


@pytest.fixture
def desk(tmp_path: Path, house: House) -> Desk:
    desk = make_desk(tmp_path, oidc_issuer=house.issuer, oidc_client_id="desk", oidc_client_secret="secret")
    with desk.register.unit_of_work() as uow:
        accounts.make(uow, "wang", "王芳", ["clerk"], by="测试", now=NOW, subject="u-1")  # type: ignore[list-item]
    return desk


async def go_and_come_back(desk: Desk, house: House, state: str = "") -> Any:
    browser = desk.browser()
    left = await browser.get("/login/oidc?to=/account")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    house.asked = asked
    back = await browser.get("/login/oidc/back", params={"code": "c", "state": state or asked["state"]})
    return browser, back


async def test_whoever_the_provider_knows_and_we_know_is_let_in(desk: Desk, house: House) -> None:
    browser, back = await go_and_come_back(desk, house)
    assert (back.status_code, back.headers["location"]) == (303, "/account")
    assert "zhilu_desk" in browser.cookies


@pytest.mark.parametrize(
    "said",
    [{"sub": "u-2"}, {"aud": "elsewhere"}, {"iss": "http://evil.test"}, {"nonce": "old"}, {"exp": 1}],
    ids=lambda said: next(iter(said)),
)
async def test_a_token_that_is_not_for_us_lets_nobody_in(desk: Desk, house: House, said: dict[str, Any]) -> None:
    house.said = said
    browser, back = await go_and_come_back(desk, house)
    assert back.status_code == 401
    assert "zhilu_desk" not in browser.cookies


async def test_a_token_signed_by_somebody_else_lets_nobody_in(desk: Desk, house: House) -> None:
    house.key = OTHER
    _browser, back = await go_and_come_back(desk, house)
    assert back.status_code == 401


async def test_an_answer_to_another_browser_lets_nobody_in(desk: Desk, house: House) -> None:
    _, back = await go_and_come_back(desk, house, state="forged")
    assert back.status_code == 401


async def test_a_provider_that_is_away_is_told_in_words(tmp_path: Path) -> None:
    desk = make_desk(tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="desk", oidc_client_secret="s")
    answer = await desk.browser().get("/login/oidc")
    assert answer.status_code == 401
    assert "统一身份没有登录成功" in answer.text
