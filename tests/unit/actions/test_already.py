"""At the summary: what is registered already is said, can be added to, and keeps nobody from filing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.heard import Heard
from actions.services import Services
from cases import audit
from cases.audit import Entry
from cases.history import record_event
from cases.models import Case
from cases.policy import StaffRole
from cases.supplement import opened_supplements
from petition.stages import Act, Event, Role, Stage
from tests.unit.actions.factories import CLAIM_TO_SUMMARY, Citizen, at_summary, filed

ADD, LOOK = '/choose{"id": "supplement"}', '/choose{"id": "look-up"}'
STRANGER = tuple({"周桂兰": "方志明", "13800010001": "13900000002"}.get(each, each) for each in CLAIM_TO_SUMMARY)


def payloads(citizen: Citizen) -> list[str]:
    return [each.payload for each in citizen.reply.buttons or []]


def cases_in(services: Services) -> list[Case]:
    with services.register.unit_of_work() as uow:
        return list(uow.session.scalars(select(Case)))


def test_the_first_time_nothing_is_said(new_services: Services) -> None:
    citizen = at_summary(new_services)
    assert "已经登记" not in citizen.reply.text
    assert payloads(citizen) == ["/affirm", "/correct", "/cancel"]


def test_the_second_time_number_and_stage_are_said_with_the_choice(new_services: Services) -> None:
    receipt = at_summary(new_services).touch("/affirm").receipt or {}
    citizen = at_summary(new_services)
    assert f"这件事已经登记，编号{receipt['number']}，现在到“已登记”" in citizen.reply.text
    assert receipt["query_code"] not in citizen.reply.text
    assert payloads(citizen) == ["/affirm", ADD, LOOK, "/correct", "/cancel"]


def test_it_can_be_filed_all_the_same(new_services: Services) -> None:
    at_summary(new_services).touch("/affirm")
    citizen = at_summary(new_services)
    assert citizen.touch("/affirm").kind == "receipt"
    assert len(cases_in(new_services)) == 2


@pytest.mark.parametrize("words", [ADD, "补充到原来那件", "帮我加到原来那件里"])
def test_it_can_be_added_to(new_services: Services, words: str) -> None:
    first = at_summary(new_services).touch("/affirm")
    citizen = at_summary(new_services)
    citizen.hear(Heard(words)) if not words.startswith("/") else citizen.touch(words)
    assert "都补充到编号" in citizen.reply.text
    assert not citizen.in_form
    assert citizen.draft == {}
    (case,) = cases_in(new_services)
    assert [each.act for each in filed(new_services, first).history] == [Act.REGISTER, Act.SUPPLEMENT]
    with new_services.register.unit_of_work() as uow:
        (added,) = opened_supplements(uow, case.id, StaffRole.CLERK)
    assert added["respondent"] == "恒盛箱包厂"
    assert not {"name", "phone", "address"} & added.keys()


def test_where_it_stands_and_the_choice_stays(new_services: Services) -> None:
    at_summary(new_services).touch("/affirm")
    citizen = at_summary(new_services)
    citizen.touch(LOOK)
    assert [each.kind for each in citizen.replies] == ["notice", "summary"]
    assert "最晚到2026年12月6日" in citizen.replies[0].text
    assert ADD in payloads(citizen)


def test_somebody_else_hears_no_number_and_files(new_services: Services) -> None:
    receipt = at_summary(new_services).touch("/affirm").receipt or {}
    citizen = Citizen(new_services)
    citizen.hear(Heard("我要投诉"))
    for text in STRANGER[1:]:
        if text == "13900000002":
            citizen.hear(Heard(text, whole={"phone": text}))
        else:
            citizen.say(text)
    assert citizen.asked == "confirm"
    assert "已经有人反映过" in citizen.reply.text
    assert receipt["number"] not in citizen.reply.text
    assert payloads(citizen) == ["/affirm", "/correct", "/cancel"]
    citizen.touch(ADD)
    assert citizen.in_form, "there is nothing of theirs to add to"
    assert citizen.touch("/affirm").kind == "receipt"


def test_a_filing_whose_answer_was_lost_is_not_its_own_double(new_services: Services) -> None:
    citizen = at_summary(new_services)
    before = dict(citizen.slots)
    citizen.touch("/affirm")
    citizen.slots, citizen.in_form = before, True
    assert "已经登记" not in citizen.say("把金额改成两万").text
    assert citizen.touch("/affirm").kind == "receipt"
    assert len(cases_in(new_services)) == 1


def test_what_a_recheck_has_ended_is_explained_and_still_taken(new_services: Services) -> None:
    at_summary(new_services).touch("/affirm")
    with new_services.register.unit_of_work() as uow:
        case = uow.session.scalars(select(Case)).one()
        for act, stage in ((Act.RECHECK, Stage.RECHECKED), (Act.CONCLUDE, Stage.CONCLUDED)):
            record_event(uow.session, case, Event(new_services.today(), act, stage, Role.OFFICE), at=new_services.now())
        audit.note(uow.session, Entry(new_services.now(), "office", "test", case.id))
        uow.commit()
    citizen = at_summary(new_services)
    assert "依据《信访工作条例》第三十六条第三款" in citizen.reply.text
    assert "您仍可登记，由工作人员看" in citizen.reply.text
    assert payloads(citizen) == ["/affirm", LOOK, "/correct", "/cancel"]
    assert citizen.touch("/affirm").kind == "receipt"
