"""A story or photos from a page for phones: what the assistant asks next stands in the chat too, once, and can be answered there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.engine import Heard, Utterance
from bot.links import Links
from cases.wechat import beside
from knowledge.reply import Button, Kind, Reply
from tests.unit.bot.channels.wechat.door import HUANG, SEND, Door, Server, heard, opened, until
from tests.unit.bot.factories import PNG, FakeEngine

pytestmark = pytest.mark.asyncio
STORY = "去年腊月起，城东工地就没有发过工资。" * 20


class Asking(FakeEngine):
    """Asks after everything, with two choices."""

    async def hear(self, utterance: Utterance) -> Heard:
        self.heard.append(utterance)
        buttons = [Button(title="匿名", payload="/file"), Button(title="实名", payload="/status")]
        return Heard((Reply(kind=Kind.QUESTION, text=f"第{len(self.heard)}问", buttons=buttons, asks="name"),), {}, 1.0)


@asynccontextmanager
async def on_the_page(server: Server, page: str) -> AsyncIterator[httpx.AsyncClient]:
    """A phone that has opened a page of the conversation of the last message."""
    links = Links(server.services.settings.secret("engine_secret"))
    subject = {"conversation": server.engine.heard[-1].conversation}
    base = f"http://127.0.0.1:{server.port}"
    async with httpx.AsyncClient(base_url=base, trust_env=False, follow_redirects=True) as phone:
        await phone.get(f"/h5/go/{page}/{links.make(page, subject, datetime.now(UTC) + timedelta(minutes=5))}")
        assert (await phone.post("/h5/claim")).status_code == 204
        yield phone


async def settled(door: Door) -> list[str]:
    """What was pushed, after as long as it takes to push something else."""
    count = len(door.pushed())
    with pytest.raises(AssertionError):
        await until(lambda: len(door.pushed()) > count, patience=1.5)
    return door.pushed()


async def test_the_question_after_a_story_is_asked_in_the_chat_once_and_answered_there(tmp_path: Path) -> None:
    engine = Asking()
    async with opened(tmp_path) as door, door.server(engine) as server:
        assert "第1问" in await server.say(HUANG, "我要反映")
        async with on_the_page(server, "story") as phone:
            for _ in range(2):  # the first answer was lost on the way to the page
                assert (await phone.post("/h5/story", json={"text": STORY, "key": "one"})).json() == {"next": "第2问"}
        (pushed,) = await door.until_pushed(1)
        assert pushed.startswith("第2问\n\n1. 匿名")
        assert await settled(door) == [pushed]
        assert "第3问" in await server.say(HUANG, "2")
    assert heard(engine) == ["我要反映", STORY, "/status"]


async def test_after_many_photos_the_question_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "TOGETHER", timedelta(seconds=2))
    async with opened(tmp_path) as door, door.server(Asking()) as server:
        await server.say(HUANG, "我要反映")
        async with on_the_page(server, "upload") as phone:
            for _ in range(4):
                assert (await phone.post("/h5/files", files={"file": ("a.png", PNG)})).status_code == 201
        (pushed,) = await door.until_pushed(1)
        assert "材料收到了" in pushed
        assert "第5问" in pushed
        assert await settled(door) == [pushed]


async def test_an_account_that_may_not_send_tells_it_with_the_next_response(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Asking(), wechat_customer_service=False) as server:
        await server.say(HUANG, "我要反映")
        async with on_the_page(server, "story") as phone:
            await phone.post("/h5/story", json={"text": STORY, "key": "one"})
        said = await server.say(HUANG, "写好了")
        assert said.index("第2问") < said.index("第3问")
        assert "第2问" not in await server.say(HUANG, "好")
        assert door.api.calls_of(SEND) == []
