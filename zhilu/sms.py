"""The text message gateway of the office: an HTTP webhook, signed, with a key that tells a repetition."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from cases.notices import SMS
from zhilu.addresses import is_loopback, travels_safely
from zhilu.deliver import Notice, PermanentFault, TemporaryFault
from zhilu.runner.errors import CannotRun
from zhilu.settings import LEAST_SECRET_LENGTH, Environment, Settings, read_or_make_secret

REFUSED = frozenset({400, 410, 413, 422})  # this message; everything else may be mended on the other side
LONGEST_REST = 24 * 3600
LEASE_ALLOWS = 60.0


class SmsSettings(BaseSettings):
    """ZHILU_SMS_URL (empty: no text messages), ZHILU_SMS_SECRET (else var/secrets/sms_secret), ZHILU_SMS_TIMEOUT in seconds."""

    model_config = SettingsConfigDict(env_prefix="ZHILU_", extra="ignore", frozen=True)

    sms_url: str = ""
    sms_secret: SecretStr = SecretStr("")
    sms_timeout: float = Field(10.0, gt=0, le=LEASE_ALLOWS)


class SmsGateway:
    """POSTs `{"to", "text", "key"}`; any 2xx says that the gateway has taken it.

    `X-Zhilu-Signature` is the hex HMAC-SHA256, with the shared secret, of `X-Zhilu-Timestamp`, a line feed, and the body as sent.
    """

    channel = SMS

    def __init__(self, url: str, secret: str, *, timeout: float = 10.0, clock: Callable[[], float] = time.time) -> None:
        check_url(url)
        self._url, self._secret, self._clock, self._timeout = url, secret.encode(), clock, timeout

    def __repr__(self) -> str:
        return f"<SmsGateway {urlsplit(self._url).hostname}>"

    async def send(self, address: str, notice: Notice) -> None:
        """TemporaryFault where the gateway is away, late, busy or wrongly set up; PermanentFault where it refuses the message."""
        given = {"to": address, "text": notice.text, "key": notice.key}
        body = json.dumps(given, ensure_ascii=False).encode()
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._post(body, notice.key)
        except (TimeoutError, httpx.TimeoutException):
            raise TemporaryFault("timeout") from None
        except httpx.HTTPError:
            raise TemporaryFault("unreachable") from None
        if not response.is_success:
            code = f"http-{response.status_code}"
            raise PermanentFault(code) if response.status_code in REFUSED else TemporaryFault(code, rest(response))

    async def _post(self, body: bytes, key: str) -> httpx.Response:
        """The head of the answer; its body is not read."""
        async with (
            httpx.AsyncClient(timeout=self._timeout, trust_env=not is_loopback(self._url)) as client,
            client.stream("POST", self._url, content=body, headers=self._headers(body, key)) as response,
        ):
            return response

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        stamp = str(int(self._clock()))
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Zhilu-Timestamp": stamp,
            "X-Zhilu-Signature": sign(self._secret, stamp, body),
        }


def sign(secret: bytes, stamp: str, body: bytes) -> str:
    """What a gateway compares in constant time; it refuses an old stamp."""
    return hmac.new(secret, stamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


def rest(response: httpx.Response) -> timedelta:
    """What Retry-After asks for in seconds; a date is not read."""
    asked = response.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(asked), LONGEST_REST)) if asked.isascii() and asked.isdigit() else timedelta(0)


def check_url(url: str) -> None:
    """ValueError unless phones and texts travel encrypted, or stay on this machine."""
    if not travels_safely(url):
        raise ValueError("ZHILU_SMS_URL has to begin with https:// (http:// only on this machine)")


def gateway_of(settings: Settings) -> SmsGateway | None:
    """The gateway that is set; None without one, CannotRun where it is set wrongly."""
    own = SmsSettings()
    if not own.sms_url:
        return None
    given = own.sms_secret.get_secret_value()
    if settings.environment is Environment.PRODUCTION and given and len(given) < LEAST_SECRET_LENGTH:
        raise CannotRun(f"ZHILU_SMS_SECRET is too short: at least {LEAST_SECRET_LENGTH} characters")
    try:
        return SmsGateway(
            own.sms_url, given or read_or_make_secret(settings.secrets_dir / "sms_secret"), timeout=own.sms_timeout
        )
    except ValueError as error:
        raise CannotRun(str(error)) from error
