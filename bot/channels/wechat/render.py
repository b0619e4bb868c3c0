"""An answer as WeChat can show it: texts under 2,000 bytes, numbered options after the last one, pictures of the road."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.channels.wechat.local import Do, local
from bot.channels.wechat.options import Offered, Option, choice
from bot.channels.wechat.pieces import LONGEST, cut, escape, link, size
from knowledge.replies import Replies
from knowledge.reply import Kind, Reply

__all__ = ["NO_LINKS", "Draw", "Links", "Option", "Page", "Piece", "Rendered", "Renderer", "choice"]
Draw = Callable[[Mapping[str, Any]], bytes | None]


class Page(StrEnum):
    """A page for phones that a message may lead to."""

    ROADMAP = "roadmap"
    CASE = "case"
    RECEIPT = "receipt"
    UPLOAD = "upload"
    STORY = "story"
    PRIVACY = "privacy"
    PAPER = "paper"
    RATING = "rating"


class Links(Protocol):
    """Where the pages are, for one conversation."""

    def to(self, page: Page, subject: str = "") -> str | None:
        """The https address; None where there is no such page. `subject`: a case number or the id of a file."""


class NoLinks:
    """An account without pages that phones can reach."""

    def to(self, page: Page, subject: str = "") -> str | None:
        """Nowhere."""
        return None


NO_LINKS = NoLinks()
ASKED_PAGES = {"evidence": Page.UPLOAD, "narrative": Page.STORY, "consent": Page.PRIVACY}


@dataclass(frozen=True)
class Piece:
    """One message: either text or a PNG."""

    text: str = ""
    image: bytes = b""


@dataclass(frozen=True)
class Rendered:
    """The messages of an answer, and what it leaves open."""

    pieces: tuple[Piece, ...] = ()
    options: tuple[Option, ...] = ()
    asks: str = ""

    @property
    def offered(self) -> Offered:
        """What has to be remembered until the citizen answers."""
        return Offered(self.options, self.asks)


class Renderer:
    """`words` are the texts of data/wechat/replies.yml; `draw` makes the picture of a road."""

    def __init__(self, words: Replies, draw: Draw | None = None) -> None:
        self._words = words
        self._draw = draw

    def render(self, replies: Sequence[Reply], *, links: Links = NO_LINKS, notices: bool = False) -> Rendered:
        """`notices`: the account may send notices, so a receipt offers them. Drawing takes a while: call it beside the loop."""
        options = tuple(self._options(replies, notices))
        texts = packed(self._block(reply, links) for reply in replies)
        pieces = [Piece(text=each) for each in with_options(texts, self._listed(options))]
        asked = [reply.asks for reply in replies if reply.asks]
        return Rendered((*pieces, *self._pictures(replies)), options, asked[-1] if asked else "")

    def _block(self, reply: Reply, links: Links) -> str:
        """The words of a reply, and the pages that go with it."""
        lines = [link(title, url) for title, page, subject in self._pages(reply) if (url := links.to(page, subject))]
        if reply.files and not any(links.to(Page.PAPER, str(file["id"])) for file in reply.files):
            lines.append(escape(self._words.text("paper-elsewhere")))
        return "\n".join([escape(reply.text.strip()), *lines])

    def _pages(self, reply: Reply) -> Iterator[tuple[str, Page, str]]:
        """Title, page and subject."""
        for file in reply.files or ():
            yield self._words.text("link.paper", name=file["name"]), Page.PAPER, str(file["id"])
        if reply.kind == Kind.RECEIPT and reply.receipt:
            yield self._words.text("link.receipt"), Page.RECEIPT, str(reply.receipt["number"])
        elif reply.kind == Kind.STATUS and reply.case:
            yield self._words.text("link.case"), Page.CASE, str(reply.case["number"])
        elif reply.kind == Kind.ROADMAP or reply.topic == "petition.roadmap":
            yield self._words.text("link.roadmap"), Page.ROADMAP, ""
        elif page := ASKED_PAGES.get(reply.asks or "") if reply.kind == Kind.QUESTION else None:
            yield self._words.text(f"link.{page}"), page, ""

    def _options(self, replies: Iterable[Reply], notices: bool) -> Iterator[Option]:
        """Each choice once, over the whole answer."""
        seen: set[str] = set()
        for reply in replies:
            for title, payload in (*touched(reply), *(self._notify(reply) if notices else ())):
                if payload not in seen:
                    seen.add(payload)
                    yield Option(" ".join(title.split()), payload)

    def _notify(self, reply: Reply) -> Iterator[tuple[str, str]]:
        """Asked for apart from the filing itself (《个人信息保护法》第十四条)."""
        if reply.receipt:
            number, code = str(reply.receipt["number"]), str(reply.receipt["query_code"])
            yield self._words.text("notify.offer"), local(Do.NOTIFY, number=number, code=code)

    def _listed(self, options: Sequence[Option]) -> str:
        if not options:
            return ""
        lines = [f"{number}. {escape(each.title)}" for number, each in enumerate(options, 1)]
        return "\n".join([*lines, self._words.text("options.one" if len(options) == 1 else "options.many")])

    def _pictures(self, replies: Iterable[Reply]) -> Iterator[Piece]:
        """After all the text, which is complete without them."""
        for reply in replies:
            image = self._draw(reply.roadmap) if self._draw and reply.roadmap else None
            if image:
                yield Piece(image=image)


def touched(reply: Reply) -> list[tuple[str, str]]:
    return [(each.title, each.payload) for each in reply.buttons or ()]


def packed(blocks: Iterable[str]) -> list[str]:
    """As few messages as can be; a reply that fits into one message stands in one."""
    texts: list[str] = []
    for block in blocks:
        first, *rest = cut(block) or [""]
        if texts and first and size(joined := f"{texts[-1]}\n\n{first}") <= LONGEST:
            texts[-1] = joined
        elif first:
            texts.append(first)
        texts.extend(rest)
    return texts


def with_options(texts: list[str], listed: str) -> list[str]:
    """The options stand under the last text; where they do not fit, after it."""
    if not listed:
        return texts
    if texts and size(last := f"{texts[-1]}\n\n{listed}") <= LONGEST:
        return [*texts[:-1], last]
    return [*texts, *cut(listed)]
