"""Who takes a petition on where several organs are concerned, or none is named (第二十四条); notes of those who work with them."""

from __future__ import annotations

import pytest

from cases.actors import Actor
from cases.acts import Approval, approve
from cases.acts.bodies import Part
from cases.database import UnitOfWork
from cases.jurisdiction import Concerned, bodies_of, determine_body, propose_body, succeed
from cases.notes import add_note, notes_of
from cases.policy import NotPermitted, StaffRole
from petition.errors import CaseNotFound, InvalidValue, NotAllowed
from petition.proceedings import Decision
from petition.stages import Act, Stage
from tests.unit.cases.acting import (
    ACCUSED,
    BUREAU,
    CLERK,
    COMMISSION,
    DISCIPLINE,
    HANDLER,
    HEAD,
    Desk,
    at_the_desk,
    day,
    forwarded,
    handled,
    make_report,
    staff,
)
from tests.unit.cases.rows import noted

HOUSING, WATER = "县住建局", "县水利局"
NEIGHBOUR = staff("neighbour", StaffRole.HANDLER, body=HOUSING)
STRANGER = staff("stranger", StaffRole.HANDLER, body=WATER)


def holding(uow: UnitOfWork, desk: Desk, actor: Actor = CLERK) -> list[tuple[str, Part]]:
    """What holds now."""
    return [(each.body, each.part) for each in bodies_of(uow, desk.id, actor, now=day(9)) if each.ended_at is None]


def settle(
    uow: UnitOfWork, desk: Desk, lead: str = BUREAU, actor: Actor = CLERK, *, co: tuple[str, ...] = (HOUSING,)
) -> None:
    determine_body(
        uow, desk.id, lead, actor, how=Decision.NEGOTIATED, co_handling=co, reason="拖欠发生在工地上", now=day(1)
    )


