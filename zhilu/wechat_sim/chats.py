"""What every citizen sees in the chat with the account, and how much the account may still send them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

AFTER_MESSAGE, AFTER_CLICK = (5, 48 * 3600.0), (3, 60.0)  # how many, within how many seconds
OUT_OF_WINDOW, OVER_COUNT, NOT_FOLLOWING = 45015, 45047, 43004


class Way(StrEnum):
    """By which way something came to the citizen."""

    REPLY = "reply"
    CUSTOMER_SERVICE = "customer-service"
    NOTICE = "notice"
    PLATFORM = "platform"  # 该公众号提供的服务出现故障


@dataclass(frozen=True)
class Seen:
    """One bubble in the chat; `media_id` of an image."""

    at: float
    way: Way
    text: str = field(default="", repr=False)
    media_id: str = ""
    url: str = ""


@dataclass
class Chat:
    """One citizen's chat; `left` customer-service messages may come until `until`."""

    seen: list[Seen] = field(default_factory=list)
    follows: bool = True
    left: int = 0
    until: float = 0.0


class Chats:
    """The chats of all citizens with one account."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._chats: dict[str, Chat] = {}
        self.watch: Callable[[str, Seen], None] = lambda openid, seen: None

    def of(self, openid: str) -> Chat:
        return self._chats.setdefault(openid, Chat())

    def seen(self, openid: str) -> list[Seen]:
        return self.of(openid).seen

    def said(self, openid: str, opens: str) -> None:
        """The citizen did something that allows the account to write."""
        chat, now = self.of(openid), self._clock()
        if opens == "said":
            chat.left, chat.until = AFTER_MESSAGE[0], now + AFTER_MESSAGE[1]
        elif opens and (now >= chat.until or chat.left < AFTER_CLICK[0]):
            chat.left, chat.until = AFTER_CLICK[0], max(now + AFTER_CLICK[1], chat.until if chat.left else 0)

    def follow(self, openid: str, follows: bool) -> None:
        self.of(openid).follows = follows

    def refusal(self, openid: str) -> int:
        """Why a customer-service message may not be sent now; 0 where it may, and it is counted."""
        chat = self.of(openid)
        if not chat.follows or self._clock() >= chat.until:
            return OUT_OF_WINDOW
        if chat.left <= 0:
            return OVER_COUNT
        chat.left -= 1
        return 0

    def show(self, openid: str, way: Way, text: str = "", media_id: str = "", url: str = "") -> None:
        """A bubble for the citizen."""
        seen = Seen(self._clock(), way, text, media_id, url)
        self.of(openid).seen.append(seen)
        self.watch(openid, seen)
