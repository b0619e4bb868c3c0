"""The access token of the account: one fetch at a time in all processes together, early, and kept sealed in the register."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

import httpx
from anyio.to_thread import run_sync

from bot.channels.wechat.exchange import Exchange, json_body
from bot.channels.wechat.faults import PlatformFault, TokenRefused, Unreachable, Unsure
from cases import wechat_tokens
from cases.database import Register, UnitOfWork
from cases.wechat_tokens import KeptToken

logger = logging.getLogger(__name__)
PATH = "/cgi-bin/stable_token"
EARLY = timedelta(minutes=5)  # from then on the platform gives the next token, and the old one still works
LEASE = timedelta(seconds=20)  # longer than two fetches
WAIT_SECONDS = 25.0
LOOK_SECONDS = 0.2
REST_SECONDS = 1.0  # after a fetch that failed
FORCE_REST_SECONDS = 60.0  # the platform allows 20 forced fetches a day
LONGEST_LIFE = 86_400

Outcome = TypeVar("Outcome")


class AccessTokens(Protocol):
    """What the API client needs to know of tokens."""

    async def get(self) -> str:
        """A token that should work."""

    async def renew(self, refused: str) -> str:
        """Another one than the platform refused."""


class Tokens:
    """The token of one account."""

    def __init__(
        self,
        register: Register,
        appid: str,
        secret: str,
        base_url: str,
        http: httpx.AsyncClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._register, self._appid, self._secret = register, appid, secret
        self._exchange = Exchange(base_url, http)
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: KeptToken | None = None
        self._failed: tuple[float, PlatformFault] | None = None
        self._forced_at = -FORCE_REST_SECONDS

    def __repr__(self) -> str:
        return "<Tokens>"

    async def get(self) -> str:
        """The token of the account, fetched where there is none or it ends soon; PlatformFault."""
        held = self._held
        if held and self._works(held) and (not self._is_due(held) or self._lock.locked()):
            return held.token
        async with self._lock:
            return await self._current("")

    async def renew(self, refused: str) -> str:
        """The token after one that the platform refused; whoever else was refused gets the same. PlatformFault."""
        async with self._lock:
            return await self._current(refused)

    async def _current(self, refused: str) -> str:
        """The token at hand, else the one in the register, else a new one: fetched here, or waited for."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            if (held := self._usable(self._held, refused)) and not self._is_due(held):
                return held.token
            self._held = kept = self._usable(await self._run(self._kept), refused)
            if kept and not self._is_due(kept):
                return kept.token
            self._refuse_after_failure(kept)
            if await self._run(lambda uow: self._lease(uow, refused)):
                return await self._renewed(kept, refused)
            if kept:
                return kept.token
            await asyncio.sleep(LOOK_SECONDS)
        raise Unreachable

    async def _renewed(self, kept: KeptToken | None, refused: str) -> str:
        """A fetched token; where that fails and the old one still works, the old one, and the lease runs out by itself."""
        try:
            self._held = await self._fetch_other(refused)
        except PlatformFault as fault:
            logger.warning("the WeChat access token could not be fetched: %s", fault)
            if kept:
                return kept.token
            self._failed = time.monotonic(), fault
            await self._run(lambda uow: wechat_tokens.release(uow, self._appid))
            raise
        await self._keep(self._held)
        return self._held.token

    async def _keep(self, fetched: KeptToken) -> None:
        """A token that the platform gave although it ends soon is not asked for again at once."""
        rest = self._clock() + LEASE if self._is_due(fetched) else None
        token, end = fetched.token, fetched.expires_at
        await self._run(
            lambda uow: wechat_tokens.keep(uow, self._appid, token, expires_at=end, rests_until=rest),
        )

    async def _fetch_other(self, refused: str) -> KeptToken:
        """A plain fetch gives the token that is in force; where that is the refused one, a new one is forced."""
        fetched = await self._fetch(force=False)
        if fetched.token != refused:
            return fetched
        if time.monotonic() - self._forced_at < FORCE_REST_SECONDS:
            raise TokenRefused(40001)
        self._forced_at = time.monotonic()
        return await self._fetch(force=True)

    async def _fetch(self, *, force: bool) -> KeptToken:
        asked = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": force,
        }
        now = self._clock()
        fields = (await self._exchange.call(PATH, {}, json_body(asked))).fields()
        token, seconds = fields.get("access_token"), fields.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int) or seconds <= 0:
            raise Unsure
        return KeptToken(token, now + timedelta(seconds=min(seconds, LONGEST_LIFE)))

    def _usable(self, kept: KeptToken | None, refused: str) -> KeptToken | None:
        return kept if kept and kept.token != refused and self._works(kept) else None

    def _works(self, kept: KeptToken) -> bool:
        return kept.expires_at > self._clock()

    def _is_due(self, kept: KeptToken) -> bool:
        return kept.expires_at - EARLY <= self._clock()

    def _refuse_after_failure(self, kept: KeptToken | None) -> None:
        """Callers who waited while a fetch failed do not try one after the other."""
        if kept is None and self._failed and time.monotonic() - self._failed[0] < REST_SECONDS:
            fault = self._failed[1]
            raise type(fault)(fault.code)

    def _kept(self, uow: UnitOfWork) -> KeptToken | None:
        return wechat_tokens.kept_token(uow, self._appid)

    def _lease(self, uow: UnitOfWork, refused: str) -> bool:
        now = self._clock()
        return wechat_tokens.lease(uow, self._appid, refused=refused, now=now, until=now + LEASE)

    async def _run(self, step: Callable[[UnitOfWork], Outcome]) -> Outcome:
        def in_unit_of_work() -> Outcome:
            with self._register.unit_of_work() as uow:
                return step(uow)

        return await run_sync(in_unit_of_work)
