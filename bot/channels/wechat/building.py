"""Puts the WeChat door together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from bot.channels.wechat.adapter import Adapter
from bot.channels.wechat.client import Platform, make_http
from bot.channels.wechat.dialogue import Desk, Dialogue
from bot.channels.wechat.media import Media
from bot.channels.wechat.menu import load_menu
from bot.channels.wechat.render import Renderer
from bot.channels.wechat.sending import Sender
from bot.channels.wechat.store import Store
from bot.channels.wechat.templates import load_templates
from bot.channels.wechat.tokens import Tokens
from bot.channels.wechat.wire import Account, Mode
from bot.conversations import Conversations
from bot.drawing import road_png
from bot.files import Files
from bot.limits import Limits
from bot.links import Links, PageLinks
from bot.metrics import Metrics
from bot.records import Clock, Records
from bot.uploads import Uploads
from cases.database import Register
from knowledge.replies import Replies, load_replies
from zhilu.settings import Settings


@dataclass(frozen=True)
class House:
    """What the public server has for every channel."""

    register: Register
    clock: Clock
    conversations: Conversations
    records: Records
    files: Files
    limits: Limits
    metrics: Metrics
    uploads: Uploads
    replies: Replies


def make_adapter(settings: Settings, house: House) -> Adapter | None:
    """The door of the account; None where the office has none. ValueError says which setting is wrong."""
    if not settings.wechat_on:
        return None
    store = Store(house.register, house.clock)
    http = make_http(settings.wechat_api_base)
    platform = make_platform(settings, house.register, http)
    dialogue = Dialogue(make_desk(settings, house, store, platform))
    may_send = settings.wechat_customer_service and bool(settings.wechat_secret.get_secret_value())
    sender = Sender(store, platform) if may_send else None
    return Adapter(account_of(settings), store, dialogue, sender, http.aclose)


def account_of(settings: Settings) -> Account:
    """The account as its settings page shows it."""
    token, key = settings.wechat_token.get_secret_value(), settings.wechat_aes_key.get_secret_value()
    return Account(settings.wechat_appid, token, key, Mode(settings.wechat_mode))


def make_platform(settings: Settings, register: Register, http: httpx.AsyncClient) -> Platform:
    """The API of the account."""
    base, secret = settings.wechat_api_base, settings.wechat_secret.get_secret_value()
    return Platform(base, Tokens(register, settings.wechat_appid, secret, base, http), http)


def make_desk(settings: Settings, house: House, store: Store, platform: Platform) -> Desk:
    """What the dialogue works with."""
    words = load_replies(settings.wechat_menu_file.with_name("replies.yml"), house.replies.office)
    return Desk(
        store=store,
        conversations=house.conversations,
        records=house.records,
        files=house.files,
        limits=house.limits,
        metrics=house.metrics,
        replies=house.replies,
        words=words,
        media=Media(platform, house.uploads, house.replies, words),
        menu=load_menu(settings.wechat_menu_file),
        renderer=Renderer(words, road_png),
        links=links_of(settings, house.clock),
        base_url=settings.public_url,
        notices=load_templates(settings.wechat_templates_file).ready,
    )


def links_of(settings: Settings, clock: Clock) -> Callable[[str], PageLinks]:
    """The pages of a conversation."""
    links = Links(settings.secret("engine_secret"))
    return lambda conversation: PageLinks(links, settings.public_url, conversation, clock)
