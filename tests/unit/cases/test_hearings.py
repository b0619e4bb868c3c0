"""Hearings while a matter is handled, and at the recheck, where their days do not count (第三十一条第六项、第三十六条第二款)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.acts import remind, request_recheck, request_review
from cases.database import UnitOfWork
from cases.hearings import call_hearing, call_off, end_hearing, hearings_of, publish_opinion
from cases.notices import notices_of
from cases.policy import NotPermitted
from petition.errors import InvalidValue, NotAllowed, NotComplete
from petition.parties import Confidentiality
from petition.proceedings import Weight
from petition.stages import Act, Stage
from tests.unit.cases.acting import (
    CITY,
    CLERK,
    DISCIPLINE,
    HANDLER,
    PROVINCE,
    RECHECKER,
    REVIEWER,
    Desk,
    at_the_desk,
    day,
    handled,
    make_report,
    on,
)
from tests.unit.cases.factories import make_filing
from tests.unit.cases.rows import noted

OUTCOME = "双方陈述完毕，欠薪事实清楚"


def rechecking(uow: UnitOfWork, **filing: object) -> Desk:
    """A claim whose recheck was asked for on day 60."""
    desk = at_the_desk(uow, make_filing(**filing)) if filing else at_the_desk(uow)
    desk.do(Act.FORWARD, CLERK, 2, body=HANDLER.body)
    desk.do(Act.ACCEPT, HANDLER, 5)
    desk.do(Act.HANDLE, HANDLER, 6)
    desk.do(Act.REPLY, HANDLER, 20, outcome="refuse")
    request_review(uow, desk.citizen, body=CITY, now=day(30))
    desk.do(Act.REVIEW, REVIEWER, 50)
    request_recheck(uow, desk.citizen, body=PROVINCE, now=day(60))
    return desk


def called(uow: UnitOfWork, desk: Desk, number: int, begins: int) -> str:
    who = RECHECKER if desk.case.stage == Stage.RECHECKING else HANDLER
    return call_hearing(
        uow, desk.id, who, begins_on=on(begins), place="县政府二楼会议室", weight=Weight.COMPLEX, now=day(number)
    )


def test_a_hearing_while_it_is_handled_does_not_move_the_60_days(uow: UnitOfWork) -> None:
    desk = handled(uow)
    due = desk.case.due_on
    hearing = called(uow, desk, 7, 10)
    end_hearing(uow, hearing, HANDLER, ends_on=on(11), outcome=OUTCOME, now=day(12))
    (seen,) = hearings_of(uow, desk.id, CLERK, now=day(12))
    assert (seen.stage, seen.begins_on, seen.ends_on) == (Stage.HANDLING, on(10), on(11))
    assert (seen.weight, seen.outcome, seen.public) == (Weight.COMPLEX, OUTCOME, False)
    assert desk.case.due_on == due
    assert OUTCOME not in repr(seen)


def test_the_petitioner_hears_that_one_was_called_and_that_it_was_called_off(uow: UnitOfWork) -> None:
    desk = handled(uow)
    hearing = called(uow, desk, 7, 10)
    call_off(uow, hearing, HANDLER, reason="一方生病", now=day(8))
    assert hearings_of(uow, desk.id, CLERK, now=day(8)) == ()
    kinds = {each.kind for each in notices_of(uow, desk.id)}
    assert {"hearing-called", "hearing-called-off"} <= kinds


def test_the_days_of_a_hearing_at_the_recheck_do_not_count(uow: UnitOfWork) -> None:
    """Asked for on day 60: 30 days, and 3 more for a hearing of 3 days."""
    desk = rechecking(uow)
    assert desk.case.due_on == on(90)
    hearing = called(uow, desk, 61, 65)
    end_hearing(uow, hearing, RECHECKER, ends_on=on(67), outcome=OUTCOME, now=day(67))
    assert desk.case.due_on == on(93)
    assert desk.case.history[-1].days == 3


def test_it_may_be_written_down_after_something_else_has_happened(uow: UnitOfWork) -> None:
    desk = rechecking(uow)
    hearing = called(uow, desk, 61, 65)
    remind(uow, desk.citizen, now=day(69))
    end_hearing(uow, hearing, RECHECKER, ends_on=on(66), outcome=OUTCOME, now=day(70))
    assert desk.case.due_on == on(92)


@pytest.mark.parametrize("who", [CLERK, REVIEWER, HANDLER])
def test_nobody_else_holds_a_hearing_of_the_recheck(uow: UnitOfWork, who: object) -> None:
    desk = rechecking(uow)
    with pytest.raises((NotPermitted, NotAllowed)):
        call_hearing(uow, desk.id, who, begins_on=on(65), place="x", weight=Weight.GRAVE, now=day(61))  # type: ignore[arg-type]


def test_there_is_none_before_it_is_handled_and_none_of_a_report(uow: UnitOfWork) -> None:
    for desk, who in ((at_the_desk(uow), HANDLER), (at_the_desk(uow, make_report()), DISCIPLINE)):
        with pytest.raises(NotAllowed):
            call_hearing(uow, desk.id, who, begins_on=on(5), place="x", weight=Weight.GRAVE, now=day(1))


def test_one_is_called_for_a_day_to_come_and_ends_after_it_began(uow: UnitOfWork) -> None:
    desk = handled(uow)
    with pytest.raises(InvalidValue):
        called(uow, desk, 8, 7)
    hearing = called(uow, desk, 8, 10)
    with pytest.raises(InvalidValue):
        end_hearing(uow, hearing, HANDLER, ends_on=on(9), outcome=OUTCOME, now=day(12))
    with pytest.raises(NotAllowed):
        end_hearing(uow, hearing, HANDLER, ends_on=on(13), outcome=OUTCOME, now=day(12))
    with pytest.raises(NotComplete):
        end_hearing(uow, hearing, HANDLER, ends_on=on(10), outcome="", now=day(12))


def test_a_hearing_ends_once_and_only_in_its_own_case(uow: UnitOfWork) -> None:
    desk = handled(uow)
    hearing = called(uow, desk, 7, 8)
    end_hearing(uow, hearing, HANDLER, ends_on=on(8), outcome=OUTCOME, now=day(8))
    with pytest.raises(InvalidValue):
        end_hearing(uow, hearing, HANDLER, ends_on=on(8), outcome=OUTCOME, now=day(9))
    with pytest.raises(InvalidValue):
        desk.do(Act.HOLD_HEARING, HANDLER, 9, hearing="unknown", outcome=OUTCOME)


def test_one_that_nobody_called_is_written_down_when_it_was_held(uow: UnitOfWork) -> None:
    desk = handled(uow)
    desk.do(Act.HOLD_HEARING, HANDLER, 9, days=2, outcome=OUTCOME)
    (seen,) = hearings_of(uow, desk.id, HANDLER, now=day(9))
    assert (seen.begins_on, seen.ends_on, seen.outcome) == (on(8), on(9), OUTCOME)


def test_a_recheck_opinion_is_published_only_after_a_hearing(uow: UnitOfWork) -> None:
    desk = rechecking(uow)
    hearing = called(uow, desk, 61, 65)
    end_hearing(uow, hearing, RECHECKER, ends_on=on(65), outcome=OUTCOME, now=day(65))
    with pytest.raises(NotAllowed):
        publish_opinion(uow, desk.id, RECHECKER, now=day(66))
    desk.do(Act.RECHECK, RECHECKER, 70)
    with pytest.raises(NotPermitted):
        publish_opinion(uow, desk.id, CLERK, now=day(71))
    publish_opinion(uow, desk.id, RECHECKER, now=day(71))
    assert [each.public for each in hearings_of(uow, desk.id, RECHECKER, now=day(71))] == [True]
    assert ("rechecker", "publish-opinion") in noted(uow, desk.id)


def test_without_a_hearing_at_the_recheck_nothing_is_published(uow: UnitOfWork) -> None:
    desk = rechecking(uow)
    desk.do(Act.RECHECK, RECHECKER, 70)
    with pytest.raises(NotAllowed) as caught:
        publish_opinion(uow, desk.id, RECHECKER, now=day(71))
    assert caught.value.details["citation"] == "《信访工作条例》第三十六条第二款"


def test_what_somebody_filed_in_confidence_is_never_published(uow: UnitOfWork) -> None:
    desk = rechecking(uow, confidentiality=Confidentiality.CONFIDENTIAL)
    hearing = called(uow, desk, 61, 65)
    end_hearing(uow, hearing, RECHECKER, ends_on=on(65), outcome=OUTCOME, now=day(65))
    desk.do(Act.RECHECK, RECHECKER, 70)
    with pytest.raises(NotAllowed):
        publish_opinion(uow, desk.id, RECHECKER, now=day(70) + timedelta(hours=1))
