"""`zhilu wechat simulate`: a chat with the running product in the terminal, for an office that has no account yet."""

from __future__ import annotations

import asyncio
import mimetypes
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.channels.wechat.menu import load_menu
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings
from zhilu.wechat_sim import messages
from zhilu.wechat_sim.account import SimulatedAccount, make_account
from zhilu.wechat_sim.api import SimulatedApi, served
from zhilu.wechat_sim.chats import Chats, Seen, Way
from zhilu.wechat_sim.messages import Message, make_openid
from zhilu.wechat_sim.platform import SimulatedPlatform

API_PORT = 8090
WAYS = {Way.REPLY: "公众号", Way.CUSTOMER_SERVICE: "公众号（客服消息）", Way.NOTICE: "服务通知", Way.PLATFORM: "微信"}
HELP = """直接打字就是市民说的话。别的事这样做：
  :照片 文件 [文件…]        发照片（:photo）
  :语音 文件 [识别出的话]    发语音（:voice）
  :位置 纬度 经度 地名       发位置（:place）
  :菜单 [1.2]               看菜单，或者点其中一项（:menu）
  :关注  :取消关注           （:follow :unfollow）
  :换人                     换一个新的市民（:other）
  :再发                     把上一条原样再发一次，像微信重试那样（:again）
  :退出                     （:quit）"""
ALIASES = {
    "照片": "photo", "语音": "voice", "位置": "place", "菜单": "menu", "关注": "follow", "取消关注": "unfollow",
    "换人": "other", "再发": "again", "退出": "quit", "帮助": "help",
}  # fmt: skip
Say = Callable[[str], None]


class WrongUse(ValueError):
    """What was typed is no command; the text says why."""


def needed_settings() -> list[str]:
    """Lines for a shell that set up a new simulated account, for the product and for this command."""
    return [f"export {name}={value}" for name, value in make_account().settings(f"http://127.0.0.1:{API_PORT}").items()]


def account_in(settings: Settings) -> SimulatedAccount:
    """The account that the product is set up with; CannotRun where that is a real one."""
    address = urlsplit(settings.wechat_api_base)
    if address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise CannotRun(f"ZHILU_WECHAT_API_BASE is {settings.wechat_api_base}: a real account is not simulated")
    return SimulatedAccount(
        settings.wechat_appid,
        settings.wechat_secret.get_secret_value(),
        settings.wechat_token.get_secret_value(),
        settings.wechat_aes_key.get_secret_value(),
        settings.wechat_mode == "safe",
    )


async def simulate(settings: Settings, url: str, lines: Callable[[], str], say: Say) -> None:
    """Chat until the lines end; `lines` waits for the next one and raises EOFError at the end."""
    account = account_in(settings)
    chats = Chats()
    api = SimulatedApi(account, chats)
    try:
        async with served(api.app, urlsplit(settings.wechat_api_base).port or 80), _http() as http:
            console = Console(SimulatedPlatform(account, url, chats, http), api, chats, menu_of(settings), say)
            await console.begin()
            await console.run(lines)
    except OSError as error:
        raise CannotRun(f"{settings.wechat_api_base}: {error.strerror or error}") from error


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False)


@dataclass(frozen=True)
class Item:
    """One item of the account's menu; a page opens in the browser, a click is sent."""

    place: str
    name: str
    key: str = ""
    page: str = ""


def menu_of(settings: Settings) -> tuple[Item, ...]:
    """The menu of the file, as the platform would show it."""
    return tuple(items(load_menu(settings.wechat_menu_file).as_json(settings.public_url)))


def items(menu: dict[str, Any]) -> Iterator[Item]:
    """The items of `{"button": […]}` with their places: 1.2 is the second below the first."""
    for number, top in enumerate(menu["button"], 1):
        yield Item(str(number), top["name"], top.get("key", ""), top.get("url", ""))
        for below, each in enumerate(top.get("sub_button", []), 1):
            yield Item(f"{number}.{below}", each["name"], each.get("key", ""), each.get("url", ""))


class Console:
    """One citizen at a time; what comes back is said as it comes."""

    def __init__(
        self, platform: SimulatedPlatform, api: SimulatedApi, chats: Chats, menu: tuple[Item, ...], say: Say
    ) -> None:
        self._platform, self._api, self._chats, self._menu, self._say = platform, api, chats, menu, say
        self._openid = make_openid()
        self._last: Message | None = None
        chats.watch = self._show

    async def begin(self) -> None:
        """The check of the address, and the first citizen follows; CannotRun where the product does not answer."""
        try:
            known = await self._platform.check_url()
        except httpx.TransportError as fault:
            raise CannotRun(f"the product does not answer: {type(fault).__name__}") from None
        if not known:
            raise CannotRun("the product does not know this account: it has other settings than this command")
        self._say(HELP)
        await self._send(messages.follow(self._openid))

    async def run(self, lines: Callable[[], str]) -> None:
        """Line after line; an answer that comes later is shown between them."""
        while True:
            try:
                line = (await asyncio.to_thread(lines)).strip()
            except EOFError:
                return
            if line in (":退出", ":quit"):
                return
            try:
                await self._do(line)
            except (WrongUse, OSError, ValueError) as error:
                self._say(f"（{error}）")

    async def _do(self, line: str) -> None:
        if not line:
            return
        if not line.startswith((":", "：")):
            await self._send(messages.text(self._openid, line))
            return
        name, *values = shlex.split(line[1:]) or ["help"]
        match ALIASES.get(name, name):
            case "photo":
                for path in values:
                    await self._send(messages.image(self._openid, self._kept(path)))
            case "voice":
                path, *words = values or [""]
                await self._send(messages.voice(self._openid, self._kept(path), " ".join(words)))
            case "place":
                await self._send(place(self._openid, values))
            case "menu":
                await self._click(values)
            case "follow":
                await self._send(messages.follow(self._openid))
            case "unfollow":
                await self._send(messages.unfollow(self._openid))
            case "other":
                self._openid = make_openid()
                await self._send(messages.follow(self._openid))
            case "again" if self._last:
                await self._platform.repeat(self._last)
            case _:
                self._say(HELP)

    async def _click(self, values: list[str]) -> None:
        chosen = next((each for each in self._menu if values and each.place == values[0]), None)
        if chosen is None:
            self._say("\n".join(f"{'  ' * each.place.count('.')}{each.place} {each.name}" for each in self._menu))
        elif chosen.page:
            self._say(f"（手机会打开网页 {chosen.page}）")
        elif chosen.key:
            await self._send(messages.click(self._openid, chosen.key))

    async def _send(self, message: Message) -> None:
        self._last = message
        delivery = await self._platform.deliver(message)
        if delivery.arrived and not delivery.is_passive and message.kind != "event":
            self._say("（公众号先收下了，答复随后发来）")

    def _kept(self, path: str) -> str:
        content = Path(path).expanduser().read_bytes()
        return self._api.keep(content, mimetypes.guess_type(path)[0] or "application/octet-stream")

    def _show(self, openid: str, seen: Seen) -> None:
        who = WAYS[seen.way] if openid == self._openid else f"{WAYS[seen.way]}，发给前面的人"
        what = seen.text or f"[图片，{len(self._api.media[seen.media_id].content)} 字节]"
        self._say("\n".join((f"【{who}】", what, *([seen.url] if seen.url else []))))


def place(openid: str, values: list[str]) -> Message:
    """A place as it was typed; WrongUse."""
    if len(values) < 3:
        raise WrongUse("要这样写：:位置 34.75 113.65 清河区城关街道")
    return messages.location(openid, float(values[0]), float(values[1]), " ".join(values[2:]))
