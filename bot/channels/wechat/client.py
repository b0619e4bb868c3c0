"""Our client of the platform's API: messages, notices, media and the menu; one more try where a token is refused, and never more."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.channels.wechat.exchange import LARGEST_ANSWER, WHOLE_SECONDS, Answer, Body, Exchange, json_body, make_http
from bot.channels.wechat.faults import (
    AddressRefused,
    Busy,
    DayLimit,
    MediaElsewhere,
    MediaTooLarge,
    MinuteLimit,
    NotAuthorised,
    NotFollowing,
    OutOfWindow,
    OverCount,
    PlatformFault,
    TokenRefused,
    TooLong,
    UnknownCode,
    Unreachable,
    Unsure,
    WrongAccountKind,
)
from bot.channels.wechat.tokens import AccessTokens

__all__ = [
    "AddressRefused", "Busy", "DayLimit", "Media", "MediaElsewhere", "MediaTooLarge", "MinuteLimit", "NotAuthorised",
    "NotFollowing", "OutOfWindow", "OverCount", "Platform", "PlatformFault", "TokenRefused", "TooLong", "UnknownCode",
    "Unreachable", "Unsure", "WrongAccountKind", "make_http",
]  # fmt: skip

NO_MENU = 46003
MEDIA_SECONDS = 30.0
KEY_LENGTH = 32
PNG = b"\x89PNG"


@dataclass(frozen=True)
class Media:
    """A file that a citizen sent; its type is what the platform says, not what it is."""

    content: bytes = field(repr=False)
    media_type: str


class Platform:
    """The API of one account; every call raises a PlatformFault where it fails."""

    def __init__(self, base_url: str, tokens: AccessTokens, http: httpx.AsyncClient) -> None:
        self._exchange = Exchange(base_url, http)
        self._tokens = tokens

    def __repr__(self) -> str:
        return f"<Platform {self._exchange!r}>"

    async def send_text(self, openid: str, text: str) -> None:
        """A customer-service message (客服消息)."""
        await self._send(openid, {"msgtype": "text", "text": {"content": text}})

    async def send_image(self, openid: str, media_id: str) -> None:
        """An uploaded image as a customer-service message."""
        await self._send(openid, {"msgtype": "image", "image": {"media_id": media_id}})

    async def _send(self, openid: str, message: Mapping[str, Any]) -> None:
        await self._post("/cgi-bin/message/custom/send", {"touser": openid, **message})

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], url: str = "", *, key: str = ""
    ) -> str:
        """A template message (模板消息): its id at the platform, which sends one `key` only once within ten minutes."""
        message: dict[str, Any] = {"touser": openid, "template_id": template_id, "url": url, "data": _filled(data)}
        if key:
            message["client_msg_id"] = hashlib.sha256(key.encode()).hexdigest()[:KEY_LENGTH]
        sent = await self._post("/cgi-bin/message/template/send", message)
        return str(sent.get("msgid", ""))

    async def send_subscription(self, openid: str, template_id: str, data: Mapping[str, str], url: str = "") -> None:
        """A notice that the citizen has subscribed to (订阅通知)."""
        message = {"touser": openid, "template_id": template_id, "page": url, "data": _filled(data)}
        await self._post("/cgi-bin/message/subscribe/bizsend", message)

    async def upload_image(self, content: bytes) -> str:
        """The media id of a PNG or JPEG, good for three days."""
        fields = (await self._call("/cgi-bin/media/upload", {"type": "image"}, _form(content))).fields()
        media_id = fields.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise Unsure
        return media_id

    async def get_media(self, media_id: str, limit: int) -> Media:
        """A file of at most `limit` bytes; MediaTooLarge, MediaElsewhere for a video."""
        query = {"media_id": media_id}
        answer = await self._call("/cgi-bin/media/get", query, limit=limit, patience=MEDIA_SECONDS)
        if _is_json(answer):
            answer.fields()
            raise MediaElsewhere
        return Media(answer.content, answer.media_type)

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Put this menu under every conversation of the account."""
        await self._post("/cgi-bin/menu/create", menu)

    async def get_menu(self) -> dict[str, Any] | None:
        """`{"button": […]}` as it is there; None where there is no menu."""
        try:
            menu = (await self._call("/cgi-bin/menu/get")).fields().get("menu")
        except UnknownCode as fault:
            if fault.code == NO_MENU:
                return None
            raise
        return menu if isinstance(menu, dict) else None

    async def _post(self, path: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return (await self._call(path, body=json_body(fields))).fields()

    async def _call(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Body | None = None,
        *,
        limit: int = LARGEST_ANSWER,
        patience: float = WHOLE_SECONDS,
    ) -> Answer:
        """The answer to a call whose token was taken."""
        token = await self._tokens.get()

        async def attempt(token: str) -> Answer:
            signed = {"access_token": token, **(query or {})}
            return _taken(await self._exchange.call(path, signed, body, limit=limit, patience=patience))

        try:
            return await attempt(token)
        except TokenRefused:
            token = await self._tokens.renew(token)
        return await attempt(token)


def _taken(answer: Answer) -> Answer:
    """The same answer, unless it says that the token is refused."""
    if _is_json(answer):
        answer.fields()
    return answer


def _is_json(answer: Answer) -> bool:
    """The platform calls its JSON text/plain as well."""
    return answer.content.lstrip()[:1] == b"{"


def _filled(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in data.items()}


def _form(content: bytes) -> Body:
    """A multipart form with one image."""
    kind, name = ("image/png", "image.png") if content.startswith(PNG) else ("image/jpeg", "image.jpg")
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    whole = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return Body(whole, f"multipart/form-data; boundary={boundary}")
