"""The menu under every conversation of the account (自定义菜单): read from a file, checked against the platform's limits."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.channels.wechat.pieces import size
from bot.errors import Refusal
from bot.payloads import clean_payload
from knowledge.yamls import read_yaml

MOST_ABOVE, MOST_BELOW = 3, 5
LONGEST_NAME_ABOVE, LONGEST_NAME_BELOW = 16, 60  # bytes
LONGEST_KEY, LONGEST_URL = 128, 1024
KINDS = ({"name", "key", "says"}, {"name", "page"}, {"name", "url"})
DEFAULTS: Mapping[str, object] = {
    "sub_button": [],
    "appid": "",
    "pagepath": "",
}  # what the platform adds to what it was given


@dataclass(frozen=True)
class Item:
    """What can be touched: it says something (`key`, `says`), or opens a page of ours (`page`) or another one (`url`)."""

    name: str
    key: str = ""
    says: str = ""
    page: str = ""
    url: str = ""

    def as_json(self, public_url: str) -> dict[str, Any] | None:
        """As the platform wants it; None for a page of ours where phones cannot reach it."""
        if self.key:
            return {"type": "click", "name": self.name, "key": self.key}
        if self.page and urlsplit(public_url).scheme != "https":
            return None
        url = self.url or f"{public_url.rstrip('/')}{self.page}"
        if size(url) > LONGEST_URL:
            raise ValueError(f"{self.name}: the address has more than {LONGEST_URL} bytes")
        return {"type": "view", "name": self.name, "url": url}


@dataclass(frozen=True)
class Column:
    """A button at the bottom and what opens above it; one that is touched itself has a single item of its own name."""

    name: str
    items: tuple[Item, ...]

    def as_json(self, public_url: str) -> dict[str, Any] | None:
        """None where nothing of it can be shown."""
        shown = [each for item in self.items if (each := item.as_json(public_url))]
        if not shown or self.items[0].name == self.name:
            return shown[0] if shown else None
        return {"name": self.name, "sub_button": shown}


@dataclass(frozen=True)
class Menu:
    """The whole menu."""

    columns: tuple[Column, ...]

    def items(self) -> Iterator[Item]:
        """Everything that can be touched."""
        for column in self.columns:
            yield from column.items

    def payload(self, key: str) -> str | None:
        """What a touch says, as a button of a reply would; None for a key of an older menu."""
        return next((item.says for item in self.items() if key and item.key == key), None)

    def as_json(self, public_url: str = "") -> dict[str, Any]:
        """The body of menu/create."""
        return {"button": [each for column in self.columns if (each := column.as_json(public_url))]}


def load_menu(path: Path) -> Menu:
    """The menu of a file; ValueError says what the platform or the engine would not take."""
    read = read_yaml(path)
    rows = read.get("menu") if isinstance(read, dict) else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_ABOVE:
        raise ValueError(f"menu: from 1 to {MOST_ABOVE} buttons")
    menu = Menu(tuple(map(column_of, rows)))
    keys = [item.key for item in menu.items() if item.key]
    if twice := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"menu: {', '.join(sorted(twice))} stands there twice")
    return menu


def column_of(row: dict[str, Any]) -> Column:
    name = name_of(row, LONGEST_NAME_ABOVE)
    if "buttons" not in row:
        return Column(name, (item_of(row),))
    below = row["buttons"]
    if row.keys() != {"name", "buttons"} or not isinstance(below, list) or not 1 <= len(below) <= MOST_BELOW:
        raise ValueError(f"{name}: from 1 to {MOST_BELOW} buttons, and nothing beside them")
    if name in [each.get("name") for each in below]:
        raise ValueError(f"{name}: a button above it has the same name")
    return Column(name, tuple(map(item_of, below)))


def item_of(row: dict[str, Any]) -> Item:
    name = name_of(row, LONGEST_NAME_BELOW)
    if set(row) not in KINDS or not all(isinstance(value, str) and value for value in row.values()):
        raise ValueError(f"{name}: needs either key and says, or page, or url")
    item = Item(**row)
    if size(item.key) > LONGEST_KEY:
        raise ValueError(f"{name}: the key has more than {LONGEST_KEY} bytes")
    if item.url and (urlsplit(item.url).scheme != "https" or not urlsplit(item.url).hostname):
        raise ValueError(f"{name}: url has to begin with https://")
    if item.page and (not item.page.startswith("/") or item.page.startswith("//")):
        raise ValueError(f"{name}: page has to begin with one /")
    return Item(name, item.key, said(item), item.page, item.url)


def said(item: Item) -> str:
    if not item.says:
        return ""
    try:
        return clean_payload(item.says)
    except Refusal:
        raise ValueError(f"{item.name}: no button of ours says {item.says}") from None


def name_of(row: object, longest: int) -> str:
    name = row.get("name") if isinstance(row, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise ValueError("menu: a button without a name")
    if size(name) > longest:
        raise ValueError(f"{name}: more than {longest} bytes, the platform takes no longer name")
    return name


def written(menu: object) -> str:
    """JSON as people read it."""
    return json.dumps(menu, ensure_ascii=False, indent=2, sort_keys=True)


def difference(there: object, ours: object) -> list[str]:
    """The lines of a diff from the menu that is there to ours; empty where they are the same."""
    old, new = (written(plain(each)).splitlines() for each in (there, ours))
    return list(difflib.unified_diff(old, new, "微信上的菜单", "文件里的菜单", lineterm="", n=2))


def plain(menu: object) -> object:
    """Without what the platform adds."""
    if isinstance(menu, list):
        return [plain(each) for each in menu]
    if isinstance(menu, dict):
        return {name: plain(value) for name, value in menu.items() if DEFAULTS.get(name, ...) != value}
    return menu
