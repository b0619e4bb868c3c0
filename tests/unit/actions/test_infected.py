"""A file that turns out infected after it was handed in: said in the next reply, gone from the draft, and it may be sent again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from actions.heard import Heard
from actions.services import Services
from cases.attachments import AttachmentFiles, ScanState, note_scan, store_attachment
from cases.conversations import open_conversation
from tests.unit.actions.factories import CLAIM_TO_SUMMARY, Citizen, at, filed


@pytest.fixture
def photo(services: Services, tmp_path: Path) -> str:
    """The id of a stored file."""
    with services.register.unit_of_work() as uow:
        conversation, _ = open_conversation(uow, "web", services.now())
        return store_attachment(
            uow,
            AttachmentFiles(tmp_path),
            conversation,
            b"x",
            media_type="image/png",
            name="工资条.png",
            now=services.now(),
        ).id


def scanned(services: Services, attachment: str, state: ScanState) -> None:
    with services.register.unit_of_work() as uow:
        note_scan(uow, attachment, state, services.now())


def handed_in(citizen: Citizen, *attachments: str) -> Citizen:
    for each in attachments:
        citizen.hear(Heard("", "attach", 1.0, params={"id": each}, button=True))
    return citizen


def test_it_is_said_by_name_once_and_the_question_stays(services: Services, photo: str) -> None:
    citizen = handed_in(at(services, "name", request="让厂里把工资一次给清"), "other", photo)
    scanned(services, photo, ScanState.INFECTED)
    citizen.say("周桂兰")
    notice, question = citizen.replies
    assert "“工资条.png”" in notice.text
    assert "再发一次" in notice.text
    assert (notice.kind, question.asks) == ("notice", "address")
    assert citizen.draft["evidence"] == ["other"]
    citizen.say("城关街道北门街12号")
    assert [each.kind for each in citizen.replies] == ["question"]


def test_without_any_other_material_it_is_asked_for_again(services: Services, photo: str) -> None:
    citizen = handed_in(
        at(services, "prior_handling", request="给工资", name="周桂兰", address="北门街12号", phone="13800010001"),
        photo,
    )
    scanned(services, photo, ScanState.INFECTED)
    assert citizen.say("没有找过别的部门").asks == "evidence"
    assert "evidence" not in citizen.draft


@pytest.mark.parametrize("state", [ScanState.CLEAN, ScanState.UNSCANNED])
def test_nothing_is_said_of_another_file(services: Services, photo: str, state: ScanState) -> None:
    citizen = handed_in(at(services, "name"), photo)
    scanned(services, photo, state)
    citizen.say("周桂兰")
    assert [each.kind for each in citizen.replies] == ["question"]
    assert citizen.draft["evidence"] == [photo]


def test_it_is_not_filed(services: Services, photo: str) -> None:
    citizen = Citizen(services)
    citizen.say(*CLAIM_TO_SUMMARY)
    handed_in(citizen, photo)
    scanned(services, photo, ScanState.INFECTED)
    citizen.touch("/affirm")
    assert [each.kind for each in citizen.replies] == ["notice", "receipt"]
    assert filed(services, citizen.reply).number


def test_help_in_danger_is_not_kept_waiting(services: Services, photo: str) -> None:
    citizen = handed_in(at(services, "name"), photo)
    scanned(services, photo, ScanState.INFECTED)
    citizen.hear(Heard("我不想活了", "complain", 0.9))
    assert [each.kind for each in citizen.replies] == ["safety", "question"]
    citizen.say("周桂兰")
    assert "工资条.png" in citizen.replies[0].text


def test_a_register_that_is_away_loses_nothing(services: Services, photo: str) -> None:
    def away() -> Any:
        raise OperationalError("select", {}, Exception("x"))

    citizen = handed_in(at(services, "name"), photo)
    citizen.services = replace(services, register=SimpleNamespace(unit_of_work=away))
    citizen.say("周桂兰")
    assert citizen.draft["evidence"] == [photo]
