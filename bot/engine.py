"""The way to the dialogue engine: one message in, neutral replies out, or one EngineFault that says nothing of the message."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from pydantic import ValidationError

from bot.errors import EngineFault
from knowledge.reply import Reply
from zhilu import trace

logger = logging.getLogger(__name__)
PATH = "/webhooks/gateway"
GRACE = 1.0  # the engine gives up first: its own answer to that is better than ours
CONNECT_TIMEOUT = 2.0
FORGET_TIMEOUT = 3.0
READY_TIMEOUT = 2.0
KEEP_ALIVE = 3.0  # less than the engine's 5 s: no message is written into a connection that is being closed
RETRY_AFTER = (0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Utterance:
    """One message of a citizen on its way to the engine: what was typed, or the payload of a button."""

    conversation: str
    surface: str
    client: str
    text: str = field(default="", repr=False)
    payload: str = ""
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def as_dict(self, deadline: float) -> dict[str, Any]:
        """As in engine/gateway.py."""
        said = {"payload": self.payload} if self.payload else {"text": self.text}
        return {
            "conversation": self.conversation,
            "channel": self.surface,
            "message_id": self.id,
            "metadata": {"client": self.client, "trace": trace.current()},
            "deadline_ms": round(deadline * 1000),
            **said,
        }


@dataclass(frozen=True)
class Heard:
    """What the engine said, and the milliseconds that it spent by part and the whole call took."""

    replies: tuple[Reply, ...]
    spent_ms: Mapping[str, float]
    whole_ms: float


class Engine(Protocol):
    """What the public server needs of a dialogue engine."""

    async def hear(self, utterance: Utterance) -> Heard:
        """The replies to one message; EngineFault where there are none."""

    async def forget(self, conversation: str) -> None:
        """Nothing of the conversation is held any more; EngineFault where that is not sure."""

    async def ready(self) -> bool:
        """Whether it answers."""

    async def aclose(self) -> None:
        """Give the connections back."""


class HttpEngine:
    """The engine of engine/gateway.py over loopback; connections are kept, a proxy in the environment is not asked."""

    def __init__(
        self, url: str, secret: str, deadline: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._deadline = deadline
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(deadline + GRACE, connect=CONNECT_TIMEOUT),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=KEEP_ALIVE),
            trust_env=False,
            transport=transport,
        )

    async def hear(self, utterance: Utterance) -> Heard:
        """One POST; it is repeated only where the connection was refused, so no message is ever processed twice."""
        started = time.perf_counter()
        try:
            response = await self._post(utterance.as_dict(self._deadline))
            response.raise_for_status()
            replies, spent = read_answer(response)
        except (httpx.HTTPError, ValueError) as error:
            raise fault("hear", error) from error
        return Heard(replies, spent, (time.perf_counter() - started) * 1000)

    async def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        for pause in RETRY_AFTER:
            try:
                return await self._http.post(f"{PATH}/messages", json=body)
            except httpx.ConnectError:  # nothing was sent: an engine that restarts comes back in a moment
                await asyncio.sleep(pause)
        return await self._http.post(f"{PATH}/messages", json=body)

    async def forget(self, conversation: str) -> None:
        try:
            response = await self._http.delete(f"{PATH}/conversations/{conversation}", timeout=FORGET_TIMEOUT)
            response.raise_for_status()
        except httpx.HTTPError as error:
            raise fault("forget", error) from error

    async def ready(self) -> bool:
        return await answers(self._http, f"{PATH}/")

    async def aclose(self) -> None:
        await self._http.aclose()


async def answers(http: httpx.AsyncClient, url: str) -> bool:
    """Whether a GET gives 200 in time."""
    try:
        return (await http.get(url, timeout=READY_TIMEOUT)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def read_answer(response: httpx.Response) -> tuple[tuple[Reply, ...], dict[str, float]]:
    """Replies and times; ValueError where the body is not what the contract says."""
    body = response.json()
    try:
        replies = tuple(Reply.model_validate(each) for each in body["replies"])
        spent = {str(name): float(value) for name, value in (body.get("spent_ms") or {}).items()}
    except (ValidationError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not an answer of the engine: {type(error).__name__}") from None
    if not replies:
        raise ValueError("no reply")
    return replies, spent


def fault(where: str, error: Exception) -> EngineFault:
    """Log the fault under an id, without anything a citizen said."""
    why = f"HTTP {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
    found = EngineFault(trace.current(), why)
    logger.error("fault %s: engine %s: %s", found.id, where, why)
    return found
