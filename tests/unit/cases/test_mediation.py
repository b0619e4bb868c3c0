"""Mediation while a claim is handled (第三十三条)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cases.acts.effects import EFFECTS
from cases.database import UnitOfWork
from cases.mediation import mediations_of, record, refer
from cases.models import Attachment
from cases.policy import NotPermitted, StaffRole
from petition.errors import InvalidValue, NotAllowed, NotComplete
from petition.proceedings import Settlement
from petition.stages import Act
from tests.unit.cases.acting import CLERK, DISCIPLINE, HANDLER, Desk, at_the_desk, day, handled, make_report, on, staff
from tests.unit.cases.factories import make_filing
from tests.unit.cases.rows import noted, scan

COMMITTEE = "张湾乡人民调解委员会"
TERMS = "公司分三个月付清三万五千元"


def referred(uow: UnitOfWork, desk: Desk, **changes: Any) -> None:
    said: dict[str, Any] = {"mediator": COMMITTEE, "petitioner_consented_on": on(7), "other_consented_on": on(8)}
    refer(uow, desk.id, HANDLER, **(said | changes), now=day(9))


def test_a_mediation_has_the_consent_of_both_sides_and_ends_in_a_signed_agreement(uow: UnitOfWork) -> None:
    desk, paper = handled(uow), scan(uow)
    due = desk.case.due_on
    referred(uow, desk)
    record(uow, desk.id, HANDLER, Settlement.AGREED, terms=TERMS, attachment=paper, now=day(20))
    (seen,) = mediations_of(uow, desk.id, HANDLER, now=day(21))
    assert (seen.mediator, seen.consented_on, seen.ended_on) == (COMMITTEE, on(8), on(20))
    assert (seen.outcome, seen.terms, seen.attachment) == (Settlement.AGREED, TERMS, paper)
    assert uow.session.get_one(Attachment, paper).case_id == desk.id
    assert desk.case.due_on == due, "the 60 days do not stop"
    assert TERMS not in repr(seen)


def test_the_60_days_from_acceptance_are_the_same_with_a_mediation_under_way(uow: UnitOfWork) -> None:
    """Accepted on 2026-11-26 (第三十四条): 60 days end on 2027-01-25, mediation or not."""
    desk = handled(uow)
    referred(uow, desk)
    assert desk.case.due_on == date(2027, 1, 25)


def test_where_nothing_came_of_it_another_mediator_may_try(uow: UnitOfWork) -> None:
    desk = handled(uow)
    referred(uow, desk)
    record(uow, desk.id, HANDLER, Settlement.FAILED, now=day(12))
    refer(
        uow,
        desk.id,
        HANDLER,
        mediator="县司法局",
        petitioner_consented_on=on(13),
        other_consented_on=on(13),
        now=day(13),
    )
    assert [each.outcome for each in mediations_of(uow, desk.id, CLERK, now=day(14))] == [Settlement.FAILED, None]


def test_two_at_a_time_are_refused(uow: UnitOfWork) -> None:
    desk = handled(uow)
    referred(uow, desk)
    with pytest.raises(NotAllowed) as caught:
        referred(uow, desk)
    assert caught.value.details["citation"] == "《信访工作条例》第三十三条"


def test_the_two_sides_may_settle_without_a_mediator(uow: UnitOfWork) -> None:
    desk = handled(uow)
    record(uow, desk.id, HANDLER, Settlement.SETTLED, terms=TERMS, attachment=scan(uow), now=day(10))
    (seen,) = mediations_of(uow, desk.id, CLERK, now=day(10))
    assert (seen.mediator, seen.outcome, seen.ended_on) == ("", Settlement.SETTLED, on(10))


@pytest.mark.parametrize("outcome", [Settlement.AGREED, Settlement.FAILED])
def test_without_a_mediation_there_is_no_outcome_of_one(uow: UnitOfWork, outcome: Settlement) -> None:
    desk = handled(uow)
    with pytest.raises(NotAllowed):
        record(uow, desk.id, HANDLER, outcome, terms=TERMS, attachment=scan(uow), now=day(10))


@pytest.mark.parametrize("missing", ["terms", "attachment"])
def test_an_agreement_has_terms_and_a_paper(uow: UnitOfWork, missing: str) -> None:
    desk = handled(uow)
    referred(uow, desk)
    said = {"terms": TERMS, "attachment": scan(uow)} | {missing: ""}
    with pytest.raises(NotComplete) as caught:
        record(uow, desk.id, HANDLER, Settlement.AGREED, **said, now=day(10))
    assert caught.value.details["slots"] == (missing,)
    assert [each.outcome for each in mediations_of(uow, desk.id, CLERK, now=day(10))] == [None]


def test_a_paper_of_another_case_is_not_the_agreement(uow: UnitOfWork) -> None:
    desk, paper = handled(uow), scan(uow)
    uow.session.get_one(Attachment, paper).case_id = desk.id
    uow.commit()
    other = at_the_desk(uow, make_filing("another"))
    other.do(Act.FORWARD, CLERK, 1, body=HANDLER.body)
    other.do(Act.ACCEPT, HANDLER, 2)
    for wrong in (paper, "unknown"):
        with pytest.raises(InvalidValue):
            record(uow, other.id, HANDLER, Settlement.SETTLED, terms=TERMS, attachment=wrong, now=day(10))


def test_nobody_has_consented_tomorrow(uow: UnitOfWork) -> None:
    desk = handled(uow)
    with pytest.raises(InvalidValue, match="date-future"):
        referred(uow, desk, other_consented_on=on(10))


@pytest.mark.parametrize("said", [{"outcome": "won"}, {"outcome": "failed", "consented_on": "yesterday"}])
def test_words_that_are_none_are_refused(uow: UnitOfWork, said: dict[str, str]) -> None:
    desk = handled(uow)
    what = Act.RECORD_MEDIATION if "consented_on" not in said else Act.REFER_MEDIATION
    with pytest.raises(InvalidValue):
        desk.do(what, HANDLER, 9, mediator=COMMITTEE, **said)


def test_only_a_claim_that_is_being_handled_is_mediated(uow: UnitOfWork) -> None:
    early = at_the_desk(uow)
    with pytest.raises(NotAllowed):
        referred(uow, early)
    report = at_the_desk(uow, make_report())
    with pytest.raises(NotAllowed):
        refer(
            uow,
            report.id,
            DISCIPLINE,
            mediator="x",
            petitioner_consented_on=on(0),
            other_consented_on=on(0),
            now=day(9),
        )


def test_another_organ_neither_refers_nor_reads(uow: UnitOfWork) -> None:
    desk = handled(uow)
    stranger = staff("stranger", StaffRole.HANDLER, body="县水利局")
    with pytest.raises(NotPermitted):
        refer(uow, desk.id, stranger, mediator="x", petitioner_consented_on=on(7), other_consented_on=on(7), now=day(9))
    with pytest.raises(NotPermitted):
        mediations_of(uow, desk.id, stranger, now=day(9))


def test_the_reading_is_noted(uow: UnitOfWork) -> None:
    desk = handled(uow)
    mediations_of(uow, desk.id, CLERK, now=day(9))
    assert noted(uow, desk.id)[-1] == ("clerk", "read:mediations")


def test_no_act_goes_round_what_it_has_to_write() -> None:
    assert {Act.REFER_MEDIATION, Act.RECORD_MEDIATION, Act.HOLD_HEARING, Act.MERGE, Act.UNMERGE} <= EFFECTS.keys()
