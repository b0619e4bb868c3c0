"""The platform's API on loopback: tokens, messages, notices, menu, media; it keeps the platform's limits and writes down every call."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response

from zhilu.wechat_sim.account import SimulatedAccount
from zhilu.wechat_sim.chats import NOT_FOLLOWING, Chats, Way
from zhilu.wechat_sim.troubles import TOKEN_EXPIRED, Troubles

Json = dict[str, Any]
OK: Json = {"errcode": 0, "errmsg": "ok"}
WRONG_SECRET, NO_TOKEN, NO_MEDIA, NO_MENU, TOO_LONG, WRONG_KIND = 40125, 41001, 40007, 46003, 45002, 40008
LIFE_SECONDS = 7200
LONGEST_TEXT = 2048  # bytes


@dataclass(frozen=True)
class Call:
    """One call as it came, and what it was answered."""

    at: float
    path: str
    code: int
    body: Json = field(repr=False)


@dataclass(frozen=True)
class Media:
    """A file that lies at the platform."""

    content: bytes = field(repr=False)
    media_type: str


class SimulatedApi:
    """The API of one account; `app` serves it."""

    def __init__(self, account: SimulatedAccount, chats: Chats, troubles: Troubles | None = None) -> None:
        self._account = account
        self._chats = chats
        self.troubles = troubles or Troubles()
        self.calls: list[Call] = []
        self.media: dict[str, Media] = {}
        self.menu: Json | None = None
        self._token = secrets.token_urlsafe(40)
        self._keys: set[str] = set()
        self.app = FastAPI(openapi_url=None)
        self.app.add_api_route("/cgi-bin/{name:path}", self._answer, methods=["GET", "POST"], response_model=None)

    def keep(self, content: bytes, media_type: str) -> str:
        """A file that a citizen sends: its media id."""
        media_id = secrets.token_urlsafe(48)
        self.media[media_id] = Media(content, media_type)
        return media_id

    def expire_token(self) -> None:
        """From now on the token that was given is refused."""
        self._token = secrets.token_urlsafe(40)

    def called(self, path: str) -> list[Call]:
        """The calls of a path, in order."""
        return [call for call in self.calls if call.path == path]

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        trouble = self.troubles.of(path)
        if trouble and trouble.seconds:
            await asyncio.sleep(trouble.seconds)
        if trouble and trouble.raw is not None:
            return Response(trouble.raw)
        answer = {"errcode": trouble.code, "errmsg": "simulated"} if trouble and trouble.code else None
        return await self._written_down(request, path, answer)

    async def _written_down(self, request: Request, path: str, answer: Json | None) -> Response:
        body = await json_of(request)
        made = answer or self._refused(request, path) or await self._done(request, path, body)
        code = int(made.get("errcode", 0)) if isinstance(made, dict) else 0
        self.calls.append(Call(time.time(), path, code, {} if "token" in path else body))
        if isinstance(made, Media):
            return Response(made.content, media_type=made.media_type)
        return Response(json.dumps(made, ensure_ascii=False), media_type="text/plain")  # as the platform calls its JSON

    def _refused(self, request: Request, path: str) -> Json | None:
        """An error where the call needs a token and has not this one."""
        given = request.query_params.get("access_token", "")
        if path.endswith("token") or given == self._token:
            return None
        return fault(TOKEN_EXPIRED if given else NO_TOKEN)

    async def _done(self, request: Request, path: str, body: Json) -> Json | Media:
        match path.removeprefix("/cgi-bin/"):
            case "stable_token":
                return self._give_token(body)
            case "token":
                return self._give_token({**request.query_params, "force_refresh": True})
            case "message/custom/send":
                return self._send(body)
            case "message/template/send" | "message/subscribe/bizsend":
                return self._notify(body)
            case "menu/create":
                self.menu = body
                return OK
            case "menu/get":
                return {"menu": self.menu} if self.menu else fault(NO_MENU)
            case "media/upload":
                return await self._upload(request)
            case "media/get":
                return self.media.get(request.query_params.get("media_id", "")) or fault(NO_MEDIA)
        return fault(404)

    def _give_token(self, asked: Json) -> Json:
        if (asked.get("appid"), asked.get("secret")) != (self._account.appid, self._account.secret):
            return fault(WRONG_SECRET)
        if asked.get("force_refresh"):
            self.expire_token()
        return {"access_token": self._token, "expires_in": LIFE_SECONDS}

    def _send(self, body: Json) -> Json:
        """A customer-service message, within the platform's limits."""
        openid, kind = str(body.get("touser", "")), body.get("msgtype")
        text, media_id = body.get("text", {}).get("content", ""), body.get("image", {}).get("media_id", "")
        if kind not in ("text", "image"):
            return fault(WRONG_KIND)
        if kind == "image" and media_id not in self.media:
            return fault(NO_MEDIA)
        if len(text.encode()) > LONGEST_TEXT:
            return fault(TOO_LONG)
        if code := self._chats.refusal(openid):
            return fault(code)
        self._chats.show(openid, Way.CUSTOMER_SERVICE, text, media_id)
        return OK

    def _notify(self, body: Json) -> Json:
        """A notice; one `client_msg_id` is sent once."""
        openid, key = str(body.get("touser", "")), str(body.get("client_msg_id", ""))
        if not self._chats.of(openid).follows:
            return fault(NOT_FOLLOWING)
        if not key or key not in self._keys:
            self._keys.add(key)
            lines = (f"{name}：{each['value']}" for name, each in body.get("data", {}).items())
            self._chats.show(openid, Way.NOTICE, "\n".join(lines), url=body.get("url") or body.get("page") or "")
        return {**OK, "msgid": secrets.randbits(50)}

    async def _upload(self, request: Request) -> Json:
        async with request.form() as form:
            upload = form.get("media")
            if upload is None or isinstance(upload, str):
                return fault(WRONG_KIND)
            media_id = self.keep(await upload.read(), upload.content_type or "image/png")
        return {"type": "image", "media_id": media_id, "created_at": int(time.time())}


def fault(code: int) -> Json:
    return {"errcode": code, "errmsg": f"simulated rid: {secrets.token_hex(4)}"}


async def json_of(request: Request) -> Json:
    """The JSON object of a call; nothing where there is none."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return {}
    try:
        found = json.loads(await request.body())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Quiet(uvicorn.Server):
    """Leaves the signals to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def served(app: FastAPI, port: int = 0) -> AsyncIterator[str]:
    """The address of the app as long as the block runs; OSError where the port is taken."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, ws="none", lifespan="off")
    listening = socket.create_server(("127.0.0.1", port))
    server = Quiet(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await running
        listening.close()
