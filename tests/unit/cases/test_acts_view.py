"""What the petitioner and the staff see of a case, and what the log knows of who looked."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import select

from cases.actors import Actor
from cases.acts import Rated, Satisfaction, act, rate, remind
from cases.acts.common import Done
from cases.acts.staff_view import StaffView, staff_view
from cases.database import UnitOfWork
from cases.models import Audit, Case
from cases.policy import NotPermitted
from cases.supplement import supplement
from cases.track import CaseView, track
from petition.errors import CaseNotFound
from petition.stages import Act
from tests.unit.cases.acting import (
    AUDITOR,
    BUREAU,
    CLERK,
    DISCIPLINE,
    HANDLER,
    HEAD,
    SUPERVISOR,
    Desk,
    at_the_desk,
    day,
    handled,
    make_report,
    on,
    replied,
    staff,
)  # fmt: skip
from tests.unit.cases.factories import ADDRESS, NAME, PHONE, make_filing


def seen_by_citizen(desk: Desk, number: int) -> CaseView:
    return track(desk.uow, desk.case.number, desk.code, client="c", now=day(number))


def log(uow: UnitOfWork) -> list[tuple[str, str]]:
    return [(row.actor, row.act) for row in uow.session.execute(select(Audit.actor, Audit.act).order_by(Audit.id))]


def test_the_citizen_sees_who_has_it_what_was_done_and_what_comes_next(uow: UnitOfWork) -> None:
    view = seen_by_citizen(replied(uow), 30)
    assert view.body == BUREAU
    assert [each.event.act for each in view.done] == ["register", "forward", "accept", "handle", "reply"]
    assert [each.event.body for each in view.done] == [None, BUREAU, BUREAU, BUREAU, BUREAU]
    assert view.done[-1].told == "处理意见书已出具。"
    assert [(right.act, right.until) for right in view.rights if right.until] == [(Act.REQUEST_REVIEW, on(50))]
    assert {Act.RATE, Act.UNSOLVED} <= set(view.acts)
    assert len(view.notices) == 4


def test_the_citizen_of_a_late_organ_is_told_what_can_be_done(uow: UnitOfWork) -> None:
    desk = handled(uow)
    assert (seen_by_citizen(desk, 65).days_left, seen_by_citizen(desk, 65).late) == (0, ())
    view = seen_by_citizen(desk, 66)
    assert (view.days_left, view.clock and view.clock.late) == (-1, True)
    assert any("督办" in text for text in view.late)


def test_the_citizen_sees_no_name_of_the_staff_and_nothing_personal(uow: UnitOfWork) -> None:
    desk = replied(uow)
    shown = f"{asdict(seen_by_citizen(desk, 30))} {seen_by_citizen(desk, 30).as_dict()}"
    for secret in (NAME, PHONE, ADDRESS, "handler", "clerk"):
        assert secret not in shown


def test_the_citizen_of_a_merged_case_sees_the_road_of_the_main_one(uow: UnitOfWork) -> None:
    main, desk = handled(uow), at_the_desk(uow, make_filing("again"))

    def into_main(uow: UnitOfWork, case: Case, done: Done) -> None:
        case.merged_into = main.id

    act(uow, desk.id, Act.MERGE, CLERK, now=day(7), effect=into_main)
    view = seen_by_citizen(desk, 7)
    assert (view.main, view.body, view.due) == (main.case.number, BUREAU, on(65))
    assert view.stage == "registered"


def look(desk: Desk, actor: Actor = CLERK, reason: str | None = None) -> StaffView:
    return staff_view(desk.uow, desk.id, actor, now=day(7), reason=reason)


def test_staff_see_masked_persons_and_the_log_knows_it(uow: UnitOfWork) -> None:
    view = look(at_the_desk(uow))
    (party,) = view.parties
    assert (party.name, party.phone) == ("马**", "139****0001")
    assert ADDRESS not in str(asdict(view))
    assert log(uow)[-1] == ("clerk", "read")


def test_a_reason_reveals_them_and_is_kept(uow: UnitOfWork) -> None:
    view = look(at_the_desk(uow), reason="要打电话核实")
    (party,) = view.parties
    assert (party.name, party.address, party.phone) == (NAME, ADDRESS, PHONE)
    assert log(uow)[-1] == ("clerk", "reveal")
    assert uow.session.scalars(select(Audit.details_digest).order_by(Audit.id.desc())).first() is not None


def test_an_empty_reason_is_none(uow: UnitOfWork) -> None:
    assert not look(at_the_desk(uow), reason="  ").revealed


@pytest.mark.parametrize("actor", [AUDITOR, HANDLER], ids=["auditor", "an organ that does not have it"])
def test_who_may_not_read_it_does_not(uow: UnitOfWork, actor: Actor) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(NotPermitted):
        look(desk, actor, "因为")
    assert len(log(uow)) == 1


@pytest.mark.parametrize("actor", [CLERK, HEAD, SUPERVISOR], ids=lambda actor: actor.name)
def test_a_report_is_read_by_discipline_alone(uow: UnitOfWork, actor: Actor) -> None:
    desk = at_the_desk(uow, make_report())
    with pytest.raises(NotPermitted):
        look(desk, actor, "因为")
    assert look(desk, DISCIPLINE, "核查").values["respondent"] == "张湾乡民政所所长"


def test_staff_see_what_was_written_with_the_acts_and_what_they_may_do(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    supplement(uow, desk.id, {"narrative": "电话13900000002"}, filing_key="more", now=day(1))
    remind(uow, desk.citizen, now=day(6))
    desk.do(Act.FORWARD, CLERK, 6, body=BUREAU, reason="归人社局管")
    rate(uow, desk.citizen, Rated.OFFICE, Satisfaction.BASIC, reason="太慢", now=day(7))
    view = look(desk, HANDLER)
    assert view.history[-2].details == {"body": BUREAU, "reason": "归人社局管"}
    assert view.history[-2].actor == "clerk"
    assert view.supplements == ({"narrative": "电话139****0002"},)
    assert (view.reminders, view.ratings[0].reason, view.version) == (1, "太慢", desk.case.version)
    assert Act.ACCEPT in view.acts
    assert Act.FORWARD not in view.acts


def test_staff_see_that_supervision_is_wanted_until_somebody_presses(uow: UnitOfWork) -> None:
    desk = handled(uow)
    remind(uow, desk.citizen, now=day(66))
    assert staff_view(uow, desk.id, CLERK, now=day(66)).supervision_wanted
    desk.do(Act.SUPERVISE, SUPERVISOR, 67, reason="超期")
    assert not staff_view(uow, desk.id, CLERK, now=day(67)).supervision_wanted


def test_an_unknown_case_is_not_found(uow: UnitOfWork) -> None:
    with pytest.raises(CaseNotFound):
        staff_view(uow, "unknown", staff("clerk", *CLERK.roles), now=day(1))
