"""Sessions end, and nothing is left; a restarted server takes them up from the cookie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.kiosk.session import COOKIE, KioskSessions
from bot.kiosk.talk import sweep
from cases import handovers, takeover
from cases.database import UnitOfWork
from tests.unit.bot.factories import FakeEngine
from tests.unit.bot.kiosk.kiosk_client import Kiosk, standing_at


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    async with standing_at(tmp_path) as one:
        yield one


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def test_looking_begins_nothing(kiosk: Kiosk) -> None:
    answer = await kiosk.get(part=False)
    assert "您好，您想办什么？" in answer.text
    assert "set-cookie" not in answer.headers
    assert len(kiosk.sessions) == 0


async def test_the_cookie_shows_nothing_and_goes_to_the_kiosk_alone(kiosk: Kiosk) -> None:
    answer = await kiosk.say("你好", 1)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/kiosk" in cookie
    assert kiosk.session.conversation not in cookie
    assert kiosk.session.token not in cookie


async def test_pages_are_not_kept_and_run_no_foreign_code(kiosk: Kiosk) -> None:
    answer = await kiosk.get(part=False)
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


async def test_the_end_leaves_nothing(kiosk: Kiosk) -> None:
    await kiosk.post("/look", theme="dark")
    await kiosk.say("不能留下的话", 1)
    conversation = kiosk.session.conversation
    answer = await kiosk.post("/end")
    assert answer.status_code == 204
    assert answer.headers["clear-site-data"] == '"cache"'
    assert COOKIE not in kiosk.http.cookies
    assert len(kiosk.http.cookies) == 0
    assert len(kiosk.sessions) == 0
    assert conversation in kiosk.engine.forgotten
    assert "不能留下的话" not in (await kiosk.get(part=False)).text


async def test_an_old_cookie_opens_nothing_after_the_end(kiosk: Kiosk) -> None:
    await kiosk.say("不能留下的话", 1)
    old = kiosk.http.cookies[COOKIE]
    await kiosk.post("/end")
    kiosk.http.cookies.set(COOKIE, old, domain="zhilu.test", path="/kiosk")
    assert 'data-session="no"' in (await kiosk.get(part=False)).text


async def test_a_screen_that_could_not_tell_the_server_ends_before_it_shows(kiosk: Kiosk) -> None:
    await kiosk.say("不能留下的话", 1)
    answer = await kiosk.get("?over=1", part=False)
    assert answer.status_code == 303
    assert len(kiosk.sessions) == 0
    assert 'data-session="no"' in (await kiosk.get(part=False)).text


async def test_after_a_restart_the_question_is_put_again(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with standing_at(tmp_path, engine) as before:
        await before.say("信访多少天", 1)
        cookie, id = before.http.cookies[COOKIE], before.session.id
    async with standing_at(tmp_path, engine) as after:
        after.http.cookies.set(COOKIE, cookie, domain="zhilu.test", path="/kiosk")
        screen = await after.get(part=False)
        assert 'data-screen="talk"' in screen.text
        assert engine.heard[-1].id == f"{id}-1"
        assert (await after.say("信访多少天", 2)).status_code == 200
        assert engine.heard[-1].id == f"{id}-2"


def test_sessions_are_bounded_and_end_by_themselves() -> None:
    clock = Clock()
    sessions = KioskSessions(timedelta(minutes=6), most=2, clock=clock)
    first, *_ = [sessions.begin(f"c{n}", "t") for n in range(3)]
    assert [each.id for each in sessions.overdue()] == [first.id]
    clock.now += timedelta(minutes=9)
    assert sessions.overdue() == []  # ten minutes at least
    clock.now += timedelta(minutes=2)
    assert len(sessions.overdue()) == 2
    assert len(sessions) == 0


def test_whoever_touches_lives_on_and_a_look_for_news_is_no_touch() -> None:
    clock = Clock()
    sessions = KioskSessions(timedelta(minutes=10), clock=clock)
    touched, polled = sessions.begin("a", "t"), sessions.begin("b", "t")
    clock.now += timedelta(minutes=8)
    assert sessions.find(touched.id) is touched
    assert sessions.peek(polled.id) is polled
    clock.now += timedelta(minutes=3)
    assert sessions.find(touched.id) is touched
    assert sessions.find(polled.id) is None
    assert sessions.peek(polled.id) is None
    assert sessions.take_up(polled.id, "b", "t", 1) is None


async def test_a_kiosk_that_went_dark_is_forgotten(kiosk: Kiosk) -> None:
    await kiosk.say("你好", 1)
    session = kiosk.session
    session.touched -= timedelta(hours=1)
    await sweep(kiosk.services, kiosk.sessions)
    assert session.conversation in kiosk.engine.forgotten
    assert 'data-session="no"' in (await kiosk.get(part=False)).text


async def test_a_session_that_is_over_is_not_served_but_ended_where_it_stood(kiosk: Kiosk) -> None:
    await kiosk.say("不能留下的话", 1)
    own = kiosk.session
    elsewhere = kiosk.sessions.begin("other", "t")
    for each in (own, elsewhere):
        each.touched -= timedelta(hours=1)
    screen = await kiosk.post("/ask")
    assert "不能留下的话" not in screen.text
    assert own.conversation in kiosk.engine.forgotten
    assert kiosk.sessions.left(own.id) is None
    assert kiosk.sessions.left(elsewhere.id) is elsewhere  # the job of the server ends it


@pytest.mark.parametrize("path", ["", "/start", "/talk", "/receipt", "/status", "/news", "/carry/state", "/ending"])
async def test_no_page_shows_a_session_that_is_over(kiosk: Kiosk, path: str) -> None:
    await kiosk.say("不能留下的话", 1)
    kiosk.session.touched -= timedelta(hours=1)
    answer = await kiosk.get(path)
    assert "不能留下的话" not in answer.text
    assert 'data-session="yes"' not in answer.text
    if path == "/news":
        assert answer.status_code == 286


async def test_words_of_staff_keep_a_session_alive_and_the_look_for_them_does_not(kiosk: Kiosk) -> None:
    await kiosk.say("你好", 1)
    session = kiosk.session
    await kiosk.services.records._run(lambda uow: called(uow, session.conversation))
    session.with_person = True
    waited = session.touched = session.touched - timedelta(minutes=5)
    assert "请到1号窗口。" in (news := await kiosk.get("/news")).text
    assert 'data-announce="请到1号窗口。"' in news.text  # by which the screen knows it too (idle.js)
    assert session.touched > waited
    session.touched = waited
    assert (await kiosk.get("/news")).status_code == 204
    assert session.touched == waited


def called(uow: UnitOfWork, conversation: str) -> None:
    at = datetime.now(UTC)
    flag, _ = handovers.open_handover(uow, conversation, handovers.HandoverKind.ASKED, surface="kiosk", now=at)
    handovers.take(uow, flag, "王科")
    takeover.say(uow, flag, "王科", "请到1号窗口。", at)


async def test_the_receipt_is_no_screen_of_a_session_without_one(kiosk: Kiosk) -> None:
    await kiosk.say("你好", 1)
    assert 'data-screen="talk"' in (await kiosk.get("/receipt")).text
    assert 'data-screen="start"' in (await kiosk.get("/start")).text
    assert 'data-screen="talk"' in (await kiosk.get("/talk")).text
    await kiosk.say("核对", 2)
    await kiosk.touch("/affirm", 3)
    await kiosk.get("/start")
    assert 'data-screen="receipt"' in (await kiosk.get("/receipt")).text
