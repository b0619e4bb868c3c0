"""How many requests one client or one conversation may make in a minute; counted in memory, or in Redis for several servers."""

from __future__ import annotations

import logging
import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from bot.errors import Refusal
from zhilu.settings import Settings

logger = logging.getLogger(__name__)


class Limits:
    """The three limits of the public server."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = make_limiter(settings.redis_url)
        self._conversations = RateLimitItemPerMinute(settings.conversations_per_minute)
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._lookups = RateLimitItemPerMinute(settings.lookups_per_minute)

    async def conversation(self, client: str) -> None:
        """Count a new conversation of this client; Refusal (429) where it is one too many."""
        await self._count(self._conversations, "conversation", client)

    async def message(self, conversation: str) -> None:
        """Count a message or a file of this conversation."""
        await self._count(self._messages, "message", conversation)

    async def lookup(self, client: str) -> None:
        """Count a case look-up of this client."""
        await self._count(self._lookups, "lookup", client)

    async def _count(self, limit: RateLimitItemPerMinute, *subject: str) -> None:
        try:
            if await self._limiter.hit(limit, *subject):
                return
            window = await self._limiter.get_window_stats(limit, *subject)
        except StorageError:  # a counter that is away must not keep citizens out
            logger.warning("rate limits are not counted: the storage does not answer")
            return
        raise Refusal(429, "api.too-many", retry_after=max(1, math.ceil(window.reset_time - time.time())))


def make_limiter(redis_url: str) -> FixedWindowRateLimiter:
    if not redis_url:
        return FixedWindowRateLimiter(storage_from_string("async+memory://"))
    storage = storage_from_string(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True)
    return FixedWindowRateLimiter(storage)