def test_proposals_are_kept_with_their_reasons_and_move_nothing(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    propose_body(uow, desk.id, BUREAU, CLERK, reason="是工资", now=day(0))
    propose_body(uow, desk.id, HOUSING, CLERK, reason="是工地", now=day(1))
    seen = bodies_of(uow, desk.id, CLERK, now=day(1))
    assert [(each.body, each.part, each.reason) for each in seen] == [
        (BUREAU, Part.PROPOSED, "是工资"),
        (HOUSING, Part.PROPOSED, "是工地"),
    ]
    assert (desk.case.stage, desk.case.body) == (Stage.REGISTERED, None)


@pytest.mark.parametrize(
    ("how", "article"),
    [
        (Decision.NEGOTIATED, "《信访工作条例》第二十四条第一款"),
        (Decision.SUPERIOR, "《信访工作条例》第二十四条第一款"),
        (Decision.CONFERENCE, "《信访工作条例》第二十四条第一款"),
        (Decision.GOVERNMENT, "《信访工作条例》第二十四条第二款"),
    ],
)
def test_by_whom_it_was_settled_is_a_fact_with_its_article(uow: UnitOfWork, how: Decision, article: str) -> None:
    desk = at_the_desk(uow)
    determine_body(uow, desk.id, BUREAU, HEAD, how=how, now=day(0))
    (lead,) = bodies_of(uow, desk.id, CLERK, now=day(0))
    assert (lead.part, lead.how, lead.article) == (Part.LEAD, how, article)


def test_another_way_of_settling_it_is_not_known_to_the_law(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(InvalidValue):
        desk.do(Act.DETERMINE_BODY, CLERK, body=BUREAU, how="drawn by lot")


def test_what_was_settled_ends_the_proposals_and_takes_the_place_of_what_was_settled_before(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    propose_body(uow, desk.id, WATER, CLERK, reason="", now=day(0))
    settle(uow, desk)
    assert holding(uow, desk) == [(BUREAU, Part.LEAD), (HOUSING, Part.CO_HANDLING)]
    settle(uow, desk, HOUSING, co=(BUREAU, HOUSING, BUREAU))
    assert holding(uow, desk) == [(HOUSING, Part.LEAD), (BUREAU, Part.CO_HANDLING)]


def test_it_is_sent_to_the_lead_and_nowhere_else(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    settle(uow, desk)
    for what in (Act.FORWARD, Act.ASSIGN):
        with pytest.raises(NotAllowed) as caught:
            desk.do(what, CLERK, 2, body=HOUSING)
        assert caught.value.details["citation"] == "《信访工作条例》第二十四条"
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert desk.case.body == BUREAU


def test_only_the_lead_answers_and_the_co_handling_organ_gives_its_opinion(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    settle(uow, desk)
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    desk.do(Act.ACCEPT, HANDLER, 3)
    desk.do(Act.HANDLE, HANDLER, 3)
    with pytest.raises(NotPermitted):
        desk.do(Act.REPLY, NEIGHBOUR, 4, outcome="support")
    add_note(uow, desk.id, "工地属实，欠款待核", NEIGHBOUR, now=day(4))
    assert [(note.by, note.text) for note in notes_of(uow, desk.id, HANDLER, now=day(5))] == [
        ("neighbour", "工地属实，欠款待核")
    ]
    desk.do(Act.REPLY, HANDLER, 6, outcome="support")
    assert desk.case.stage == Stage.REPLIED


def test_an_organ_that_is_not_concerned_reads_and_writes_nothing(uow: UnitOfWork) -> None:
    desk = handled(uow)
    add_note(uow, desk.id, "已电话联系", HANDLER, now=day(7))
    for forbidden in (
        lambda: notes_of(uow, desk.id, STRANGER, now=day(8)),
        lambda: add_note(uow, desk.id, "我看看", STRANGER, now=day(8)),
        lambda: bodies_of(uow, desk.id, STRANGER, now=day(8)),
    ):
        with pytest.raises(NotPermitted):
            forbidden()
    assert len(notes_of(uow, desk.id, CLERK, now=day(8))) == 1


def test_reading_notes_is_noted(uow: UnitOfWork) -> None:
    desk = handled(uow)
    notes_of(uow, desk.id, HANDLER, now=day(8))
    assert noted(uow, desk.id)[-1] == ("handler", "read:notes")


@pytest.mark.parametrize("text", ["", "  ", "长" * 4001])
def test_a_note_says_something_and_not_too_much(uow: UnitOfWork, text: str) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(InvalidValue):
        add_note(uow, desk.id, text, CLERK, now=day(0))


def test_a_note_about_no_case_is_refused(uow: UnitOfWork) -> None:
    with pytest.raises(CaseNotFound):
        add_note(uow, "unknown", "有吗", CLERK, now=day(0))


def test_an_objection_brings_a_proposal_and_ends_the_part_of_the_organ_that_objected(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    settle(uow, desk)
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    objection = desk.do(Act.OBJECT, HANDLER, 3, reason="属工程款纠纷", competent_body=HOUSING)
    assert isinstance(objection, Approval)
    assert holding(uow, desk) == [(BUREAU, Part.LEAD), (HOUSING, Part.CO_HANDLING)]  # not agreed to yet
    approve(uow, objection.id, CLERK, now=day(4))
    assert holding(uow, desk) == [(HOUSING, Part.CO_HANDLING), (HOUSING, Part.PROPOSED)]
    desk.do(Act.FORWARD, CLERK, 5, body=HOUSING)
    assert desk.case.body == HOUSING


def test_before_it_is_taken_on_a_successor_is_a_determination(uow: UnitOfWork) -> None:
    desk = forwarded(uow)
    succeed(uow, desk.id, "县人力资源局", CLERK, reason="机构改革", now=day(2))
    assert desk.case.body == "县人力资源局"
    assert desk.case.history[-1].act == Act.DETERMINE_BODY


def test_while_it_is_handled_the_successor_has_it_and_the_days_run_on(uow: UnitOfWork) -> None:
    desk = handled(uow)
    due = desk.case.due_on
    succeed(uow, desk.id, HOUSING, CLERK, reason="职责划转", now=day(9))
    assert (desk.case.body, desk.case.due_on, desk.case.stage) == (HOUSING, due, Stage.HANDLING)
    (lead,) = bodies_of(uow, desk.id, CLERK, now=day(9))
    assert (lead.body, lead.part, lead.how, lead.article) == (
        HOUSING, Part.LEAD, Decision.SUCCESSOR, "《信访工作条例》第二十四条第二款",
    )  # fmt: skip
    desk.do(Act.REPLY, NEIGHBOUR, 10, outcome="explain")
    with pytest.raises(NotPermitted):
        notes_of(uow, desk.id, HANDLER, now=day(10))


@pytest.mark.parametrize(("successor", "how"), [(BUREAU, Decision.SUCCESSOR), (HOUSING, Decision.NEGOTIATED)])
def test_no_organ_succeeds_itself_and_none_by_mere_agreement(uow: UnitOfWork, successor: str, how: Decision) -> None:
    desk = handled(uow)
    with pytest.raises(NotAllowed):
        succeed(uow, desk.id, successor, CLERK, how=how, now=day(9))


def test_an_organ_does_not_name_its_own_successor(uow: UnitOfWork) -> None:
    desk = handled(uow)
    with pytest.raises(NotPermitted):
        succeed(uow, desk.id, HOUSING, HANDLER, now=day(9))


def test_a_report_is_settled_by_the_discipline_role_and_reaches_no_organ_that_it_names(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    with pytest.raises(NotPermitted):
        settle(uow, desk, COMMISSION, CLERK, co=())
    for lead, co in ((ACCUSED, ()), (COMMISSION, (ACCUSED,))):
        with pytest.raises(NotAllowed):
            settle(uow, desk, lead, DISCIPLINE, co=co)
    settle(uow, desk, COMMISSION, DISCIPLINE, co=())
    assert holding(uow, desk, DISCIPLINE) == [(COMMISSION, Part.LEAD)]


def test_notes_about_a_report_are_for_the_discipline_role_alone(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    with pytest.raises(NotPermitted):
        add_note(uow, desk.id, "看了", CLERK, now=day(0))
    add_note(uow, desk.id, "已核对线索", DISCIPLINE, now=day(0))
    with pytest.raises(NotPermitted):
        notes_of(uow, desk.id, CLERK, now=day(0))
    (note,) = notes_of(uow, desk.id, DISCIPLINE, now=day(0))
    assert note.text == "已核对线索"
    assert "线索" not in repr(note)


def test_what_is_shown_of_an_organ_does_not_print_its_reason() -> None:
    assert "原因" not in repr(Concerned(BUREAU, Part.LEAD, day(0), None, None, "原因"))
