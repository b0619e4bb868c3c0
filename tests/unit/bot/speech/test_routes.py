"""The addresses under /kiosk that speak and hear, over HTTP."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.app import create_app
from bot.engine import Heard, Utterance
from knowledge.reply import Kind, Reply
from tests.unit.bot.factories import FakeEngine, make_services
from tests.unit.bot.speech.kiosks import HEARING, SPEAKING, kiosk_dir
from tests.unit.bot.speech.voices import wav

NAME = "马晓梅"
CODE = "W-7K3M-9QX2"


class Telling(FakeEngine):
    """Answers with the citizen's own words."""

    async def hear(self, utterance: Utterance) -> Heard:
        await super().hear(utterance)
        told = Reply(kind=Kind.QUESTION, text=f"您叫{NAME}，对吗？", asks="name", draft={"name": "马**"})
        return Heard((told,), {}, 1.0)


@asynccontextmanager
async def kiosk(folder: Path, **voice: Any) -> AsyncIterator[httpx.AsyncClient]:
    services = make_services(folder, Telling(), kiosk_dir=kiosk_dir(folder, **voice), engine_secret="s" * 40)
    app = create_app(services)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kiosk.test") as client:
        client.app = app  # type: ignore[attr-defined]
        yield client
    await services.aclose()


async def say(client: httpx.AsyncClient, text: str, turn: int = 1) -> None:
    answer = await client.post("/kiosk/say", data={"text": text, "turn": str(turn)}, headers={"HX-Request": "true"})
    assert answer.status_code == 200


def disk(folder: Path) -> list[Path]:
    return [each for each in (folder / "speech").rglob("*") if each.is_file()]


async def test_a_text_of_the_catalogue_is_read_piece_by_piece(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING) as client:
        head = await client.head("/kiosk/speech/text/start.hello")
        sound = await client.get("/kiosk/speech/text/start.hello")
        beyond = await client.get("/kiosk/speech/text/start.hello?part=1")
    assert head.headers["speech-parts"] == "1"
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.headers["cache-control"] == "no-store"
    with wave.open(io.BytesIO(sound.content)) as file:
        assert file.getnframes() > 0
    assert beyond.status_code == 404


async def test_a_text_that_there_is_not_or_that_waits_for_a_value_is_not_read(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING) as client:
        for key in ("start.none", "carry.left-speech", "speech.choices", "../voice"):
            assert (await client.get(f"/kiosk/speech/text/{key}")).status_code == 404


async def test_a_reply_is_read_to_its_own_session_and_only_as_long_as_it_is_the_last(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING) as client:
        await say(client, "我要反映")
        assert (await client.get("/kiosk/speech/1/0")).status_code == 200
        assert (await client.get("/kiosk/speech/1/1")).status_code == 404
        await say(client, "还有", 2)
        assert (await client.get("/kiosk/speech/1/0")).status_code == 404
        client.cookies.clear()
        assert (await client.get("/kiosk/speech/2/0")).status_code == 404


async def test_what_a_citizen_heard_is_never_on_disk_and_goes_with_the_session(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING) as client:
        await say(client, "我要反映")
        assert (await client.get("/kiosk/speech/1/0")).status_code == 200
        memory = client.app.state.speech.speech.memory  # type: ignore[attr-defined]
        assert len(memory) == 1
        assert disk(tmp_path) == []
        await client.post("/kiosk/end", headers={"HX-Request": "true"})
        assert len(memory) == 0


async def test_what_is_said_of_a_reply(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING) as client:
        await client.get("/kiosk/speech")
        house = client.app.state.speech  # type: ignore[attr-defined]
    kept = Reply(kind=Kind.NOTICE, text=f"续填码是{CODE}。", resume={"code": CODE})
    assert CODE not in house.words_of(kept)  # it is not called out in a hall
    asked = Reply.model_validate({"kind": "choice", "text": "？", "buttons": [{"title": "同意", "payload": "/a"}]})
    assert house.choices_of(asked) == "您可以点：同意。"


async def test_without_an_engine_there_is_no_button_and_no_sound(tmp_path: Path) -> None:
    missing = {"engine": "command", "command": {"program": ["no-such-program-here"]}}
    async with kiosk(tmp_path, **missing) as client:
        assert (await client.get("/kiosk/speech")).json() == {"speech": False, "listen": False}
        assert (await client.get("/kiosk/speech/text/start.hello")).status_code == 404
        assert (await client.post("/kiosk/listen", content=wav())).status_code == 404


async def test_an_engine_that_fails_is_told_in_words(tmp_path: Path) -> None:
    failing = {"engine": "command", "command": {"program": ["false"]}}
    async with kiosk(tmp_path, **failing) as client:
        answer = await client.get("/kiosk/speech/text/start.hello")
    assert (answer.status_code, answer.json()["detail"]) == (503, "现在念不出来，请看屏幕上的字。")


async def test_what_is_said_comes_back_as_words_and_is_not_sent(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **SPEAKING, **HEARING) as client:
        await say(client, "我要反映")
        heard = await client.post("/kiosk/listen", content=wav(2))
        engine = client.app.state.services.engine  # type: ignore[attr-defined]
    assert heard.json() == {"text": "老板拖欠工资"}
    assert [each.text for each in engine.heard if each.text == "老板拖欠工资"] == []
    assert disk(tmp_path) == []


async def test_other_sound_is_refused_in_words(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **HEARING) as client:
        await say(client, "我要反映")
        for sound, status in ((b"", 422), (b"no sound", 422), (wav(rate=8000), 422), (bytes(2_000_000), 413)):
            answer = await client.post("/kiosk/listen", content=sound)
            assert (answer.status_code, answer.json()["detail"]) == (status, "这段声音用不了，请再说一次。")


async def test_nobody_is_heard_without_a_session_or_from_another_site(tmp_path: Path) -> None:
    async with kiosk(tmp_path, **HEARING) as client:
        assert (await client.post("/kiosk/listen", content=wav())).status_code == 404
        await say(client, "我要反映")
        foreign = {"Origin": "https://example.org"}
        assert (await client.post("/kiosk/listen", content=wav(), headers=foreign)).status_code == 404
