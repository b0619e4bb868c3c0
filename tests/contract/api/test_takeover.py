"""While a clerk has the conversation the assistant is silent, and the clerk gets every word."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cases import takeover
from cases.database import RegisterFault
from cases.handovers import HandoverKind, close, open_handover, take, waiting
from tests.unit.bot.factories import PNG, Visitor, visiting

pytestmark = pytest.mark.asyncio
CLERK = "李"


def taken(visitor: Visitor) -> str:
    with visitor.services.records._register.unit_of_work() as uow:
        flag, _ = open_handover(
            uow, visitor.opened["conversation"], HandoverKind.ASKED, surface="web", now=datetime.now(UTC)
        )
        take(uow, flag, CLERK)
    return flag


def heard_by_clerk(visitor: Visitor, flag: str) -> list[str]:
    with visitor.services.records._register.unit_of_work() as uow:
        return [each.text for each in takeover.messages(uow, flag)]


async def test_it_is_said_once_then_nothing_and_the_engine_hears_nothing(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        await visitor.say("我要投诉")
        flag, before = taken(visitor), len(visitor.engine.heard)
        (told,) = (await visitor.say("在吗")).json()["replies"]
        assert told["kind"] == "handoff"
        assert "工作人员正在看，马上回复您" in told["text"]
        second = await visitor.touch("/affirm")
        assert (second.status_code, second.json()["replies"]) == (200, [])
        assert len(visitor.engine.heard) == before
        assert heard_by_clerk(visitor, flag) == ["在吗", "/affirm"]


async def test_the_clerk_is_heard_and_at_the_end_the_assistant_again(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        flag = taken(visitor)
        await visitor.say("在吗")
        with visitor.services.records._register.unit_of_work() as uow:
            takeover.say(uow, flag, CLERK, "在，您请说", datetime.now(UTC))
        assert [each["text"] for each in (await visitor.say("我的工资")).json()["replies"]] == ["在，您请说"]
        with visitor.services.records._register.unit_of_work() as uow:
            close(uow, flag, datetime.now(UTC))
        assert (await visitor.say("你好")).json()["replies"]
        assert visitor.engine.heard[-1].text == "你好"


async def test_a_message_sent_twice_is_kept_once(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        flag = taken(visitor)
        first, again = [(await visitor.say("在吗", message_id="one")).json()["replies"] for _ in range(2)]
        assert first == again
        assert heard_by_clerk(visitor, flag) == ["在吗"]


async def test_a_file_is_kept_and_noted_without_a_question(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        flag = taken(visitor)
        await visitor.say("在吗")
        (stored,) = (await visitor.hand_in(PNG)).json()["replies"]
        assert stored["kind"] == "notice"
        assert visitor.engine.heard[-1].payload.startswith("/attach")
        assert "材料" in heard_by_clerk(visitor, flag)[-1]


async def test_a_danger_is_for_the_clerk_and_the_citizen_gets_the_numbers_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with visiting(tmp_path) as visitor:
        flag, before = taken(visitor), len(visitor.engine.heard)
        safety, told = (await visitor.say("工资要不回来，我不想活了")).json()["replies"]
        assert (safety["kind"], told["kind"]) == ("safety", "handoff")
        assert "12356" in safety["text"]
        assert "已经告诉工作人员" in safety["text"]
        assert heard_by_clerk(visitor, flag) == ["工资要不回来，我不想活了", safety["text"]]
        with visitor.services.records._register.unit_of_work() as uow:
            (shown,) = waiting(uow)
        assert (shown.kind, shown.taken_by) == (HandoverKind.SELF_HARM, CLERK)
        assert (await visitor.say("我真的不想活了")).json()["replies"] == []
        assert len(visitor.engine.heard) == before, "the form stays as it is"
        assert f"handover: kind=self-harm id={flag}" in caplog.text
        assert "不想活" not in caplog.text


async def test_what_only_sounds_like_danger_raises_nothing(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        taken(visitor)
        await visitor.say("在吗")
        assert (await visitor.say("我急死了，什么时候有结果")).json()["replies"] == []
        with visitor.services.records._register.unit_of_work() as uow:
            assert [each.kind for each in waiting(uow)] == [HandoverKind.ASKED]


async def test_a_register_that_is_away_does_not_keep_the_numbers_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise RegisterFault("away")

    async with visiting(tmp_path) as visitor:
        taken(visitor)
        monkeypatch.setattr(takeover, "raise_danger", away)
        safety, _ = (await visitor.say("我不想活了")).json()["replies"]
        assert "12356" in safety["text"]
        assert "已经告诉工作人员" not in safety["text"]


async def test_what_the_clerk_says_is_there_to_be_fetched_once_and_again_where_the_answer_was_lost(
    tmp_path: Path,
) -> None:
    async with visiting(tmp_path) as visitor:

        async def news(look: str = "") -> Any:
            return (await visitor.http.get(f"{visitor.path}/news?look={look}", headers=visitor.token)).json()

        assert await news() == {"replies": [], "with_person": False}
        flag = taken(visitor)
        with visitor.services.records._register.unit_of_work() as uow:
            takeover.say(uow, flag, CLERK, "在，您请说", datetime.now(UTC))
        first, again = await news("a"), await news("a")
        assert first == again
        assert ([each["text"] for each in first["replies"]], first["with_person"]) == (["在，您请说"], True)
        assert (await news("b"))["replies"] == []
        with visitor.services.records._register.unit_of_work() as uow:
            takeover.say(uow, flag, CLERK, "再见", datetime.now(UTC))
            close(uow, flag, datetime.now(UTC))
        last = await news("c")
        assert ([each["text"] for each in last["replies"]], last["with_person"]) == (["再见"], False)
        assert (
            await visitor.http.get(f"{visitor.path}/news", headers={"Authorization": "Bearer x"})
        ).status_code == 401
