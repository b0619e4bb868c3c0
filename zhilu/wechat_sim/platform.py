"""The side of the platform that sends: signed, encrypted, five seconds of patience, three tries of the same message."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import httpx

from zhilu.wechat_sim.account import SimulatedAccount
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.crypto import NotOurs, seal, sign, unseal
from zhilu.wechat_sim.messages import Message, written

PATIENCE, TRIES = 5.0, 3
OUT_OF_ORDER = "该公众号提供的服务出现故障，请稍后再试"
NOTHING = (b"", b"success")


@dataclass(frozen=True)
class Try:
    """One request: how long it took, and the status; 0 where no answer came in time."""

    seconds: float
    status: int
    body: bytes = field(repr=False)

    @property
    def is_answered(self) -> bool:
        return self.status == httpx.codes.OK


@dataclass(frozen=True)
class Delivery:
    """What became of one message."""

    message: Message
    tries: tuple[Try, ...]

    @property
    def arrived(self) -> bool:
        """Whether the account's server has taken it."""
        return self.tries[-1].is_answered

    @property
    def is_passive(self) -> bool:
        """Whether the response itself carried the answer."""
        return self.arrived and self.tries[-1].body not in NOTHING


class SimulatedPlatform:
    """Sends what citizens write to `url`, and shows them what comes back."""

    def __init__(
        self,
        account: SimulatedAccount,
        url: str,
        chats: Chats,
        http: httpx.AsyncClient,
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._account = account
        self._url = url
        self._chats = chats
        self._http = http
        self._patience = patience

    async def check_url(self) -> bool:
        """What happens when the office enters its address: whether it reads the word back."""
        word = secrets.token_hex(8)
        query = {**self._stamped(), "echostr": word}
        response = await self._http.get(self._url, params=query)
        return response.status_code == httpx.codes.OK and response.text == word

    async def deliver(self, message: Message, *, cut: float | None = None) -> Delivery:
        """Send it until it is taken, three times at most; what the response carries is shown to the citizen.

        `cut`: the connection of a first try is lost after so many seconds.
        """
        self._heard(message)
        tries = [await self._try(message, cut)]
        while len(tries) < TRIES and not tries[-1].is_answered:
            # a connection that was refused or lost is tried again as late as one that hung
            await asyncio.sleep(max(0.0, self._patience - tries[-1].seconds))
            tries.append(await self._try(message))
        delivery = Delivery(message, tuple(tries))
        self._show(delivery)
        return delivery

    async def repeat(self, message: Message) -> Try:
        """One more copy of a message, as after an answer that was lost on the way; its answer is shown as well."""
        again = await self._try(message)
        if again.is_answered:
            self._show(Delivery(message, (again,)))
        return again

    async def post(self, query: Mapping[str, str], body: bytes) -> httpx.Response:
        """A request as it is, for what no platform would send."""
        return await self._http.post(self._url, params=dict(query), content=body)

    def request(self, message: Message, *, at: int | None = None) -> tuple[dict[str, str], bytes]:
        """Query and body of a message; `at`: the time stamp in the query."""
        xml = message.xml(self._account.name)
        query = self._stamped(at)
        if not self._account.safe:
            return {**query, "openid": message.openid}, xml.encode()
        encrypted = seal(self._account, xml.encode())
        signature = sign(self._account.token, query["timestamp"], query["nonce"], encrypted)
        sealed = {**query, "openid": message.openid, "encrypt_type": "aes", "msg_signature": signature}
        return sealed, written("xml", {"ToUserName": self._account.name, "Encrypt": encrypted}).encode()

    def read(self, body: bytes) -> dict[str, str]:
        """The fields of a passive reply, its signature and its encryption checked; NotOurs."""
        try:
            fields = flat(body)
            if not self._account.safe:
                return fields
            encrypted = fields["Encrypt"]
            made = sign(self._account.token, fields["TimeStamp"], fields["Nonce"], encrypted)
            if made != fields["MsgSignature"]:
                raise NotOurs("signature")
            return flat(unseal(self._account, encrypted))
        except (ElementTree.ParseError, KeyError) as fault:
            raise NotOurs(type(fault).__name__) from None

    def _stamped(self, at: int | None = None) -> dict[str, str]:
        stamp, nonce = str(int(time.time()) if at is None else at), str(secrets.randbelow(10**10))
        return {"timestamp": stamp, "nonce": nonce, "signature": sign(self._account.token, stamp, nonce)}

    def _heard(self, message: Message) -> None:
        if message.is_event and message.fields.get("Event") in ("subscribe", "unsubscribe"):
            self._chats.follow(message.openid, message.fields["Event"] == "subscribe")
        self._chats.said(message.openid, message.opens)

    async def _try(self, message: Message, patience: float | None = None) -> Try:
        query, body = self.request(message)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._patience if patience is None else patience):
                response = await self._http.post(self._url, params=query, content=body, timeout=None)
            return Try(time.monotonic() - started, response.status_code, response.content)
        except (TimeoutError, httpx.TransportError):
            return Try(time.monotonic() - started, 0, b"")

    def _show(self, delivery: Delivery) -> None:
        openid = delivery.message.openid
        if not delivery.arrived:
            self._chats.show(openid, Way.PLATFORM, OUT_OF_ORDER)
        elif delivery.is_passive:
            try:
                fields = self.read(delivery.tries[-1].body)
            except NotOurs:
                self._chats.show(openid, Way.PLATFORM, OUT_OF_ORDER)
            else:
                self._chats.show(openid, Way.REPLY, fields.get("Content", ""), fields.get("MediaId", ""))


def flat(xml: bytes) -> dict[str, str]:
    """The texts of all elements by name."""
    return {each.tag: each.text or "" for each in ElementTree.fromstring(xml).iter()}
