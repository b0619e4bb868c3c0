"""Messages of one conversation are heard in the order they came; a crowd is sent away."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import Refusal
from bot.queues import Queues
from knowledge.reply import Kind, Reply
from petition.errors import UnknownConversation

pytestmark = pytest.mark.asyncio


class Hall:
    """Notes who was heard; nobody leaves before the gate is open."""

    def __init__(self, queues: Queues) -> None:
        self.queues = queues
        self.gate = asyncio.Event()
        self.heard: list[str] = []

    async def speak(self, conversation: str, words: str) -> None:
        async with self.queues.turn(conversation):
            self.heard.append(words)
            await self.gate.wait()


async def test_first_come_first_heard_and_others_do_not_wait() -> None:
    hall = Hall(Queues(most_waiting=8))
    async with asyncio.TaskGroup() as group:
        for words in "一二三四":
            group.create_task(hall.speak("a", words))
        group.create_task(hall.speak("b", "别人"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert hall.heard == ["一", "别人"]
        hall.gate.set()
    assert hall.heard == ["一", "别人", "二", "三", "四"]


async def test_more_than_may_wait_are_told_to_come_back() -> None:
    hall = Hall(Queues(most_waiting=2))
    async with asyncio.TaskGroup() as group:
        for words in "一二三":
            group.create_task(hall.speak("a", words))
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refused:
            await hall.speak("a", "四")
        assert refused.value.status == 429
        assert refused.value.retry_after
        hall.gate.set()
    assert hall.heard == ["一", "二", "三"]
    await hall.speak("a", "五")


async def test_who_waits_in_a_conversation_that_ends_is_not_heard() -> None:
    hall = Hall(Queues(most_waiting=8))
    first = asyncio.create_task(hall.speak("a", "一"))
    await asyncio.sleep(0)

    async def end() -> None:
        async with hall.queues.last_turn("a"):
            pass

    ending, late = asyncio.create_task(end()), asyncio.create_task(hall.speak("a", "二"))
    await asyncio.sleep(0)
    hall.gate.set()
    await asyncio.gather(first, ending)
    with pytest.raises(UnknownConversation):
        await late
    assert hall.heard == ["一"]


async def test_idle_lines_are_forgotten_and_busy_ones_are_not() -> None:
    queues = Queues(most_waiting=8, remembered=2)
    async with queues.turn("busy") as busy:
        for conversation in "abcdef":
            async with queues.turn(conversation) as line:
                line.remember("1", (Reply(kind=Kind.ANSWER, text="好"),))
        assert len(queues._lines) <= 3
        assert queues._line("busy") is busy
