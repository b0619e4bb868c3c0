"""What staff get: a flag where the form does not go on, the masked draft beside it, and the citizen hears when somebody is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from actions.intake.state import Intake
from actions.services import Services
from cases import takeover
from cases.conversations import open_conversation
from cases.handovers import HandoverKind, waiting
from cases.policy import NotPermitted
from knowledge.reply import Reply
from petition.days import CHINA
from tests.unit.actions.factories import REPORT, Visit, at

FORM = "validate_intake_form"


class Guest(Visit):
    """Talks in a conversation that the register knows."""

    def __init__(self, services: Services, slots: Mapping[str, Any]) -> None:
        super().__init__(services)
        with services.register.unit_of_work() as uow:
            self.conversation, _ = open_conversation(uow, "web", services.now())
        self.slots = dict(slots)

    def say(self, *texts: str) -> list[Reply]:
        for text in texts:
            self.call(FORM, text, conversation=self.conversation, surface="web")
        return self.replies

    def flags(self) -> list[str]:
        with self.services.register.unit_of_work() as uow:
            return [each.id for each in waiting(uow) if each.conversation == self.conversation]

    def draft(self) -> dict[str, Any]:
        (flag,) = self.flags()
        with self.services.register.unit_of_work() as uow:
            return takeover.draft_of(uow, flag)


def guest_at(services: Services, slot: str, **given: Any) -> Guest:
    return Guest(services, at(services, slot, request="让厂里把工资一次给清", name="周桂兰", **given).slots)


def test_three_misses_call_staff_once(services: Services) -> None:
    guest = guest_at(services, "phone")
    guest.say("1380001000", "1380001000")
    assert guest.flags() == []
    third = guest.say("1380001000")
    assert [each.kind for each in third] == ["handoff", "question"]
    assert "请工作人员来看" in third[0].text
    assert third[1].asks == "phone"
    assert len(guest.flags()) == 1
    assert [each.kind for each in guest.say("1380001000")] == ["question"]


def test_who_asks_for_a_person_is_handed_over_with_the_masked_draft(services: Services) -> None:
    guest = guest_at(services, "address")
    assert [each.kind for each in guest.say("转人工")] == ["handoff", "question"]
    assert (guest.draft()["name"], guest.draft()["amount"]) == ("周**", 21000)
    guest.say("城关街道北门街12号")
    assert guest.draft()["address"] == "城关街道北****", "the note is as it stands now"


def test_nothing_is_noted_of_a_conversation_without_a_flag(services: Services) -> None:
    guest = guest_at(services, "address")
    guest.say("城关街道北门街12号")
    assert guest.flags() == []


def test_who_deletes_the_draft_deletes_the_note(services: Services) -> None:
    guest = guest_at(services, "address")
    guest.say("转人工", "算了", "/discard")
    assert guest.draft() == {}


def test_the_draft_of_a_report_is_not_for_every_clerk(services: Services) -> None:
    guest = Guest(services, {})
    guest.say(REPORT, "同意", "转人工")
    with pytest.raises(NotPermitted):
        guest.draft()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=CHINA), "现在窗口开着"),
        (datetime(2026, 11, 23, 20, 0, tzinfo=CHINA), "现在窗口没开，下次开门是明天（周二）9:00"),
    ],
)
def test_it_is_said_whether_somebody_is_there_or_when(services: Services, moment: datetime, said: str) -> None:
    then = replace(services, now=lambda: moment)
    guest = guest_at(then, "phone")
    assert said in guest.say("转人工")[0].text
    assert said in Guest(then, guest_at(then, "phone").slots).say("1380001000", "1380001000", "1380001000")[0].text


def test_a_flag_is_of_its_conversation_and_stays_when_the_draft_moves(services: Services) -> None:
    guest = guest_at(services, "address")
    guest.say("转人工", "算了", "/keep")
    with services.register.unit_of_work() as uow:
        assert [each.kind for each in waiting(uow) if each.conversation == guest.conversation] == [HandoverKind.ASKED]
    assert Intake.from_slots(guest.slots).flagged
