"""The simulated API as the product's own client sees it, and the chat in the terminal before the product's own server."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.app import create_app
from bot.bootstrap import bootstrap
from bot.channels.wechat.building import account_of
from bot.channels.wechat.client import (
    Busy,
    NotFollowing,
    OutOfWindow,
    Platform,
    PlatformFault,
    TooLong,
    Unsure,
    make_http,
)
from bot.channels.wechat.tokens import Tokens
from cases.database import create_register
from cases.migrate import upgrade
from tests.e2e.serving import free_ports
from tests.unit.bot.factories import FakeEngine, make_settings
from tests.unit.bot.photos import photo
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings
from zhilu.wechat_sim import command, console
from zhilu.wechat_sim.account import SimulatedAccount, make_account
from zhilu.wechat_sim.api import SimulatedApi, served
from zhilu.wechat_sim.chats import Chats, Way
from zhilu.wechat_sim.troubles import BUSY, SEND, TOKEN_EXPIRED, WRONG_JSON, Trouble

LIU = "oLIU00000000000000000000000001"


def settings_of(folder: Path, account: SimulatedAccount, api_base: str) -> Settings:
    given = {name.removeprefix("ZHILU_").lower(): value for name, value in account.settings(api_base).items()}
    return make_settings(folder, **given)


@contextlib.asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[Platform, SimulatedApi, Chats]]:
    account, chats = make_account(), Chats()
    api = SimulatedApi(account, chats)
    settings = make_settings(folder)
    upgrade(settings.register_url)
    register = create_register(settings.register_url, "k" * 32)
    async with served(api.app) as url, make_http(url) as http:
        yield Platform(url, Tokens(register, account.appid, account.secret, url, http), http), api, chats
    register.close()


async def test_what_the_client_sends_is_seen_within_the_limits(tmp_path: Path) -> None:
    async with connected(tmp_path) as (platform, _, chats):
        with pytest.raises(OutOfWindow):
            await platform.send_text(LIU, "太早")
        chats.said(LIU, "said")
        await platform.send_text(LIU, "第一条")
        await platform.send_image(LIU, await platform.upload_image(photo()))
        with pytest.raises(TooLong):
            await platform.send_text(LIU, "长" * 1000)
        await platform.send_template(LIU, "template", {"thing1": "已受理"}, "https://example.org/h5", key="one")
        await platform.send_template(LIU, "template", {"thing1": "已受理"}, "https://example.org/h5", key="one")
        chats.follow(LIU, False)
        with pytest.raises(NotFollowing):
            await platform.send_subscription(LIU, "template", {"thing1": "办结"})
    assert [(each.way, each.text) for each in chats.seen(LIU)] == [
        (Way.CUSTOMER_SERVICE, "第一条"),
        (Way.CUSTOMER_SERVICE, ""),
        (Way.NOTICE, "thing1：已受理"),
    ]


async def test_a_token_that_expired_is_fetched_anew_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    async with connected(tmp_path) as (platform, api, chats):
        chats.said(LIU, "said")
        await platform.send_text(LIU, "一")
        api.expire_token()
        await platform.send_text(LIU, "二")
    assert [each.text for each in chats.seen(LIU)] == ["一", "二"]
    assert [call.code for call in api.called(SEND)] == [0, TOKEN_EXPIRED, 0]


@pytest.mark.parametrize(("trouble", "fault"), [(Trouble(BUSY), Busy), (WRONG_JSON, Unsure)])
async def test_a_trouble_that_was_ordered_happens_once(
    tmp_path: Path, trouble: Trouble, fault: type[PlatformFault]
) -> None:
    async with connected(tmp_path) as (platform, api, chats):
        chats.said(LIU, "said")
        api.troubles.add(SEND, trouble)
        with pytest.raises(fault):
            await platform.send_text(LIU, "没有到")
        await platform.send_text(LIU, "到了")
    assert [each.text for each in chats.seen(LIU)] == ["到了"]
    assert api.troubles.happened == {str(trouble): 1}


async def test_menu_and_media(tmp_path: Path) -> None:
    async with connected(tmp_path) as (platform, api, _):
        assert await platform.get_menu() is None
        menu = {"button": [{"type": "click", "name": "问路线", "key": "road"}]}
        await platform.create_menu(menu)
        assert await platform.get_menu() == menu
        content = photo()
        media = await platform.get_media(api.keep(content, "image/jpeg"), 1_000_000)
        assert (media.content, media.media_type) == (content, "image/jpeg")
        with pytest.raises(PlatformFault):
            await platform.get_media("gone", 1_000_000)


def script(*lines: str) -> Iterator[str]:
    """Lines as somebody types them, then the end."""
    yield from lines
    raise EOFError


async def test_the_terminal_shows_what_the_citizen_sees(tmp_path: Path) -> None:
    (api_port,) = free_ports(1)
    settings = settings_of(tmp_path, make_account(), f"http://127.0.0.1:{api_port}")
    upgrade(settings.register_url)
    engine, shown = FakeEngine(), []
    picture = tmp_path / "照片.jpg"
    picture.write_bytes(photo())
    typed = script("你好", f":照片 {picture}", ":菜单", ":菜单 1.1", ":位置 34", ":照片 没有.jpg", ":再发", ":什么")
    app = create_app(bootstrap(settings, engine=engine))
    async with app.router.lifespan_context(app), served(app) as url:
        await console.simulate(settings, f"{url}/wechat", lambda: next(typed), shown.append)
    whole = "\n".join(shown)
    assert [each.text or each.payload.partition("{")[0] for each in engine.heard][:2] == ["你好", "/attach"]
    assert shown[0] == console.HELP
    assert "【公众号】" in whole
    assert "1.1 信访怎么走" in whole
    assert "要这样写" in whole
    assert "没有.jpg" in whole
    assert shown[-1] == console.HELP


async def test_the_terminal_says_when_the_product_knows_another_account(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, make_account(), "http://127.0.0.1:9")
    upgrade(settings.register_url)
    (api_port,) = free_ports(1)
    other = settings_of(tmp_path, make_account(), f"http://127.0.0.1:{api_port}")
    app = create_app(bootstrap(settings, engine=FakeEngine()))
    async with app.router.lifespan_context(app), served(app) as url:
        with pytest.raises(CannotRun, match="does not know this account"):
            await console.simulate(other, f"{url}/wechat", lambda: "", lambda line: None)


def test_a_real_account_is_never_simulated(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, make_account(), "https://api.weixin.qq.com")
    with pytest.raises(CannotRun, match="a real account"):
        console.account_in(settings)


def test_without_an_account_the_settings_of_a_new_one_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZHILU_WECHAT_APPID", raising=False)
    assert command.simulate() == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("export ")]
    given = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    settings = Settings(**{name.removeprefix("ZHILU_").lower(): value for name, value in given.items()})
    assert account_of(settings).appid == settings.wechat_appid == console.account_in(settings).appid
