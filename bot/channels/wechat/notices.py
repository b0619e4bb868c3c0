"""Notices of a case in WeChat (模板消息, 订阅通知): a sender of the outbox, and the citizen's wish to get them.

《个人信息保护法》第十四条、第十五条: only who asked for them gets them, and stopping is as easy.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from bot.channels.wechat.faults import DayLimit, MinuteLimit, PlatformFault
from bot.channels.wechat.local import Do, is_local, read_local
from bot.channels.wechat.templates import DISCREET, Templates, Way
from cases import notices
from cases.database import UnitOfWork
from petition.days import CHINA, midnight
from zhilu.deliver import Notice, PermanentFault, TemporaryFault

WECHAT = "wechat"
# This message will never arrive: unfollowed, subscription refused, fields that do not fit the template, no such person here.
REFUSED = frozenset({43004, 43101, 47003, 40003})
MINUTE = timedelta(minutes=1)


class Notifier(Protocol):
    """The part of the API client that sends notices."""

    async def send_template(
        self, openid: str, template_id: str, data: Mapping[str, str], url: str = "", *, key: str = ""
    ) -> str:
        """模板消息; PlatformFault."""

    async def send_subscription(self, openid: str, template_id: str, data: Mapping[str, str], url: str = "") -> None:
        """订阅通知; PlatformFault."""


Connect = Callable[[], AbstractAsyncContextManager[Notifier]]  # a run of the outbox has an event loop of its own
Following = Callable[[str], Awaitable[bool]]


async def everybody(openid: str) -> bool:
    """Nobody is known to have left; the platform says so itself (43004)."""
    return True


@dataclass(frozen=True)
class WechatNotices:
    """Sender for the channel `wechat`: the address is the openid, which stays sealed until it is sent.

    `public_url` is where the page behind a notice lies (https, else none), `facts` are the
    office's `office` and `phone`.
    """

    connect: Connect
    templates: Templates
    facts: Mapping[str, str]
    now: Callable[[], datetime]
    public_url: str = ""
    following: Following = everybody
    channel: str = WECHAT

    async def send(self, address: str, notice: Notice) -> None:
        """TemporaryFault where it may leave later; PermanentFault where it never will, or the office has no template for it."""
        template = self.templates.of(DISCREET if notice.discreet else notice.kind)
        if not template.id:
            raise PermanentFault("wechat-no-template")
        if not await self.following(address):
            raise PermanentFault("wechat-not-following")
        data = template.filled({"number": notice.number, "today": f"{self._today():%Y-%m-%d}", **self.facts})
        try:
            async with self.connect() as platform:
                if template.way is Way.TEMPLATE:
                    await platform.send_template(address, template.id, data, self._url(), key=notice.key)
                else:
                    await platform.send_subscription(address, template.id, data, self._url())
        except PlatformFault as fault:
            raise self._failed(fault) from None

    def _url(self) -> str:
        """The page where number and query code are asked for; nothing in the address says whose case it is."""
        reachable = urlsplit(self.public_url).scheme == "https"
        return f"{self.public_url.rstrip('/')}{self.templates.page}" if reachable else ""

    def _failed(self, fault: PlatformFault) -> PermanentFault | TemporaryFault:
        code = f"wechat-{fault.code}" if fault.code else f"wechat-{type(fault).__name__.lower()}"
        if fault.code in REFUSED:
            return PermanentFault(code)
        if isinstance(fault, DayLimit):
            return TemporaryFault(code, self._until_tomorrow())
        return TemporaryFault(code, MINUTE if isinstance(fault, MinuteLimit) else timedelta(0))

    def _today(self) -> datetime:
        return self.now().astimezone(CHINA)

    def _until_tomorrow(self) -> timedelta:
        """The platform counts days in China."""
        today = self._today()
        return midnight(today.date() + timedelta(days=1)) - today


# --- the wish to get them ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """「以后有新情况，在微信里告诉我」 below a receipt."""

    number: str
    query_code: str = field(repr=False)


def wish_of(payload: str) -> Wish | None:
    """The wish that an option stands for; None for every other option."""
    do, values = read_local(payload) if is_local(payload) else (None, {})
    return Wish(values["number"], values["code"]) if do is Do.NOTIFY else None


def agree(uow: UnitOfWork, case_id: str, openid: str, now: datetime) -> None:
    """From now on the citizen gets the notices of this case in WeChat; the openid is kept sealed beside the case."""
    uow.write(lambda: notices.agree(uow, case_id, WECHAT, openid, now=now))


def stop(uow: UnitOfWork, case_id: str, now: datetime) -> None:
    """No more of them; the openid is deleted, and what waits is not sent."""
    notices.stop(uow, case_id, WECHAT, now=now)
