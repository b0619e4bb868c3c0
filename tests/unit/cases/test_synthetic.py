"""Synthetic cases: like real ones for whoever looks them up, and never among real ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cases import sealed
from cases.database import Register, UnitOfWork
from cases.history import events_of
from cases.models import ActDetail, Audit, Case, History, Party
from cases.policy import StaffRole
from cases.synthetic import DEMO_CODE, HoldsRealCases, fill
from cases.track import track
from petition.matters import PetitionType
from petition.stages import Act, Stage, apply_act
from tests.unit.cases.factories import NOON, file_one

DAYS = 200


@pytest.fixture
def filled(uow: UnitOfWork) -> UnitOfWork:
    assert fill(uow, 300, now=NOON, days=DAYS) == 300
    return uow


def cases(uow: UnitOfWork) -> list[Case]:
    return list(uow.session.scalars(select(Case).order_by(Case.filed_at, Case.number)))


def test_they_are_looked_up_with_the_printed_code(filled: UnitOfWork) -> None:
    oldest = cases(filled)[0]
    view = track(filled, oldest.number, DEMO_CODE, client="here", now=NOON)
    assert (view.number, view.stage) == (oldest.number, Stage(oldest.stage))
    assert len(view.history) == len(oldest.history) > 1


def test_what_is_said_and_by_whom_is_sealed_like_in_a_real_case(filled: UnitOfWork) -> None:
    for case in cases(filled)[:20]:
        role = StaffRole.DISCIPLINE if case.type == PetitionType.REPORT else StaffRole.CLERK
        assert len(str(sealed.values_of(filled.ciphers, case, role)["narrative"])) > 10
        (party,) = sealed.parties_of(filled.ciphers, case, role)
        assert party.phone.startswith("142")
        assert "示例县" in party.address


def test_the_register_is_full_of_every_kind_of_life(filled: UnitOfWork) -> None:
    made = cases(filled)
    assert {PetitionType(case.type) for case in made} == set(PetitionType)
    assert {Stage.REGISTERED, Stage.HANDLING, Stage.REPLIED, Stage.CONCLUDED} <= {Stage(case.stage) for case in made}
    assert all((case.closed_on is not None) == (case.stage in ("concluded", "withdrawn")) for case in made)
    assert any(case.due_on and case.due_on < NOON.date() for case in made), "nobody is late"


def test_a_synthetic_case_goes_on_by_the_rules(filled: UnitOfWork) -> None:
    running = next(case for case in cases(filled) if case.stage == Stage.HANDLING and case.type == PetitionType.CLAIM)
    history = events_of(running)
    assert history[-1].to is Stage.HANDLING
    assert apply_act(history, Act.REMIND, history[0].by.__class__.PETITIONER, NOON.date() + timedelta(days=1))


def test_every_event_has_its_row_in_the_log(filled: UnitOfWork) -> None:
    number = filled.session.scalar
    assert number(select(func.count()).select_from(Audit)) == number(select(func.count()).select_from(History))
    assert number(select(func.max(Audit.id))) == number(select(func.count()).select_from(Audit))
    assert number(select(func.count()).select_from(Party)) == 300
    assert number(select(func.count()).select_from(ActDetail))


def test_more_can_be_added_and_the_bar_reaches_its_end(filled: UnitOfWork) -> None:
    seen: list[tuple[int, int | None]] = []
    fill(filled, 100, now=NOON, days=DAYS, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (100, 100)
    numbers = [case.number for case in cases(filled)]
    assert len(set(numbers)) == len(numbers) == 400


def test_a_register_with_a_real_case_is_refused(register: Register, uow: UnitOfWork) -> None:
    file_one(register)
    with pytest.raises(HoldsRealCases, match="real cases"):
        fill(uow, 10, now=NOON)
    assert [case.office for case in cases(uow)] == ["XF"]


def test_a_real_case_after_synthetic_ones_is_numbered_and_chained_on(register: Register, filled: UnitOfWork) -> None:
    last = filled.session.scalar(select(func.max(Audit.id))) or 0
    filled.rollback()
    assert file_one(register).number == "XF-20261121-1"
    assert filled.session.scalar(select(func.max(Audit.id))) == last + 1
