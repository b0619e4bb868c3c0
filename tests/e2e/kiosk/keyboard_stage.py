"""A page with fields and the touch keyboard on the real public server, and touches on it; bench/kiosk_keyboard.py types on it too."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import APIRouter, Response
from playwright.sync_api import Browser, Page

from bot.app import create_app
from bot.kiosk.texts import Texts
from tests.e2e.browsers import HALL, Browsers
from tests.e2e.serving import serving
from tests.unit.bot.factories import FakeEngine, make_services
from zhilu.settings import ROOT

STYLES = ("kiosk", "themes", "keyboard/keyboard")
FIELDS = """
<form><p><label>事情的经过 <textarea id="story" data-keyboard="text" data-asks="narrative" rows="3"></textarea></label></p>
<button id="send">写好了</button></form>
<p><label>姓名 <input id="name" type="text" maxlength="8" data-keyboard="text" data-asks="name"></label></p>
<p><label>多少钱 <input id="amount" type="text" data-keyboard="number" data-asks="amount"></label></p>
<form id="look"><p><label>查询码 <input id="code" type="text" data-keyboard="code" data-asks="code"></label></p></form>
<p><label>别的 <input id="plain" type="text"></label></p>"""
SCRIPT = """
import { forget, startKeyboard } from "/static/kiosk/keyboard/keyboard.js";
window.heard = [];
window.sent = 0;
document.addEventListener("input", (event) => heard.push(`${event.target.id}:${event.inputType}`));
document.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
window.keyboard = startKeyboard(document.getElementById("keyboard"));
window.forgetWords = forget;
"""


def document() -> str:
    texts = Texts.of_kiosk(ROOT / "data" / "kiosk", "zh-CN").of("keyboard", "hand")
    told = "".join(f'<p data-text="{key}">{html.escape(text)}</p>' for key, text in texts.items())
    styles = "".join(f'<link rel="stylesheet" href="/static/kiosk/{each}.css">' for each in STYLES)
    head = f'<head><meta charset="utf-8"><title>键盘</title><link rel="icon" href="/static/icon.svg">{styles}</head>'
    return f"""<!doctype html><html lang="zh-CN" data-theme="normal" data-size="1">{head}
<body><main id="screen" tabindex="-1"><h1>键盘</h1>{FIELDS}</main><div id="keyboard"></div>
<template id="texts">{told}</template><script type="module" src="/stage/keyboard.js"></script></body></html>"""


def stage() -> APIRouter:
    router = APIRouter()
    router.add_api_route("/stage/keyboard", lambda: Response(document(), media_type="text/html"))
    router.add_api_route("/stage/keyboard.js", lambda: Response(SCRIPT, media_type="text/javascript"))
    return router


@contextmanager
def running_server(folder: Path, *more: APIRouter) -> Iterator[str]:
    """The real public server in a thread, with a stand-in for the engine."""
    app = create_app(make_services(folder, FakeEngine()))
    for router in more:
        app.include_router(router)
    with serving(app) as url:
        yield url


@contextmanager
def running_stage(folder: Path) -> Iterator[str]:
    """The address of the page."""
    with running_server(folder, stage()) as url:
        yield f"{url}/stage/keyboard"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_stage(tmp_path_factory.mktemp("keyboard")) as url:
        yield url


@pytest.fixture(scope="module")
def kiosk(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """One kiosk for all tests of a module, for the words are read once; and what its page complains of."""
    browsers = Browsers(browser)
    opened = browsers.open(HALL, address)
    opened.tap("#story")
    opened.evaluate("keyboard.loading")
    yield opened, browsers.complaints
    browsers.close()


@pytest.fixture
def page(kiosk: tuple[Page, list[str]]) -> Iterator[Page]:
    """Its fields are empty; at the end it may not have complained."""
    opened, complaints = kiosk
    opened.evaluate(
        "() => { forgetWords(); heard.length = 0; document.querySelectorAll('input, textarea').forEach((each) => each.value = '') }"
    )
    opened.tap("#story")
    yield opened
    heard = complaints.copy()
    complaints.clear()
    assert not heard, "\n".join(heard)


def touch(page: Page, letters: str) -> None:
    for letter in letters:
        page.tap("[data-act=separate]" if letter == "'" else f'[data-letter="{letter}"]')


def first(page: Page) -> str:
    return page.locator(".word").first.inner_text()


def choose(page: Page, words: str) -> None:
    page.locator(".word", has_text=words).and_(page.get_by_role("button", name=words, exact=True)).tap()


def value(page: Page, field: str = "#story") -> str:
    return page.input_value(field)
