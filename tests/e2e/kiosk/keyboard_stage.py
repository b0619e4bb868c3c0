"""A page with fields and the touch keyboard on the real public server; the tests and bench/kiosk_keyboard.py type on it."""

from __future__ import annotations

import html
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import APIRouter, Response

from bot.app import create_app
from bot.kiosk.texts import Texts
from tests.e2e.test_page import free_port
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


def page() -> str:
    texts = Texts.of_kiosk(ROOT / "data" / "kiosk", "zh-CN").of("keyboard", "hand")
    told = "".join(f'<p data-text="{key}">{html.escape(text)}</p>' for key, text in texts.items())
    styles = "".join(f'<link rel="stylesheet" href="/static/kiosk/{each}.css">' for each in STYLES)
    head = f'<head><meta charset="utf-8"><title>键盘</title><link rel="icon" href="/static/icon.svg">{styles}</head>'
    return f"""<!doctype html><html lang="zh-CN" data-theme="normal" data-size="1">{head}
<body><main id="screen" tabindex="-1"><h1>键盘</h1>{FIELDS}</main><div id="keyboard"></div>
<template id="texts">{told}</template><script type="module" src="/stage/keyboard.js"></script></body></html>"""


def stage() -> APIRouter:
    router = APIRouter()
    router.add_api_route("/stage/keyboard", lambda: Response(page(), media_type="text/html"))
    router.add_api_route("/stage/keyboard.js", lambda: Response(SCRIPT, media_type="text/javascript"))
    return router


@contextmanager
def running_server(folder: Path, *more: APIRouter) -> Iterator[str]:
    """The real public server in a thread, with a stand-in for the engine."""
    app = create_app(make_services(folder, FakeEngine()))
    for router in more:
        app.include_router(router)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def running_stage(folder: Path) -> Iterator[str]:
    """The address of the page."""
    with running_server(folder, stage()) as url:
        yield f"{url}/stage/keyboard"
