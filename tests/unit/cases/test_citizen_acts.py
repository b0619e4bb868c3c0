"""What a petitioner does after filing: once, in time, and seen by those who have to act."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from cases.acts import Rated, Satisfaction, rate, remind, request_recheck, request_review, unsolved, withdraw
from cases.acts.citizen import rating_reason
from cases.acts.common import SUPERVISION_WANTED, details_of
from cases.database import UnitOfWork
from cases.models import OutboxRow, Rating
from cases.policy import StaffRole
from cases.supplement import opened_supplements, supplement
from petition.errors import AlreadyRated, CaseNotFound, DeadlinePassed, NotAllowed, TooSoon
from petition.stages import Act, Stage
from tests.unit.cases.acting import (
    BUREAU,
    CITY,
    CLERK,
    HANDLER,
    PROVINCE,
    REVIEWER,
    Desk,
    at_the_desk,
    day,
    handled,
    on,
    replied,
)  # fmt: skip


def acts_of(desk: Desk) -> list[str]:
    return [row.act for row in desk.case.history]


def supervision_wanted(uow: UnitOfWork) -> list[str]:
    rows = uow.session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == SUPERVISION_WANTED))
    return [json.loads(row)["act"] for row in rows]


def test_a_first_reminder_waits_five_days(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(TooSoon) as refused:
        remind(uow, desk.citizen, now=day(4))
    assert refused.value.details["again_on"] == on(5)
    remind(uow, desk.citizen, now=day(5))
    assert acts_of(desk) == ["register", "remind"]


def test_the_next_one_waits_seven_days(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    remind(uow, desk.citizen, now=day(6))
    with pytest.raises(TooSoon) as refused:
        remind(uow, desk.citizen, now=day(12))
    assert refused.value.details["again_on"] == on(13)
    remind(uow, desk.citizen, now=day(13))
    assert acts_of(desk).count("remind") == 2


def test_reminding_an_organ_that_is_late_asks_for_supervision(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    remind(uow, desk.citizen, now=day(8))
    assert supervision_wanted(uow) == []
    remind(uow, desk.citizen, now=day(16))  # the 15 days of 第二十二条 are over
    assert supervision_wanted(uow) == ["remind"]


def test_a_reminder_does_not_spoil_what_a_clerk_is_writing(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    version = desk.case.version
    remind(uow, desk.citizen, now=day(6))
    desk.do(Act.FORWARD, CLERK, 6, body=BUREAU, version=version)
    assert desk.case.stage == Stage.FORWARDED


def test_a_petition_is_taken_back_once(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    first = withdraw(uow, desk.citizen, reason="已经付清了", key="try-1", now=day(1))
    assert withdraw(uow, desk.citizen, reason="已经付清了", key="try-1", now=day(2)) == first
    with pytest.raises(NotAllowed):
        withdraw(uow, desk.citizen, key="try-2", now=day(2))
    assert (desk.case.stage, desk.case.closed_on) == ("withdrawn", on(1))
    assert acts_of(desk).count("withdraw") == 1


def test_an_answered_petition_cannot_be_taken_back(uow: UnitOfWork) -> None:
    desk = replied(uow)
    with pytest.raises(NotAllowed):
        withdraw(uow, desk.citizen, now=day(21))
    assert desk.case.stage == Stage.REPLIED


def test_a_review_is_asked_for_until_the_thirtieth_day(uow: UnitOfWork) -> None:
    desk = replied(uow)  # on day 20
    with pytest.raises(DeadlinePassed):
        request_review(uow, desk.citizen, body=CITY, now=day(51))
    request_review(uow, desk.citizen, body=CITY, reason="鉴定没有做", now=day(50))
    case = desk.case
    assert (case.stage, case.body, case.due_on) == ("reviewing", CITY, on(80))
    assert details_of(uow, case, Act.REQUEST_REVIEW)[case.history[-1].id]["reason"] == "鉴定没有做"


def test_a_retry_of_a_request_is_the_same_request(uow: UnitOfWork) -> None:
    desk = replied(uow)
    first = request_review(uow, desk.citizen, body=CITY, key="k", now=day(22))
    assert request_review(uow, desk.citizen, body=CITY, key="k", now=day(23)) == first
    assert acts_of(desk).count("request-review") == 1


def test_who_decided_does_not_review(uow: UnitOfWork) -> None:
    desk = replied(uow)
    with pytest.raises(NotAllowed):
        request_review(uow, desk.citizen, body=BUREAU, now=day(22))
    request_review(uow, desk.citizen, body=CITY, now=day(22))
    desk.do(Act.REVIEW, REVIEWER, 30)
    with pytest.raises(NotAllowed):
        request_recheck(uow, desk.citizen, body=CITY, now=day(31))
    request_recheck(uow, desk.citizen, body=PROVINCE, now=day(31))
    assert desk.case.body == PROVINCE


def test_office_and_organ_are_rated_apart_and_once_a_stage(uow: UnitOfWork) -> None:
    desk = replied(uow)
    rate(uow, desk.citizen, Rated.OFFICE, Satisfaction.SATISFIED, now=day(21))
    rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.UNSATISFIED, reason="没有来看过", key="r", now=day(21))
    rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.UNSATISFIED, reason="没有来看过", key="r", now=day(22))
    with pytest.raises(AlreadyRated):
        rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.BASIC, now=day(22))
    rows = uow.session.scalars(select(Rating).order_by(Rating.of)).all()
    assert [(row.of, row.stage, row.satisfaction, rating_reason(uow, row)) for row in rows] == [
        ("office", "replied", "satisfied", ""),
        ("organ", "replied", "unsatisfied", "没有来看过"),
    ]


def test_a_later_stage_is_rated_anew(uow: UnitOfWork) -> None:
    desk = handled(uow)
    rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.BASIC, now=day(7))
    desk.do(Act.REPLY, HANDLER, 20, outcome="support")
    rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.SATISFIED, now=day(21))
    assert set(uow.session.scalars(select(Rating.stage))) == {"handling", "replied"}


def test_no_organ_is_rated_where_none_has_acted(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    desk.do(Act.CLASSIFY, CLERK, 1, branch=2)
    desk.do(Act.GUIDE, CLERK, 1, channel="labour-arbitration")
    with pytest.raises(NotAllowed):
        rate(uow, desk.citizen, Rated.ORGAN, Satisfaction.BASIC, now=day(2))
    rate(uow, desk.citizen, Rated.OFFICE, Satisfaction.BASIC, now=day(2))
    assert uow.session.scalars(select(Rating.of)).all() == ["office"]


def test_answered_but_not_solved_is_kept_and_asks_for_supervision_once(uow: UnitOfWork) -> None:
    desk = handled(uow)
    with pytest.raises(NotAllowed):
        unsolved(uow, desk.citizen, now=day(19))
    desk.do(Act.REPLY, HANDLER, 20, outcome="support")
    for _ in range(2):
        unsolved(uow, desk.citizen, reason="钱没有到账", now=day(60))
    assert acts_of(desk).count("unsolved") == 1
    assert supervision_wanted(uow) == ["unsolved"]


def test_supplements_of_one_day_have_a_limit(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    for number in range(uow.rules.most_supplements_a_day):
        supplement(uow, desk.id, {"narrative": f"第{number}次补充"}, filing_key=f"more-{number}", now=day(1))
    with pytest.raises(NotAllowed):
        supplement(uow, desk.id, {"narrative": "再补充"}, filing_key="one too many", now=day(1))
    supplement(uow, desk.id, {"narrative": "第二天"}, filing_key="next day", now=day(2))
    assert len(opened_supplements(uow, desk.id, StaffRole.CLERK)) == uow.rules.most_supplements_a_day + 1


def test_an_unknown_case_is_not_found(uow: UnitOfWork) -> None:
    desk = at_the_desk(uow)
    with pytest.raises(CaseNotFound):
        remind(uow, desk.citizen._replace(case_id="unknown"), now=day(9))
