"""Four eyes: nothing takes effect before another person of the same house has approved it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cases.actors import Actor
from cases.acts import Approval, ApprovalNotFound, approve, proposal_of, refuse, take_back, waiting_approvals, withdraw
from cases.database import UnitOfWork
from cases.models import Approval as Row
from cases.models import Audit
from cases.policy import NotPermitted, StaffRole
from petition.errors import Conflict, DeadlinePassed, NotAllowed, SamePerson
from petition.stages import Act, Stage
from tests.unit.cases.acting import (
    BOSS,
    BUREAU,
    CLERK,
    DISCIPLINE,
    DISCIPLINE_HEAD,
    HANDLER,
    HEAD,
    Desk,
    at_the_desk,
    day,
    handled,
    make_report,
    on,
    staff,
)  # fmt: skip

DECLINED = {"ground": "already-handled", "competent_body": BUREAU, "reason": "同一件事正在办"}


def declined(desk: Desk, number: int = 1) -> Approval:
    proposed = desk.do(Act.DECLINE, CLERK, number, **DECLINED)
    assert isinstance(proposed, Approval)
    return proposed


def test_a_proposal_changes_nothing_until_it_is_approved(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    assert desk.case.stage == "registered"
    assert waiting_approvals(uow) == (proposed,)
    approve(uow, proposed.id, HEAD, now=day(2))
    assert (desk.case.stage, desk.case.history[-1].on, desk.case.history[-1].actor) == ("declined", on(2), "clerk")
    assert waiting_approvals(uow) == ()


def test_nobody_approves_what_they_proposed(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    both = staff("both", StaffRole.CLERK, StaffRole.HEAD)
    proposed = desk.do(Act.DECLINE, both, 1, **DECLINED)
    assert isinstance(proposed, Approval)
    for decide in (approve, refuse):
        with pytest.raises(SamePerson):
            decide(uow, proposed.id, both, now=day(1))
    assert desk.case.stage == "registered"


@pytest.mark.parametrize("who", [staff("clerk2", StaffRole.CLERK), BOSS], ids=["no head", "the head of another house"])
def test_only_the_head_of_the_house_approves(uow: UnitOfWork, who: Actor) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    with pytest.raises(NotPermitted):
        approve(uow, proposed.id, who, now=day(1))
    assert desk.case.stage == "registered"


def test_an_extension_is_approved_by_the_head_of_the_organ(uow: UnitOfWork) -> None:
    desk = handled(uow)
    proposed = desk.do(Act.EXTEND, HANDLER, 30, reason="要等鉴定", days=30)
    assert isinstance(proposed, Approval)
    with pytest.raises(NotPermitted):
        approve(uow, proposed.id, HEAD, now=day(31))
    approve(uow, proposed.id, BOSS, now=day(31))
    assert desk.case.due_on == on(95)


def test_an_extension_approved_too_late_is_none(uow: UnitOfWork) -> None:
    desk = handled(uow)
    proposed = desk.do(Act.EXTEND, HANDLER, 65, reason="要等鉴定", days=30)
    assert isinstance(proposed, Approval)
    with pytest.raises(DeadlinePassed):
        approve(uow, proposed.id, BOSS, now=day(66))
    assert (desk.case.stage, desk.case.due_on) == ("handling", on(65))


def test_a_report_is_decided_on_by_a_head_of_discipline_alone(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    proposed = desk.do(Act.DECLINE, DISCIPLINE, 1, **DECLINED)
    assert isinstance(proposed, Approval)
    with pytest.raises(NotPermitted):
        approve(uow, proposed.id, HEAD, now=day(1))
    approve(uow, proposed.id, DISCIPLINE_HEAD, now=day(1))
    assert desk.case.stage == Stage.DECLINED


def test_a_refused_one_is_over_and_may_be_proposed_anew(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    refuse(uow, proposed.id, HEAD, reason="应当受理", now=day(2))
    with pytest.raises(ApprovalNotFound):
        approve(uow, proposed.id, HEAD, now=day(2))
    assert declined(desk, 3).id != proposed.id


def test_the_same_act_is_proposed_once_at_a_time(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    with pytest.raises(Conflict):
        declined(desk)
    take_back(uow, proposed.id, CLERK, now=day(1))
    assert declined(desk).id != proposed.id


def test_nobody_takes_back_what_another_one_proposed(uow: UnitOfWork) -> None:
    proposed = declined(at_the_desk(uow))
    with pytest.raises(ApprovalNotFound):
        take_back(uow, proposed.id, HEAD, now=day(1))
    assert waiting_approvals(uow) == (proposed,)


def test_a_case_that_moved_on_voids_what_was_proposed_for_it(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    withdraw(uow, desk.citizen, now=day(2))
    with pytest.raises(ApprovalNotFound):
        approve(uow, proposed.id, HEAD, now=day(3))
    assert uow.session.scalars(select(Row.state)).all() == ["void"]
    assert desk.case.stage == "withdrawn"


def test_a_new_classification_voids_it_too(uow: UnitOfWork) -> None:
    desk = handled(uow)
    desk.do(Act.EXTEND, HANDLER, 30, reason="要等鉴定", days=30)
    desk.do(Act.CLASSIFY, HANDLER, 31, branch=5)
    assert waiting_approvals(uow) == ()


def test_its_words_are_sealed_and_reading_them_is_written_down(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    proposed = declined(desk)
    assert b"\xe5\x90\x8c\xe4\xb8\x80" not in uow.session.scalars(select(Row.payload_sealed)).one()
    assert proposal_of(uow, proposed.id, HEAD, now=day(1)).details == DECLINED
    with pytest.raises(NotPermitted):
        proposal_of(uow, proposed.id, HANDLER, now=day(1))
    last = uow.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert last is not None
    assert (last.actor, last.act, last.subject) == ("head", "read-proposal", proposed.id)


def test_who_proposed_and_who_approved_both_stand_in_the_log(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    approve(uow, declined(desk).id, HEAD, now=day(2))
    rows = uow.session.execute(select(Audit.actor, Audit.act).order_by(Audit.id)).all()
    assert rows[1:] == [("clerk", "propose:decline"), ("head", "approve:decline"), ("clerk", "act:decline")]


def test_nothing_is_concluded_while_a_review_can_be_asked_for(uow: UnitOfWork) -> None:
    desk = handled(uow)
    desk.do(Act.REPLY, HANDLER, 20, received_on=on(20), outcome="support")
    with pytest.raises(NotAllowed, match="第三十五条"):
        desk.do(Act.CONCLUDE, CLERK, 50)
    desk.agree(Act.CONCLUDE, CLERK, HEAD, 51)
    assert desk.case.stage == Stage.CONCLUDED
