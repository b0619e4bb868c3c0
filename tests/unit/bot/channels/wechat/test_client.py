"""The API client against a real server on loopback: what is sent, what each answer means, and where no secret goes."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from bot.channels.wechat import faults
from bot.channels.wechat.client import (
    Busy,
    MediaElsewhere,
    MediaTooLarge,
    OutOfWindow,
    Platform,
    PlatformFault,
    TokenRefused,
    UnknownCode,
    Unreachable,
    Unsure,
    make_http,
)
from tests.unit.bot.channels.wechat.fake_platform import OK, FakePlatform, Said, running

SEND = "/cgi-bin/message/custom/send"
GET_MEDIA = "/cgi-bin/media/get"
OPENID = "oTestCitizen0001"


class ScriptedTokens:
    """Counts, and gives what the fake takes; a first one that it refuses where `stale`."""

    def __init__(self, fake: FakePlatform, stale: bool = False) -> None:
        self.fake, self.stale, self.renewed = fake, stale, 0

    async def get(self) -> str:
        return "stale-token" if self.stale else self.fake.token

    async def renew(self, refused: str) -> str:
        self.renewed += 1
        return self.fake.token


@pytest.fixture
async def fake() -> AsyncIterator[FakePlatform]:
    async with running() as found:
        yield found


@pytest.fixture
async def http(fake: FakePlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with make_http(fake.base_url) as found:
        yield found


@pytest.fixture
def platform(fake: FakePlatform, http: httpx.AsyncClient) -> Platform:
    return Platform(fake.base_url, ScriptedTokens(fake), http)


async def test_a_text_reaches_the_citizen_as_it_was_written(fake: FakePlatform, platform: Platform) -> None:
    await platform.send_text(OPENID, "您的件“已转送”\n<a href='https://x'>看进度</a>")
    (call,) = fake.calls
    assert (call.method, call.path, call.query) == ("POST", SEND, {"access_token": fake.token})
    assert call.json["text"] == {"content": "您的件“已转送”\n<a href='https://x'>看进度</a>"}
    assert call.json["touser"] == OPENID
    assert "已转送".encode() in call.body


async def test_every_call_goes_where_the_platform_wants_it(fake: FakePlatform, platform: Platform) -> None:
    fake.say("/cgi-bin/message/template/send", Said({**OK, "msgid": 200228332}))
    fake.say("/cgi-bin/menu/get", Said({"menu": {"button": [{"name": "问路线"}]}}))
    await platform.send_image(OPENID, "media-1")
    number = await platform.send_template(OPENID, "t1", {"thing1": "已受理"}, "https://x/1", key="outbox-7")
    await platform.send_subscription(OPENID, "t2", {"thing1": "已答复"})
    await platform.create_menu({"button": []})
    assert await platform.get_menu() == {"button": [{"name": "问路线"}]}
    image, template, subscription, menu, _ = fake.calls
    assert image.json["image"] == {"media_id": "media-1"}
    assert number == "200228332"
    assert template.json["data"] == {"thing1": {"value": "已受理"}}
    assert len(template.json["client_msg_id"]) == 32
    assert (subscription.path, subscription.json["template_id"]) == ("/cgi-bin/message/subscribe/bizsend", "t2")
    assert (menu.path, menu.json) == ("/cgi-bin/menu/create", {"button": []})


async def test_no_menu_is_no_fault(fake: FakePlatform, platform: Platform) -> None:
    fake.say("/cgi-bin/menu/get", Said({"errcode": 46003, "errmsg": "menu no exist"}))
    assert await platform.get_menu() is None


async def test_an_image_is_uploaded_as_a_form(fake: FakePlatform, platform: Platform) -> None:
    fake.say("/cgi-bin/media/upload", Said({"type": "image", "media_id": "media-1", "created_at": 1}))
    assert await platform.upload_image(b"\x89PNG\r\n--bytes--") == "media-1"
    (call,) = fake.calls
    boundary = call.headers["content-type"].partition("boundary=")[2].encode()
    _, part, end = call.body.split(b"--" + boundary)
    assert b'name="media"; filename="image.png"' in part
    assert part.endswith(b"\r\n\r\n\x89PNG\r\n--bytes--\r\n")
    assert end == b"--\r\n"
    assert call.query["type"] == "image"


async def test_media_are_read_up_to_the_limit(fake: FakePlatform, platform: Platform) -> None:
    fake.say(GET_MEDIA, *[Said(b"\xff\xd8" * 50, media_type="image/jpeg")] * 2)
    media = await platform.get_media("m/1 &x", 100)
    assert (media.content, media.media_type) == (b"\xff\xd8" * 50, "image/jpeg")
    assert fake.calls[0].query["media_id"] == "m/1 &x"
    with pytest.raises(MediaTooLarge):
        await platform.get_media("m1", 99)


async def test_a_video_that_lies_elsewhere_is_not_followed(fake: FakePlatform, platform: Platform) -> None:
    fake.say(GET_MEDIA, Said({"video_url": f"{fake.base_url}/elsewhere"}))
    with pytest.raises(MediaElsewhere):
        await platform.get_media("m1", 100)
    assert not fake.calls_of("/elsewhere")


async def test_media_that_are_gone_are_a_fault(fake: FakePlatform, platform: Platform) -> None:
    fake.say(GET_MEDIA, Said({"errcode": 40007, "errmsg": "invalid media_id"}))
    with pytest.raises(UnknownCode) as caught:
        await platform.get_media("m1", 100)
    assert (caught.value.code, caught.value.temporary) == (40007, False)


LATER = {-1, 40001, 40014, 42001, 45009, 45011}


@pytest.mark.parametrize("code", [*faults.BY_CODE, 40003])
async def test_every_code_has_its_fault(fake: FakePlatform, platform: Platform, code: int) -> None:
    fake.say(SEND, *[Said({"errcode": code, "errmsg": f"hint {OPENID}"})] * 2)
    with pytest.raises(PlatformFault) as caught:
        await platform.send_text(OPENID, "您好")
    assert type(caught.value) is faults.BY_CODE.get(code, UnknownCode)
    assert (caught.value.code, caught.value.temporary) == (code, code in LATER)
    assert OPENID not in str(caught.value)


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_refused_token_is_renewed_once(fake: FakePlatform, http: httpx.AsyncClient, code: int) -> None:
    tokens = ScriptedTokens(fake, stale=True)
    fake.say(SEND, Said({"errcode": code, "errmsg": "refused"}))
    await Platform(fake.base_url, tokens, http).send_text(OPENID, "您好")
    assert [call.query["access_token"] for call in fake.calls] == ["stale-token", fake.token]
    assert tokens.renewed == 1


async def test_a_token_that_is_always_refused_is_tried_twice_and_no_more(
    fake: FakePlatform, http: httpx.AsyncClient
) -> None:
    tokens = ScriptedTokens(fake)
    fake.say(SEND, *[Said({"errcode": 40001, "errmsg": "refused"})] * 9)
    with pytest.raises(TokenRefused):
        await Platform(fake.base_url, tokens, http).send_text(OPENID, "您好")
    assert (len(fake.calls), tokens.renewed) == (2, 1)


async def test_other_faults_are_not_tried_again(fake: FakePlatform, platform: Platform) -> None:
    fake.say(SEND, Said({"errcode": -1}), Said({"errcode": 45015}))
    with pytest.raises(Busy):
        await platform.send_text(OPENID, "您好")
    with pytest.raises(OutOfWindow):
        await platform.send_text(OPENID, "您好")
    assert len(fake.calls) == 2


@pytest.mark.parametrize(
    "said",
    [
        Said(b"<html>sorry</html>"),
        Said(b""),
        Said(b"[1]"),
        Said(b'{"errcode": "x"}'),
        Said(b'{"errcode": 0'),
        Said(b"\xff\xfe"),
        Said(OK, status=502),
        Said(OK, status=302),
    ],
)
async def test_an_answer_that_nobody_can_read_leaves_it_open(
    fake: FakePlatform, platform: Platform, said: Said
) -> None:
    fake.say(SEND, said)
    with pytest.raises(Unsure) as caught:
        await platform.send_text(OPENID, "您好")
    assert caught.value.temporary
    assert len(fake.calls) == 1


async def test_no_answer_leaves_it_open(fake: FakePlatform, platform: Platform) -> None:
    fake.hang_up = True
    with pytest.raises(Unsure):
        await platform.send_text(OPENID, "您好")


async def test_a_slow_answer_is_not_waited_for(fake: FakePlatform) -> None:
    fake.say(SEND, Said(OK, wait=0.5))
    async with httpx.AsyncClient(timeout=0.05) as hasty:
        with pytest.raises(Unsure):
            await Platform(fake.base_url, ScriptedTokens(fake), hasty).send_text(OPENID, "您好")


async def test_a_platform_that_is_away_got_nothing(http: httpx.AsyncClient, fake: FakePlatform) -> None:
    async with running() as gone:
        pass
    with pytest.raises(Unreachable) as caught:
        await Platform(gone.base_url, ScriptedTokens(fake), http).send_text(OPENID, "您好")
    assert not isinstance(caught.value, Unsure)


def ways(platform: Platform) -> list[Callable[[], Awaitable[object]]]:
    return [lambda: platform.send_text(OPENID, "您好"), lambda: platform.get_media("m1", 100), platform.get_menu]


async def test_no_token_stands_in_a_log_or_an_exception(
    fake: FakePlatform, platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    with caplog.at_level(logging.DEBUG):
        await platform.send_text(OPENID, "您好")
        fake.hang_up = True
        for way in ways(platform):
            with pytest.raises(PlatformFault) as caught:
                await way()
            said += [repr(caught.value), str(caught.value), repr(caught.value.__cause__), repr(platform)]
    assert any("HTTP Request" in each for each in caplog.messages), "httpx logs its requests at this level"
    assert not [each for each in (*caplog.messages, *said) if fake.token in each or OPENID in each]


@pytest.mark.parametrize(
    "url",
    [
        "http://api.weixin.qq.com",
        "ftp://127.0.0.1",
        "api.weixin.qq.com",
        "",
        "http://127.0.0.1.evil.example",
        "https://x/?a=1",
    ],
)
def test_an_address_without_encryption_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        Platform(url, ScriptedTokens(FakePlatform()), httpx.AsyncClient())


def test_the_addresses_of_the_platform_and_of_this_machine_are_taken() -> None:
    for url in ("https://api.weixin.qq.com", "http://127.0.0.1:8090", "http://[::1]:1/api/"):
        assert url.rstrip("/") in repr(Platform(url, ScriptedTokens(FakePlatform()), httpx.AsyncClient()))
