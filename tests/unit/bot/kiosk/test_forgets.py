"""After the end of a session no object of the server leads to anything that was typed."""

from __future__ import annotations

import gc
import types
from pathlib import Path
from typing import Any

from tests.unit.bot.kiosk.forms import FormEngine
from tests.unit.bot.kiosk.kiosk_client import Kiosk, standing_at
from tests.unit.bot.speech.kiosks import SPEAKING, kiosk_dir

STORY, NAME, PHONE = "砖厂老板孟广田拖着工钱不给", "司马青禾", "13912340765"
CODE_OF_PROGRAMS = (types.ModuleType, types.FunctionType, types.CodeType, type)


def texts_in(root: Any) -> set[str]:
    """Every text that can be reached from an object, modules and code left out."""
    texts: set[str] = set()
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, CODE_OF_PROGRAMS):
            continue
        seen.add(id(thing))
        if isinstance(thing, str):
            texts.add(thing)
        elif isinstance(thing, bytes):
            texts.add(thing.decode("utf-8", "replace"))
        else:
            waiting += gc.get_referents(thing)
    return texts


def remembered(kiosk: Kiosk) -> list[str]:
    """What of it the server still knows; the stand-in for the engine keeps what it hears and is not asked."""
    kept = texts_in([kiosk.sessions, kiosk.services.conversations, kiosk.services.limits, kiosk.services.records])
    return [each for each in (STORY, NAME, PHONE) if any(each in text for text in kept)]


async def visit(kiosk: Kiosk) -> None:
    await kiosk.touch("/file", 1)
    for turn, words in enumerate((STORY, NAME, PHONE), start=2):
        await kiosk.say(words, turn)
    await kiosk.http.get("/kiosk/speech/4/0")


async def test_the_end_leaves_nothing_in_memory(tmp_path: Path) -> None:
    engine = FormEngine(tmp_path)
    async with standing_at(tmp_path, engine, kiosk_dir=kiosk_dir(tmp_path, **SPEAKING)) as kiosk:
        await visit(kiosk)
        engine.heard.clear()
        engine._stories.clear()
        assert remembered(kiosk) != []
        await kiosk.post("/end")
        gc.collect()
        engine.heard.clear()
        assert remembered(kiosk) == []
        assert len(kiosk.sessions) == 0
        assert not [text for text in texts_in(vars(kiosk.http._transport)["app"]) if PHONE in text or NAME in text]
