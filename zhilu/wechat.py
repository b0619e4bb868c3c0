"""What the command line does with the WeChat account: push the menu; and the sender of notices for the jobs."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

from bot.channels.wechat.client import Platform, make_http
from bot.channels.wechat.faults import PlatformFault
from bot.channels.wechat.menu import difference, load_menu, written
from bot.channels.wechat.notices import Following, WechatNotices, everybody
from bot.channels.wechat.templates import load_templates
from bot.channels.wechat.tokens import Tokens
from cases.database import Register, create_register
from knowledge.office import load_office
from zhilu.runner.errors import CannotRun
from zhilu.settings import Settings

Say = Callable[[str], None]


class Menus(Protocol):
    """The part of the API client that knows the menu."""

    async def get_menu(self) -> dict[str, Any] | None:
        """What is there."""

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Put this one there."""


def push_menu(settings: Settings, arguments: argparse.Namespace) -> int:
    """`zhilu wechat menu push [--dry-run]`: the menu of the file goes to the account; a dry run only shows what would change."""
    menu = read_menu(settings)
    if not is_set(settings):
        print(written(menu))
        if arguments.dry_run:
            print("no WeChat account is set (ZHILU_WECHAT_APPID, ZHILU_WECHAT_SECRET): nothing to compare with")
            return 0
        raise CannotRun("set ZHILU_WECHAT_APPID and ZHILU_WECHAT_SECRET first")
    register = create_register(settings.register_url, settings.secret("register_key"))
    try:
        return asyncio.run(_push(settings, register, menu, dry_run=arguments.dry_run))
    finally:
        register.close()


async def _push(settings: Settings, register: Register, menu: dict[str, Any], *, dry_run: bool) -> int:
    async with connected(settings, register) as platform:
        return await push(platform, menu, dry_run=dry_run, say=print)


async def push(platform: Menus, menu: dict[str, Any], *, dry_run: bool, say: Say) -> int:
    """Show our menu and how it differs from the one that is there, and put it there unless this is a dry run."""
    try:
        there = await platform.get_menu()
        changed = difference(there or {}, menu)
        for line in (written(menu), *changed) if dry_run else changed:
            say(line)
        if dry_run or not changed:
            say("the account would get this menu" if changed else "the account has this menu already")
            return 0
        await platform.create_menu(menu)
    except PlatformFault as fault:
        raise CannotRun(f"the WeChat platform refuses: {fault}") from None
    say("the account has this menu now; phones show it within a day, at once to who follows anew")
    return 0


def read_menu(settings: Settings) -> dict[str, Any]:
    """The menu of the file as the platform wants it; CannotRun where the file is wrong."""
    try:
        return load_menu(settings.wechat_menu_file).as_json(settings.public_url)
    except (OSError, ValueError) as error:
        raise CannotRun(f"{settings.wechat_menu_file}: {error}") from error


def is_set(settings: Settings) -> bool:
    """Whether there is an account whose API we may call."""
    return bool(settings.wechat_appid and settings.wechat_secret.get_secret_value())


@asynccontextmanager
async def connected(settings: Settings, register: Register) -> AsyncIterator[Platform]:
    """The API of the account, for one event loop."""
    base, secret = settings.wechat_api_base, settings.wechat_secret.get_secret_value()
    async with make_http(base) as http:
        yield Platform(base, Tokens(register, settings.wechat_appid, secret, base, http), http)


def notices_of(settings: Settings, register: Register, following: Following = everybody) -> WechatNotices | None:
    """The sender of the channel `wechat`; None without an account, or where the office has no template."""
    try:
        templates = load_templates(settings.wechat_templates_file)
    except (OSError, KeyError, ValueError) as error:
        raise CannotRun(f"{settings.wechat_templates_file}: {error}") from error
    if not is_set(settings) or not templates.ready:
        return None
    office = load_office(settings.office_file)
    return WechatNotices(
        connect=lambda: connected(settings, register),
        templates=templates,
        facts={"office": office.name, "phone": office.phone},
        now=lambda: datetime.now(UTC),
        public_url=settings.public_url,
        following=following,
    )
