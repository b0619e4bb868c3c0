"""Links to the pages for phones: sealed, for one page, for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.wechat.render import Page
from bot.links import LinkExpired, LinkForged, Links, Once, PageLinks

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER = "XF20261121-0007"
LINKS = Links("a secret of the installation")


def test_a_link_carries_its_subject_to_its_page() -> None:
    link = LINKS.read("case", LINKS.make("case", {"number": NUMBER}, NOON + HOUR), NOON)
    assert link.subject == {"number": NUMBER}
    assert link.until == NOON + HOUR


def test_the_address_shows_nothing_of_the_subject_and_is_never_the_same() -> None:
    one, two = (LINKS.make("case", {"number": NUMBER}, NOON + HOUR) for _ in range(2))
    assert one != two
    assert NUMBER not in one
    assert one.isascii()
    assert not set(one) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_link_ends() -> None:
    with pytest.raises(LinkExpired):
        LINKS.read("case", LINKS.make("case", {}, NOON + HOUR), NOON + HOUR)


def test_a_link_of_one_page_opens_no_other() -> None:
    with pytest.raises(LinkForged):
        LINKS.read("upload", LINKS.make("case", {}, NOON + HOUR), NOON)


def test_another_installation_reads_nothing() -> None:
    with pytest.raises(LinkForged):
        Links("another secret").read("case", LINKS.make("case", {}, NOON + HOUR), NOON)


@pytest.mark.parametrize("text", ["", "A", "路", "!!!!", "A" * 40, "A" * 5000, "AAAA=AAA"])
def test_what_was_not_made_here_opens_nothing(text: str) -> None:
    with pytest.raises(LinkForged):
        LINKS.read("case", text, NOON)


def test_a_changed_letter_is_noticed() -> None:
    link = LINKS.make("case", {"number": NUMBER}, NOON + HOUR)
    for place in (0, len(link) // 2, len(link) - 3):
        changed = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        with pytest.raises(LinkForged):
            LINKS.read("case", changed, NOON)


async def test_only_the_first_has_it() -> None:
    once = Once("")
    assert [await once.first("one"), await once.first("one"), await once.first("two")] == [True, False, True]


def pages(base_url: str = "https://xinfang.example.cn/") -> PageLinks:
    return PageLinks(LINKS, base_url, "conversation-1", lambda: NOON)


def test_every_page_has_an_address_without_number_or_conversation() -> None:
    for page in Page:
        url = pages().to(page, NUMBER if page in (Page.CASE, Page.RECEIPT, Page.RATING) else "") or ""
        assert url.startswith("https://xinfang.example.cn/h5/")
        assert NUMBER not in url
        assert "conversation" not in url


def test_a_page_of_the_conversation_names_it_under_the_seal() -> None:
    url = pages().to(Page.PAPER, "file-1") or ""
    link = LINKS.read("paper", url.rpartition("/")[2], NOON)
    assert link.subject == {"conversation": "conversation-1", "file": "file-1"}


@pytest.mark.parametrize("base_url", ["", "http://xinfang.example.cn", "http://127.0.0.1:8000"])
def test_without_https_there_is_no_link(base_url: str) -> None:
    assert pages(base_url).to(Page.ROADMAP) is None
