"""A message is answered once: at once, or later, however often the platform sends it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from bot.channels.wechat import adapter
from tests.unit.bot.channels.wechat.door import (
    HUANG,
    MA,
    HeldUp,
    event,
    heard,
    message,
    numbers,
    opened,
    signed,
    text,
    told,
    until,
)
from tests.unit.bot.channels.wechat.fake_platform import Said
from tests.unit.bot.factories import FakeEngine

pytestmark = pytest.mark.asyncio


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "ANSWER_WITHIN", 0.5)


async def test_an_office_without_an_account_has_no_such_address(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(wechat_appid="") as server:
        assert (await server.post(text(HUANG, "你好"))).status_code == 404


async def test_the_address_is_checked_and_a_stranger_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        address = f"http://127.0.0.1:{server.port}/wechat"
        right = await server.http.get(address, params={**signed(), "echostr": "12345"})
        assert (right.status_code, right.text) == (200, "12345")
        forged = {**signed(), "signature": "0" * 40}
        assert (await server.http.get(address, params={**forged, "echostr": "12345"})).status_code == 403
        assert (await server.http.post(address, params=forged, content=text(HUANG, "你好"))).status_code == 403
        old = await server.http.post(address, params=signed(int(time.time()) - 400), content=text(HUANG, "你好"))
        assert old.status_code == 403
        assert (await server.post("x" * 70_000)).status_code == 413
        assert (await server.post("<xml><a>")).status_code == 400
        assert server.engine.heard == []


async def test_a_fast_turn_is_answered_in_the_response(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        said = await server.say(HUANG, "最多多少天")
        assert "一般60天" in said
        assert numbers(said) == ["1", "2"]
        await server.say(HUANG, "２")
        assert heard(server.engine) == ["最多多少天", "/file"]
        assert len({each.conversation for each in server.engine.heard}) == 1
        assert {each.surface for each in server.engine.heard} == {"wechat"}
        assert HUANG not in repr(server.engine.heard)
        assert door.pushed() == []


async def test_two_citizens_have_two_conversations_and_do_not_wait_for_each_other(tmp_path: Path) -> None:
    engine = HeldUp("慢")
    async with opened(tmp_path) as door, door.server(engine) as server:
        slow = asyncio.create_task(server.say(HUANG, "慢"))
        await until(lambda: engine.heard)
        assert "快" in await server.say(MA, "快")
        engine.go()
        assert "慢" in await slow
        assert len({each.conversation for each in engine.heard}) == 2


@pytest.mark.usefixtures("_impatient")
async def test_a_slow_turn_is_success_now_and_a_message_later(tmp_path: Path) -> None:
    engine = HeldUp("慢")
    async with opened(tmp_path) as door, door.server(engine) as server:
        assert await server.say(HUANG, "慢") == ""
        assert door.pushed() == []
        engine.go()
        assert await door.until_pushed(1) == ["我听到了：慢"]
        assert "快" in await server.say(HUANG, "快")
        assert len(door.pushed()) == 1


async def test_copies_of_a_message_join_one_turn_and_one_of_them_carries_the_answer(tmp_path: Path) -> None:
    engine, body = HeldUp("慢"), text(HUANG, "慢")
    async with opened(tmp_path) as door, door.server(engine) as server:
        copies = [asyncio.create_task(server.post(body)) for _ in range(3)]
        await until(lambda: engine.heard)
        engine.go()
        answers = [told(each) for each in await asyncio.gather(*copies)]
        assert sorted(answers) == ["", "", "我听到了：慢"]
        assert told(await server.post(body)) == ""
        assert heard(engine) == ["慢"]
        assert door.pushed() == []


async def test_a_repetition_gets_the_answer_where_the_platform_had_hung_up(tmp_path: Path) -> None:
    engine, body = HeldUp("慢"), text(HUANG, "慢")
    async with opened(tmp_path) as door, door.server(engine) as server:
        with pytest.raises(httpx.ReadTimeout):
            await server.post(body, timeout=1.5)
        again = asyncio.create_task(server.post(body))
        await asyncio.sleep(0.1)
        engine.go()
        assert told(await again) == "我听到了：慢"
        assert heard(engine) == ["慢"]
        assert door.pushed() == []


async def test_where_nobody_listens_any_more_the_answer_is_sent(tmp_path: Path) -> None:
    engine = HeldUp("慢")
    async with opened(tmp_path) as door, door.server(engine) as server:
        with pytest.raises(httpx.ReadTimeout):
            await server.post(text(HUANG, "慢"), timeout=1.5)
        engine.go()
        assert await door.until_pushed(1) == ["我听到了：慢"]


@pytest.mark.usefixtures("_impatient")
async def test_messages_of_one_citizen_keep_their_order(tmp_path: Path) -> None:
    engine = HeldUp("一")
    async with opened(tmp_path) as door, door.server(engine) as server:
        answers = []
        for said in "一二三":
            answers.append(asyncio.create_task(server.say(HUANG, said)))
            await asyncio.sleep(0.05)
        assert await asyncio.gather(*answers) == ["", "", ""]
        assert heard(engine) == ["一"]
        engine.go()
        assert await door.until_pushed(3) == ["我听到了：一", "我听到了：二", "我听到了：三"]


async def test_an_engine_that_is_away_is_told_with_the_phone(tmp_path: Path) -> None:
    engine = FakeEngine()
    engine.away = True
    async with opened(tmp_path) as door, door.server(engine) as server:
        phone = server.services.office.phone
        assert phone in await server.say(HUANG, "你好")
        engine.away, engine.broken = False, True
        assert phone in await server.say(HUANG, "你好")


async def test_who_follows_is_greeted_once_and_events_of_the_platform_are_not_answered(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        follows = event(HUANG, "subscribe")
        greeting = told(await server.post(follows))
        assert "菜单" in greeting
        assert numbers(greeting) == ["1", "2", "3", "4"]
        assert told(await server.post(follows)) == ""
        for name in ("VIEW", "unsubscribe", "something_new"):
            assert told(await server.post(event(HUANG, name))) == ""
        assert server.engine.heard == []


async def test_a_touch_of_the_menu_says_what_its_button_says(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server() as server:
        await server.post(event(HUANG, "CLICK", EventKey="file"))
        await server.post(event(HUANG, "CLICK", EventKey="of an older menu"))
        assert heard(server.engine) == ["/file", "/help"]


async def test_a_photo_becomes_a_file_of_the_conversation(tmp_path: Path) -> None:
    photo = b"\x89PNG\r\n\x1a\n" + bytes(64)
    async with opened(tmp_path) as door, door.server() as server:
        door.api.say("/cgi-bin/media/get", Said(photo, media_type="image/png"))
        said = told(await server.post(message(HUANG, "image", MediaId="media-1", PicUrl="http://127.0.0.1/x")))
        assert said
        (noted,) = server.engine.heard
        assert noted.payload.startswith("/attach")
