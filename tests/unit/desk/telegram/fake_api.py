"""A Bot API of our own on loopback: it holds updates, remembers what the bot called, and makes trouble when told to."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "4200000001:a-token-of-the-tests-that-is-no-token"
BOT = {"id": 4200000001, "is_bot": True, "first_name": "指路", "username": "zhilu_test_bot"}
PATIENCE = 90.0  # seconds until a test is told that nothing came
HELD = 0.2  # seconds that a question for updates waits here
Call = tuple[str, dict[str, Any]]


class Server(ThreadingHTTPServer):
    """Whoever hangs up while a question for updates is held is no trouble."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class FakeBotApi:
    """What Telegram would do."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.troubles: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.token = TOKEN
        self._updates: list[dict[str, Any]] = []
        self._next = 1
        self._news = threading.Condition()
        self._server = Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def push(self, **update: Any) -> dict[str, Any]:
        """An update for whoever asks; it is also what a webhook would get."""
        with self._news:
            made = {"update_id": self._next, **update}
            self._next += 1
            self._updates.append(made)
            self._news.notify_all()
        return made

    def of(self, method: str) -> list[dict[str, Any]]:
        """What the bot said with every call of this method, without those that were refused."""
        with self._news:
            return [said for name, said in self.calls if name == method]

    def texts(self) -> list[str]:
        return [said["text"] for said in self.of("sendMessage")]

    def wait_for(self, method: str, count: int = 1) -> list[dict[str, Any]]:
        """The calls, as soon as there are so many."""
        with self._news:
            came = self._news.wait_for(lambda: len([1 for name, _ in self.calls if name == method]) >= count, PATIENCE)
        assert came, f"{method} was not called {count} times: {[name for name, _ in self.calls]}"
        return self.of(method)

    def answer(self, method: str, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        with self._news:
            waiting = self.troubles.get(method)
            if waiting:
                code, more = waiting.pop(0)
                return code, {"ok": False, "error_code": code, "description": "trouble", "parameters": more}
            if method == "getUpdates":
                return 200, {"ok": True, "result": self._held(int(said.get("offset") or 0))}
            self.calls.append((method, said))
            self._news.notify_all()
        return 200, {"ok": True, "result": result_of(method, said)}

    def _held(self, offset: int) -> list[dict[str, Any]]:
        self._updates = [each for each in self._updates if each["update_id"] >= offset]
        if not self._updates:
            self._news.wait(HELD)
        return list(self._updates)

    @contextmanager
    def serving(self) -> Iterator[FakeBotApi]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token, _, method = self.path.removeprefix("/bot").partition("/")
                if token == api.token:
                    code, said = api.answer(method, dict(map(opened, parse_qsl(body.decode(), keep_blank_values=True))))
                else:
                    code, said = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
                answer = json.dumps(said).encode()
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """A test has no log."""

        return Handler


def opened(pair: tuple[str, str]) -> tuple[str, Any]:
    """A field: what is an object or a list comes as JSON."""
    name, value = pair
    return name, json.loads(value) if value[:1] in ("{", "[") else value


def result_of(method: str, said: dict[str, Any]) -> Any:
    if method == "getMe":
        return BOT
    if method == "sendMessage":
        chat = {"id": int(said["chat_id"]), "type": "private"}
        return {"message_id": 1, "date": 0, "chat": chat, "text": said["text"]}
    return True


def user(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "某人", "username": f"user{number}"}


def message(number: int, text: str | None, at: float, *, kind: str = "private", **more: Any) -> dict[str, Any]:
    """A message of a person, in their own chat with the bot or elsewhere."""
    chat = {"id": number if kind == "private" else -1000000 - number, "type": kind}
    said = {"text": text} if text is not None else {}
    return {"message_id": 7, "date": int(at), "chat": chat, "from": user(number), **said, **more}


def membership(number: int, status: str, at: float, *, kind: str = "private") -> dict[str, Any]:
    """The bot was added, thrown out or blocked."""
    chat = {"id": number if kind == "private" else -1000000 - number, "type": kind}
    new = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return {"chat": chat, "from": user(number), "date": int(at), "old_chat_member": {"user": BOT, "status": "member"}, "new_chat_member": new}  # fmt: skip
