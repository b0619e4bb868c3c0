"""What does not fit into the response comes later: within what the platform takes, in order, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.wechat import adapter
from bot.engine import Heard, Utterance
from cases.wechat.answers import MORE
from knowledge.reply import Button, Kind, Reply
from tests.unit.bot.channels.wechat.door import (
    HUANG,
    SEND,
    Door,
    HeldUp,
    Server,
    event,
    heard,
    numbers,
    opened,
    told,
    until,
)
from tests.unit.bot.channels.wechat.fake_platform import Said
from tests.unit.bot.factories import FakeEngine

pytestmark = pytest.mark.asyncio


class Talkative(FakeEngine):
    """Says as many long paragraphs as it is asked for, and offers a button at the end."""

    async def hear(self, utterance: Utterance) -> Heard:
        if not utterance.text.startswith("说"):
            return await super().hear(utterance)
        self.heard.append(utterance)
        replies = [
            Reply(kind=Kind.ANSWER, text=f"第{n}段：" + "字" * 640 + "。") for n in range(int(utterance.text[1:]))
        ]
        replies[-1].buttons = [Button(title="我要反映", payload="/file")]
        return Heard(tuple(replies), {}, 1.0)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "ANSWER_WITHIN", 0.5)


def paragraphs(*texts: str) -> list[str]:
    """Which paragraphs these messages begin with."""
    return [each.partition("段")[0].removeprefix("第") for each in texts]


async def settled(server: Server, said: str) -> str:
    """The answer once the outcome of the refused message is written down."""
    sender = server.services.wechat._sender  # type: ignore[union-attr]
    await until(lambda: sender and not sender._busy)
    return await server.say(HUANG, said)


def refuse(door: Door, *codes: int) -> None:
    door.api.say(SEND, *(Said({"errcode": code, "errmsg": "no"}) for code in codes))


async def test_a_long_answer_goes_on_in_messages(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        first = await server.say(HUANG, "说4")
        rest = await door.until_pushed(3)
        assert paragraphs(first, *rest) == ["0", "1", "2", "3"]
        assert MORE not in "".join((first, *rest))
        assert numbers(rest[-1]) == ["1"]
        await server.say(HUANG, "1")
        assert heard(server.engine)[-1] == "/file"


async def test_after_five_messages_the_citizen_asks_for_the_rest(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        first = await server.say(HUANG, "说8")
        pushed = await door.until_pushed(5)
        assert paragraphs(first, *pushed) == ["0", "1", "2", "3", "4", "5"]
        assert [MORE in each for each in pushed] == [False, False, False, False, True]
        seventh = await server.say(HUANG, "1")
        assert paragraphs(seventh) == ["6"]
        assert paragraphs(*(await door.until_pushed(6))[5:]) == ["7"]
        assert heard(server.engine) == ["说8"]
        await server.say(HUANG, "1")
        assert heard(server.engine) == ["说8", "/file"]


async def test_without_the_right_to_send_everything_comes_in_responses(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Talkative(), wechat_customer_service=False) as server:
        seen = [await server.say(HUANG, "说3"), await server.say(HUANG, "1"), await server.say(HUANG, "一")]
        assert paragraphs(*seen) == ["0", "1", "2"]
        assert [each.endswith(MORE) for each in seen] == [True, True, False]
        await server.say(HUANG, "1")
        assert heard(server.engine) == ["说3", "/file"]
        assert door.pushed() == []


@pytest.mark.usefixtures("_impatient")
async def test_without_the_right_to_send_a_late_answer_comes_before_the_next_one(tmp_path: Path) -> None:
    engine = HeldUp("慢")
    async with opened(tmp_path) as door, door.server(engine, wechat_customer_service=False) as server:
        assert await server.say(HUANG, "慢") == ""
        engine.go()
        await until(lambda: len(engine.heard) == 1)
        said = ""
        while "慢" not in said:
            said = await server.say(HUANG, "在吗")
        assert said.index("慢") < said.index("在吗")
        assert "慢" not in await server.say(HUANG, "在吗")
        assert door.pushed() == []


@pytest.mark.parametrize("code", [45015, 45047, 48001, 45002])
async def test_what_the_platform_refuses_comes_with_the_next_response(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        refuse(door, code)
        await server.say(HUANG, "说2")
        await until(lambda: door.api.calls_of(SEND))
        await until(lambda: not door.api.answers[SEND])
        said = await settled(server, "你好")
        assert paragraphs(said) == ["1"]
        if MORE in said:
            assert "你好" in await server.say(HUANG, "1")
        else:
            assert "你好" in (await door.until_pushed(2))[-1]


@pytest.mark.parametrize("code", [-1, 42001])
async def test_what_passes_is_tried_again(tmp_path: Path, code: int) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        refuse(door, code)
        await server.say(HUANG, "说3")
        await until(lambda: len(door.api.calls_of(SEND)) >= 3)
        assert paragraphs(*door.pushed()) == ["1", "1", "2"]  # the first of them was refused


async def test_a_message_that_may_have_arrived_is_not_sent_twice(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        door.api.say(SEND, Said(b"not json"))
        await server.say(HUANG, "说3")
        assert paragraphs(*(await door.until_pushed(2))) == ["1", "2"]
        assert paragraphs(await settled(server, "你好")) == ["1"]
        assert paragraphs(*door.pushed())[:2] == ["1", "2"]


async def test_who_has_left_gets_nothing_more(tmp_path: Path) -> None:
    async with opened(tmp_path) as door, door.server(Talkative()) as server:
        refuse(door, 43004)
        await server.say(HUANG, "说4")
        await until(lambda: door.api.calls_of(SEND))
        said = await settled(server, "我回来了")
        assert said == "我听到了：我回来了"
        assert len(door.pushed()) == 1


async def test_after_a_touch_three_messages_are_taken(tmp_path: Path) -> None:
    class Menu(Talkative):
        async def hear(self, utterance: Utterance) -> Heard:
            said = Utterance(utterance.conversation, utterance.surface, utterance.client, "说6")
            return await super().hear(said)

    async with opened(tmp_path) as door, door.server(Menu()) as server:
        first = told(await server.post(event(HUANG, "CLICK", EventKey="file")))
        pushed = await door.until_pushed(3)
        assert paragraphs(first, *pushed) == ["0", "1", "2", "3"]
        assert pushed[-1].endswith(MORE)
        assert paragraphs(await settled(server, "1")) == ["4"]
