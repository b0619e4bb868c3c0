"""Stand-ins around a real engine: an action server that does as the text says, and a client of the gateway."""

from __future__ import annotations

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, List, NamedTuple, Optional

BROKEN, SLOW, INVALID = "出错", "很慢", "不合格式"


class Answer(NamedTuple):
    status: int
    body: Dict[str, Any]


class ActionServer:
    """Answers every action with one Reply that names the action and the text; `asked` holds what Rasa sent."""

    def __init__(self) -> None:
        self.asked: List[Dict[str, Any]] = []
        self.headers: List[Dict[str, str]] = []
        self.healthy = threading.Event()
        self.healthy.set()
        actions = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                actions.asked.append(body)
                actions.headers.append(dict(self.headers))
                status, answer = actions.answer(body)
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, body: Dict[str, Any]) -> "tuple[int, Dict[str, Any]]":
        text = body["tracker"]["latest_message"]["text"] or ""
        if not self.healthy.is_set():
            if BROKEN in text:
                return 500, {"error": f"what was said: {text}"}
            if INVALID in text:
                return 200, {"events": "none", "responses": [{"text": text}]}
            if SLOW in text:
                time.sleep(1.5)
        reply = {
            "kind": "answer",
            "text": f"{body['next_action']}：{text}",
            "asks": "name",
            "draft": {"amount": 3, "名": ["甲"]},
        }
        return 200, {"events": [], "responses": [{"text": reply["text"], "reply": reply}]}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Gateway:
    """What the public server does to the engine."""

    def __init__(self, port: int, secret: str) -> None:
        self._port, self._secret = port, secret

    def say(self, conversation: str, text: str, **more: Any) -> Answer:
        return self.post({"conversation": conversation, "channel": "kiosk", "text": text, **more})

    def post(self, body: Any, secret: Optional[str] = None) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._request("POST", "messages", raw, secret)

    def forget(self, conversation: str, secret: Optional[str] = None) -> Answer:
        return self._request("DELETE", f"conversations/{conversation}", None, secret)

    def rank(self, body: Any, secret: Optional[str] = None) -> Answer:
        return self._request("POST", "ranking", json.dumps(body).encode(), secret)

    def _request(self, method: str, path: str, raw: Optional[bytes], secret: Optional[str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            headers = {
                "Authorization": f"Bearer {self._secret if secret is None else secret}",
                "Content-Type": "application/json",
            }
            connection.request(method, f"/webhooks/gateway/{path}", raw, headers)
            response = connection.getresponse()
            content = response.read()
            return Answer(response.status, json.loads(content) if content else {})
        finally:
            connection.close()
