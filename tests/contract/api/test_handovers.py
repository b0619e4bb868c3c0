"""Leaving a conversation in which somebody is in danger: closed to everybody at once, erased when staff have closed it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.erasures import Erasures
from cases.handovers import HandoverKind, close, open_handover
from tests.unit.bot.factories import Visitor, visiting

pytestmark = pytest.mark.asyncio


def flag(visitor: Visitor, kind: HandoverKind) -> str:
    register = visitor.services.records._register
    with register.unit_of_work() as uow:
        return open_handover(uow, visitor.opened["conversation"], kind, surface="kiosk", now=datetime.now(UTC))[0]


async def test_it_is_locked_at_once_and_erased_when_staff_have_closed_it(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        await visitor.hand_in(b"%PDF-1.7 ")
        handover = flag(visitor, HandoverKind.SELF_HARM)
        assert (await visitor.leave()).status_code == 204
        assert (await visitor.say("我还在吗")).status_code == 401
        await visitor.services.conversations.catch_up()
        assert visitor.engine.forgotten == []
        assert len(list((tmp_path / "attachments").iterdir())) == 1
        with visitor.services.records._register.unit_of_work() as uow:
            close(uow, handover, datetime.now(UTC))
        await visitor.services.conversations.catch_up()
        assert visitor.engine.forgotten == [visitor.opened["conversation"]]
        assert list((tmp_path / "attachments").iterdir()) == []
        assert Erasures(tmp_path / "erasures").due() == []


async def test_who_only_asked_for_a_person_is_forgotten_at_once(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        flag(visitor, HandoverKind.ASKED)
        await visitor.leave()
        assert visitor.engine.forgotten == [visitor.opened["conversation"]]


async def test_the_figures_say_how_many_wait(tmp_path: Path) -> None:
    async with visiting(tmp_path) as visitor:
        assert "zhilu_handovers_waiting 0.0" in (await visitor.http.get("/metrics")).text
        flag(visitor, HandoverKind.EMERGENCY)
        assert "zhilu_handovers_waiting 1.0" in (await visitor.http.get("/metrics")).text
