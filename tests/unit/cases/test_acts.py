"""Whole lives of petitions through the acts of the staff: what stands in the register after each."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, text

from cases.acts import Approval, act, allocate, approve, name_reviewer, request_recheck, request_review
from cases.acts.common import Done, details_of
from cases.database import Register, UnitOfWork
from cases.models import Audit, Case, History, Notice, OutboxRow
from cases.policy import NotPermitted, StaffRole
from cases.similar import linked
from petition.errors import Conflict, InvalidValue, NotAllowed, NotComplete
from petition.matters import Branch, Matter, PetitionType
from petition.stages import Act, Event, Stage
from tests.unit.cases.acting import (
    ACCUSED,
    BOSS,
    BUREAU,
    CITY,
    CLERK,
    COMMISSION,
    DISCIPLINE,
    DISCIPLINE_HEAD,
    HANDLER,
    HEAD,
    PROVINCE,
    RECHECKER,
    REVIEWER,
    SUPERVISOR,
    Desk,
    at_the_desk,
    day,
    forwarded,
    handled,
    make_report,
    on,
    replied,
    staff,
)  # fmt: skip
from tests.unit.cases.factories import make_filing


def acts_of(desk: Desk) -> list[str]:
    return [row.act for row in desk.case.history]


def count(uow: UnitOfWork, model: type) -> int:
    return uow.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_claim_lives_from_registration_to_its_end(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    assert (desk.case.due_on, desk.case.body) == (on(15), None)
    desk.do(Act.FORWARD, CLERK, 3, body=BUREAU, on=on(2), received_on=on(3))
    assert (desk.case.stage, desk.case.body, desk.case.due_on) == ("forwarded", BUREAU, on(18))
    desk.do(Act.ACCEPT, HANDLER, 5)
    desk.do(Act.HANDLE, HANDLER, 6)
    assert desk.case.due_on == on(65)
    desk.agree(Act.EXTEND, HANDLER, BOSS, 60, reason="要等鉴定", days=20)
    assert desk.case.due_on == on(85)
    desk.do(Act.REPLY, HANDLER, 80, outcome="explain")
    desk.do(Act.DELIVER, HANDLER, 82)
    assert (desk.case.due_on, desk.case.right_until) == (None, on(112))
    request_review(uow, desk.citizen, body=CITY, now=day(100))
    assert (desk.case.body, desk.case.due_on, desk.case.right_until) == (CITY, on(130), None)
    desk.do(Act.REVIEW, REVIEWER, 120)
    request_recheck(uow, desk.citizen, body=PROVINCE, now=day(140))
    desk.do(Act.HOLD_HEARING, RECHECKER, 150, days=4)
    assert desk.case.due_on == on(174)
    desk.do(Act.RECHECK, RECHECKER, 170)
    desk.agree(Act.CONCLUDE, CLERK, HEAD, 171)
    assert (desk.case.stage, desk.case.closed_on, desk.case.due_on) == ("concluded", on(171), None)
    assert [row.actor for row in desk.case.history][:4] == ["system", "clerk", "handler", "handler"]


def test_a_claim_of_another_branch_is_classified_and_guided(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    desk.do(Act.CLASSIFY, CLERK, 1, matter="land", branch=2, channels=["land-arbitration"], urgent=True)
    case = desk.case
    assert (case.matter, case.branch, json.loads(case.channels), case.urgent) == (
        "land", 2, ["land-arbitration"], True,
    )  # fmt: skip
    desk.do(Act.GUIDE, CLERK, 3, channel="land-arbitration")
    desk.agree(Act.CONCLUDE, CLERK, HEAD, 40)
    assert acts_of(desk) == ["register", "classify", "guide", "conclude"]


def test_a_claim_of_another_branch_is_answered_without_60_days(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_filing(branch=Branch.DUTY))
    desk.do(Act.ASSIGN, CLERK, 1, body=BUREAU)
    desk.do(Act.ACCEPT, HANDLER, 2)
    assert desk.case.due_on is None
    desk.do(Act.HANDLE, HANDLER, 3)
    desk.do(Act.REPLY, HANDLER, 4)
    with pytest.raises(NotAllowed):
        request_review(uow, desk.citizen, now=day(5))
    desk.agree(Act.CONCLUDE, CLERK, HEAD, 6)
    assert desk.case.stage == Stage.CONCLUDED


def test_a_suggestion_is_studied_and_answered(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_filing(type=PetitionType.SUGGESTION, branch=None))
    desk.do(Act.FORWARD, CLERK, 1, body=BUREAU)
    for what in (Act.ACCEPT, Act.HANDLE, Act.REPLY):
        desk.do(what, HANDLER, 2)
    desk.agree(Act.CONCLUDE, CLERK, HEAD, 3)
    assert desk.case.closed_on == on(3)


def test_a_report_is_handled_by_the_discipline_role_alone(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    for somebody in (CLERK, HEAD, SUPERVISOR):
        with pytest.raises(NotPermitted):
            desk.do(Act.FORWARD, somebody, 1, body=COMMISSION)
    desk.do(Act.FORWARD, DISCIPLINE, 1, body=COMMISSION)
    for what in (Act.ACCEPT, Act.HANDLE, Act.REPLY):
        desk.do(what, DISCIPLINE, 2)
    desk.agree(Act.CONCLUDE, DISCIPLINE, DISCIPLINE_HEAD, 3)
    assert desk.case.stage == Stage.CONCLUDED


@pytest.mark.parametrize("what", [Act.FORWARD, Act.ASSIGN])
def test_a_report_never_goes_to_the_body_that_it_names(uow: UnitOfWork, what: Act) -> None:
    desk = at_the_desk(uow, make_report())
    with pytest.raises(NotAllowed, match="第三十条"):
        desk.do(what, DISCIPLINE, 1, body=ACCUSED)
    assert acts_of(desk) == ["register"]


def test_the_words_of_a_report_stay_sealed_for_discipline(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    desk.do(Act.FORWARD, DISCIPLINE, 1, body=COMMISSION, reason="按管理权限")
    case = desk.case
    (written,) = details_of(uow, case).values()
    assert written["reason"] == "按管理权限"
    assert "discipline" not in "".join(row.payload for row in uow.session.scalars(select(OutboxRow)))


def test_an_objection_gives_the_case_back_once_the_office_agrees(uow: UnitOfWork) -> None:
    desk = forwarded(uow)
    proposed = desk.do(Act.OBJECT, HANDLER, 2, reason="不归我们管")
    assert isinstance(proposed, Approval)
    assert desk.case.body == BUREAU
    with pytest.raises(NotPermitted):
        approve(uow, proposed.id, BOSS, now=day(3))
    approve(uow, proposed.id, CLERK, now=day(3))
    assert (desk.case.stage, desk.case.body) == ("registered", None)


def test_supervision_stands_in_the_history_with_its_reason(uow: UnitOfWork) -> None:
    desk = handled(uow)
    desk.do(Act.SUPERVISE, SUPERVISOR, 70, reason="超期未办结")
    case = desk.case
    assert case.history[-1].actor == "supervisor"
    assert details_of(uow, case, Act.SUPERVISE)[case.history[-1].id]["reason"] == "超期未办结"


def test_each_act_leaves_one_audit_row_a_fact_and_a_notice(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    before = [count(uow, model) for model in (History, Audit, Notice, OutboxRow)]
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert [count(uow, model) for model in (History, Audit, Notice, OutboxRow)] == [number + 1 for number in before]
    row = uow.session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert row is not None
    assert (row.actor, row.act, row.case_id, row.subject) == (
        "clerk", "act:forward", desk.id, "registered>forwarded",
    )  # fmt: skip


def test_whoever_only_looks_after_the_log_does_nothing(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    auditor = staff("auditor", StaffRole.AUDITOR, StaffRole.ADMIN)
    for what in Act:
        with pytest.raises((NotPermitted, NotAllowed)):
            desk.do(what, auditor, 1, body=BUREAU, ground="not-in-remit", competent_body=BUREAU, channel="petition")
    assert acts_of(desk) == ["register"]


def test_the_law_speaks_before_the_house(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(NotAllowed, match="第三十五条"):
        desk.do(Act.REVIEW, CLERK, 1)


def test_staff_of_an_organ_act_only_on_what_it_has(uow: UnitOfWork) -> None:
    desk = forwarded(uow)
    stranger = staff("stranger", *HANDLER.roles, body="县住建局")
    with pytest.raises(NotPermitted):
        desk.do(Act.ACCEPT, stranger, 3)
    desk.do(Act.ACCEPT, HANDLER, 3)
    assert desk.case.stage == Stage.ACCEPTED


@pytest.mark.parametrize(
    ("what", "missing"), [(Act.FORWARD, "body"), (Act.ASSIGN, "body"), (Act.DECLINE, "ground")], ids=str
)
def test_an_act_without_what_it_must_carry_is_not_complete(uow: UnitOfWork, what: Act, missing: str) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(NotComplete) as refused:
        desk.do(what, CLERK, 1)
    assert missing in str(refused.value.details["slots"])


def test_nothing_is_dated_into_the_future_or_before_what_happened(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    for date in (on(3), on(-1)):
        with pytest.raises(NotAllowed):
            desk.do(Act.FORWARD, CLERK, 2, body=BUREAU, on=date)
    assert isinstance(desk.do(Act.FORWARD, CLERK, 2, body=BUREAU, on=on(1)), Event)


def test_who_read_an_older_version_is_told_of_the_conflict(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    seen = desk.case.version
    desk.do(Act.CLASSIFY, CLERK, 1, matter="land", version=seen)
    with pytest.raises(Conflict):
        desk.do(Act.FORWARD, CLERK, 1, body=BUREAU, version=seen)
    desk.do(Act.FORWARD, CLERK, 1, body=BUREAU, version=desk.case.version)
    assert acts_of(desk) == ["register", "classify", "forward"]


def test_of_two_who_forward_at_once_one_is_refused(uow: UnitOfWork, register: Register) -> None:
    desk = at_the_desk(uow)
    with register.unit_of_work() as second:
        other = Desk(second, desk.id, desk.code)
        assert other.case.stage == "registered"  # the second has read the case …
        desk.do(Act.FORWARD, CLERK, 1, body=BUREAU)
        with pytest.raises(NotAllowed):
            other.do(Act.FORWARD, CLERK, 1, body=CITY)
    assert desk.case.body == BUREAU


@pytest.mark.parametrize("place", ["cases.outbox.append", "cases.notices.tell", "cases.audit.note"])
def test_a_fault_in_the_middle_leaves_nothing_half_written(
    uow: UnitOfWork, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    desk = at_the_desk(uow)
    before = [count(uow, model) for model in (History, Audit, Notice, OutboxRow)]

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        with pytest.raises(OSError, match="full"):
            desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert (desk.case.stage, desk.case.body, desk.case.due_on) == ("registered", None, on(15))
    assert [count(uow, model) for model in (History, Audit, Notice, OutboxRow)] == before
    desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)
    assert desk.case.stage == "forwarded"


def test_a_claim_that_turns_out_to_be_a_report_is_sealed_as_one(uow: UnitOfWork) -> None:
    at_the_desk(uow, make_filing("other"))
    desk = at_the_desk(uow)
    assert linked(uow, desk.id)
    desk.do(Act.CLASSIFY, CLERK, 1, type="report", matter="discipline", reason="反映的是违纪")
    case = desk.case
    assert (case.type, case.branch, case.sketch, case.respondent_index) == ("report", None, None, None)
    assert {row.sealed_for for row in (*case.texts, *case.parties)} == {"discipline"}
    assert {party.phone_index for party in case.parties} == {None}
    assert linked(uow, desk.id) == []
    with pytest.raises(NotPermitted):
        desk.do(Act.FORWARD, CLERK, 2, body=BUREAU)


def test_a_report_stays_a_report(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow, make_report())
    with pytest.raises(NotAllowed, match="第三十条"):
        desk.do(Act.CLASSIFY, DISCIPLINE, 1, type="claim", branch=6)
    assert desk.case.type == "report"


@pytest.mark.parametrize("said", [{"type": "complaint"}, {"matter": "x"}, {"branch": 7}, {"channels": ["x"]}])
def test_an_unknown_class_is_refused(uow: UnitOfWork, said: dict[str, object]) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(InvalidValue):
        desk.do(Act.CLASSIFY, CLERK, 1, **said)
    assert (desk.case.matter, acts_of(desk)) == (Matter.LABOUR, ["register"])


def test_a_case_is_allocated_without_the_citizen_seeing_it(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    allocate(uow, desk.id, "handler", CLERK, now=day(1))
    assert (desk.case.clerk, acts_of(desk)) == ("handler", ["register"])
    with pytest.raises(NotPermitted):
        allocate(uow, desk.id, "handler", HANDLER, now=day(1))


def test_the_office_names_who_reviews_where_the_citizen_left_it_open(uow: UnitOfWork) -> None:
    desk = replied(uow)
    request_review(uow, desk.citizen, now=day(25))
    assert desk.case.body is None
    with pytest.raises(NotPermitted):
        desk.do(Act.REVIEW, REVIEWER, 26)
    with pytest.raises(NotAllowed):
        name_reviewer(uow, desk.id, BUREAU, CLERK, now=day(26))
    name_reviewer(uow, desk.id, CITY, CLERK, now=day(26))
    desk.do(Act.REVIEW, REVIEWER, 27)
    assert desk.case.stage == Stage.REVIEWED


def test_a_case_row_is_not_touched_by_a_refused_act(uow: UnitOfWork) -> None:
    desk = handled(uow)
    version = desk.case.version
    with pytest.raises(NotComplete):
        desk.do(Act.REPLY, HANDLER, 20)
    assert uow.session.scalar(select(Case.version).where(Case.id == desk.id)) == version


def test_a_write_that_was_overtaken_in_the_database_is_a_conflict(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)

    def overtake(uow: UnitOfWork, case: Case, done: Done) -> None:
        uow.session.connection().execute(text("UPDATE cases SET version = version + 1"))

    with pytest.raises(Conflict):
        act(uow, desk.id, Act.CLASSIFY, CLERK, details={"matter": "land"}, now=day(1), effect=overtake)
    assert (desk.case.matter, acts_of(desk)) == ("labour", ["register"])
