"""What the tests of rendering, media, menu and notices share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.channels.wechat.client import Platform, make_http
from bot.channels.wechat.inbound import Inbound, InboundKind
from knowledge.office import load_office
from knowledge.replies import Replies, load_replies
from tests.unit.bot.channels.wechat.fake_platform import FakePlatform
from zhilu.settings import ROOT

OFFICE = load_office(ROOT / "data" / "office" / "sample.yml")
REPLIES = load_replies(ROOT / "data" / "replies.yml", OFFICE)
WORDS: Replies = load_replies(ROOT / "data" / "wechat" / "replies.yml", OFFICE)
OPENID = "oCITIZEN000000000000000000001"


class GoodToken:
    """The token that the fake takes."""

    async def get(self) -> str:
        return "token-1"

    async def renew(self, refused: str) -> str:
        return "token-1"


@asynccontextmanager
async def client_of(fake: FakePlatform) -> AsyncIterator[Platform]:
    async with make_http(fake.base_url) as http:
        yield Platform(fake.base_url, GoodToken(), http)


def inbound(kind: InboundKind, **fields: Any) -> Inbound:
    return Inbound("message 1", OPENID, "gh_office", datetime(2026, 11, 21, 4, tzinfo=UTC), kind, **fields)
