"""Short-lived links to the pages for phones: sealed, so that an address shows nothing of whom it is for, and good for one page only."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from limits import RateLimitItemPerSecond

from bot.channels.wechat.render import Page
from bot.limits import make_limiter

NONCE_BYTES, ID_BYTES = 12, 12
LONGEST = 2048
CONVERSATION_LINK = timedelta(hours=2)
NUMBER_LINK = timedelta(days=7)  # it only fills in the number; the query code has to be typed
OPEN_PAGES = frozenset({Page.ROADMAP, Page.PRIVACY})
OF_A_CASE = frozenset({Page.CASE, Page.RECEIPT, Page.RATING})


class LinkFault(Exception):
    """The link opens nothing: LinkForged, LinkExpired."""


class LinkForged(LinkFault):
    """Not made here, changed on the way, or made for something else."""


class LinkExpired(LinkFault):
    """Its time is over."""


@dataclass(frozen=True)
class Link:
    """What a link was made with; `id` is its own, so that it can be used once."""

    subject: Mapping[str, str] = field(repr=False)
    until: datetime
    id: str


class Links:
    """Makes and reads links and cookies; every server of the installation has the same secret."""

    def __init__(self, secret: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=b"zhilu links to pages").derive(secret.encode())
        self._cipher = AESGCM(key)

    def make(self, purpose: str, subject: Mapping[str, str], until: datetime, id: str = "") -> str:
        """A text for an address or a cookie: letters, digits, - and _."""
        id = id or secrets.token_urlsafe(ID_BYTES)
        content = json.dumps([dict(subject), int(until.timestamp()), id], ensure_ascii=False, separators=(",", ":"))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, content.encode(), purpose.encode())
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")

    def read(self, purpose: str, text: str, now: datetime) -> Link:
        """LinkForged, LinkExpired."""
        sealed = unpacked(text)
        try:
            content = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError):
            raise LinkForged() from None
        subject, until, id = json.loads(content)
        link = Link(subject, datetime.fromtimestamp(until, UTC), id)
        if link.until <= now:
            raise LinkExpired()
        return link


def unpacked(text: str) -> bytes:
    """The bytes of a link; LinkForged."""
    try:
        if len(text) > LONGEST:
            raise LinkForged()
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise LinkForged() from None


class Once:
    """Whoever comes first with a link has it; counted in memory, or in Redis for several servers."""

    def __init__(self, redis_url: str) -> None:
        self._limiter = make_limiter(redis_url)
        self._one = RateLimitItemPerSecond(1, int(CONVERSATION_LINK.total_seconds()))

    async def first(self, id: str) -> bool:
        """Whether nobody has used it yet; from now on somebody has."""
        return await self._limiter.hit(self._one, "link", id)


@dataclass(frozen=True)
class PageLinks:
    """`Links` of bot/channels/wechat/render.py: where the pages are, for one conversation. Phones need https."""

    links: Links
    base_url: str
    conversation: str
    clock: Callable[[], datetime]

    def to(self, page: Page, subject: str = "") -> str | None:
        """`subject`: a case number or the id of a file."""
        if urlsplit(self.base_url).scheme != "https":
            return None
        base = f"{self.base_url.rstrip('/')}/h5"
        if page in OPEN_PAGES:
            return f"{base}/{page}"
        if page in OF_A_CASE and not subject:
            return f"{base}/{page}"
        return f"{base}/go/{page}/{self._sealed(page, subject)}"

    def _sealed(self, page: Page, subject: str) -> str:
        if page in OF_A_CASE:
            return self.links.make(page, {"number": subject}, self.clock() + NUMBER_LINK)
        found = {"conversation": self.conversation} | ({"file": subject} if subject else {})
        return self.links.make(page, found, self.clock() + CONVERSATION_LINK)
